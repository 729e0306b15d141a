#include "support/random_instance.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "allot/io.hpp"
#include "generator/generator.hpp"
#include "generator/limits.hpp"
#include "util/rng.hpp"
#include "util/rounding.hpp"

namespace allot::testing {

namespace {

constexpr std::uint64_t kStream = 100;

double draw(Rng& rng, double low, double high) { return round_significant(rng.uniform(low, high), 3); }

/// Between low and high (> 0), small ones as likely as large ones: a uniform exponent without std::pow.
double draw_scale(Rng& rng, double low, double high) {
    std::vector<double> steps{low};
    while (2 * steps.back() < high) steps.push_back(2 * steps.back());
    const double step = steps[rng.index(steps.size())];
    return round_significant(std::min(high, step * rng.uniform(1, 2)), 3);
}

/// Some of the items in their order, at least one.
template <class T>
std::vector<T> draw_some(Rng& rng, const std::vector<T>& items, double chance) {
    std::vector<T> some;
    for (const T& item : items) {
        if (rng.chance(chance)) some.push_back(item);
    }
    if (some.empty()) some.push_back(items[rng.index(items.size())]);
    return some;
}

GeneratorOptions draw_options(Rng& rng, std::uint64_t seed, int size) {
    GeneratorOptions options;
    const int family = rng.integer(0, 4);
    options.family = family < 2 ? Family::paper : family < 4 ? Family::batched : Family::fleet;
    options.types = rng.integer(1, size);
    options.models = rng.integer(1, std::min(size + 2, 200));
    options.tiers = rng.integer(1, std::min(size + 3, 200));
    options.seed = seed;
    return options;
}

void bend_grid(Rng& rng, InstanceData& data) {
    ParallelismGrid& grid = data.parallelism;
    grid.concurrency = draw_some(rng, grid.concurrency, 0.6);
    grid.pipeline = draw_some(rng, grid.pipeline, 0.6);
    grid.tensor = draw_some(rng, grid.tensor, 0.7);
    grid.mixed = rng.chance(0.3);
    if (rng.chance(0.3)) data.target_utilisation = draw(rng, 0.5, 1);
    if (rng.chance(0.3)) data.horizon_hours = rng.chance(0.5) ? 1 : 720;
    if (rng.chance(0.2)) data.engine = builtin_catalog().engines[rng.index(builtin_catalog().engines.size())];
}

/// The file's own errors give way to the accuracy table, or lose some figures.
void bend_errors(Rng& rng, QueryType& type) {
    if (rng.chance(0.2)) {
        std::vector<std::string> tasks;
        for (const auto& [id, task] : builtin_catalog().accuracy.tasks) tasks.push_back(id);
        type.error.clear();
        type.task = tasks[rng.index(tasks.size())];
        type.slo.error = draw(rng, 0.02, 0.6);
    } else if (rng.chance(0.25) && type.error.size() > 1) {
        auto gone = type.error.begin();
        std::advance(gone, static_cast<int>(rng.index(type.error.size())));
        type.error.erase(gone);
    } else if (rng.chance(0.15)) {
        for (auto& [model, given] : type.error) {
            given.value = given.by_precision.begin()->second;
            given.by_precision.clear();
        }
    }
    if (rng.chance(0.15)) type.slo.error.reset();
    if (type.slo.error && rng.chance(0.3)) {
        type.slo.error = std::min(1.0, *type.slo.error * draw_scale(rng, 0.3, 4));
    }
}

void bend_delays(Rng& rng, QueryType& type) {
    if (rng.chance(0.4)) type.slo.delay_s = draw_scale(rng, 0.3, 60);
    if (rng.chance(0.3)) type.delay_slo = DelaySlo::mean;
    if (rng.chance(0.15)) type.slo.delay_s.reset();
    if (rng.chance(0.2)) type.slo.ttft_s = draw_scale(rng, 0.05, 5);
    if (rng.chance(0.2)) type.slo.tpot_s = draw_scale(rng, 0.005, 0.5);
}

void bend_demand(Rng& rng, const InstanceData& data, QueryType& type) {
    if (rng.chance(0.5))
        type.rate_per_hour = round_significant(type.rate_per_hour * draw_scale(rng, 0.01, 8), 3);
    if (rng.chance(0.6)) type.max_unmet = rng.chance(0.5) ? 0 : rng.chance(0.4) ? 1 : draw(rng, 0, 1);
    if (rng.chance(0.3)) type.unmet_usd_per_query *= draw_scale(rng, 1e-5, 1);
    if (rng.chance(0.3)) type.delay_usd_per_query_s *= draw_scale(rng, 0.1, 100);
    if (rng.chance(0.15)) type.unmet_usd_per_query = 0;
    if (rng.chance(0.15)) type.delay_usd_per_query_s = 0;
    if (rng.chance(0.3)) type.priority = rng.integer(1, 3);
    if (rng.chance(0.2)) type.token_bytes = draw_scale(rng, 1, 1e4);
    if (rng.chance(0.25)) {
        for (const Model& model : draw_some(rng, data.models, 0.6)) type.models.push_back(model.id);
    }
}

void bend_limits(Rng& rng, InstanceData& data, std::uint64_t seed) {
    if (rng.chance(0.3)) limit_pools(data, seed);
    if (rng.chance(0.4)) set_tight_budget(data);
    if (data.budget_usd < kUnlimited && rng.chance(0.5)) {
        data.budget_usd = round_significant(data.budget_usd * draw_scale(rng, 0.2, 3), 3);
    }
    if (rng.chance(0.3)) {
        const std::string gpu = data.tiers[rng.index(data.tiers.size())].gpu;
        const int available = rng.integer(0, 20);
        for (Tier& tier : data.tiers) {
            if (tier.gpu == gpu) tier.available = available;
        }
    }
    if (rng.chance(0.3)) data.storage.capacity_gb = draw_scale(rng, 1, 400);
    if (rng.chance(0.2)) data.storage.price_usd_per_gb_hour *= draw_scale(rng, 0.1, 100);
}

UncertaintyBudget draw_uncertainty(Rng& rng, const InstanceData& data, bool may_omit_deviation) {
    UncertaintyBudget budget;
    if (!may_omit_deviation || rng.chance(0.7)) budget.deviation = draw(rng, 0, 0.5);
    budget.budget = rng.chance(0.3) ? draw(rng, 0, 3) : rng.integer(0, 5);
    if (rng.chance(0.4)) {
        const Model& model = data.models[rng.index(data.models.size())];
        for (const Tier& tier : draw_some(rng, data.tiers, 0.5)) {
            budget.caps[model.id][tier.id] = draw(rng, 0, 1);
        }
    }
    return budget;
}

/// What runs now: nothing, or mostly configurations of the grid, some that it lacks, that do not fit or whose tier is gone.
void draw_running(Rng& rng, InstanceData& data) {
    data.running.emplace();
    if (rng.chance(0.3)) data.max_starts = rng.integer(0, 12);
    if (rng.chance(0.15)) return;
    const auto pick = [&](const std::vector<int>& list) { return list[rng.index(list.size())]; };
    for (int count = rng.integer(1, 3); count > 0; --count) {
        RunningDeployment running;
        running.model = data.models[rng.index(data.models.size())].id;
        running.tier = rng.chance(0.9) ? data.tiers[rng.index(data.tiers.size())].id : "gone/bf16";
        running.tensor = pick(data.parallelism.tensor);
        running.pipeline = pick(data.parallelism.pipeline);
        running.concurrency = rng.chance(0.8) ? pick(data.parallelism.concurrency) : 7;
        running.replicas = rng.integer(0, 10);
        const auto is_same = [&](const RunningDeployment& other) {
            return std::tie(other.model, other.tier, other.tensor, other.pipeline, other.concurrency) ==
                   std::tie(running.model, running.tier, running.tensor, running.pipeline,
                            running.concurrency);
        };
        std::vector<RunningDeployment>& all = *data.running;
        if (std::none_of(all.begin(), all.end(), is_same)) all.push_back(running);
    }
}

/// Tensor degrees that no tier can run are a fault of the instance: the others stay, and 1 always runs.
void keep_tensor_degrees_that_run(InstanceData& data) {
    std::vector<int>& degrees = data.parallelism.tensor;
    std::erase_if(degrees, [&](int degree) {
        return degree > 1 && std::none_of(data.tiers.begin(), data.tiers.end(), [&](const Tier& tier) {
                   return tier.gpus_per_node % degree == 0 && tier.allreduce.contains(degree);
               });
    });
    if (degrees.empty()) degrees.push_back(1);
}

}  // namespace

InstanceData random_instance(std::uint64_t seed, int size) {
    Rng rng(seed, kStream);
    InstanceData data = generate(draw_options(rng, seed, size), builtin_catalog());
    data.name = "random-" + std::to_string(seed);
    bend_grid(rng, data);
    keep_tensor_degrees_that_run(data);
    for (QueryType& type : data.query_types) {
        bend_errors(rng, type);
        bend_delays(rng, type);
        bend_demand(rng, data, type);
    }
    bend_limits(rng, data, seed);
    if (rng.chance(0.3)) data.uncertainty.delay = draw_uncertainty(rng, data, true);
    if (rng.chance(0.3)) data.uncertainty.error = draw_uncertainty(rng, data, false);
    if (rng.chance(0.3)) {
        data.switching = {.warmup_hours = draw(rng, 0, 1), .usd_per_start = draw(rng, 0, 10)};
        draw_running(rng, data);
    }
    if (seed % 4 == 0) {
        for (QueryType& type : data.query_types) type.max_unmet = 1;
    }
    return data;
}

}  // namespace allot::testing
