#include "io/json_document.hpp"

#include <charconv>
#include <optional>
#include <unordered_set>
#include <utility>

#include "io/text_input.hpp"
#include "util/numbers.hpp"

namespace allot {

namespace {

void append_utf8(std::string& text, unsigned code) {
    const auto put = [&](unsigned byte) { text += static_cast<char>(byte); };
    if (code < 0x80U) {
        put(code);
    } else if (code < 0x800U) {
        put(0xC0U | code >> 6U);
        put(0x80U | (code & 0x3FU));
    } else if (code < 0x10000U) {
        put(0xE0U | code >> 12U);
        put(0x80U | (code >> 6U & 0x3FU));
        put(0x80U | (code & 0x3FU));
    } else {
        put(0xF0U | code >> 18U);
        put(0x80U | (code >> 12U & 0x3FU));
        put(0x80U | (code >> 6U & 0x3FU));
        put(0x80U | (code & 0x3FU));
    }
}

/// A recursive descent parser; the recursion is as deep as the text, which is limited.
class JsonParser {
  public:
    JsonParser(std::string_view text, Document& document) : text_(text), document_(document) {}

    void parse() {
        skip_blanks();
        if (at_end()) throw file_error(document_.file, "nothing in it");
        document_.root = parse_value({});
        skip_blanks();
        if (!at_end()) fail("the end of the text");
    }

  private:
    bool at_end() const { return position_ >= text_.size(); }
    char peek() const { return at_end() ? '\0' : text_[position_]; }

    Mark mark() const { return {line_, static_cast<int>(position_ - line_start_) + 1}; }

    [[noreturn]] void fail(const std::string& expected) const {
        const std::string found = at_end() ? "the end of the text" : std::string("'") + peek() + '\'';
        const Mark here = mark();
        throw InputError({{document_.file, here.line, here.column, {}, found, expected + " (not JSON)"}});
    }

    void skip_blanks() {
        for (; !at_end(); ++position_) {
            const char c = peek();
            if (c == '\n') {
                ++line_;
                line_start_ = position_ + 1;
            } else if (c != ' ' && c != '\t' && c != '\r') {
                return;
            }
        }
    }

    bool take(char c) {
        if (peek() != c || at_end()) return false;
        ++position_;
        return true;
    }

    void expect(char c) {
        if (!take(c)) fail(std::string("'") + c + '\'');
    }

    Node& make(Node::Kind kind) {
        Node& node = document_.nodes.emplace_back();
        node.kind = kind;
        node.mark = mark();
        return node;
    }

    const Node* parse_value(const std::string& path) {
        if (peek() == '{') return parse_map(path);
        if (peek() == '[') return parse_list(path);
        Node& node = make(Node::Kind::scalar);
        if (peek() == '"') {
            node.is_quoted = true;
            node.text = parse_text();
        } else if (is_digit(peek()) || peek() == '-') {
            node.text = parse_number_token();
        } else if (take_word("null")) {
            node.kind = Node::Kind::null;
        } else if (take_word("true")) {
            node.text = "true";
        } else if (take_word("false")) {
            node.text = "false";
        } else {
            fail("a value");
        }
        return &node;
    }

    void enter() {
        ++position_;
        if (++depth_ > kDeepestNesting)
            fail("lists and maps nested at most " + std::to_string(kDeepestNesting) + " deep");
        skip_blanks();
    }

    const Node* parse_map(const std::string& path) {
        Node& node = make(Node::Kind::map);
        enter();
        std::unordered_set<std::string> seen;
        while (!take('}')) {
            if (!node.entries.empty()) {
                expect(',');
                skip_blanks();
            }
            if (peek() != '"') fail("a key in double quotes");
            const Mark key_mark = mark();
            std::string key = parse_text();
            std::string key_path = path.empty() ? key : path;
            if (!path.empty()) key_path.append(1, '.').append(key);
            if (!seen.insert(key).second)
                document_.problems.push_back(
                    {document_.file, key_mark.line, key_mark.column, key_path, {}, "a key once in a map"});
            skip_blanks();
            expect(':');
            skip_blanks();
            const Node* value = parse_value(key_path);
            node.entries.push_back({std::move(key), key_mark, value});
            skip_blanks();
        }
        --depth_;
        return &node;
    }

    const Node* parse_list(const std::string& path) {
        Node& node = make(Node::Kind::list);
        enter();
        while (!take(']')) {
            if (!node.items.empty()) {
                expect(',');
                skip_blanks();
            }
            node.items.push_back(parse_value(path + '[' + std::to_string(node.items.size()) + ']'));
            skip_blanks();
        }
        --depth_;
        return &node;
    }

    bool take_word(std::string_view word) {
        if (text_.substr(position_, word.size()) != word) return false;
        position_ += word.size();
        return true;
    }

    void take_digits() {
        if (!is_digit(peek())) fail("a digit");
        while (is_digit(peek())) ++position_;
    }

    std::string parse_number_token() {
        const std::size_t start = position_;
        take('-');
        if (!take('0')) take_digits();
        if (take('.')) take_digits();
        if (take('e') || take('E')) {
            if (!take('+')) take('-');
            take_digits();
        }
        return std::string(text_.substr(start, position_ - start));
    }

    std::string parse_text() {
        std::string text;
        ++position_;
        while (!take('"')) {
            if (at_end() || static_cast<unsigned char>(peek()) < ' ') fail("'\"'");
            if (take('\\')) {
                parse_escape(text);
            } else {
                text += text_[position_++];
            }
        }
        return text;
    }

    void parse_escape(std::string& text) {
        constexpr std::string_view letters = "\"\\/bfnrt";
        constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
        if (take('u')) return append_utf8(text, parse_unicode());
        const std::size_t which = at_end() ? std::string_view::npos : letters.find(peek());
        if (which == std::string_view::npos) fail("an escape: \\n, \\\", \\u0041");
        text += meanings[which];
        ++position_;
    }

    /// The character of \uXXXX, or of a surrogate pair.
    unsigned parse_unicode() {
        const unsigned first = parse_hexadecimal();
        if (first < 0xD800U || first > 0xDFFFU) return first;
        if (first > 0xDBFFU || !take('\\') || !take('u')) fail("a surrogate pair");
        const unsigned second = parse_hexadecimal();
        if (second < 0xDC00U || second > 0xDFFFU) fail("a surrogate pair");
        return 0x10000U + ((first - 0xD800U) << 10U) + (second - 0xDC00U);
    }

    unsigned parse_hexadecimal() {
        constexpr std::size_t kDigits = 4;
        unsigned code = 0;
        const std::string_view digits = text_.substr(position_, kDigits);
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
        if (digits.size() != kDigits || error != std::errc{} || end != digits.data() + kDigits)
            fail("four hexadecimal digits");
        position_ += kDigits;
        return code;
    }

    std::string_view text_;
    Document& document_;
    std::size_t position_ = 0;
    std::size_t line_start_ = 0;
    int line_ = 1;
    int depth_ = 0;
};

}  // namespace

Document parse_json(std::string_view text, const std::string& file) {
    check_text(text, file, kLargestJson);
    Document document;
    document.file = file;
    JsonParser(text, document).parse();
    return document;
}

}  // namespace allot
