#include "io/instance_yaml.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_set>
#include <utility>

#include "allot/io.hpp"
#include "io/overrides.hpp"
#include "io/schema_reader.hpp"
#include "io/text_input.hpp"
#include "io/yaml_document.hpp"
#include "problem/range_check.hpp"
#include "problem/validate.hpp"
#include "util/suggest.hpp"

namespace allot {

namespace {

constexpr const char* kInstanceFormat = "allot-instance/1";

/// Does `field` lie at or below `ancestor`?
bool is_within(const std::string& field, const std::string& ancestor) {
    if (!field.starts_with(ancestor)) return false;
    return field.size() == ancestor.size() || field[ancestor.size()] == '.' || field[ancestor.size()] == '[';
}

/// Does `field` lie at or below one of the ancestors? Files with very many bad entries ask this for each of them.
bool is_within_any(const std::string& field, const std::unordered_set<std::string>& ancestors) {
    for (std::size_t end = 1; end <= field.size(); ++end) {
        const bool is_end_of_name = end == field.size() || field[end] == '.' || field[end] == '[';
        if (is_end_of_name && ancestors.contains(field.substr(0, end))) return true;
    }
    return ancestors.contains("");
}

/// Reads the data of one file; the catalogue it names lives here as long as it is needed.
class InstanceReader {
  public:
    InstanceReader(std::string_view text, const std::string& file) : document_(parse_yaml(text, file)) {
        problems_ = document_.problems;
    }

    Instance read(const std::vector<Override>& overrides) {
        check_format();
        InstanceData data;
        const Catalog& catalog = find_catalog();
        SchemaReader reader(document_.file, catalog, problems_);
        set_defaults(data, catalog);
        reader.read_parts(data, Schema<InstanceData>::parts, root(), Path{});
        read_prices(data, reader);
        for (const Override& change : overrides)
            for (std::string& field : apply_override(data, change, catalog, problems_))
                overridden_.insert(std::move(field));
        drop_impossible_defaults(data);
        merge_problems(document_, overridden_, find_problems(data), problems_);
        if (!problems_.empty()) throw InputError(std::move(problems_));
        return Instance(std::move(data));
    }

  private:
    const Node& root() const { return *document_.root; }

    void add(const Node& node, std::string field, std::string expected) {
        problems_.push_back({document_.file, node.mark.line, node.mark.column, std::move(field), node.shown(),
                             std::move(expected)});
    }

    /// What is no instance at all is not read any further.
    void check_format() {
        if (root().kind != Node::Kind::map) {
            add(root(), {}, std::string("a map of keys that begins with `format: ") + kInstanceFormat + '`');
            throw InputError(std::move(problems_));
        }
        const Node* format = root().find("format");
        if (format == nullptr) {
            problems_.push_back({document_.file,
                                 1,
                                 1,
                                 "format",
                                 {},
                                 std::string("missing: `format: ") + kInstanceFormat + '`'});
            if (root().find("query_types") == nullptr) throw InputError(std::move(problems_));
        } else if (format->text != kInstanceFormat) {
            add(*format, "format", kInstanceFormat);
            throw InputError(std::move(problems_));
        }
    }

    /// `catalog: builtin`, `none`, or a folder beside the file.
    const Catalog& find_catalog() {
        const Node* node = root().find("catalog");
        if (node == nullptr || node->text == "builtin") return builtin_catalog();
        const std::filesystem::path folder = std::filesystem::path(document_.file).parent_path() / node->text;
        const bool is_none = node->text == "none";
        if (node->kind != Node::Kind::scalar || (!is_none && !std::filesystem::is_directory(folder))) {
            add(*node, "catalog", "builtin, none, or a folder beside this file with a catalogue in it");
            throw InputError(std::move(problems_));
        }
        return own_catalog_.emplace(is_none ? Catalog{} : read_catalog(folder.string()));
    }

    void set_defaults(InstanceData& data, const Catalog& catalog) {
        data.accuracy = catalog.accuracy;
        if (root().find("engine") != nullptr) return;
        const auto graph = std::find_if(catalog.engines.begin(), catalog.engines.end(),
                                        [](const EngineProfile& engine) { return engine.id == "graph"; });
        if (graph != catalog.engines.end()) {
            data.engine = *graph;
        } else {
            problems_.push_back({document_.file,
                                 root().mark.line,
                                 root().mark.column,
                                 "engine",
                                 {},
                                 "missing: the catalogue has no engine `graph` to fall back on"});
        }
    }

    /// `prices: {rtx4090: 0.35}`: of a GPU at all precisions whose tier gives no price of its own.
    void read_prices(InstanceData& data, SchemaReader& reader) {
        const Node* node = root().find("prices");
        const Node* tiers = root().find("tiers");
        if (node == nullptr || tiers == nullptr || tiers->items.size() != data.tiers.size()) return;
        const Path top;
        const Path path = top / "prices";
        std::map<std::string, double> prices;
        reader.read(prices, *node, path);
        for (const auto& [gpu, usd] : prices) {
            std::vector<Problem> found;
            check_number(usd, false, range::price, path / gpu, found);
            for (const Problem& problem : found) add(*node->find(gpu), problem.field, problem.expected);
            bool is_known = false;
            for (std::size_t k = 0; k < data.tiers.size(); ++k) {
                if (data.tiers[k].gpu != gpu) continue;
                is_known = true;
                if (found.empty() && tiers->items[k]->find("price_usd_per_gpu_hour") == nullptr)
                    data.tiers[k].price_usd_per_gpu_hour = usd;
            }
            if (!is_known)
                add(*node->find(gpu), (path / gpu).text(),
                    "a GPU of the tiers" + did_you_mean(gpu, gpus_of(data)));
        }
    }

    static std::vector<std::string> gpus_of(const InstanceData& data) {
        std::set<std::string> gpus;
        for (const Tier& tier : data.tiers) gpus.insert(tier.gpu);
        return {gpus.begin(), gpus.end()};
    }

    /// The degrees that are tried by default are those of the default list that some tier can run.
    void drop_impossible_defaults(InstanceData& data) const {
        const Node* grid = root().find("parallelism");
        const bool is_given = grid != nullptr && grid->find("tensor") != nullptr;
        if (is_given || overridden_.contains("parallelism.tensor") || overridden_.contains("parallelism"))
            return;
        drop_impossible_degrees(data);
    }

    Document document_;
    std::vector<Problem> problems_;
    std::set<std::string> overridden_;
    std::optional<Catalog> own_catalog_;
};

}  // namespace

void merge_problems(const Document& document, const std::set<std::string>& overridden,
                    std::vector<Problem> found, std::vector<Problem>& problems) {
    std::unordered_set<std::string> known;
    for (const Problem& problem : problems) known.insert(problem.field);
    for (Problem& problem : found) {
        if (is_within_any(problem.field, known)) continue;
        const bool is_overridden =
            std::any_of(overridden.begin(), overridden.end(), [&](const std::string& field) {
                return is_within(problem.field, field) || is_within(field, problem.field);
            });
        if (is_overridden) {
            problem.file = "--set";
        } else {
            const Mark mark = locate(document, problem.field);
            problem.file = document.file;
            problem.line = mark.line;
            problem.column = mark.column;
        }
        problems.push_back(std::move(problem));
    }
    std::stable_sort(problems.begin(), problems.end(), [](const Problem& a, const Problem& b) {
        const bool a_has_place = a.line > 0;
        const bool b_has_place = b.line > 0;
        return std::tuple(!a_has_place, a.line, a.column) < std::tuple(!b_has_place, b.line, b.column);
    });
}

Instance parse_instance(std::string_view text, const std::string& file,
                        const std::vector<Override>& overrides) {
    return InstanceReader(text, file).read(overrides);
}

Instance read_instance(const std::string& path, const std::vector<Override>& overrides) {
    return parse_instance(read_input(path, kLargestYaml), path, overrides);
}

}  // namespace allot
