#include "io/importers/azure_trace.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <optional>

#include "allot/error.hpp"
#include "io/text_input.hpp"

namespace allot {

namespace {

constexpr int kMaxTokens = 10'000'000;
constexpr std::array<const char*, 3> kColumns{"TIMESTAMP", "ContextTokens", "GeneratedTokens"};

/// A field of a row and where it begins.
struct Field {
    std::string_view text;
    int column = 0;
};

/// Problems of one file: the first ones in full, the others as a number.
class ProblemList {
  public:
    explicit ProblemList(std::string file) : file_(std::move(file)) {}

    void add(int line, int column, const std::string& field, std::string_view value,
             const std::string& expected) {
        constexpr std::size_t kMaxValue = 40;
        if (++count_ <= kMostProblems) {
            const std::string shown =
                std::string(value.substr(0, kMaxValue)) + (value.size() > kMaxValue ? "..." : "");
            problems_.push_back({file_, line, column, field, shown, expected});
        }
    }

    void throw_if_any() {
        if (count_ > problems_.size()) {
            problems_.push_back({file_, 0, 0, "", "",
                                 std::to_string(count_ - problems_.size()) + " more problems of this kind"});
        }
        if (!problems_.empty()) {
            throw InputError(std::move(problems_));
        }
    }

  private:
    std::string file_;
    std::size_t count_ = 0;
    std::vector<Problem> problems_;
};

/// The next line without its end; `text` moves past it.
std::string_view take_line(std::string_view& text) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    return line;
}

void split(std::string_view line, std::vector<Field>& fields) {
    fields.clear();
    std::size_t begin = 0;
    while (true) {
        const std::size_t end = std::min(line.find(',', begin), line.size());
        fields.push_back({line.substr(begin, end - begin), static_cast<int>(begin) + 1});
        if (end == line.size()) {
            return;
        }
        begin = end + 1;
    }
}

/// A number of exactly these digits.
std::optional<int> parse_digits(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool is_plain = !text.empty() && text.front() >= '0' && text.front() <= '9';
    return is_plain && error == std::errc() && end == text.data() + text.size() ? std::optional(value)
                                                                                : std::nullopt;
}

std::optional<int> parse_tokens(std::string_view text) {
    const std::optional<int> value = parse_digits(text);
    return value && *value <= kMaxTokens ? value : std::nullopt;
}

/// ".9799600" in ticks; at most 7 decimals.
std::optional<int> parse_fraction(std::string_view text) {
    constexpr std::size_t kDecimals = 7;
    if (text.empty()) {
        return 0;
    }
    if (text.front() != '.' || text.size() > kDecimals + 1) {
        return std::nullopt;
    }
    std::string digits(text.substr(1));
    const std::optional<int> plain = parse_digits(digits);
    digits.resize(kDecimals, '0');
    return plain ? parse_digits(digits) : std::nullopt;
}

/// "2023-11-16 18:17:03.9799600" in ticks since 1970.
std::optional<std::int64_t> parse_timestamp(std::string_view text) {
    using namespace std::chrono;
    constexpr std::string_view kShape = "0000-00-00 00:00:00";
    if (text.size() < kShape.size()) {
        return std::nullopt;
    }
    for (std::size_t at = 0; at < kShape.size(); ++at) {
        if (kShape[at] != '0' && kShape[at] != text[at]) {
            return std::nullopt;
        }
    }
    const auto number = [&](std::size_t begin, std::size_t length) {
        return parse_digits(text.substr(begin, length));
    };
    const auto year_number = number(0, 4), month_number = number(5, 2), day_number = number(8, 2);
    const auto hour = number(11, 2), minute = number(14, 2), second = number(17, 2);
    const auto fraction = parse_fraction(text.substr(kShape.size()));
    if (!year_number || !month_number || !day_number || !hour || !minute || !second || !fraction) {
        return std::nullopt;
    }
    const year_month_day date(year(*year_number), month(static_cast<unsigned>(*month_number)),
                              day(static_cast<unsigned>(*day_number)));
    if (!date.ok() || *hour > 23 || *minute > 59 || *second > 59) {
        return std::nullopt;
    }
    const std::int64_t days = sys_days(date).time_since_epoch().count();
    return (((days * 24 + *hour) * 60 + *minute) * 60 + *second) * kTicksPerSecond + *fraction;
}

/// Where the columns stand in a row, by the header.
struct Layout {
    std::array<std::size_t, 3> position{};
    std::size_t num_fields = 0;
};

Layout read_header(std::string_view line, ProblemList& problems) {
    std::vector<Field> fields;
    split(line, fields);
    Layout layout;
    layout.num_fields = fields.size();
    for (std::size_t c = 0; c < kColumns.size(); ++c) {
        const auto is_it = [&](const Field& field) { return field.text == kColumns[c]; };
        const auto found = std::find_if(fields.begin(), fields.end(), is_it);
        layout.position[c] = static_cast<std::size_t>(found - fields.begin());
        if (found == fields.end()) {
            problems.add(1, 1, kColumns[c], line, "a header that names this column");
        } else if (const auto again = std::find_if(found + 1, fields.end(), is_it); again != fields.end()) {
            problems.add(1, again->column, kColumns[c], again->text, "this column only once");
        }
    }
    return layout;
}

class RowReader {
  public:
    RowReader(const Layout& layout, ProblemList& problems) : layout_(layout), problems_(problems) {}

    void read(std::string_view line, int number, std::vector<TraceRequest>& requests) {
        split(line, fields_);
        if (fields_.size() != layout_.num_fields) {
            problems_.add(number, 1, "row", line,
                          std::to_string(layout_.num_fields) + " fields, as in the header");
            return;
        }
        const auto ticks = parse_timestamp(field(0).text);
        const auto input = parse_tokens(field(1).text);
        const auto output = parse_tokens(field(2).text);
        check(ticks.has_value(), number, 0, "a time like 2023-11-16 18:17:03.9799600");
        check(input.has_value(), number, 1, kTokenRange);
        check(output.has_value(), number, 2, kTokenRange);
        if (ticks) {
            check(*ticks >= last_ticks_, number, 0, "a time not before that of the row above");
            last_ticks_ = *ticks;
        }
        if (ticks && input && output) {
            requests.push_back({*ticks, *input, *output});
        }
    }

  private:
    static constexpr const char* kTokenRange = "a whole number from 0 to 10000000";

    const Field& field(std::size_t c) const { return fields_[layout_.position[c]]; }

    void check(bool is_right, int line, std::size_t c, const char* expected) {
        if (!is_right) {
            problems_.add(line, field(c).column, kColumns[c], field(c).text, expected);
        }
    }

    const Layout& layout_;
    ProblemList& problems_;
    std::vector<Field> fields_;
    std::int64_t last_ticks_ = INT64_MIN;
};

}  // namespace

std::vector<TraceRequest> parse_azure_trace(std::string_view text, const std::string& file) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (text.starts_with(kByteOrderMark)) {
        text.remove_prefix(kByteOrderMark.size());
    }
    ProblemList problems(file);
    if (text.empty()) {
        problems.add(0, 0, "", "", "a trace with a header and requests, the file is empty");
    }
    problems.throw_if_any();
    const Layout layout = read_header(take_line(text), problems);
    problems.throw_if_any();

    std::vector<TraceRequest> requests;
    RowReader reader(layout, problems);
    for (int number = 2; !text.empty(); ++number) {
        reader.read(take_line(text), number, requests);
    }
    problems.throw_if_any();
    if (requests.empty()) {
        problems.add(1, 0, "", "", "at least one request after the header");
    }
    problems.throw_if_any();
    return requests;
}

}  // namespace allot
