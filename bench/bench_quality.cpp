// How good and how fast methods are over many instances, against branch and price on the same ones in the same run.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "allot/io.hpp"
#include "allot/solve.hpp"
#include "bounds/lower_bound.hpp"
#include "candidates/candidate_table.hpp"
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

/// Seeds from 0 to the argument. Gaps are to the cheaper of both plans, in per cent, over the seeds on which the
/// method's plan keeps all limits (`served`); `proven`: seeds on which branch and price proved its plan within 15 s; `best`: seeds on
/// which the method found no dearer one. Times are wall times, table included.
void search_over_seeds(benchmark::State& state, Family family, const char* method, int effort = 3) {
    std::vector<double> search_ms, exact_ms, gaps;
    double proven = 0;
    for ([[maybe_unused]] auto _ : state) {
        for (std::int64_t seed = 0; seed < state.range(0); ++seed) {
            allot::GeneratorOptions generator;
            generator.family = family;
            generator.seed = static_cast<std::uint64_t>(seed);
            const Instance instance(generate(generator, allot::builtin_catalog()));
            SolveOptions options;
            options.method = method;
            options.effort = effort;
            const Timed found = solve_timed(instance, options);
            options = {};
            options.method = "exact";
            options.time_limit_s = kExactLimitS;
            const Timed exact = solve_timed(instance, options);
            const double least = std::min(found.plan.cost.total(), exact.plan.cost.total());
            if (!found.plan.is_short()) gaps.push_back(100 * (found.plan.cost.total() / least - 1));
            search_ms.push_back(found.ms);
            exact_ms.push_back(exact.ms);
            proven += exact.plan.status == allot::Status::optimal;
        }
    }
    double sum = 0;
    for (const double gap : gaps) sum += gap;
    state.counters["best"] = static_cast<double>(
        std::count_if(gaps.begin(), gaps.end(), [](double gap) { return gap <= 100 * kTie; }));
    state.counters["served"] = static_cast<double>(gaps.size());
    state.counters["mean_gap_%"] = sum / static_cast<double>(gaps.size());
    state.counters["median_gap_%"] = median(gaps);
    state.counters["worst_gap_%"] = *std::max_element(gaps.begin(), gaps.end());
    state.counters["median_ms"] = median(search_ms);
    state.counters["max_ms"] = *std::max_element(search_ms.begin(), search_ms.end());
    state.counters["exact_median_ms"] = median(exact_ms);
    state.counters["exact_max_ms"] = *std::max_element(exact_ms.begin(), exact_ms.end());
    state.counters["proven"] = proven;
}

double counter(const Plan& plan, const std::string& name) {
    for (const auto& [key, value] : plan.run) {
        if (key == name) return value;
    }
    return 0;
}

/// Parts of the optimum that bounds come to, over the seeds that branch and price proves: column generation alone, and the bound of
/// a plan at effort 1, which branches once. Times are those of the bounds [ms]. Arguments: types, models, tiers, seeds from 0.
void bounds_over_seeds(benchmark::State& state, Family family) {
    std::vector<double> root, branched, root_ms, branched_ms;
    for ([[maybe_unused]] auto _ : state) {
        for (std::int64_t seed = 0; seed < state.range(3); ++seed) {
            allot::GeneratorOptions generator;
            generator.family = family;
            generator.types = static_cast<int>(state.range(0));
            generator.models = static_cast<int>(state.range(1));
            generator.tiers = static_cast<int>(state.range(2));
            generator.seed = static_cast<std::uint64_t>(seed);
            const Instance instance(generate(generator, allot::builtin_catalog()));
            SolveOptions options;
            options.method = "exact";
            options.time_limit_s = kExactLimitS;
            const Plan exact = solve(instance, options);
            if (exact.status != allot::Status::optimal) continue;
            const allot::CandidateTable table(instance);
            allot::BoundOptions bound;
            bound.incumbent_usd = exact.cost.total();
            const auto start = std::chrono::steady_clock::now();
            root.push_back(lower_bound(table, bound).lower_bound_usd / exact.cost.total());
            const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
            root_ms.push_back(took.count());
            options = {};
            options.effort = 1;
            const Plan plan = solve(instance, options);
            if (!plan.lower_bound) continue;
            branched.push_back(*plan.lower_bound / exact.cost.total());
            branched_ms.push_back(counter(plan, "bound_ms") + counter(plan, "branching_ms"));
        }
    }
    const auto mean = [](const std::vector<double>& values) {
        return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
    };
    state.counters["seeds"] = static_cast<double>(root.size());
    state.counters["root"] = mean(root);
    state.counters["root_ms"] = median(root_ms);
    state.counters["branched"] = mean(branched);
    state.counters["branched_ms"] = median(branched_ms);
}

}  // namespace

BENCHMARK_CAPTURE(bounds_over_seeds, paper, Family::paper)
    ->Args({6, 6, 10, 100})
    ->Args({20, 6, 20, 16})
    ->Iterations(1)
    ->Unit(benchmark::kSecond);
BENCHMARK_CAPTURE(bounds_over_seeds, batched, Family::batched)
    ->Args({6, 6, 10, 100})
    ->Iterations(1)
    ->Unit(benchmark::kSecond);
BENCHMARK_CAPTURE(bounds_over_seeds, fleet, Family::fleet)
    ->Args({12, 6, 16, 8})
    ->Iterations(1)
    ->Unit(benchmark::kSecond);
BENCHMARK_CAPTURE(search_over_seeds, paper_effort_2, Family::paper, "auto", 2)
    ->Arg(100)
    ->Iterations(1)
    ->Repetitions(1)
    ->Unit(benchmark::kSecond);
BENCHMARK_CAPTURE(search_over_seeds, paper, Family::paper, "auto")
    ->Arg(100)
    ->Iterations(1)
    ->Repetitions(1)
    ->Unit(benchmark::kSecond);
BENCHMARK_CAPTURE(search_over_seeds, paper_agh, Family::paper, "agh")
    ->Arg(100)
    ->Iterations(1)
    ->Repetitions(1)
    ->Unit(benchmark::kSecond);
BENCHMARK_CAPTURE(search_over_seeds, paper_gh, Family::paper, "gh")
    ->Arg(100)
    ->Iterations(1)
    ->Repetitions(1)
    ->Unit(benchmark::kSecond);
BENCHMARK_CAPTURE(search_over_seeds, paper_exact, Family::paper, "exact")
    ->Arg(100)
    ->Iterations(1)
    ->Repetitions(1)
    ->Unit(benchmark::kSecond);
BENCHMARK_CAPTURE(search_over_seeds, batched, Family::batched, "auto")
    ->Arg(100)
    ->Iterations(1)
    ->Repetitions(1)
    ->Unit(benchmark::kSecond);
BENCHMARK_CAPTURE(search_over_seeds, batched_agh, Family::batched, "agh")
    ->Arg(100)
    ->Iterations(1)
    ->Repetitions(1)
    ->Unit(benchmark::kSecond);
BENCHMARK_CAPTURE(search_over_seeds, batched_gh, Family::batched, "gh")
    ->Arg(100)
    ->Iterations(1)
    ->Repetitions(1)
    ->Unit(benchmark::kSecond);
BENCHMARK_CAPTURE(search_over_seeds, batched_exact, Family::batched, "exact")
    ->Arg(100)
    ->Iterations(1)
    ->Repetitions(1)
    ->Unit(benchmark::kSecond);
BENCHMARK_CAPTURE(search_over_seeds, fleet, Family::fleet, "auto")
    ->Arg(20)
    ->Iterations(1)
    ->Repetitions(1)
    ->Unit(benchmark::kSecond);
BENCHMARK_CAPTURE(search_over_seeds, fleet_agh, Family::fleet, "agh")
    ->Arg(20)
    ->Iterations(1)
    ->Repetitions(1)
    ->Unit(benchmark::kSecond);
BENCHMARK_CAPTURE(search_over_seeds, fleet_gh, Family::fleet, "gh")
    ->Arg(20)
    ->Iterations(1)
    ->Repetitions(1)
    ->Unit(benchmark::kSecond);
BENCHMARK_CAPTURE(search_over_seeds, fleet_exact, Family::fleet, "exact")
    ->Arg(20)
    ->Iterations(1)
    ->Repetitions(1)
    ->Unit(benchmark::kSecond);
