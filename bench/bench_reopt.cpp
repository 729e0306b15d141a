#include <algorithm>
#include <chrono>
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

double ms_of(const Case& each, const ReoptOptions& options) {
    const auto start = std::chrono::steady_clock::now();
    benchmark::DoNotOptimize(reoptimize(each.next, each.from, options));
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

/// Arguments: effort, family, query types, models, tiers, mixed, seeds from 0. Time is the mean of one re-plan with its table, its
/// audit and the price of what runs, on all threads. Counters: the median and largest of these over the seeds, each once; cost
/// beyond that of the plan from nothing (mean, median, worst); replicas started by both, summed over the seeds.
void reopt_after_a_tenth(benchmark::State& state) {
    ReoptOptions reopt;
    reopt.effort = static_cast<int>(state.range(0));
    GeneratorOptions options;
    options.family = static_cast<Family>(state.range(1));
    options.types = static_cast<int>(state.range(2));
    options.models = static_cast<int>(state.range(3));
    options.tiers = static_cast<int>(state.range(4));
    const auto num_seeds = static_cast<std::uint64_t>(state.range(6));
    std::vector<Case> cases;
    for (options.seed = 0; options.seed < num_seeds; ++options.seed) {
        cases.push_back(make_case(options, state.range(5) != 0));
    }
    std::vector<double> ms, beyond;
    double starts = 0, scratch_starts = 0;
    for (const Case& each : cases) {
        const Reoptimization result = reoptimize(each.next, each.from, reopt);
        beyond.push_back(100 * (result.plan.cost.total() / each.scratch.cost.total() - 1));
        starts += result.diff.started();
        scratch_starts += diff(each.from, each.scratch).started();
        ms.push_back(ms_of(each, reopt));
    }
    std::size_t n = 0;
    for ([[maybe_unused]] auto _ : state) {
        benchmark::DoNotOptimize(ms_of(cases[n++ % cases.size()], reopt));
    }
    std::sort(ms.begin(), ms.end());
    std::sort(beyond.begin(), beyond.end());
    double sum = 0;
    for (const double each : beyond) sum += each;
    state.counters["median_ms"] = ms[ms.size() / 2];
    state.counters["max_ms"] = ms.back();
    state.counters["beyond_mean_%"] = sum / static_cast<double>(beyond.size());
    state.counters["beyond_median_%"] = beyond[beyond.size() / 2];
    state.counters["beyond_worst_%"] = beyond.back();
    state.counters["starts"] = starts;
    state.counters["starts_from_nothing"] = scratch_starts;
}

void reopt_sizes(benchmark::internal::Benchmark* bench) {
    for (const int effort : {0, 1}) {
        for (const Family family : {Family::paper, Family::batched}) {
            for (const int is_mixed : {0, 1}) {
                bench->Args({effort, static_cast<std::int64_t>(family), 6, 6, 10, is_mixed, 20});
                bench->Args({effort, static_cast<std::int64_t>(family), 20, 20, 20, is_mixed, 6});
            }
        }
    }
    bench->Unit(benchmark::kMillisecond)
        ->ArgNames({"effort", "family", "types", "models", "tiers", "mixed", "seeds"});
}

BENCHMARK(reopt_after_a_tenth)->Apply(reopt_sizes);

}  // namespace
