#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "allot/io.hpp"
#include "io/flow_writer.hpp"
#include "problem/instance_schema.hpp"

namespace allot {

namespace {

const FlowWriter kYaml(Notation::yaml);
const Catalog kEmptyCatalog{};

/// Has `catalog` keys that `table` lacks? What is read on top of a catalogue can change and add, not remove.
template <class Map>
bool lacks_keys(const Map& table, const Map& catalog) {
    return std::any_of(catalog.begin(), catalog.end(),
                       [&](const auto& entry) { return !table.contains(entry.first); });
}

template <class T>
const T* find_by_id(const std::vector<T>& list, const std::string& id) {
    const auto found = std::find_if(list.begin(), list.end(), [&](const T& item) { return item.id == id; });
    return found != list.end() ? &*found : nullptr;
}

bool can_build_on(const Catalog& catalog, const InstanceData& data) {
    const bool has_dense_twin = std::any_of(data.models.begin(), data.models.end(), [&](const Model& model) {
        const Model* known = find_by_id(catalog.models, model.id);
        return known != nullptr && known->experts && !model.experts;
    });
    return !has_dense_twin && !lacks_keys(data.accuracy.tasks, catalog.accuracy.tasks) &&
           !lacks_keys(data.accuracy.error16, catalog.accuracy.error16) &&
           !lacks_keys(data.accuracy.kappa, catalog.accuracy.kappa);
}

/// The id when the catalogue has the same, else the id and what differs, else everything.
template <class T>
std::string entry_text(const T& entry, const std::vector<T>& catalog) {
    const T* base = find_by_id(catalog, entry.id);
    std::vector<std::string> keys =
        kYaml.entries(entry, Schema<T>::parts, base != nullptr ? *base : T{}, base != nullptr);
    if (base == nullptr) return '{' + FlowWriter::joined(keys) + '}';
    if (keys.empty()) return kYaml.text(entry.id);
    keys.insert(keys.begin(), "id: " + kYaml.text(entry.id));
    return '{' + FlowWriter::joined(keys) + '}';
}

/// The entries of `map` that `base` does not have, or has otherwise.
template <class Key, class T>
std::map<Key, T> differing(const std::map<Key, T>& map, const std::map<Key, T>& base) {
    std::map<Key, T> result;
    for (const auto& [key, value] : map) {
        const auto found = base.find(key);
        if (found == base.end() || kYaml.value(found->second) != kYaml.value(value))
            result.emplace(key, value);
    }
    return result;
}

/// Writes the document from its top to its end.
class InstanceWriter {
  public:
    explicit InstanceWriter(const InstanceData& data)
        : data_(data),
          has_catalog_(can_build_on(builtin_catalog(), data)),
          base_(has_catalog_ ? builtin_catalog() : kEmptyCatalog) {}

    std::string write() {
        line("format: allot-instance/1");
        for_each_part(Schema<InstanceData>::parts, [&](const auto& part) { write_part(part); });
        return std::move(text_);
    }

  private:
    void line(const std::string& text) { text_ += text + '\n'; }

    template <class Access>
    void write_part(const Field<Access>& field) {
        write_field(field, std::invoke(field.access, data_));
    }
    void write_part(const Note& note) {
        if (std::string_view(note.name) == "catalog" && !has_catalog_) line("catalog: none");
    }

    /// Numbers, words and objects that fit on a line.
    template <class Access, class T>
    void write_field(const Field<Access>& field, const T& value) {
        static const InstanceData defaults;
        const std::string written = kYaml.value(value);
        const bool is_default = written == kYaml.value(std::invoke(field.access, defaults));
        const bool is_left_out = written.empty() || (is_default && field.need == Need::optional);
        if (!is_left_out) line(kYaml.key(field.name) + written);
    }

    template <class Access>
    void write_field(const Field<Access>& field, const EngineProfile& engine) {
        const std::string written = entry_text(engine, base_.engines);
        if (!has_catalog_ || written != "graph") line(kYaml.key(field.name) + written);
    }

    template <class Access>
    void write_field(const Field<Access>& field, const AccuracyTable& table) {
        AccuracyTable changed = table;
        changed.tasks = differing(table.tasks, base_.accuracy.tasks);
        changed.error16 = differing(table.error16, base_.accuracy.error16);
        changed.kappa = differing(table.kappa, base_.accuracy.kappa);
        const AccuracyTable nothing{.tasks = {}, .error16 = {}, .gamma = base_.accuracy.gamma, .kappa = {}};
        const std::vector<std::string> keys =
            kYaml.entries(changed, Schema<AccuracyTable>::parts, nothing, true);
        if (!keys.empty()) line(std::string(field.name) + ':');
        for (const std::string& key : keys) line("  " + key);
    }

    template <class Access>
    void write_field(const Field<Access>& field, const std::vector<QueryType>& types) {
        line(std::string(field.name) + ':');
        for (const QueryType& type : types) {
            const char* indent = "  - ";
            for (const std::string& key : kYaml.entries(type, Schema<QueryType>::parts, QueryType{}, false)) {
                line(indent + key);
                indent = "    ";
            }
        }
    }

    template <class Access>
    void write_field(const Field<Access>& field, const std::vector<Model>& models) {
        line(std::string(field.name) + ':');
        for (const Model& model : models) line("  - " + entry_text(model, base_.models));
    }

    template <class Access>
    void write_field(const Field<Access>& field, const std::vector<Tier>& tiers) {
        line(std::string(field.name) + ':');
        for (const Tier& tier : tiers) line("  - " + entry_text(tier, base_.tiers));
    }

    const InstanceData& data_;
    bool has_catalog_;
    const Catalog& base_;
    std::string text_;
};

}  // namespace

std::string to_yaml(const InstanceData& data) { return InstanceWriter(data).write(); }

}  // namespace allot
