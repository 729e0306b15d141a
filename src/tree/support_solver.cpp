#include "tree/support_solver.hpp"

#include <cmath>
#include <utility>

#include "cost/evaluator.hpp"

namespace allot {
namespace {

/// Nodes for a support of which some plan is wanted.
constexpr int kRoundingNodes = 60;

/// Price of leaving a type unserved, in costs of the best plan: more than serving it could be worth.
constexpr double kUnservedFactor = 100;

}  // namespace

SupportSolver::SupportSolver(const CandidateTable& table, std::span<const double> configuration_bounds_usd,
                             StopCriterion stop)
    : table_(table), stop_(std::move(stop)), mip_(table), search_(table, {}) {
    mip_.set_stop(stop_);
    search_.set_configuration_bounds(configuration_bounds_usd);
}

SupportSolver::Answer SupportSolver::solve(std::span<const int> support, std::span<const ReplicaRange> ranges,
                                           double cutoff_usd, int node_limit) {
    const std::int64_t work_before = mip_.counters().work;
    FixedSupportOptions options;
    options.ranges = ranges;
    options.cutoff_usd = cutoff_usd;
    options.node_limit = node_limit;
    options.keeps_proof = true;
    Answer found = answer(mip_.solve(support, options), cutoff_usd);
    found.nodes = mip_.result().nodes;
    found.proof = proof_of(support, ranges, cutoff_usd);
    found.work = static_cast<double>(mip_.counters().work - work_before);
    return found;
}

SupportSolver::Answer SupportSolver::round(std::span<const int> support, double cutoff_usd) {
    FixedSupportOptions options;
    options.cutoff_usd = cutoff_usd;
    options.min_replicas = 0;
    options.node_limit = kRoundingNodes;
    return answer(mip_.solve(support, options), cutoff_usd);
}

SupportSolver::Answer SupportSolver::search(std::span<const int> support, double cutoff_usd) {
    const bool has_found =
        search_.descend({support.begin(), support.end()}, LocalSearch::Neighbourhood::near, stop_);
    if (!has_found) return Answer();
    return answer(search_.allocation(), cutoff_usd);
}

/// That of the solution, or else of the relaxation alone; where that has no solution, of one that may leave types unserved.
std::span<const CertificateCase> SupportSolver::proof_of(std::span<const int> support,
                                                         std::span<const ReplicaRange> ranges,
                                                         double cutoff_usd) {
    const FixedSupportResult* relaxed = &mip_.result();
    if (!relaxed->proof.empty()) return relaxed->proof;
    if (!std::isfinite(relaxed->relaxed_usd) && std::isfinite(cutoff_usd)) {
        FixedSupportOptions options;
        options.ranges = ranges;
        options.elastic_usd = kUnservedFactor * cutoff_usd;
        relaxed = &mip_.relax(support, options);
    }
    if (!std::isfinite(relaxed->relaxed_usd)) return {};
    single_.prices = relaxed->prices;
    return {&single_, 1};
}

SupportSolver::Answer SupportSolver::answer(const FixedSupportResult& result, double cutoff_usd) const {
    Answer found;
    if (!result.has_allocation()) {
        found.is_proven = result.is_proven();
        return found;
    }
    const Allocation allocation = mip_.allocation();
    found = answer(allocation, cutoff_usd);
    found.is_proven = result.is_proven() && rank(table_, allocation).is_feasible();
    return found;
}

SupportSolver::Answer SupportSolver::answer(const Allocation& allocation, double cutoff_usd) const {
    const Rank found = rank(table_, allocation);
    if (!found.is_feasible() || found.total_usd >= cutoff_usd) return Answer();
    Answer plan;
    plan.cost_usd = found.total_usd;
    plan.allocation = allocation;
    return plan;
}

}  // namespace allot
