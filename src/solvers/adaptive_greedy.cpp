#include "solvers/adaptive_greedy.hpp"

#include "solvers/phases/local_search_phase.hpp"
#include "solvers/phases/multi_start.hpp"
#include "solvers/search_context.hpp"
#include "solvers/shortfall.hpp"
#include "solvers/tie_breaking.hpp"

namespace allot {

SolverResult AdaptiveGreedySolver::solve(const CandidateTable& table, const SolveOptions& options,
                                         ProgressObserver* observer) const {
    SearchContext context(table, options, observer, name());
    const AdaptiveGreedyParameters& parameters = context.parameters().adaptive_greedy;
    const int wide_per_round = parameters.multi_start.wide_per_round;
    LocalSearchPhase search(context);
    MultiStart starts(context, search, parameters.multi_start);
    starts.offer_greedy();
    while (!starts.is_done() && context.may_go_on()) {
        starts.run_round(parameters.multi_start.starts_per_round);
        if (context.may_go_on()) search.widen(wide_per_round);
        context.report();
    }
    search.perturb(parameters.perturbation, 0, wide_per_round);
    reduce_shortfall(context);
    break_ties(context);
    starts.add_counters();
    search.add_counters();
    return context.take_result();
}

}  // namespace allot
