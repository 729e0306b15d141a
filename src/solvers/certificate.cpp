#include "solvers/certificate.hpp"

#include <algorithm>
#include <chrono>

#include "cost/evaluator.hpp"

namespace allot {

std::optional<BoundResult> certify(const CandidateTable& table, const SolveOptions& options,
                                   SolverResult& result) {
    if (result.prices || !options.mechanisms.bounds || !options.mechanisms.feasible_parallelism)
        return std::nullopt;
    const Rank found = rank(table, result.allocation);
    if (!found.is_feasible()) return std::nullopt;
    const auto start = std::chrono::steady_clock::now();
    BoundOptions bound_options;
    bound_options.incumbent_usd = found.total_usd;
    bound_options.incumbent = &result.allocation;
    bound_options.max_work = kCertificateWork;
    bound_options.stop = options.stop;
    const BoundResult bound = lower_bound(table, bound_options);
    result.prices = bound.prices;
    result.lower_bound = std::max(result.lower_bound.value_or(bound.lower_bound_usd), bound.lower_bound_usd);
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    result.counters.emplace_back("bound_ms", took.count());
    result.counters.emplace_back("bound_iterations", bound.iterations);
    result.counters.emplace_back("bound_patterns", bound.patterns);
    return bound;
}

}  // namespace allot
