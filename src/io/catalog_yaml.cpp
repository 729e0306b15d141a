#include "io/catalog_yaml.hpp"

#include <algorithm>
#include <filesystem>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "allot/io.hpp"
#include "io/builtin_catalog.hpp"
#include "io/schema_reader.hpp"
#include "io/text_input.hpp"
#include "io/yaml_document.hpp"
#include "problem/catalog_schema.hpp"
#include "problem/range_check.hpp"
#include "problem/validate.hpp"

namespace allot {

namespace {

/// The version of the format, which every file of a catalogue names as its `schema`.
constexpr Range kVersion{.min = 1, .max = 1};

/// One file of the catalogue: keys are read by a SchemaReader, ranges and consistency are checked as for an instance.
class CatalogFile {
  public:
    CatalogFile(const CatalogText& source, std::vector<Problem>& problems)
        : document_(parse_yaml(source.text, source.file)),
          problems_(problems),
          reader_(source.file, problems) {
        problems.insert(problems.end(), document_.problems.begin(), document_.problems.end());
    }

    SchemaReader& reader() { return reader_; }
    ProblemList& faults() { return faults_; }
    const Path& root() const { return root_; }

    /// Reads an object of which `parts` are the keys.
    template <class T, class Parts>
    void read(T& object, const Parts& parts, const Node& node, const Path& path) {
        const std::size_t num_before = problems_.size();
        reader_.read_parts(object, parts, node, path);
        if (problems_.size() == num_before) check_ranges(object, parts, path, faults_.items());
    }

    void read_version() {
        const Node* node = section("schema");
        if (node == nullptr) return;
        const Path path = root_ / "schema";
        int version = static_cast<int>(kVersion.min);
        reader_.read(version, *node, path, kVersion);
        check_number(version, true, kVersion, path, faults_.items());
    }

    /// Nothing but these keys stands at the top.
    template <class... Notes>
    void allow_only(Notes... sections) {
        const std::monostate nothing;
        reader_.read_parts(nothing, std::tuple(sections...), *document_.root, root_);
    }

    void read_accuracy(AccuracyTable& table) {
        const std::size_t num_before = problems_.size();
        reader_.read(table, *document_.root, root_);
        if (problems_.size() == num_before) check_ranges(table, root_, faults_.items());
    }

    const Node* section(const char* key) {
        const Node* node = document_.root->find(key);
        if (node == nullptr) reader_.add(document_.root->mark, root_ / key, {}, "missing");
        return node;
    }

    /// Calls visit(item, path) for each item of a list.
    template <class Visit>
    void for_each_item(const Node& list, const Path& path, Visit visit) {
        if (!reader_.expect_list(list, path)) return;
        const ItemNames names(list.items, [](const Node* item) { return id_of(*item); });
        for (std::size_t n = 0; n < list.items.size(); ++n) visit(*list.items[n], names.path(path, n));
    }

    /// Gives what was found in the data its place in the file.
    void report_faults() {
        for (Problem& fault : faults_.items()) {
            const Mark mark = locate(document_, fault.field);
            problems_.push_back(
                {document_.file, mark.line, mark.column, fault.field, fault.value, fault.expected});
        }
    }

  private:
    Document document_;
    std::vector<Problem>& problems_;
    ProblemList faults_;
    SchemaReader reader_;
    Path root_;
};

template <class T>
void check_unique_ids(const std::vector<T>& list, const Path& path, ProblemList& faults) {
    std::vector<std::string_view> ids;
    for (const T& item : list) ids.push_back(item.id);
    std::sort(ids.begin(), ids.end());
    const auto repeated = std::adjacent_find(ids.begin(), ids.end());
    if (repeated != ids.end()) faults.add(path, '\'' + std::string(*repeated) + '\'', "each id once");
}

/// A GPU and its tiers: what stands at the GPU holds for each of them.
void read_gpu(CatalogFile& file, const Node& node, const Path& path, std::vector<Tier>& tiers) {
    static constexpr auto gpu_parts = std::tuple_cat(
        std::tuple(required("id", &Tier::gpu), note("name"), note("year"), note("price_source"),
                   required("price_usd_per_h", &Tier::price_usd_per_gpu_hour, range::price)),
        kGpuParts, std::tuple(note("tiers")));
    static constexpr auto tier_parts = std::tuple_cat(std::tuple(required("id", &Tier::id)), kPrecisionParts);
    Tier gpu;
    file.read(gpu, gpu_parts, node, path);
    const Path list_path = path / "tiers";
    const Node* list = node.find("tiers");
    if (list == nullptr) return file.faults().add(list_path, {}, "missing");
    const std::size_t first = tiers.size();
    file.for_each_item(*list, list_path, [&](const Node& item, const Path& tier_path) {
        Tier& tier = tiers.emplace_back(gpu);
        file.read(tier, tier_parts, item, tier_path);
        check_tier(tier, tier_path, file.faults());
        if (tier.precision == "bf16" || tier.precision == "fp16") gpu.peak_tflops_16 = tier.peak_tflops;
    });
    if (gpu.peak_tflops_16 <= 0)
        file.faults().add(list_path, {}, "a tier at bf16 or fp16: attention runs at 16 bit");
    for (std::size_t k = first; k < tiers.size(); ++k) tiers[k].peak_tflops_16 = gpu.peak_tflops_16;
}

void read_hardware(CatalogFile& file, Catalog& catalog) {
    file.read_version();
    file.allow_only(note("schema"), note("engines"), note("gpus"));
    const Path engines_path = file.root() / "engines";
    const Path gpus_path = file.root() / "gpus";
    if (const Node* engines = file.section("engines");
        engines != nullptr && file.reader().expect_map(*engines, engines_path)) {
        for (const Node::Entry& entry : engines->entries) {
            EngineProfile& engine = catalog.engines.emplace_back();
            engine.id = entry.key;
            file.read(engine, kEngineParts, *entry.value, engines_path / entry.key);
        }
    }
    if (const Node* gpus = file.section("gpus"))
        file.for_each_item(*gpus, gpus_path, [&](const Node& item, const Path& path) {
            read_gpu(file, item, path, catalog.tiers);
        });
    check_unique_ids(catalog.tiers, gpus_path, file.faults());
}

void read_models(CatalogFile& file, Catalog& catalog) {
    file.read_version();
    file.allow_only(note("schema"), note("models"));
    const Path models_path = file.root() / "models";
    if (const Node* models = file.section("models")) {
        file.for_each_item(*models, models_path, [&](const Node& item, const Path& path) {
            Model& model = catalog.models.emplace_back();
            file.read(model, Schema<Model>::parts, item, path);
            check_model(model, path, file.faults());
        });
    }
    check_unique_ids(catalog.models, models_path, file.faults());
}

void read_accuracy(CatalogFile& file, Catalog& catalog) {
    file.read_version();
    file.read_accuracy(catalog.accuracy);
}

}  // namespace

Catalog parse_catalog(const CatalogText& hardware, const CatalogText& models, const CatalogText& accuracy) {
    Catalog catalog;
    std::vector<Problem> problems;
    const auto read_file = [&](const CatalogText& source, void (*read)(CatalogFile&, Catalog&)) {
        try {
            CatalogFile file(source, problems);
            read(file, catalog);
            file.report_faults();
        } catch (const InputError& error) {
            problems.insert(problems.end(), error.problems().begin(), error.problems().end());
        }
    };
    read_file(hardware, read_hardware);
    read_file(models, read_models);
    read_file(accuracy, read_accuracy);
    if (!problems.empty()) throw InputError(std::move(problems));
    return catalog;
}

const Catalog& builtin_catalog() {
    static const Catalog catalog = parse_catalog({builtin_hardware_yaml(), "hardware.yaml (built in)"},
                                                 {builtin_models_yaml(), "models.yaml (built in)"},
                                                 {builtin_accuracy_yaml(), "accuracy.yaml (built in)"});
    return catalog;
}

Catalog read_catalog(const std::string& folder) {
    if (!std::filesystem::is_directory(folder)) throw file_error(folder, "no such folder");
    const auto file_in = [&](const char* name) { return (std::filesystem::path(folder) / name).string(); };
    const std::string hardware = read_input(file_in("hardware.yaml"), kLargestYaml);
    const std::string models = read_input(file_in("models.yaml"), kLargestYaml);
    const std::string accuracy = read_input(file_in("accuracy.yaml"), kLargestYaml);
    return parse_catalog({hardware, file_in("hardware.yaml")}, {models, file_in("models.yaml")},
                         {accuracy, file_in("accuracy.yaml")});
}

}  // namespace allot
