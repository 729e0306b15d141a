#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "problem/instance_schema.hpp"
#include "problem/validate.hpp"
#include "util/numbers.hpp"
#include "util/suggest.hpp"

namespace allot {

namespace {

template <class T>
std::vector<std::string> names_of(const std::vector<T>& list) {
    std::vector<std::string> names;
    for (const T& item : list) names.push_back(item_name(item));
    return names;
}

bool contains(const std::vector<std::string>& list, const std::string& word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

/// Is `word` no name of this kind? Where none is known at all, that has been said already.
bool is_unknown(const std::vector<std::string>& known, const std::string& word) {
    return !known.empty() && !contains(known, word);
}

/// "a model of this instance (a, b, c); did you mean 'b'?"
std::string one_of(const std::string& what, const std::string& word, const std::vector<std::string>& known) {
    constexpr std::size_t kMostListed = 12;
    std::string text = what;
    if (known.size() <= kMostListed) {
        text += " (";
        for (std::size_t n = 0; n < known.size(); ++n) text += (n > 0 ? ", " : "") + known[n];
        text += ')';
    }
    return text + did_you_mean(word, known);
}

std::string quoted(const std::string& word) { return '\'' + word + '\''; }

/// Names that query types may refer to.
struct Known {
    std::vector<std::string> models;
    std::vector<std::string> precisions;  // of the tiers, and the usual ones
    std::vector<std::string> tasks;
};

Known known_names(const InstanceData& data) {
    Known known;
    known.models = names_of(data.models);
    known.precisions = {"bf16", "fp16", "fp8", "int8", "int4", "nvfp4"};
    for (const Tier& tier : data.tiers)
        if (!contains(known.precisions, tier.precision)) known.precisions.push_back(tier.precision);
    for (const auto& [id, task] : data.accuracy.tasks) known.tasks.push_back(id);
    return known;
}

void check_given_errors(const QueryType& type, const Known& known, const Path& path, ProblemList& problems) {
    for (const auto& [model, given] : type.error) {
        if (is_unknown(known.models, model))
            problems.add(path / "error" / model, quoted(model),
                         one_of("a model of this instance", model, known.models));
        for (const auto& [precision, value] : given.by_precision)
            if (is_unknown(known.precisions, precision))
                problems.add(path / "error" / model / precision, quoted(precision),
                             one_of("a precision", precision, known.precisions));
        if (!given.value && given.by_precision.empty())
            problems.add(path / "error" / model, "nothing", "a number in [0, 1], or one by precision");
    }
}

/// Queries per hour: rarer than once in a hundred million years. What costs follow from smaller rates than that are no numbers for
/// linear programs any more.
constexpr double kLeastRate = 1e-9;

void check_query_type(const QueryType& type, const Known& known, const Path& path, ProblemList& problems) {
    if (type.rate_per_hour > 0 && type.rate_per_hour < kLeastRate)
        problems.add(path / "rate_per_hour", shortest_text(type.rate_per_hour),
                     "0, for no demand, or at least " + shortest_text(kLeastRate));
    if (!type.task.empty() && !contains(known.tasks, type.task))
        problems.add(path / "task", quoted(type.task),
                     one_of("a task of the accuracy table", type.task, known.tasks));
    check_given_errors(type, known, path, problems);
    std::set<std::string> seen;
    for (std::size_t n = 0; n < type.models.size(); ++n) {
        const std::string& model = type.models[n];
        const Path field = path / "models";
        if (is_unknown(known.models, model))
            problems.add(field[n], quoted(model), one_of("a model of this instance", model, known.models));
        if (!seen.insert(model).second) problems.add(field[n], quoted(model), "each model once");
    }
    if (type.slo.error && type.task.empty() && type.error.empty())
        problems.add(path / "slo" / "error", shortest_text(*type.slo.error),
                     "`task` or `error` beside it: without error figures no limit can be kept");
}

/// Types that take their errors from the accuracy table need it to know every precision.
void check_kappa(const InstanceData& data, ProblemList& problems) {
    const bool uses_table = std::any_of(data.query_types.begin(), data.query_types.end(),
                                        [](const QueryType& type) { return !type.task.empty(); });
    if (!uses_table) return;
    std::vector<std::string> known;
    for (const auto& [precision, kappa] : data.accuracy.kappa) known.push_back(precision);
    const Path root;
    const Path tiers = root / "tiers";
    const ItemNames names(data.tiers, [](const Tier& tier) -> const std::string& { return tier.id; });
    for (std::size_t k = 0; k < data.tiers.size(); ++k)
        if (!contains(known, data.tiers[k].precision))
            problems.add(names.path(tiers, k) / "precision", quoted(data.tiers[k].precision),
                         one_of("a precision that the accuracy table knows", data.tiers[k].precision, known));
}

void check_degrees(const std::vector<int>& list, const Path& path, ProblemList& problems) {
    if (list.empty()) problems.add(path, "[]", "at least one number");
    for (std::size_t n = 1; n < list.size(); ++n)
        if (list[n] <= list[n - 1])
            problems.add(path[n], std::to_string(list[n]),
                         "a number above the one before it: ascending, each once");
}

void check_caps(const UncertaintyBudget& budget, const InstanceData& data, const Path& path,
                ProblemList& problems) {
    const std::vector<std::string> models = names_of(data.models);
    const std::vector<std::string> tiers = names_of(data.tiers);
    const Path caps = path / "caps";
    for (const auto& [model, by_tier] : budget.caps) {
        if (is_unknown(models, model))
            problems.add(caps / model, quoted(model), one_of("a model of this instance", model, models));
        for (const auto& [tier, cap] : by_tier)
            if (is_unknown(tiers, tier))
                problems.add(caps / model / tier, quoted(tier),
                             one_of("a tier of this instance", tier, tiers));
    }
}

}  // namespace

void check_query_types(const InstanceData& data, ProblemList& problems) {
    const Known known = known_names(data);
    const Path root;
    const Path types = root / "query_types";
    const ItemNames names(data.query_types,
                          [](const QueryType& type) -> const std::string& { return type.name; });
    for (std::size_t i = 0; i < data.query_types.size(); ++i)
        check_query_type(data.query_types[i], known, names.path(types, i), problems);
    check_kappa(data, problems);
}

void drop_impossible_degrees(InstanceData& data) {
    if (data.tiers.empty()) return;
    std::erase_if(data.parallelism.tensor, [&](int degree) {
        return std::none_of(data.tiers.begin(), data.tiers.end(),
                            [&](const Tier& tier) { return can_run_tensor(tier, degree); });
    });
}

void check_parallelism(const InstanceData& data, ProblemList& problems) {
    const Path root;
    const Path path = root / "parallelism";
    const Path tensor = path / "tensor";
    check_degrees(data.parallelism.tensor, tensor, problems);
    check_degrees(data.parallelism.pipeline, path / "pipeline", problems);
    check_degrees(data.parallelism.concurrency, path / "concurrency", problems);
    for (std::size_t n = 0; n < data.parallelism.tensor.size() && !data.tiers.empty(); ++n) {
        const int degree = data.parallelism.tensor[n];
        const bool can_run = std::any_of(data.tiers.begin(), data.tiers.end(),
                                         [&](const Tier& tier) { return can_run_tensor(tier, degree); });
        if (degree >= 1 && !can_run)
            problems.add(tensor[n], std::to_string(degree),
                         "a degree that fits a node of some tier and stands in its all-reduce table");
    }
}

void check_pools(const InstanceData& data, ProblemList& problems) {
    const Path root;
    const Path tiers = root / "tiers";
    const ItemNames names(data.tiers, [](const Tier& tier) -> const std::string& { return tier.id; });
    std::map<std::string, const Tier*> first;
    for (std::size_t k = 0; k < data.tiers.size(); ++k) {
        const Tier& tier = data.tiers[k];
        if (!tier.available) continue;
        const auto [entry, is_new] = first.emplace(tier.gpu, &tier);
        if (!is_new && entry->second->available != tier.available)
            problems.add(names.path(tiers, k) / "available", std::to_string(*tier.available),
                         std::to_string(*entry->second->available) + " as for " + entry->second->id +
                             ": tiers of one GPU (" + tier.gpu + ") share what is available");
    }
}

void check_uncertainty(const InstanceData& data, ProblemList& problems) {
    const Path root;
    const Path path = root / "uncertainty";
    if (data.uncertainty.delay) check_caps(*data.uncertainty.delay, data, path / "delay", problems);
    if (!data.uncertainty.error) return;
    const Path error = path / "error";
    check_caps(*data.uncertainty.error, data, error, problems);
    if (!data.uncertainty.error->deviation)
        problems.add(error / "deviation", {}, "missing: errors have no default deviation, delays have");
}

void check_running(const InstanceData& data, ProblemList& problems) {
    const Path root;
    const Path path = root / "running";
    if (data.max_starts && *data.max_starts < 0)
        problems.add(root / "max_starts", std::to_string(*data.max_starts), "0 or more");
    if (data.max_starts && !data.running)
        problems.add(root / "max_starts", std::to_string(*data.max_starts),
                     "a current plan (`running`): without one nothing counts as a start");
    for (std::size_t n = 0; data.running && n < data.running->size(); ++n) {
        const RunningDeployment& running = (*data.running)[n];
        const Path item = path[n];
        if (running.replicas < 0)
            problems.add(item / "replicas", std::to_string(running.replicas), "0 or more");
        if (running.tensor < 1 || running.pipeline < 1 || running.concurrency < 0)
            problems.add(item, running.model + " on " + running.tier,
                         "tensor and pipeline of 1 or more, and a concurrency of 1 or more, or 0 where it is "
                         "not known");
    }
}

}  // namespace allot
