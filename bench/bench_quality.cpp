// How good and how fast the default search is over many instances, against branch and price on the same ones in the same run.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "allot/io.hpp"
#include "allot/solve.hpp"
#include "generator/generator.hpp"

namespace {

using allot::Family;
using allot::Instance;
using allot::Plan;
using allot::SolveOptions;

constexpr double kExactLimitS = 15;
constexpr double kTie = 1e-6;

struct Timed {
    Plan plan;
    double ms = 0;
};

Timed solve_timed(const Instance& instance, const SolveOptions& options) {
    const auto start = std::chrono::steady_clock::now();
    Timed timed{solve(instance, options), 0};
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    timed.ms = took.count();
    return timed;
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

/// Seeds from 0 to the argument. Gaps are to the cheaper of both plans, in per cent; `proven`: seeds on which branch and price
/// proved its plan within 15 s; `best`: seeds on which the search found no dearer one. Times are wall times, table included.
void search_over_seeds(benchmark::State& state, Family family, int effort) {
    std::vector<double> search_ms, exact_ms, gaps;
    double proven = 0;
    for ([[maybe_unused]] auto _ : state) {
        for (std::int64_t seed = 0; seed < state.range(0); ++seed) {
            allot::GeneratorOptions generator;
            generator.family = family;
            generator.seed = static_cast<std::uint64_t>(seed);
            const Instance instance(generate(generator, allot::builtin_catalog()));
            SolveOptions options;
            options.effort = effort;
            const Timed found = solve_timed(instance, options);
            options = {};
            options.method = "exact";
            options.time_limit_s = kExactLimitS;
            const Timed exact = solve_timed(instance, options);
            const double least = std::min(found.plan.cost.total(), exact.plan.cost.total());
            gaps.push_back(100 * (found.plan.cost.total() / least - 1));
            search_ms.push_back(found.ms);
            exact_ms.push_back(exact.ms);
            proven += exact.plan.status == allot::Status::optimal;
        }
    }
    double sum = 0;
    for (const double gap : gaps) sum += gap;
    state.counters["best"] = static_cast<double>(
        std::count_if(gaps.begin(), gaps.end(), [](double gap) { return gap <= 100 * kTie; }));
    state.counters["mean_gap_%"] = sum / static_cast<double>(gaps.size());
    state.counters["worst_gap_%"] = *std::max_element(gaps.begin(), gaps.end());
    state.counters["median_ms"] = median(search_ms);
    state.counters["max_ms"] = *std::max_element(search_ms.begin(), search_ms.end());
    state.counters["exact_median_ms"] = median(exact_ms);
    state.counters["exact_max_ms"] = *std::max_element(exact_ms.begin(), exact_ms.end());
    state.counters["proven"] = proven;
}

}  // namespace

BENCHMARK_CAPTURE(search_over_seeds, paper_effort_2, Family::paper, 2)
    ->Arg(100)
    ->Iterations(1)
    ->Repetitions(1)
    ->Unit(benchmark::kSecond);
BENCHMARK_CAPTURE(search_over_seeds, paper, Family::paper, 3)
    ->Arg(100)
    ->Iterations(1)
    ->Repetitions(1)
    ->Unit(benchmark::kSecond);
BENCHMARK_CAPTURE(search_over_seeds, batched, Family::batched, 3)
    ->Arg(100)
    ->Iterations(1)
    ->Repetitions(1)
    ->Unit(benchmark::kSecond);
