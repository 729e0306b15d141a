#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "allot/io.hpp"
#include "io/flow_writer.hpp"
#include "io/json_document.hpp"
#include "io/schema_reader.hpp"
#include "io/text_input.hpp"
#include "io/yaml_document.hpp"
#include "problem/plan_schema.hpp"
#include "util/suggest.hpp"

namespace allot {

namespace {

constexpr const char* kPlanFormat = "allot-plan/1";

const FlowWriter kJson(Notation::json);

/// Writes each key of a plan on a line, and each object of a list.
class PlanWriter {
  public:
    explicit PlanWriter(const Plan& plan) : plan_(plan) { plan_.reported_total = plan.cost.total(); }

    std::string write() {
        line(kJson.key("format") + quoted_text(kPlanFormat));
        for_each_part(Schema<Plan>::parts, [&](const auto& part) { write_part(part); });
        return "{\n" + text_ + "\n}\n";
    }

  private:
    void line(const std::string& entry) { text_ += (text_.empty() ? "  " : ",\n  ") + entry; }

    void write_part(const Note&) {}

    template <class... Parts>
    void write_part(const Group<Parts...>& group) {
        const std::vector<std::string> entries = kJson.entries(plan_, group.parts, Plan{}, false);
        line(kJson.key(group.name) + '{' + FlowWriter::joined(entries) + '}');
    }

    template <class Access>
    void write_part(const Field<Access>& field) {
        const auto& value = std::invoke(field.access, plan_);
        const std::string written = kJson.value(value);
        const bool is_default = written == kJson.value(std::invoke(field.access, Plan{}));
        if (field.need == Need::optional && is_default) return;
        line(kJson.key(field.name) + block(value, written));
    }

    template <class T>
    static std::string block(const T&, const std::string& written) {
        return written;
    }
    /// The seed first: a number of 64 bits, of which a double would round the last digits away.
    std::string block(const std::vector<std::pair<std::string, double>>& run,
                      const std::string& written) const {
        if (!plan_.seed) return written;
        const std::string seed = '{' + kJson.key("seed") + std::to_string(*plan_.seed);
        return seed + (run.empty() ? "}" : ", " + written.substr(1));
    }
    template <HasSchema T>
    static std::string block(const std::vector<T>& list, const std::string& written) {
        if (list.empty()) return written;
        std::string text;
        for (const T& item : list) text += (text.empty() ? "[\n    " : ",\n    ") + kJson.value(item);
        return text + "\n  ]";
    }

    Plan plan_;
    std::string text_;
};

/// A figure that is no number is an error of the program, not of a user: no file may come of it.
void require_finite(const Plan& plan) {
    NumberWalk([](double value, bool, const Range&, const Path& path) {
        if (!std::isfinite(value)) throw std::logic_error("plan." + path.text() + " is not finite");
    }).walk_parts(plan, Schema<Plan>::parts, Path{});
    for (const auto& [name, value] : plan.run)
        if (!std::isfinite(value)) throw std::logic_error("plan.run." + name + " is not finite");
}

/// A deployment as people write it: what is rented for it and how busy it is may stand there too, and is found out anyway.
struct FleetEntry : PlannedDeployment {
    FleetEntry() { concurrency = 0; }
};

/// allot-fleet/1: what runs.
struct FleetFile {
    std::string instance;
    std::vector<FleetEntry> deployments;
};

constexpr const char* kFleetFormat = "allot-fleet/1";

/// More GPUs than any deployment has, and few enough to count.
constexpr double kMostGpus = 1e9;

}  // namespace

template <>
struct Schema<FleetEntry> {
    static constexpr auto parts = std::tuple(
        required("model", &FleetEntry::model), required("tier", &FleetEntry::tier),
        optional("tensor", &FleetEntry::tensor), optional("pipeline", &FleetEntry::pipeline),
        optional("concurrency", &FleetEntry::concurrency), required("replicas", &FleetEntry::replicas),
        note("gpus"), note("usd_per_hour"), note("utilisation"), note("kv_utilisation"));
};

template <>
struct Schema<FleetFile> {
    static constexpr auto parts = std::tuple(note("format"), optional("instance", &FleetFile::instance),
                                             required("deployments", &FleetFile::deployments));
};

namespace {

/// A list of deployments, a file that says so, or one with nothing else of a plan.
bool is_fleet_file(const Node& root) {
    if (root.kind == Node::Kind::list) return true;
    if (root.kind != Node::Kind::map) return false;
    const Node* format = root.find("format");
    if (format != nullptr && format->text == kFleetFormat) return true;
    if (format != nullptr && format->text != kPlanFormat) return false;
    const auto is_of_fleet = [](const Node::Entry& entry) {
        return entry.key == "format" || entry.key == "instance" || entry.key == "deployments";
    };
    return root.find("deployments") != nullptr &&
           std::all_of(root.entries.begin(), root.entries.end(), is_of_fleet);
}

void check_format(const Document& document) {
    const Node* format = document.root->find("format");
    if (document.root->kind == Node::Kind::map && format != nullptr && format->text == kPlanFormat) return;
    const Node& place = format != nullptr ? *format : *document.root;
    throw InputError({{document.file, place.mark.line, place.mark.column, "format",
                       format != nullptr ? format->shown() : "",
                       std::string(format != nullptr ? "" : "missing: ") + kPlanFormat}});
}

/// Names and indices of a plan that lead nowhere, each located in the document.
class ReferenceCheck {
  public:
    ReferenceCheck(const Document& document, std::vector<Problem>& problems)
        : document_(document), problems_(problems) {
        for (const Problem& problem : problems) told_.insert(problem.field);
    }

    void check_indices(const Plan& plan) {
        const std::size_t count = plan.deployments.size();
        for (std::size_t r = 0; r < plan.routing.size(); ++r) {
            const int deployment = plan.routing[r].deployment;
            if (deployment >= 0 && static_cast<std::size_t>(deployment) < count) continue;
            add(element("routing", r) + ".deployment", std::to_string(deployment),
                "an index into the " + std::to_string(count) + " deployments");
        }
    }

    /// Counts of a fleet written by hand.
    void check_counts(const Plan& fleet) {
        for (std::size_t d = 0; d < fleet.deployments.size(); ++d) {
            const PlannedDeployment& each = fleet.deployments[d];
            if (told_.contains(element("deployments", d))) continue;  // nothing of it could be read
            const auto require = [&](bool is_fine, const char* key, int value, const char* expected) {
                if (!is_fine) add(element("deployments", d) + key, std::to_string(value), expected);
            };
            require(each.tensor >= 1, ".tensor", each.tensor, "1 or more GPUs");
            require(each.pipeline >= 1, ".pipeline", each.pipeline, "1 or more stages");
            require(each.concurrency >= 0, ".concurrency", each.concurrency,
                    "1 or more sequences, or no such line where it is not known");
            require(each.replicas >= 1, ".replicas", each.replicas, "1 or more replicas");
            const double gpus = static_cast<double>(each.tensor) * each.pipeline * each.replicas;
            require(gpus <= kMostGpus, ".replicas", each.replicas, "at most 1e9 GPUs");
        }
    }

    void check_names(const Plan& plan, const Instance& instance) {
        if (plan.instance != instance->name && !(plan.is_fleet() && plan.instance.empty()))
            add("instance", '\'' + plan.instance + '\'', "a plan of instance " + instance->name);
        std::vector<std::string> types;
        for (const QueryType& type : instance->query_types) types.push_back(type.name);
        const std::vector<std::string> models = ids_of(instance->models);
        const std::vector<std::string> tiers = ids_of(instance->tiers);
        if (plan.prices) {
            for (std::size_t t = 0; t < plan.prices->query_types.size(); ++t)
                check_name(plan.prices->query_types[t].query_type, types, "query type",
                           element("prices.query_types", t) + ".query_type");
        }
        for (std::size_t d = 0; d < plan.deployments.size(); ++d) {
            check_name(plan.deployments[d].model, models, "model", element("deployments", d) + ".model");
            check_name(plan.deployments[d].tier, tiers, "tier", element("deployments", d) + ".tier");
        }
        for (std::size_t r = 0; r < plan.routing.size(); ++r)
            check_name(plan.routing[r].query_type, types, "query type",
                       element("routing", r) + ".query_type");
        for (std::size_t t = 0; t < plan.query_types.size(); ++t)
            check_name(plan.query_types[t].name, types, "query type", element("query_types", t) + ".name");
    }

  private:
    template <class Named>
    static std::vector<std::string> ids_of(const std::vector<Named>& list) {
        std::vector<std::string> ids;
        for (const Named& named : list) ids.push_back(named.id);
        return ids;
    }

    static std::string element(const std::string& list, std::size_t position) {
        return list + '[' + std::to_string(position) + ']';
    }

    void check_name(const std::string& name, const std::vector<std::string>& known, const std::string& kind,
                    const std::string& field) {
        if (std::find(known.begin(), known.end(), name) != known.end()) return;
        add(field, '\'' + name + '\'', "a " + kind + " of the instance" + did_you_mean(name, known));
    }

    /// One problem for each field: what could not be read has none of its own.
    void add(const std::string& field, const std::string& value, const std::string& expected) {
        if (!told_.insert(field).second) return;
        // A list at the root is that of the deployments.
        const bool is_list = document_.root->kind == Node::Kind::list;
        const Mark mark = locate(document_, is_list ? field.substr(field.find('[')) : field);
        problems_.push_back({document_.file, mark.line, mark.column, field, value, expected});
    }

    const Document& document_;
    std::vector<Problem>& problems_;
    std::set<std::string> told_;  // fields that have a problem
};

/// Takes the seed out of the numbers of a run, with all its digits; what is no whole number of 64 bits stays there as it is.
void take_seed(const Node& root, Plan& plan) {
    const Node* run = root.find("run");
    const Node* seed = run == nullptr ? nullptr : run->find("seed");
    if (seed == nullptr) return;
    std::uint64_t value = 0;
    const char* const end = seed->text.data() + seed->text.size();
    const auto [rest, error] = std::from_chars(seed->text.data(), end, value);
    if (error != std::errc() || rest != end) return;
    plan.seed = value;
    std::erase_if(plan.run, [](const auto& number) { return number.first == "seed"; });
}

/// JSON by its first character, as all plans are; what people write by hand is YAML as well.
Document parse_document(std::string_view text, const std::string& file) {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    const bool is_json = first == std::string_view::npos || text[first] == '{';
    return is_json ? parse_json(text, file) : parse_yaml(text, file);
}

Plan read_fleet(const Document& document, const Instance* instance) {
    std::vector<Problem> problems = document.problems;
    SchemaReader reader(document.file, problems);
    FleetFile fleet;
    const bool is_list = document.root->kind == Node::Kind::list;
    if (is_list) {
        reader.read(fleet.deployments, *document.root, Path{} / "deployments");
    } else {
        reader.read_parts(fleet, Schema<FleetFile>::parts, *document.root, Path{});
    }
    Plan plan;
    plan.instance = fleet.instance;
    plan.method = "by hand";
    plan.deployments.assign(fleet.deployments.begin(), fleet.deployments.end());
    ReferenceCheck check(document, problems);
    check.check_counts(plan);
    if (instance != nullptr) check.check_names(plan, *instance);
    std::stable_sort(problems.begin(), problems.end(),
                     [](const Problem& a, const Problem& b) { return a.line < b.line; });
    if (!problems.empty()) throw InputError(std::move(problems));
    return plan;
}

/// A plan whose names are those of `instance`, when there is one.
Plan parse(std::string_view text, const std::string& file, const Instance* instance) {
    const Document document = parse_document(text, file);
    if (is_fleet_file(*document.root)) return read_fleet(document, instance);
    check_format(document);
    std::vector<Problem> problems = document.problems;
    SchemaReader reader(file, problems);
    reader.require_quoted_texts();
    Plan plan;
    reader.read_parts(plan, Schema<Plan>::parts, *document.root, Path{});
    if (problems.empty()) {
        take_seed(*document.root, plan);
        ReferenceCheck check(document, problems);
        if (instance != nullptr) check.check_names(plan, *instance);
        check.check_indices(plan);
    }
    if (!problems.empty()) throw InputError(std::move(problems));
    return plan;
}

}  // namespace

std::string to_json(const Plan& plan) {
    require_finite(plan);
    return PlanWriter(plan).write();
}

Plan parse_plan(std::string_view text, const std::string& file) { return parse(text, file, nullptr); }

Plan parse_plan(std::string_view text, const std::string& file, const Instance& instance) {
    return parse(text, file, &instance);
}

Plan read_plan(const std::string& path) { return parse_plan(read_input(path, kLargestJson), path); }

Plan read_plan(const std::string& path, const Instance& instance) {
    return parse_plan(read_input(path, kLargestJson), path, instance);
}

}  // namespace allot
