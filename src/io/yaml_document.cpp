#include "io/yaml_document.hpp"

#include <algorithm>
#include <istream>
#include <streambuf>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include "io/text_input.hpp"

namespace allot {

namespace {

/// Builds the nodes from the parser's events: unlike its own tree this keeps the place of every key, sees aliases as such and never
/// recurses.
class NodeBuilder : public YAML::EventHandler {
  public:
    explicit NodeBuilder(Document& document) : document_(document) {}

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        if (expects_key()) fail(mark, "a key");
        Node& node = make(Node::Kind::null, mark);
        const bool is_entry = !open_.empty() && open_.back().node->kind == Node::Kind::map;
        if (is_entry) node.mark = open_.back().node->entries.back().mark;  // nothing has no place of its own
        close_value(anchor, node, 1);
    }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        if (expects_key()) fail(mark, "a plain key, not an alias");
        const auto found = anchors_.find(anchor);
        if (found == anchors_.end()) fail(mark, "no alias of the value that it stands in");
        add_size({mark.line + 1, mark.column + 1}, found->second.size);
        attach(found->second.node);
    }

    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& text) override {
        check_tag(mark, tag);
        const bool is_quoted = tag == "!";
        if (is_quoted) last_quoted_ = mark;
        if (expects_key()) return begin_entry(mark, text, is_quoted);
        Node& node = make(Node::Kind::scalar, mark);
        node.text = text;
        node.is_quoted = is_quoted;
        close_value(anchor, node, 1);
    }

    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        open(Node::Kind::list, mark, tag, anchor);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        open(Node::Kind::map, mark, tag, anchor);
    }
    void OnMapEnd() override {
        find_duplicates(*open_.back().node);
        close();
    }

    /// The parser takes the end of the text for the end of a quote; only the last one can be open.
    void check_last_quote(std::string_view text) const {
        constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
        if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
        if (last_quoted_.is_null()) return;
        std::size_t position = static_cast<std::size_t>(last_quoted_.pos);
        const char quote = position < text.size() ? text[position] : '\0';
        if (quote != '"' && quote != '\'') return;  // a block
        for (++position; position < text.size() && text[position] != quote; ++position)
            if (quote == '"' && text[position] == '\\') ++position;
        if (position >= text.size()) fail(last_quoted_, "a quote that is closed");
    }

  private:
    struct Anchored {
        const Node* node = nullptr;
        std::size_t size = 0;  ///< values it stands for, aliases followed
    };
    struct Open {
        Node* node = nullptr;
        YAML::anchor_t anchor = 0;
        std::size_t size = 1;
        bool has_key = false;  ///< the last entry of the map waits for its value
    };

    [[noreturn]] void fail(const YAML::Mark& mark, std::string expected) const {
        throw InputError({{document_.file, mark.line + 1, mark.column + 1, {}, {}, std::move(expected)}});
    }

    void check_tag(const YAML::Mark& mark, const std::string& tag) const {
        if (!tag.empty() && tag != "?" && tag != "!")
            fail(mark, "a plain value: tags are no part of the format");
    }

    bool expects_key() const {
        return !open_.empty() && open_.back().node->kind == Node::Kind::map && !open_.back().has_key;
    }

    Node& make(Node::Kind kind, const YAML::Mark& mark) {
        Node& node = document_.nodes.emplace_back();
        node.kind = kind;
        node.mark = {mark.line + 1, mark.column + 1};
        return node;
    }

    void begin_entry(const YAML::Mark& mark, const std::string& key, bool is_quoted) {
        if (key == "<<" && !is_quoted)
            fail(mark, "the keys themselves: merge keys (<<) are no part of the format");
        open_.back().node->entries.push_back({key, {mark.line + 1, mark.column + 1}, nullptr});
        open_.back().has_key = true;
    }

    void open(Node::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
        check_tag(mark, tag);
        if (expects_key()) fail(mark, "a plain key, not a list or a map (is a bracket left open?)");
        if (open_.size() >= static_cast<std::size_t>(kDeepestNesting))
            fail(mark, "lists and maps nested at most " + std::to_string(kDeepestNesting) + " deep");
        open_.push_back({&make(kind, mark), anchor});
    }

    void close() {
        const Open closed = open_.back();
        open_.pop_back();
        close_value(closed.anchor, *closed.node, closed.size);
    }

    void close_value(YAML::anchor_t anchor, const Node& node, std::size_t size) {
        if (anchor != 0) anchors_[anchor] = {&node, size};
        add_size(node.mark, size);
        attach(&node);
    }

    void add_size(Mark mark, std::size_t size) {
        if (open_.empty()) return;
        open_.back().size += size;
        if (open_.back().size > kMostYamlValues)
            throw InputError(
                {{document_.file,
                  mark.line,
                  mark.column,
                  {},
                  {},
                  "more than " + std::to_string(kMostYamlValues) + " values, aliases followed"}});
    }

    void attach(const Node* node) {
        if (open_.empty()) {
            document_.root = node;
        } else if (open_.back().node->kind == Node::Kind::list) {
            open_.back().node->items.push_back(node);
        } else {
            open_.back().node->entries.back().value = node;
            open_.back().has_key = false;
        }
    }

    void find_duplicates(const Node& map) {
        std::unordered_set<std::string_view> seen;
        for (const Node::Entry& entry : map.entries)
            if (!seen.insert(entry.key).second)
                document_.problems.push_back({document_.file,
                                              entry.mark.line,
                                              entry.mark.column,
                                              path_of(entry.key),
                                              {},
                                              "a key once in a map; an earlier line has it"});
    }

    std::string path_of(const std::string& key) const {
        std::string path;
        for (std::size_t n = 0; n + 1 < open_.size(); ++n) {
            const Node& node = *open_[n].node;
            if (node.kind == Node::Kind::list) {
                path += '[' + std::to_string(node.items.size()) + ']';
            } else {
                path += (path.empty() ? "" : ".") + node.entries.back().key;
            }
        }
        return path.empty() ? key : path + '.' + key;
    }

    Document& document_;
    std::vector<Open> open_;
    YAML::Mark last_quoted_ = YAML::Mark::null_mark();
    std::unordered_map<YAML::anchor_t, Anchored> anchors_;
};

/// A stream over text that is not copied.
class ViewBuffer : public std::streambuf {
  public:
    explicit ViewBuffer(std::string_view text) {
        char* const begin = const_cast<char*>(text.data());  // a get area is never written to
        setg(begin, begin, begin + text.size());
    }
};

}  // namespace

Document parse_yaml(std::string_view text, const std::string& file) {
    check_text(text, file, kLargestYaml);
    check_nesting(text, file);
    Document document;
    document.file = file;
    ViewBuffer buffer(text);
    std::istream stream(&buffer);
    try {
        YAML::Parser parser(stream);
        NodeBuilder builder(document);
        parser.HandleNextDocument(builder);
        if (document.root == nullptr) throw file_error(file, "nothing in it");
        builder.check_last_quote(text);
        Document next;
        next.file = file;
        NodeBuilder next_builder(next);
        if (parser.HandleNextDocument(next_builder))
            throw file_error(file, "more than one YAML document in it");
    } catch (const YAML::Exception& error) {
        throw InputError(
            {{file, error.mark.line + 1, error.mark.column + 1, {}, {}, "not YAML: " + error.msg}});
    }
    return document;
}

}  // namespace allot
