#include "solvers/portfolio.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "bounds/reduced_cost_fixing.hpp"
#include "solvers/certificate.hpp"
#include "solvers/known_supports.hpp"
#include "solvers/lp_sizing.hpp"
#include "solvers/phase_one.hpp"
#include "solvers/phases/local_search_phase.hpp"
#include "solvers/phases/multi_start.hpp"
#include "solvers/phases/tree_phase.hpp"
#include "solvers/search_context.hpp"
#include "solvers/shortfall.hpp"
#include "solvers/tie_breaking.hpp"

namespace allot {
namespace {

class Run {
  public:
    explicit Run(SearchContext& context)
        : context_(context),
          parameters_(context.parameters().multi_start),
          search_(context),
          starts_(context, search_, parameters_),
          tree_(context) {}

    void run() {
        const std::vector<int> known = context_.incumbent.allocation.configuration;
        starts_.offer_first();
        starts_.offer_greedy();
        if (!is_repair()) find_bound();
        descend_from_known(known);
        context_.report();
        if (!context_.is_tight() || is_close()) tree_.run();
        make_starts();
        search_.perturb(context_.parameters().perturbation, parameters_.close_gap,
                        parameters_.wide_per_round);
        if (!context_.incumbent.is_feasible() && !is_repair()) find_feasible();
        starts_.add_counters();
        search_.add_counters();
    }

    bool wants_branching() const {
        const int worth = context_.parameters().certificate.worth_nodes;
        return context_.bound.prices && !tree_.has_run() && context_.affordable_nodes(worth) > 0;
    }

  private:
    /// No more than a step on from what runs now.
    bool is_repair() const { return context_.options().effort <= 0; }

    /// Further starts would gain little.
    bool is_close() const { return context_.is_within(parameters_.close_gap); }

    /// Our own bound: it tells the search which configurations are not worth a look, and where to begin.
    void find_bound() {
        if (!context_.mechanisms().local_search || !prove_bound(context_)) return;
        context_.bound.configuration_usd =
            forced_bounds(context_.table(), *context_.bound.prices, context_.stop());
    }

    /// From what the context knew before, what runs now and what the bound would run.
    void descend_from_known(const std::vector<int>& known) {
        for (const std::vector<int>& support :
             {known, running_support(context_.table()), relaxed_support(context_)}) {
            if (support.empty() || is_close() || !context_.may_go_on()) continue;
            search_.improve(support);
        }
    }

    void make_starts() {
        bool is_first = true;
        while (!starts_.is_done() && !is_close() && context_.may_go_on()) {
            const bool is_short = is_first && !tree_.has_run();
            starts_.run_round(is_short ? parameters_.first_starts : parameters_.starts_per_round);
            is_first = false;
            tree_.run();
            if (!is_close() && context_.may_go_on()) search_.widen(parameters_.wide_per_round);
            context_.report();
        }
    }

    /// Where no construction leads to a plan that keeps all limits, other supports may.
    void find_feasible() {
        descend_from_phase_one();
        if (!context_.incumbent.is_feasible()) {
            reduce_shortfall(context_);
            if (context_.incumbent.is_feasible())
                search_.improve(context_.incumbent.allocation.configuration);
        }
        find_bound();
        if (!context_.is_tight()) tree_.run();  // else nodes take long, and close nothing
    }

    void descend_from_phase_one() {
        const Mechanisms& mechanisms = context_.mechanisms();
        if (!mechanisms.multi_start || !mechanisms.local_search || !context_.may_go_on()) return;
        const std::vector<std::vector<int>> supports =
            phase_one_supports(context_.table(), context_.options(), context_.stop());
        context_.bound.is_infeasible = context_.bound.is_infeasible || supports.empty();
        std::vector<Start> starts;
        for (const std::vector<int>& support : supports) starts.emplace_back(support);
        search_.descend(starts);
    }

    SearchContext& context_;
    const MultiStartParameters& parameters_;
    LocalSearchPhase search_;
    MultiStart starts_;
    TreePhase tree_;
};

/// Whether the fleet could be sized by a linear program, which is then all that is done; else the plan that it came to.
bool was_sized(SearchContext& context, Incumbent& left) {
    const Mechanisms& mechanisms = context.mechanisms();
    const bool does_all = mechanisms.multi_start && mechanisms.local_search;
    const int min_types = context.parameters().lp_sizing.min_types;
    if (!does_all || context.table().instance().num_types() < min_types) return false;
    SearchContext sizing = context;  // what it leaves behind where it fails would mislead the search
    std::vector<std::string> reasons = size_by_lp(sizing);
    const bool is_settled = sizing.was_cut() || sizing.incumbent.is_feasible() || sizing.bound.is_infeasible;
    if (!is_settled && context.may_search()) {
        left = std::move(sizing.incumbent);
        return false;
    }
    context.take_over(std::move(sizing));
    context.reasons = std::move(reasons);
    return true;
}

}  // namespace

bool run_portfolio(SearchContext& context) {
    bool wants_branching = false;
    Incumbent sized;
    if (!was_sized(context, sized)) {
        Run run(context);
        run.run();
        wants_branching = run.wants_branching();
        if (sized.has_plan) context.offer(sized.allocation, sized.rank);  // better than a search cut short
    }
    break_ties(context);
    context.report();
    return wants_branching;
}

SolverResult Portfolio::solve(const CandidateTable& table, const SolveOptions& options,
                              ProgressObserver* observer) const {
    SearchContext context(table, options, observer, name());
    const bool wants_branching = run_portfolio(context);
    SolverResult result = context.take_result();
    result.wants_branching = wants_branching;
    return result;
}

}  // namespace allot
