#include "support/random_tiny.hpp"

#include <array>
#include <cmath>
#include <utility>

#include "support/tiny_instance.hpp"
#include "util/rng.hpp"

namespace allot::testing {
namespace {

/// One of: 1 model x 2 tiers x 2 concurrencies, 2 x 1 x 2, 2 x 2 x 1.
void choose_shapes(InstanceData& data, Rng& rng) {
    const int pattern = rng.integer(0, 2);
    data.parallelism.tensor = {2};
    data.parallelism.pipeline = {1};
    constexpr std::array kLow{1, 4, 4, 16};
    constexpr std::array kHigh{16, 64, 128, 128};
    const std::size_t pair = rng.index(4);
    data.parallelism.concurrency = {kLow[pair], kHigh[pair]};
    if (pattern == 2) data.parallelism.concurrency.pop_back();
    if (pattern == 0) data.models = {data.models[1]};
    if (pattern == 1) data.tiers = {data.tiers[rng.index(2)]};
    data.parallelism.mixed = rng.chance(0.25);
    for (Tier& tier : data.tiers) {
        tier.price_usd_per_gpu_hour *= rng.uniform(0.5, 2);
        if (rng.chance(0.3)) tier.available = rng.integer(1, 4) * 2;
        if (rng.chance(0.5)) tier.mem_gb = 18;
    }
}

void choose_types(InstanceData& data, Rng& rng) {
    data.query_types.resize(static_cast<std::size_t>(rng.integer(1, 3)));
    for (QueryType& type : data.query_types) {
        type.models.clear();
        type.error.clear();
        type.task = "qa";
        type.rate_per_hour *=
            data.parallelism.concurrency[0] == 1 ? rng.uniform(0.3, 1.5) : rng.uniform(0.5, 15);
        type.slo = {};
        type.slo.delay_s = std::exp(rng.uniform(std::log(3.0), std::log(80.0)));
        type.delay_slo = rng.chance(0.4) ? DelaySlo::mean : DelaySlo::per_query;
        if (type.delay_slo == DelaySlo::mean)
            type.slo.delay_s = std::exp(rng.uniform(std::log(0.4), std::log(12.0)));
        if (rng.chance(0.6)) type.slo.error = rng.uniform(0.08, 0.25);
        type.max_unmet = rng.chance(0.5) ? rng.uniform(0, 0.5) : 0;
        type.unmet_usd_per_query = rng.uniform(0, 4e-4);
        type.delay_usd_per_query_s = rng.uniform(0, 3e-5);
        type.priority = rng.integer(1, 2);
        type.token_bytes = rng.chance(0.5) ? 2000 : 2;
    }
}

/// The large model on memory-poor GPUs at high concurrency: long prompts fill the KV memory before the slots.
void make_memory_scarce(InstanceData& data) {
    data.models = {data.models.back()};
    data.tiers = {data.tiers.front()};
    data.tiers[0].mem_gb = 18;
    data.tiers[0].available.reset();
    data.parallelism.concurrency = {64, 128};
    for (QueryType& type : data.query_types) {
        type.input_tokens = 3000;
        type.slo.delay_s = 200;
    }
}

/// One group for a hasty type, which only the low concurrency suits, and others, which the high one would serve for less.
void make_group_tight(InstanceData& data) {
    data.models = {data.models.back()};
    data.tiers = {data.tiers.front()};
    data.parallelism.concurrency = {4, 64};
    data.parallelism.mixed = false;
    for (QueryType& type : data.query_types) {
        type.delay_slo = DelaySlo::per_query;
        type.slo.delay_s = 100;
        type.unmet_usd_per_query = 1e-2;
    }
    data.query_types[0].slo.delay_s = 5.5;
}

void choose_limits(InstanceData& data, Rng& rng) {
    data.storage = {kUnlimited, rng.chance(0.7) ? rng.uniform(0, 0.02) : 0.0};
    if (rng.chance(0.25)) data.storage.capacity_gb = rng.uniform(5, 30);
    if (rng.chance(0.25)) data.budget_usd = rng.uniform(20, 150);
}

void choose_uncertainty(InstanceData& data, Rng& rng) {
    const auto choose = [&](double deviation) {
        UncertaintyBudget budget{deviation, rng.uniform(0.3, 2.5), {}};
        for (const Model& model : data.models) {
            if (rng.chance(0.5)) budget.caps[model.id][data.tiers[0].id] = rng.uniform(0, 1);
        }
        return budget;
    };
    if (rng.chance(0.5)) data.uncertainty.delay = choose(rng.uniform(0.1, 0.5));
    if (rng.chance(0.5)) data.uncertainty.error = choose(rng.uniform(0.05, 0.3));
}

void choose_running(InstanceData& data, Rng& rng) {
    if (!rng.chance(0.3)) return;
    data.switching = {rng.uniform(0, 4), rng.uniform(0, 5)};
    data.running.emplace();
    if (rng.chance(0.2)) return;  // nothing runs
    data.running->push_back(
        {data.models[0].id, data.tiers[0].id, 2, 1, data.parallelism.concurrency[0], rng.integer(1, 3)});
    if (rng.chance(0.3)) data.max_starts = rng.integer(0, 4);
}

}  // namespace

InstanceData random_tiny_data(std::uint64_t seed) {
    Rng rng(seed);
    InstanceData data = tiny_instance_data();
    choose_shapes(data, rng);
    choose_types(data, rng);
    if (seed % 8 == 6) make_memory_scarce(data);
    if (seed % 8 == 7) make_group_tight(data);
    choose_limits(data, rng);
    choose_uncertainty(data, rng);
    choose_running(data, rng);
    return data;
}

InstanceData nasty_tiny_data(std::uint64_t seed) {
    InstanceData data = random_tiny_data(seed);
    Rng rng(seed, 2);
    data.storage.capacity_gb = kUnlimited;
    data.budget_usd = kUnlimited;
    for (Tier& tier : data.tiers) {
        tier.price_usd_per_gpu_hour = rng.chance(0.5) ? 1e-4 : 1e4;
        tier.available.reset();
    }
    const std::array rates{1e-3, 1.0, 1e8};
    for (QueryType& type : data.query_types) {
        type.rate_per_hour = rates[rng.index(3)];
        if (type.slo.error) type.slo.error = rng.chance(0.5) ? 0.1 : 0.2;
        type.slo.delay_s = 1000;
        type.delay_slo = DelaySlo::per_query;
    }
    return data;
}

}  // namespace allot::testing
