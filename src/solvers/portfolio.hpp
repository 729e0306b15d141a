#pragma once

#include "solvers/search_context.hpp"
#include "solvers/solver.hpp"

namespace allot {

/// The default method, `auto`: whatever finds good plans soonest. GH, a bound that leads the search, descents from what runs now and from
/// the support of the bound's LP solution, the first nodes of branch and price, and starts of AGH only where these leave a gap; for
/// many types a linear program that sizes the fleet (docs/algorithms.md, section 6).
class Portfolio final : public Solver {
  public:
    const char* name() const override { return "auto"; }
    const char* summary() const override {
        return "the default: bound, branch and price and adaptive greedy starts, as far as each pays";
    }
    SolverResult solve(const CandidateTable& table, const SolveOptions& options,
                       ProgressObserver* observer) const override;
};

/// The same on what a context knows so far. Returns whether one branching would raise the bound for little.
bool run_portfolio(SearchContext& context);

}  // namespace allot
