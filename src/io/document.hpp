#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "allot/error.hpp"

namespace allot {

/// Position in a text, 1-based; 0 = not known.
struct Mark {
    int line = 0;
    int column = 0;
};

/// One value of a YAML or JSON text. Values that an alias repeats are shared, so nodes form a graph without cycles.
struct Node {
    enum class Kind { null, scalar, list, map };
    struct Entry {
        std::string key;
        Mark mark;  ///< of the key
        const Node* value = nullptr;
    };

    Kind kind = Kind::null;
    Mark mark;
    bool is_quoted = false;  ///< a scalar that stands in quotes, or as a block, and so is a text
    std::string text;        ///< of a scalar
    std::vector<Entry> entries;
    std::vector<const Node*> items;

    const Node* find(std::string_view key) const;
    /// The value as messages show it: shortened scalar, "a list", "a map", "nothing".
    std::string shown() const;
};

/// Name of a list's item in paths: its text, `id` or `name`; empty when it has none.
std::string_view id_of(const Node& item);

/// A parsed text. Owns its nodes; they stay where they are when the document is moved.
struct Document {
    std::string file;  ///< as problems name it
    const Node* root = nullptr;
    std::vector<Problem> problems;  ///< keys that stand twice in one map
    std::deque<Node> nodes;
};

/// Where the field with this path stands ("query_types.chat.slo.delay_s": items of lists by name, id or [position]), or, when it
/// is not there, the innermost object on the way to it.
Mark locate(const Document& document, std::string_view path);

}  // namespace allot
