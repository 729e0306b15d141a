#include "io/csv_reader.hpp"

#include <algorithm>
#include <utility>

namespace allot {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kLongestValue = 40;

std::string shortened(std::string_view value) {
    return std::string(value.substr(0, kLongestValue)) + (value.size() > kLongestValue ? "..." : "");
}

}  // namespace

CsvReader::CsvReader(std::string_view text, std::string file, std::span<const char* const> columns)
    : rest_(text), file_(std::move(file)), columns_(columns.begin(), columns.end()) {
    if (rest_.starts_with(kByteOrderMark)) {
        rest_.remove_prefix(kByteOrderMark.size());
    }
    read_header();
    throw_problems();
}

bool CsvReader::next() {
    while (!rest_.empty()) {
        const std::string_view row = take_line();
        if (row.empty()) {
            continue;
        }
        has_rows_ = true;
        split(row);
        if (fields_.size() == num_fields_) {
            return true;
        }
        add(1, "", std::to_string(fields_.size()) + " fields",
            std::to_string(num_fields_) + " as in the header");
    }
    return false;
}

void CsvReader::report(std::size_t column, const std::string& expected) {
    const Field& field = fields_[position_[column]];
    add(field.column, columns_[column], field.text, expected);
}

void CsvReader::finish() {
    if (!has_rows_) {
        add(0, "", "", "at least one row below the header");
    }
    throw_problems();
}

void CsvReader::throw_problems() {
    if (num_problems_ > problems_.size()) {
        const std::string others = std::to_string(num_problems_ - problems_.size());
        problems_.push_back({file_, 0, 0, "", "", others + " more problems"});
    }
    if (!problems_.empty()) {
        throw InputError(std::move(problems_));
    }
}

std::string_view CsvReader::take_line() {
    const std::size_t end = std::min(rest_.find('\n'), rest_.size());
    std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    ++line_;
    return line;
}

void CsvReader::split(std::string_view line) {
    fields_.clear();
    for (std::size_t begin = 0; begin <= line.size();) {
        const std::size_t end = std::min(line.find(',', begin), line.size());
        fields_.push_back({line.substr(begin, end - begin), static_cast<int>(begin) + 1});
        begin = end + 1;
    }
}

void CsvReader::read_header() {
    const std::string_view header = take_line();
    split(header);
    num_fields_ = fields_.size();
    for (const char* column : columns_) {
        const auto names_it = [&](const Field& field) { return field.text == column; };
        const auto found = std::find_if(fields_.begin(), fields_.end(), names_it);
        position_.push_back(static_cast<std::size_t>(found - fields_.begin()));
        if (found == fields_.end()) {
            add(0, column, header, "a header that names this column");
        } else if (const auto again = std::find_if(found + 1, fields_.end(), names_it);
                   again != fields_.end()) {
            add(again->column, column, again->text, "this column only once");
        }
    }
}

void CsvReader::add(int column, const std::string& field, std::string_view value,
                    const std::string& expected) {
    if (++num_problems_ <= kMostCsvProblems) {
        problems_.push_back({file_, line_, column, field, shortened(value), expected});
    }
}

}  // namespace allot
