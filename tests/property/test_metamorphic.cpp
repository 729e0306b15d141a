#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "allot/audit.hpp"
#include "allot/solve.hpp"
#include "support/random_tiny.hpp"
#include "support/seeds.hpp"
#include "support/tiny_instance.hpp"
#include "util/rng.hpp"

// What must hold between the optima of two instances, whatever the optima are. Both are proven by branch and price.

namespace allot {
namespace {

/// Of each of the eleven runs below.
constexpr std::uint64_t kSeedsOfEach = 46;

/// Two proofs, each within kOptimalityGap.
constexpr double kTwoGaps = 3e-6;

struct Optimum {
    Plan plan;
    bool is_feasible = false;
    double usd() const { return plan.cost.total(); }
};

/// The proven optimum, or that there is none; whatever it is, the auditor has passed it.
Optimum optimum(const InstanceData& data) {
    SolveOptions options;
    options.method = "exact";
    options.has_limit_changes = false;
    const Instance instance(data);
    Optimum found{solve(instance, options)};
    found.is_feasible = found.plan.status == Status::optimal;
    const bool is_closed = found.is_feasible || found.plan.status == Status::infeasible;
    CHECK(is_closed);
    const AuditReport report = audit(instance, found.plan);
    CHECK(report.is_acceptable(found.plan.status));
    return found;
}

using Change = std::function<void(InstanceData&, Rng&)>;

/// Calls check(optimum before, optimum after) for each seed.
template <class Check>
void for_each_pair(std::uint64_t stream, const Change& change, const Check& check) {
    for (std::uint64_t seed = 1; seed <= testing::num_seeds(kSeedsOfEach); ++seed) {
        CAPTURE(seed);
        const InstanceData before = testing::random_tiny_data(100 * stream + seed);
        Rng rng(seed, stream);
        InstanceData after = before;
        change(after, rng);
        check(optimum(before), optimum(after));
    }
}

void check_same(const Optimum& before, const Optimum& after, double factor = 1) {
    REQUIRE(before.is_feasible == after.is_feasible);
    if (!before.is_feasible) return;
    CHECK(std::abs(factor * before.usd() - after.usd()) <= kTwoGaps * std::max(1e-9, factor * before.usd()));
}

/// Whoever has more to choose from, or less to keep, pays no more.
void check_no_dearer(const Optimum& before, const Optimum& after) {
    if (!before.is_feasible) return;
    REQUIRE(after.is_feasible);
    CHECK(after.usd() <= before.usd() * (1 + kTwoGaps));
}

/// Gives everything that `names` knows its new name, wherever it is named.
void rename(InstanceData& data, const std::map<std::string, std::string>& names) {
    const auto change = [&](std::string& name) {
        if (const auto found = names.find(name); found != names.end()) name = found->second;
    };
    const auto change_keys = [&](auto& map) {
        std::decay_t<decltype(map)> renamed;
        for (auto& [key, value] : map) {
            std::string name = key;
            change(name);
            renamed.emplace(std::move(name), std::move(value));
        }
        map = std::move(renamed);
    };
    for (QueryType& type : data.query_types) {
        change(type.name);
        change_keys(type.error);
        for (std::string& model : type.models) change(model);
    }
    for (Model& model : data.models) change(model.id);
    for (Tier& tier : data.tiers) {
        change(tier.id);
        change(tier.gpu);
    }
    change_keys(data.accuracy.error16);
    for (auto* budget : {&data.uncertainty.delay, &data.uncertainty.error}) {
        if (!*budget) continue;
        change_keys((*budget)->caps);
        for (auto& [model, caps] : (*budget)->caps) change_keys(caps);
    }
    if (!data.running) return;
    for (RunningDeployment& running : *data.running) {
        change(running.model);
        change(running.tier);
    }
}

void scale_money(InstanceData& data, double factor) {
    for (Tier& tier : data.tiers) tier.price_usd_per_gpu_hour *= factor;
    for (QueryType& type : data.query_types) {
        type.unmet_usd_per_query *= factor;
        type.delay_usd_per_query_s *= factor;
    }
    data.storage.price_usd_per_gb_hour *= factor;
    data.switching.usd_per_start *= factor;
    data.budget_usd *= factor;
}

Tier another_tier(const InstanceData& data, Rng& rng) {
    Tier tier = testing::tiny_instance_data().tiers[rng.index(2)];
    tier.id = "other/" + tier.precision;
    tier.gpu = "other";
    tier.price_usd_per_gpu_hour = data.tiers[0].price_usd_per_gpu_hour * rng.uniform(0.5, 1.5);
    return tier;
}

/// Something that no plan can use.
void add_unusable(InstanceData& data, Rng& rng) {
    switch (rng.integer(0, 4)) {
        case 0: {
            Tier tier = another_tier(data, rng);
            tier.available = 0;
            data.tiers.insert(data.tiers.begin() + rng.integer(0, 1), std::move(tier));
            break;
        }
        case 1: {  // fits nothing, and would store more
            Tier tier = data.tiers[0];
            tier.id = "other/" + tier.precision;
            tier.gpu = "other";
            tier.available.reset();
            tier.mem_gb = 1;
            tier.weight_bytes = 8;
            data.tiers.push_back(std::move(tier));
            break;
        }
        case 2: {
            Model model = data.models[0];
            model.id = "huge";
            model.params_total = model.params_linear = model.params_linear_active = 1e13;
            data.accuracy.error16["huge"] = {{"qa", 0.01}};
            data.models.insert(data.models.begin(), std::move(model));
            break;
        }
        case 3:
            for (Tier& tier : data.tiers) tier.gpus_per_node = 3;  // of which two work together as before
            break;
        default: {
            QueryType type = data.query_types[0];
            type.name = "nobody";
            type.rate_per_hour = 0;
            type.slo.delay_s = 1e-3;
            type.max_unmet = 0;
            data.query_types.insert(data.query_types.begin(), std::move(type));
            break;
        }
    }
}

/// One limit, or all of a kind.
void relax(InstanceData& data, Rng& rng) {
    QueryType& type = data.query_types[rng.index(data.query_types.size())];
    switch (rng.integer(0, 5)) {
        case 0:
            type.max_unmet = std::min(1.0, type.max_unmet + rng.uniform(0.01, 0.5));
            break;
        case 1:
            if (type.slo.error) type.slo.error = std::min(1.0, *type.slo.error * rng.uniform(1, 1.5));
            break;
        case 2:
            if (type.slo.delay_s) type.slo.delay_s = *type.slo.delay_s * rng.uniform(1, 2);
            break;
        case 3:
            data.budget_usd *= rng.uniform(1, 2);
            break;
        case 4:
            data.storage.capacity_gb *= rng.uniform(1, 2);
            break;
        default:
            for (Tier& tier : data.tiers) tier.available.reset();
            break;
    }
}

void add_option(InstanceData& data, Rng& rng) {
    switch (rng.integer(0, 2)) {
        case 0:
            data.tiers.push_back(another_tier(data, rng));
            break;
        case 1: {
            std::vector<int>& concurrency = data.parallelism.concurrency;
            concurrency.push_back(concurrency.back() * 2);
            break;
        }
        default: {
            Model model = data.models[0];
            model.id = "twin";
            data.accuracy.error16["twin"] = data.accuracy.error16[data.models[0].id];
            data.models.push_back(std::move(model));
            break;
        }
    }
}

// The order of a file is nobody's wish: a plan that depends on it is not the cheapest one.
TEST_CASE("metamorphic: the order of types, models and tiers does not matter") {
    for_each_pair(
        1,
        [](InstanceData& data, Rng& rng) {
            rng.shuffle(data.query_types);
            rng.shuffle(data.models);
            rng.shuffle(data.tiers);
        },
        [](const Optimum& before, const Optimum& after) { check_same(before, after); });
}

// Names are labels; one that decides anything is a sorted map in the wrong place.
TEST_CASE("metamorphic: names do not matter") {
    for_each_pair(
        2,
        [](InstanceData& data, Rng&) {
            rename(data, {{"chat", "z"},
                          {"code", "y"},
                          {"batch", "x"},
                          {"small", "m2"},
                          {"large", "m1"},
                          {"gpu-a", "n"},
                          {"gpu-b", "l"},
                          {"gpu-a/bf16", "n/2"},
                          {"gpu-b/fp8", "l/1"}});
        },
        [](const Optimum& before, const Optimum& after) { check_same(before, after); });
}

// Cents for dollars is the same problem: a tolerance in money that is not relative would show here.
TEST_CASE("metamorphic: in another currency all costs scale") {
    for (const double factor : {1.0 / 128, 150.0}) {
        for_each_pair(
            factor < 1 ? 3 : 4, [factor](InstanceData& data, Rng&) { scale_money(data, factor); },
            [factor](const Optimum& before, const Optimum& after) { check_same(before, after, factor); });
    }
}

// Halves of a type may be served alike, and shares may be averaged over them: the optimum is the same.
TEST_CASE("metamorphic: a type split in two of half the rate costs the same") {
    for_each_pair(
        5,
        [](InstanceData& data, Rng& rng) {
            QueryType& first = data.query_types[rng.index(data.query_types.size())];
            first.rate_per_hour /= 2;
            QueryType second = first;
            second.name += "-2";
            data.query_types.push_back(std::move(second));
        },
        [](const Optimum& before, const Optimum& after) { check_same(before, after); });
}

// Nobody has to take an option.
TEST_CASE("metamorphic: a further option never costs more") { for_each_pair(6, add_option, check_no_dearer); }

// What was allowed still is.
TEST_CASE("metamorphic: a looser limit never costs more") {
    for (const std::uint64_t stream : {7U, 8U}) for_each_pair(stream, relax, check_no_dearer);
}

// What nobody can rent, run or ask for is no reason for another plan.
TEST_CASE("metamorphic: what cannot be used changes nothing") {
    for (const std::uint64_t stream : {9U, 10U}) {
        for_each_pair(stream, add_unusable,
                      [](const Optimum& before, const Optimum& after) { check_same(before, after); });
    }
}

}  // namespace
}  // namespace allot
