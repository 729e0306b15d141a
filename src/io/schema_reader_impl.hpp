#pragma once

// Templates of io/schema_reader.hpp, which includes this.

#include "io/schema_reader.hpp"

namespace allot {

template <NamedEnum Enum>
void SchemaReader::read(Enum& value, const Node& node, const Path& path) {
    std::string names;
    for (const auto& [candidate, name] : EnumNames<Enum>::all) {
        if (is_text(node) && node.text == name) {
            value = candidate;
            return;
        }
        names += (names.empty() ? "" : ", ") + std::string(name);
    }
    add(node.mark, path, node.shown(), "one of " + names);
}

template <class T>
void SchemaReader::read(std::optional<T>& value, const Node& node, const Path& path, const Range& range) {
    T present = value.value_or(T{});
    read_value(present, node, path, range);
    value = std::move(present);
}

template <class T>
void SchemaReader::read(std::vector<T>& list, const Node& node, const Path& path) {
    if (!expect_list(node, path)) return;
    list.assign(node.items.size(), T{});
    if constexpr (HasSchema<T>) {
        const ItemNames names(node.items, [](const Node* item) { return id_of(*item); });
        for (std::size_t n = 0; n < list.size(); ++n) read(list[n], *node.items[n], names.path(path, n));
    } else {
        for (std::size_t n = 0; n < list.size(); ++n) read(list[n], *node.items[n], path[n]);
    }
}

template <class Key, class T>
void SchemaReader::read(std::map<Key, T>& map, const Node& node, const Path& path) {
    if (!expect_map(node, path)) return;
    if (!is_accuracy_) map.clear();
    for (const Node::Entry& entry : node.entries) {
        Key key{};
        if (!as_key(entry.key, key)) {
            add(entry.mark, path, '\'' + entry.key + '\'', "a whole number as key");
            continue;
        }
        T value{};
        read(value, *entry.value, path / entry.key);
        if constexpr (std::is_same_v<T, Task>) value.id = key;
        map[key] = std::move(value);
    }
}

template <class T, class Parts>
void SchemaReader::read_parts(T& object, const Parts& parts, const Node& node, const Path& path) {
    if (!expect_map(node, path)) return;
    const Keys keys = read_known(object, parts, node, path);
    report_missing(node, keys, path);
    report_unknown(node, keys, path);
}

template <class T, class Parts>
SchemaReader::Keys SchemaReader::read_known(T& object, const Parts& parts, const Node& node,
                                            const Path& path) {
    Keys keys;
    for_each_part(parts, [&](const auto& part) { read_part(object, part, node, path, keys); });
    return keys;
}

template <class T, class Access>
void SchemaReader::read_part(T& object, const Field<Access>& field, const Node& node, const Path& path,
                             Keys& keys) {
    auto& value = std::invoke(field.access, object);
    keys.known.emplace_back(field.name);
    if (const Node* child = node.find(field.name); child != nullptr) {
        read_value(value, *child, path / field.name, field.range);
    } else if (field.need == Need::required) {
        keys.missing.emplace_back(field.name);
        keys.missing_expected.push_back(
            Number<std::decay_t<decltype(value)>>
                ? expected_number(field.range, std::is_same_v<decltype(value), int&>)
                : std::string());
    }
}

template <class T, class... Parts>
void SchemaReader::read_part(T& object, const Group<Parts...>& group, const Node& node, const Path& path,
                             Keys& keys) {
    keys.known.emplace_back(group.name);
    const Path group_path = path / group.name;
    const Node absent;
    const Node* child = node.find(group.name);
    if (child != nullptr && !expect_map(*child, group_path)) return;
    Keys inner = read_known(object, group.parts, child != nullptr ? *child : absent, group_path);
    if (child != nullptr) report_unknown(*child, inner, group_path);
    for (std::size_t n = 0; n < inner.missing.size(); ++n) {
        keys.missing.push_back(std::string(group.name) + '.' + inner.missing[n]);
        keys.missing_expected.push_back(inner.missing_expected[n]);
    }
}

template <class T, class Access>
void SchemaReader::read_part(T& object, const Inlined<Access>& inlined, const Node& node, const Path& path,
                             Keys& keys) {
    auto& value = std::invoke(inlined.access, object);
    using Value = typename std::decay_t<decltype(value)>::value_type;
    const bool had_value = value.has_value();
    Value present = value.value_or(Value{});
    const Keys inner = read_known(present, Schema<Value>::parts, node, path);
    keys.known.insert(keys.known.end(), inner.known.begin(), inner.known.end());
    if (inner.missing.size() == inner.known.size()) return;  // none of its keys is there
    value = present;
    if (had_value) return;
    keys.missing.insert(keys.missing.end(), inner.missing.begin(), inner.missing.end());
    keys.missing_expected.insert(keys.missing_expected.end(), inner.missing_expected.begin(),
                                 inner.missing_expected.end());
}

template <CatalogEntry T>
const std::vector<T>& SchemaReader::known_entries() const {
    if constexpr (std::is_same_v<T, Model>) return catalog_->models;
    if constexpr (std::is_same_v<T, Tier>) return catalog_->tiers;
    if constexpr (std::is_same_v<T, EngineProfile>) return catalog_->engines;
}

template <CatalogEntry T>
void SchemaReader::read_entry(T& entry, const Node& node, const Path& path) {
    if (node.kind != Node::Kind::scalar && !expect_map(node, path)) return;
    const Node* id = node.kind == Node::Kind::scalar ? &node : node.find("id");
    const std::string name = id != nullptr && id->kind == Node::Kind::scalar ? id->text : std::string();
    const std::vector<T>& known = known_entries<T>();
    const auto base =
        std::find_if(known.begin(), known.end(), [&](const T& item) { return item.id == name; });
    const bool has_base = base != known.end();
    entry = has_base ? *base : T{};
    entry.id = name;
    Keys keys;
    if (node.kind == Node::Kind::map) {
        keys = read_known(entry, Schema<T>::parts, node, path);
        report_unknown(node, keys, path);
        if constexpr (std::is_same_v<T, Tier>) complete(entry, has_base, node, keys);
    }
    std::vector<std::string> ids;
    for (const T& item : known) ids.push_back(item.id);
    if (!has_base) report_incomplete(node, path, name, keys, ids);
}

}  // namespace allot
