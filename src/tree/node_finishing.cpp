#include "tree/node_finishing.hpp"

#include <algorithm>
#include <array>
#include <cassert>

#include "cost/replica_limit.hpp"
#include "util/parallel.hpp"

namespace allot {
namespace {

/// Time is counted in steps of the enumeration, so that it is the same on every machine: a step takes about 300 ns, and a million of
/// them 0.3 s, as much as many nodes of the tree. The pace is first judged after 40,000 steps: until then it shows little, as the
/// nogoods of the first supports come in. For the same reason an enumeration goes on unless the rest looks as if it took 1e8 steps,
/// a hundred times what it may take: every nogood makes it faster, and it ends far sooner than it looks. Larger numbers finish more
/// nodes and waste more time on those that cannot be finished; what is proven does not depend on them.
constexpr SupportEnumeration::Limits kEnumerationLimits{
    .steps = 1e6, .first_check = 4e4, .steps_to_come = 1e8};

/// Nodes of a subproblem's branch and bound before it is deferred: 0.6 ms at 3 us a node. Fewer defer subproblems that would soon be
/// solved, more spend time under an incumbent that is about to improve.
constexpr int kNodesBeforeDeferral = 200;

/// The enumeration is given up when more subproblems than this wait: each has taken kNodesBeforeDeferral nodes, together 30 ms, and a
/// domain with so many of them is finished sooner in parts.
constexpr std::size_t kMaxDeferred = 50;

/// What all deferred subproblems of a node may take together, in steps of the enumeration: 36 ms, about what their first attempts
/// took, so that deferring at most doubles the time that hard subproblems cost.
constexpr double kStepsOfDeferred = 120'000;

/// Steps of the enumeration in the time that a subproblem took: a step takes about 300 ns, a node of the branch and bound 3 us apart
/// from its linear programs, and those 1 ns for every number that they read or change.
double steps_of(const SupportSolver::Answer& answer) {
    constexpr double kStepsPerNode = 10;
    constexpr double kNumbersPerStep = 300;
    return kStepsPerNode * std::max(1, answer.nodes) + answer.work / kNumbersPerStep;
}

}  // namespace

bool NodeFinishing::run(LagrangianCuts& cuts) {
    SupportEnumeration supports(cuts, kEnumerationLimits, stop_);
    debug_.begin_listing();
    deferred_.clear();
    const bool is_listed =
        supports.run(incumbent_.cutoff_usd(),
                     [this](std::span<SupportEnumeration::Leaf> leaves) { solve_leaves(leaves); });
    const bool is_finished = is_listed && solve_deferred();
    nogoods_ = std::move(supports.nogoods());
    if (is_finished) debug_.check_listing(incumbent_.cutoff_usd());
    return is_finished;
}

/// In parallel, each with a solver of its own and below the same cutoff; the answers are taken in the order of the leaves.
void NodeFinishing::solve_leaves(std::span<SupportEnumeration::Leaf> leaves) {
    assert(!leaves.empty() && leaves.size() <= SupportEnumeration::kLeavesPerLook);
    solvers_.reserve(leaves.size());
    std::array<SupportSolver::Answer, SupportEnumeration::kLeavesPerLook> answers;
    parallel_for(0, leaves.size(), 1, [&](std::size_t n) {
        answers[n] = solve(solvers_.solver(n), leaves[n].support, kNodesBeforeDeferral);
    });
    num_supports_ += static_cast<int>(leaves.size());
    for (std::size_t n = 0; n < leaves.size(); ++n) {
        const SupportSolver::Answer& answer = answers[n];
        debug_.note_listed(leaves[n].support);
        if (!answer.is_proven) {
            deferred_.push_back({leaves[n].support, steps_of(answer) / std::max(1, answer.nodes)});
        }
        incumbent_.offer(answer);
    }
    const bool goes_on = deferred_.size() <= kMaxDeferred && !stop_.is_met();
    for (std::size_t n = 0; n < leaves.size(); ++n) {
        leaves[n].finding = {goes_on, steps_of(answers[n]), incumbent_.cutoff_usd(), answers[n].proof};
    }
}

/// Under the best incumbent of all the others, in the order in which they were deferred. True when all of them are proven.
bool NodeFinishing::solve_deferred() {
    double steps_left = kStepsOfDeferred;
    for (const auto& [support, steps_of_node] : deferred_) {
        assert(steps_of_node > 0);
        const int node_limit = std::max(1, static_cast<int>(steps_left / steps_of_node));
        const SupportSolver::Answer answer = solve(solvers_.solver(0), support, node_limit);
        ++num_supports_;
        incumbent_.offer(answer);
        if (!answer.is_proven || stop_.is_met()) return false;
        steps_left -= steps_of(answer);
    }
    return true;
}

SupportSolver::Answer NodeFinishing::solve(SupportSolver& solver, std::span<const int> support,
                                           int node_limit) const {
    assert(std::is_sorted(support.begin(), support.end()));
    std::vector<ReplicaRange> ranges;
    for (const int c : support) {
        ranges.push_back({pricer_.least(c), pricer_.most(c)});
        assert(1 <= ranges.back().least && ranges.back().least <= ranges.back().most);
    }
    const double cutoff_usd = incumbent_.cutoff_usd();
    SupportSolver::Answer answer = solver.solve(support, ranges, cutoff_usd, node_limit);
    assert(!answer.has_plan() || answer.cost_usd < cutoff_usd);
    return answer;
}

}  // namespace allot
