#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "allot/io.hpp"
#include "audit/error_figure.hpp"
#include "audit/protection.hpp"
#include "audit/replica.hpp"
#include "audit/service_times.hpp"
#include "performance/accuracy.hpp"
#include "performance/performance_model.hpp"
#include "performance/uncertainty.hpp"
#include "support/random_instance.hpp"
#include "support/seeds.hpp"
#include "support/whole_catalogue.hpp"
#include "util/rng.hpp"

using namespace allot;
using auditing::Obstacle;

namespace {

/// Two transcriptions of the same equations differ by the rounding of a few dozen operations.
constexpr double kAgreement = 1e-10;
constexpr std::uint64_t kStream = 101;

Misfit misfit_of(const std::optional<Obstacle>& obstacle) {
    if (!obstacle) return Misfit::none;
    switch (obstacle->kind) {
        case Obstacle::Kind::tensor_exceeds_node:
            return Misfit::tensor_exceeds_node;
        case Obstacle::Kind::no_allreduce_figure:
            return Misfit::no_allreduce_figure;
        case Obstacle::Kind::heads_not_divisible:
            return Misfit::heads_not_divisible;
        case Obstacle::Kind::layers_below_stages:
            return Misfit::layers_below_stages;
        case Obstacle::Kind::weights_exceed_memory:
            return Misfit::weights_exceed_memory;
        case Obstacle::Kind::context_too_long:
            return Misfit::context_too_long;
        case Obstacle::Kind::kv_exceeds_memory:
            return Misfit::kv_exceeds_memory;
    }
    return Misfit::not_tabulated;
}

/// What the auditor and the performance model say of the pairs of an instance, side by side.
class Comparison {
  public:
    explicit Comparison(const Instance& instance)
        : instance_(instance), performance_(make_performance_model(instance)) {
        for (int j = 0; j < instance.num_models(); ++j) {
            for (int k = 0; k < instance.num_tiers(); ++k) compare_group(j, k);
        }
    }

    double worst() const { return worst_; }                       ///< largest difference, relative
    const std::string& where() const { return where_; }           ///< and the figure that has it
    const std::set<Misfit>& misfits() const { return misfits_; }  ///< that came up, none too

  private:
    void compare(double own, double other, const std::string& what) {
        const double scale = other == 0 ? 1 : std::abs(other);
        const double difference = std::abs(own - other) / scale;
        if (difference <= worst_) return;
        worst_ = std::isnan(difference) ? 1 : difference;
        where_ = what + ": " + std::to_string(own) + " against " + std::to_string(other);
    }

    void compare(const std::optional<Obstacle>& own, const MisfitDetail& other, const std::string& what) {
        misfits_.insert(other.misfit);
        if (misfit_of(own) != other.misfit) FAIL_CHECK(what << ": another reason not to fit");
        if (!own) return;
        compare(own->needed, other.needed, what + " needed");
        compare(own->available, other.available, what + " available");
    }

    void compare(const auditing::Spread& own, const Deviation& other, const std::string& what) {
        compare(own.deviation, other.deviation, what);
        compare(own.cap, other.cap, what + ", cap");
    }

    void compare_group(int j, int k) {
        const std::string name = instance_.model(j).id + " on " + instance_.tier(k).id;
        compare(auditing::delay_spread(instance_, j, k), delay_deviation(instance_, j, k), name + " delay");
        compare(auditing::error_spread(instance_, j, k), error_deviation(instance_, j, k), name + " errors");
        for (int i = 0; i < instance_.num_types(); ++i) {
            const std::optional<double> own = auditing::error_figure(instance_, i, j, k);
            const std::optional<double> other = error_rate(instance_, i, j, k);
            if (own.has_value() != other.has_value()) FAIL_CHECK(name << ": one has an error figure");
            compare(own.value_or(0), other.value_or(0), name + " error");
        }
        for (const int n : instance_->parallelism.tensor) {
            for (const int m : instance_->parallelism.pipeline)
                compare_shape({j, k, n, m}, name + " TP " + std::to_string(n) + " PP " + std::to_string(m));
        }
    }

    void compare_shape(const Shape& shape, const std::string& name) {
        compare(auditing::shape_obstacle(instance_, shape), performance_->shape_misfit(shape), name);
        if (performance_->shape_misfit(shape).misfit != Misfit::none) return;
        for (int i = 0; i < instance_.num_types(); ++i)
            compare(auditing::type_obstacle(instance_, shape, i), performance_->type_misfit(shape, i), name);
        const std::vector<int>& concurrencies = instance_->parallelism.concurrency;
        FigureBlock block;
        performance_->evaluate(shape, concurrencies, block);
        std::size_t at = 0;
        for (const int b : concurrencies) {
            for (int i = 0; i < instance_.num_types(); ++i, ++at) compare_pair(shape, b, i, block, at, name);
        }
    }

    void compare_pair(const Shape& shape, int b, int i, const FigureBlock& block, std::size_t at,
                      const std::string& name) {
        const auditing::ServiceTimes times = auditing::service_times(instance_, shape, b, i);
        const auditing::Loads loads = auditing::loads(instance_, shape, b, i, times.delay_s);
        compare(times.ttft_s, block.ttft_s[at], name);
        compare(times.tpot_s, block.tpot_s[at], name);
        compare(times.delay_s, block.delay_s[at], name);
        compare(loads.slots, block.slot_load[at], name);
        compare(loads.kv_memory, block.kv_load[at], name);
    }

    const Instance& instance_;
    std::unique_ptr<PerformanceModel> performance_;
    double worst_ = 0;
    std::string where_;
    std::set<Misfit> misfits_;
};

/// A model as no catalogue has it: odd heads, few layers, experts, a short context.
Model bent(Model model, Rng& rng) {
    model.id = "bent";
    model.kv_heads = rng.integer(1, 4);
    model.heads = model.kv_heads * rng.integer(1, 4);
    if (rng.chance(0.3)) model.layers = model.kv_layers = rng.integer(1, 3);
    if (rng.chance(0.3)) model.max_context = rng.integer(1, 2000);
    if (rng.chance(0.3)) model.tied_embeddings = !model.tied_embeddings;
    if (rng.chance(0.5)) model.host_mult = rng.uniform(0.5, 2);
    if (rng.chance(0.5)) {
        const int count = rng.integer(1, 64);
        model.experts = Experts{count, rng.integer(1, count), model.params_linear / (2 * count)};
    }
    return model;
}

/// A tier as no catalogue has it: a node of few GPUs, no figure for some all-reduce, any roofline.
Tier bent(Tier tier, Rng& rng) {
    tier.id = tier.gpu = "bent";
    tier.gpus_per_node = 1 << rng.integer(0, 3);
    if (rng.chance(0.5)) tier.allreduce.erase(1 << rng.integer(1, 3));
    tier.mem_gb *= rng.uniform(0.3, 2);
    if (rng.chance(0.5)) tier.kv_bytes = 1;
    if (rng.chance(0.5)) tier.pnorm = rng.uniform(1, rng.chance(0.5) ? 8 : 100);
    tier.evidence = static_cast<Evidence>(rng.integer(0, 2));
    return tier;
}

Instance bent_instance(std::uint64_t seed) {
    Rng rng(seed, kStream);
    InstanceData data = allot::testing::random_instance(seed, 4);
    data.models.push_back(bent(data.models[rng.index(data.models.size())], rng));
    data.tiers.push_back(bent(data.tiers[rng.index(data.tiers.size())], rng));
    return Instance(data);
}

}  // namespace

// Whatever the solver believes of a pair, the auditor must come to by its own equations, or sound plans would be refused.
TEST_CASE("the auditor's figures of every pair of random instances are those of the performance model") {
    std::set<Misfit> misfits;
    for (std::uint64_t seed = 0; seed < allot::testing::num_seeds(200, 40); ++seed) {
        CAPTURE(seed);
        const Instance instance = bent_instance(seed);
        const Comparison comparison(instance);
        CAPTURE(comparison.where());
        CHECK(comparison.worst() <= kAgreement);
        misfits.insert(comparison.misfits().begin(), comparison.misfits().end());
    }
    CHECK(misfits.size() == 8);  // every reason not to fit, and none
}

// Random instances use few models and engines: here both transcriptions meet on all coefficients that are shipped.
TEST_CASE("the auditor's figures are those of the performance model on the whole catalogue") {
    std::vector<std::string> tasks;
    for (const auto& [id, task] : builtin_catalog().accuracy.tasks) tasks.push_back(id);
    for (const EngineProfile& engine : builtin_catalog().engines) {
        CAPTURE(engine.id);
        const Instance instance = allot::testing::whole_catalogue(engine).with([&](InstanceData& data) {
            data.accuracy = builtin_catalog().accuracy;
            for (std::size_t i = 0; i < data.query_types.size(); ++i)
                data.query_types[i].task = tasks[i % tasks.size()];
            data.parallelism.concurrency = {1, 16, 128};
            data.uncertainty.delay = UncertaintyBudget{.deviation = {}, .budget = 1, .caps = {}};
        });
        const Comparison comparison(instance);
        CAPTURE(comparison.where());
        CHECK(comparison.worst() <= kAgreement);
    }
}
