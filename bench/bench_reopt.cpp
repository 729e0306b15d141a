#include <algorithm>
#include <cstdint>
#include <vector>

#include <benchmark/benchmark.h>

#include "allot/io.hpp"
#include "allot/reopt.hpp"
#include "allot/solve.hpp"
#include "generator/generator.hpp"

namespace {

using namespace allot;

/// A fleet that runs, the demand it meets next, and the plan that a solver makes for that from nothing.
struct Case {
    Plan from;
    Instance next;
    Plan scratch;
};

/// Rates of the even types rise by a tenth; those of the odd ones rise too, or fall when `is_mixed`.
Case make_case(const GeneratorOptions& options, bool is_mixed) {
    const Instance instance(generate(options, builtin_catalog()));
    Instance next = instance.with([=](InstanceData& data) {
        for (std::size_t i = 0; i < data.query_types.size(); ++i) {
            data.query_types[i].rate_per_hour *= is_mixed && i % 2 == 1 ? 0.9 : 1.1;
        }
    });
    Plan scratch = solve(next);
    return {solve(instance), std::move(next), std::move(scratch)};
}

/// Arguments: family, query types, models, tiers, mixed, seeds from 0. Time is that of one re-plan with its table, its audit and the
/// price of what runs. Counters: cost beyond that of the plan from nothing (mean, worst) and replicas started by both, summed over
/// the seeds.
void reopt_after_a_tenth(benchmark::State& state) {
    GeneratorOptions options;
    options.family = static_cast<Family>(state.range(0));
    options.types = static_cast<int>(state.range(1));
    options.models = static_cast<int>(state.range(2));
    options.tiers = static_cast<int>(state.range(3));
    const auto num_seeds = static_cast<std::uint64_t>(state.range(5));
    std::vector<Case> cases;
    for (options.seed = 0; options.seed < num_seeds; ++options.seed) {
        cases.push_back(make_case(options, state.range(4) != 0));
    }
    ReoptOptions one_thread;
    one_thread.threads = 1;
    double sum = 0, worst = 0, starts = 0, scratch_starts = 0, solve_ms = 0;
    for (const Case& each : cases) {
        const Reoptimization result = reoptimize(each.next, each.from, one_thread);
        const double beyond = result.plan.cost.total() / each.scratch.cost.total() - 1;
        sum += beyond;
        worst = std::max(worst, beyond);
        starts += result.diff.started();
        scratch_starts += diff(each.from, each.scratch).started();
        for (const auto& [name, value] : result.plan.run) solve_ms += name == "solve_ms" ? value : 0;
    }
    std::size_t n = 0;
    for ([[maybe_unused]] auto _ : state) {
        const Case& each = cases[n++ % cases.size()];
        benchmark::DoNotOptimize(reoptimize(each.next, each.from, one_thread));
    }
    state.counters["beyond_mean_%"] = 100 * sum / static_cast<double>(cases.size());
    state.counters["beyond_worst_%"] = 100 * worst;
    state.counters["starts"] = starts;
    state.counters["starts_from_nothing"] = scratch_starts;
    state.counters["solve_ms"] = solve_ms / static_cast<double>(cases.size());
}

void reopt_sizes(benchmark::internal::Benchmark* bench) {
    for (const Family family : {Family::paper, Family::batched}) {
        for (const int is_mixed : {0, 1}) {
            bench->Args({static_cast<std::int64_t>(family), 6, 6, 10, is_mixed, 20});
            bench->Args({static_cast<std::int64_t>(family), 20, 20, 20, is_mixed, 3});
        }
    }
    bench->Unit(benchmark::kMillisecond)->ArgNames({"family", "types", "models", "tiers", "mixed", "seeds"});
}

BENCHMARK(reopt_after_a_tenth)->Apply(reopt_sizes);

}  // namespace
