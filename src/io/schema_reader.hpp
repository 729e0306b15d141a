#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "allot/catalog.hpp"
#include "allot/error.hpp"
#include "io/document.hpp"
#include "problem/enum_names.hpp"
#include "problem/instance_schema.hpp"
#include "problem/path.hpp"
#include "problem/range_check.hpp"

namespace allot {

template <class T>
concept NamedEnum = requires {
    EnumNames<T>::all;
};

/// What the catalogue knows by id and an instance may take over by it, as it is or with some keys replaced.
template <class T>
concept CatalogEntry =
    std::is_same_v<T, Model> || std::is_same_v<T, Tier> || std::is_same_v<T, EngineProfile>;

/// Fills objects from nodes as their schemas say. Values that are not what they should be, missing and unknown keys become
/// problems with their places; ranges and references are not looked at (problem/validate). Keys that are not there leave what
/// the object had; lists and maps with free keys are replaced as a whole.
class SchemaReader {
  public:
    SchemaReader(std::string file, const Catalog& catalog, std::vector<Problem>& problems)
        : file_(std::move(file)), catalog_(&catalog), problems_(&problems) {}
    /// Without a catalogue: nothing can be taken over by its id.
    SchemaReader(std::string file, std::vector<Problem>& problems);

    /// From here on a text must stand in quotes, as in JSON: 5 is no name.
    void require_quoted_texts() { needs_quotes_ = true; }

    void read(double& value, const Node& node, const Path& path, const Range& range = {});
    void read(int& value, const Node& node, const Path& path, const Range& range = {});
    void read(bool& value, const Node& node, const Path& path);
    void read(std::string& value, const Node& node, const Path& path);
    void read(GivenError& value, const Node& node, const Path& path);
    void read(AccuracyTable& table, const Node& node, const Path& path);
    void read(std::vector<std::pair<std::string, double>>& numbers, const Node& node, const Path& path);

    template <NamedEnum Enum>
    void read(Enum& value, const Node& node, const Path& path);
    template <class T>
    void read(std::optional<T>& value, const Node& node, const Path& path, const Range& range = {});
    template <class T>
    void read(std::vector<T>& list, const Node& node, const Path& path);
    template <class Key, class T>
    void read(std::map<Key, T>& map, const Node& node, const Path& path);
    template <HasSchema T>
    requires(!CatalogEntry<T>) void read(T& object, const Node& node, const Path& path) {
        read_parts(object, Schema<T>::parts, node, path);
    }
    template <CatalogEntry T>
    void read(T& object, const Node& node, const Path& path) {
        read_entry(object, node, path);
    }

    /// Reads a value of any kind; the range words what a number should have been.
    template <class T>
    void read_value(T& value, const Node& node, const Path& path, const Range& range) {
        if constexpr (Number<T> || IsOptional<T>::value) {
            read(value, node, path, range);
        } else {
            read(value, node, path);
        }
    }

    /// Reads the keys of `parts`; anything else in the map is an unknown key.
    template <class T, class Parts>
    void read_parts(T& object, const Parts& parts, const Node& node, const Path& path);

    /// Anything that is not a map becomes a problem.
    bool expect_map(const Node& node, const Path& path);
    bool expect_list(const Node& node, const Path& path);
    void add(Mark mark, const Path& path, std::string value, std::string expected);

  private:
    /// Keys of one map that the schema knows, and those of them that are required and absent.
    struct Keys {
        std::vector<std::string> known;
        std::vector<std::string> missing;
        std::vector<std::string> missing_expected;
    };

    template <class T, class Parts>
    Keys read_known(T& object, const Parts& parts, const Node& node, const Path& path);
    template <class T, class Access>
    void read_part(T& object, const Field<Access>& field, const Node& node, const Path& path, Keys& keys);
    template <class T, class... Parts>
    void read_part(T& object, const Group<Parts...>& group, const Node& node, const Path& path, Keys& keys);
    template <class T, class Access>
    void read_part(T& object, const Inlined<Access>& inlined, const Node& node, const Path& path, Keys& keys);
    template <class T>
    void read_part(T&, const Note& note, const Node&, const Path&, Keys& keys) {
        keys.known.emplace_back(note.name);
    }

    template <CatalogEntry T>
    void read_entry(T& entry, const Node& node, const Path& path);
    template <CatalogEntry T>
    const std::vector<T>& known_entries() const;

    bool is_text(const Node& node) const {
        return node.kind == Node::Kind::scalar && (node.is_quoted || !needs_quotes_);
    }

    template <class T>
    T read_number(const Node& node, const Path& path, const Range& range, T fallback);
    void report_unknown(const Node& node, const Keys& keys, const Path& path);
    void report_missing(const Node& node, const Keys& keys, const Path& path);
    void report_incomplete(const Node& node, const Path& path, const std::string& id, const Keys& keys,
                           const std::vector<std::string>& ids);
    void complete(Tier& tier, bool has_base, const Node& node, Keys& keys) const;
    static bool as_key(std::string_view text, int& key);
    static bool as_key(std::string_view text, std::string& key);

    std::string file_;
    const Catalog* catalog_;
    std::vector<Problem>* problems_;
    bool needs_quotes_ = false;
    /// Inside an accuracy table: rows add to what is there, and numbers may carry a tag.
    bool is_accuracy_ = false;
};

}  // namespace allot

#include "io/schema_reader_impl.hpp"  // IWYU pragma: export
