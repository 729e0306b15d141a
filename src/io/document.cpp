#include "io/document.hpp"

#include <charconv>

namespace allot {

namespace {

constexpr std::size_t kLongestShown = 60;

/// Does `path` begin with `name` as a whole link?
bool begins_with_link(std::string_view path, std::string_view name) {
    if (name.empty() || !path.starts_with(name)) return false;
    return path.size() == name.size() || path[name.size()] == '.' || path[name.size()] == '[';
}

/// Removes "[3]" from the front of `path` and returns the item, or null.
const Node* take_position(const Node& list, std::string_view& path) {
    std::size_t position = 0;
    const char* const end = path.data() + path.size();
    const auto [stop, error] = std::from_chars(path.data() + 1, end, position);
    if (error != std::errc{} || stop == end || *stop != ']' || position >= list.items.size()) return nullptr;
    path.remove_prefix(static_cast<std::size_t>(stop - path.data()) + 1);
    return list.items[position];
}

/// The child on the way, whose link is removed from the front of `path`, or null. Of several that fit the longest name wins.
const Node* take_link(const Node& node, std::string_view& path) {
    const Node* found = nullptr;
    std::size_t length = 0;
    const auto consider = [&](std::string_view name, const Node* child) {
        if (name.size() <= length || !begins_with_link(path, name)) return;
        found = child;
        length = name.size();
    };
    for (const Node::Entry& entry : node.entries) consider(entry.key, entry.value);
    for (const Node* item : node.items) consider(id_of(*item), item);
    path.remove_prefix(length);
    return found;
}

}  // namespace

std::string_view id_of(const Node& item) {
    if (item.kind == Node::Kind::scalar) return item.text;
    for (const char* key : {"id", "name"})
        if (const Node* id = item.find(key); id != nullptr && id->kind == Node::Kind::scalar) return id->text;
    return {};
}

const Node* Node::find(std::string_view key) const {
    for (const Entry& entry : entries)
        if (entry.key == key) return entry.value;
    return nullptr;
}

std::string Node::shown() const {
    switch (kind) {
        case Kind::null:
            return "nothing";
        case Kind::list:
            return "a list";
        case Kind::map:
            return "a map";
        case Kind::scalar:
            break;
    }
    std::string start = text.substr(0, kLongestShown);
    for (char& c : start)
        if (static_cast<unsigned char>(c) < ' ') c = ' ';
    if (text.size() > kLongestShown) start += "...";
    return is_quoted ? '\'' + start + '\'' : start;
}

Mark locate(const Document& document, std::string_view path) {
    const Node* node = document.root;
    while (node != nullptr && !path.empty()) {
        if (path.front() == '.') path.remove_prefix(1);
        const Node* child = path.starts_with('[') ? take_position(*node, path) : take_link(*node, path);
        if (child == nullptr) break;
        node = child;
    }
    return node != nullptr ? node->mark : Mark{};
}

}  // namespace allot
