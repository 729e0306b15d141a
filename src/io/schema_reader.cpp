#include "io/schema_reader.hpp"

#include "util/numbers.hpp"
#include "util/suggest.hpp"

namespace allot {

namespace {

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

std::string fault_text(NumberFault fault) {
    switch (fault) {
        case NumberFault::octal_looking:
            return " without leading zeros";
        case NumberFault::not_finite:
            return " that is finite; leave the key out for no limit";
        case NumberFault::out_of_range:
            return " (this one cannot be represented)";
        default:
            return {};
    }
}

const Catalog kNoCatalog{};

}  // namespace

SchemaReader::SchemaReader(std::string file, std::vector<Problem>& problems)
    : SchemaReader(std::move(file), kNoCatalog, problems) {}

void SchemaReader::add(Mark mark, const Path& path, std::string value, std::string expected) {
    problems_->push_back({file_, mark.line, mark.column, path.text(), std::move(value), std::move(expected)});
}

bool SchemaReader::expect_map(const Node& node, const Path& path) {
    if (node.kind == Node::Kind::map) return true;
    add(node.mark, path, node.shown(), "a map: `key: value` lines, or {key: value}");
    return false;
}

bool SchemaReader::expect_list(const Node& node, const Path& path) {
    if (node.kind == Node::Kind::list) return true;
    add(node.mark, path, node.shown(), "a list: `- item` lines, or [item, item]");
    return false;
}

template <class T>
T SchemaReader::read_number(const Node& node, const Path& path, const Range& range, T fallback) {
    // The accuracy catalogue tags its figures: [0.31, c].
    const Node& number =
        is_accuracy_ && node.kind == Node::Kind::list && !node.items.empty() ? *node.items.front() : node;
    T value = fallback;
    NumberFault fault = NumberFault::not_a_number;
    if (number.kind == Node::Kind::scalar && !number.is_quoted) fault = parse_number(number.text, value);
    const char* const quotes = number.is_quoted ? " without quotes" : "";
    if (fault != NumberFault::none)
        add(node.mark, path, node.shown(),
            expected_number(range, std::is_same_v<T, int>) + quotes + fault_text(fault));
    return value;
}

void SchemaReader::read(double& value, const Node& node, const Path& path, const Range& range) {
    value = read_number(node, path, range, value);
}

void SchemaReader::read(int& value, const Node& node, const Path& path, const Range& range) {
    value = read_number(node, path, range, value);
}

void SchemaReader::read(bool& value, const Node& node, const Path& path) {
    const bool is_word =
        node.kind == Node::Kind::scalar && !node.is_quoted && (node.text == "true" || node.text == "false");
    if (is_word) {
        value = node.text == "true";
    } else {
        add(node.mark, path, node.shown(), "true or false");
    }
}

void SchemaReader::read(std::string& value, const Node& node, const Path& path) {
    if (is_text(node)) {
        value = node.text;
    } else {
        add(node.mark, path, node.shown(), needs_quotes_ ? "a text in quotes" : "a text");
    }
}

void SchemaReader::read(GivenError& value, const Node& node, const Path& path) {
    value = {};
    if (node.kind == Node::Kind::map) {
        read(value.by_precision, node, path);
    } else {
        read(value.value, node, path, range::fraction);
    }
}

void SchemaReader::read(AccuracyTable& table, const Node& node, const Path& path) {
    is_accuracy_ = true;
    read_parts(table, Schema<AccuracyTable>::parts, node, path);
    is_accuracy_ = false;
}

void SchemaReader::read(std::vector<std::pair<std::string, double>>& numbers, const Node& node,
                        const Path& path) {
    if (!expect_map(node, path)) return;
    numbers.clear();
    for (const Node::Entry& entry : node.entries)
        read(numbers.emplace_back(entry.key, 0).second, *entry.value, path / entry.key);
}

void SchemaReader::report_unknown(const Node& node, const Keys& keys, const Path& path) {
    for (const Node::Entry& entry : node.entries) {
        if (std::find(keys.known.begin(), keys.known.end(), entry.key) != keys.known.end()) continue;
        add(entry.mark, path / entry.key, {}, "unknown key" + did_you_mean(entry.key, keys.known));
    }
}

void SchemaReader::report_missing(const Node& node, const Keys& keys, const Path& path) {
    for (std::size_t n = 0; n < keys.missing.size(); ++n) {
        const std::string& expected = keys.missing_expected[n];
        add(node.mark, path / keys.missing[n], {}, expected.empty() ? "missing" : "missing: " + expected);
    }
}

void SchemaReader::report_incomplete(const Node& node, const Path& path, const std::string& id,
                                     const Keys& keys, const std::vector<std::string>& ids) {
    const std::string shown = id.empty() ? std::string() : '\'' + id + '\'';
    const std::string known = "an id of the catalogue" + did_you_mean(id, ids);
    if (node.kind == Node::Kind::scalar) {
        add(node.mark, path, node.shown(), known);
    } else if (!keys.missing.empty()) {
        add(node.mark, path, shown, known + "; a definition of its own also needs " + joined(keys.missing));
    }
}

void SchemaReader::complete(Tier& tier, bool has_base, const Node& node, Keys& keys) const {
    if (has_base || node.find("peak_tflops_16") != nullptr) return;
    if (tier.precision == "bf16" || tier.precision == "fp16") {
        tier.peak_tflops_16 = tier.peak_tflops;
    } else {
        keys.missing.emplace_back("peak_tflops_16");
    }
}

bool SchemaReader::as_key(std::string_view text, int& key) {
    return parse_number(text, key) == NumberFault::none;
}

bool SchemaReader::as_key(std::string_view text, std::string& key) {
    key = text;
    return true;
}

}  // namespace allot
