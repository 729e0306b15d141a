#include "solvers/milp_solver.hpp"

#include <string>

#include "allot/error.hpp"

#ifdef ALLOT_HAS_CBC

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <stop_token>
#include <utility>
#include <vector>

#include "bounds/hull_bound.hpp"
#include "cost/evaluator.hpp"
#include "milp/cbc_backend.hpp"
#include "milp/formulation.hpp"
#include "milp/polish.hpp"
#include "milp/presolve.hpp"
#include "problem/tolerances.hpp"
#include "solvers/greedy.hpp"
#include "solvers/portfolio.hpp"
#include "solvers/search_context.hpp"
#include "solvers/tie_breaking.hpp"
#include "tree/branch_and_price.hpp"

namespace allot {
namespace {

bool is_better(const Rank& a, const Rank& b) {
    for (std::size_t level = 0; level < a.excess_unmet.size(); ++level) {
        const double difference = a.excess_unmet[level] - b.excess_unmet[level];
        if (std::abs(difference) > kConstraintTolerance * (1 + b.excess_unmet[level])) return difference < 0;
    }
    return a.total_usd < b.total_usd;
}

/// One run, on what its context knows so far.
class MilpRun {
  public:
    MilpRun(const CandidateTable& table, const SolveOptions& options, ProgressObserver* observer)
        : table_(table), options_(options), context_(table, options, observer, "milp") {}

    SolverResult solve() {
        accept(GreedySolver().solve(table_, context_.remaining_options(), nullptr).allocation);
        if (!is_over()) search();
        if (has_bounds() && best().is_feasible()) {
            bound();
            grow_tree();
        }
        const bool is_open = !is_proven() && !is_over();
        if (is_open && (is_proven_infeasible_ || !minimise_cost()) && !is_over()) minimise_shortfall();
        context_.note_cut(!is_proven() && is_over());
        if (has_bounds() && context_.was_cut() && !context_.bound.usd) bound_in_a_hurry();
        break_ties(context_);
        count("milp_nodes", static_cast<double>(nodes_));
        count("milp_model_ms", model_ms_);
        SolverResult result = context_.take_result();
        result.is_proven_infeasible = is_proven_infeasible_;
        return result;
    }

  private:
    double elapsed_s() const { return context_.elapsed_s(); }

    bool is_over() const { return context_.stop().is_met(); }

    Incumbent& best() { return context_.incumbent; }
    const Incumbent& best() const { return context_.incumbent; }

    bool has_bounds() const { return options_.mechanisms.bounds; }

    /// Takes the allocation when it is better. Shortfalls that differ by rounding noise are the same: compare() would prefer a plan
    /// that saves one query in a year to a cheaper one.
    void accept(const Allocation& allocation) {
        const Rank candidate = rank(table_, allocation);
        if (!best().has_plan || is_better(candidate, best().rank)) best() = {true, allocation, candidate};
    }

    /// The best plan of the heuristics, and what they have proven; in part of the time.
    void search() {
        SolveOptions options = options_;
        options.time_limit_s = context_.stop().within(context_.parameters().milp.search_part).seconds_left();
        const SolverResult found = Portfolio().solve(table_, options, context_.observer());
        accept(found.allocation);
        is_proven_infeasible_ = found.is_proven_infeasible && !best().is_feasible();
        if (best().is_feasible()) context_.bound.usd = found.lower_bound;
        count("milp_start_ms", 1e3 * elapsed_s());
    }

    /// What the patterns prove about a plan that meets all limits, and their prices.
    void bound() {
        const double start_s = elapsed_s();
        BoundParameters parameters = context_.parameters().bound;
        parameters.max_work = kUnlimited;  // CBC takes longer with a worse one
        parameters.gap = options_.relative_gap;
        BoundResult found = lower_bound(table_, context_.bound_options(parameters));
        context_.bound.raise(found.lower_bound_usd);
        context_.bound.prices = std::move(found.prices);
        count("milp_bound_ms", 1e3 * (elapsed_s() - start_s));
    }

    /// The first nodes of branch and price, in part of the time: a better bound and a better plan leave less for CBC to do.
    void grow_tree() {
        if (is_proven() || is_over()) return;
        const double start_s = elapsed_s();
        TreeParameters parameters;
        parameters.gap = options_.relative_gap / 2;
        parameters.max_nodes = context_.parameters().milp.tree_nodes;
        parameters.branching = context_.parameters().tree.branching;
        TreeOptions options = context_.tree_options(parameters);
        options.stop = context_.stop().within(context_.parameters().milp.tree_part);
        const TreeResult tree = branch_and_price(table_, options);
        accept(tree.incumbent);
        context_.bound.raise(tree.lower_bound_usd);
        count("milp_tree_ms", 1e3 * (elapsed_s() - start_s));
        count("milp_tree_nodes", tree.nodes);
    }

    /// Where time was over before there was a plan that meets all limits: what takes no time.
    void bound_in_a_hurry() {
        const HullBound hull = hull_bound(table_, context_.stop());
        if (std::isfinite(hull.lower_bound_usd)) context_.bound.usd = hull.lower_bound_usd;
    }

    /// Is the best plan within the gap that was asked for?
    bool is_proven() const {
        return best().is_feasible() && context_.bound.usd &&
               *context_.bound.usd >= best().rank.total_usd * (1 - options_.relative_gap);
    }

    Formulation build(bool elastic) {
        const double start_s = elapsed_s();
        const bool has_incumbent = has_bounds() && !elastic && best().is_feasible();
        const Allocation& plan = best().allocation;
        const Reduction reduction = has_incumbent ? reduce(table_, plan, best().rank.total_usd,
                                                           *context_.bound.prices, context_.stop())
                                                  : drop_replaceable(table_, plan, context_.stop());
        Formulation model(table_, {.elastic = elastic, .keep = reduction.keep, .fixed_replicas = {}},
                          context_.stop());
        model_ms_ += 1e3 * (elapsed_s() - start_s);
        count("milp_columns", model.program().num_columns());
        count("milp_rows", model.program().num_rows());
        count("milp_entries", static_cast<double>(model.program().num_entries()));
        count("milp_dropped_replaceable", reduction.replaceable);
        count("milp_dropped_replaceable_columns", reduction.replaceable_columns);
        count("milp_dropped_too_dear", reduction.beyond_cutoff);
        count("milp_dropped_too_dear_columns", reduction.beyond_cutoff_columns);
        return model;
    }

    /// Of the last model that was built.
    void count(const char* name, double value) {
        for (auto& [known, old] : context_.counters) {
            if (known == name) {
                old = value;
                return;
            }
        }
        context_.counters.emplace_back(name, value);
    }

    /// Some of the time is for what follows: its point has to be settled.
    MilpOptions cbc_options() const {
        constexpr double kPartOfCbc = 0.9;
        MilpOptions options;
        options.stop = context_.stop().within(kPartOfCbc);
        options.relative_gap = options_.relative_gap / 2;  // the rest is for rounding
        return options;
    }

    MilpObserver reporter(const char* phase) {
        if (context_.observer() == nullptr) return {};
        return [this, phase](const MilpProgress& progress) {
            context_.report(phase, progress.incumbent, progress.bound);
        };
    }

    /// True when the question is settled or time is up; false when there seems to be no plan that meets all limits.
    bool minimise_cost() {
        if (best().is_feasible()) {
            while (!is_over() && improve_or_prove()) continue;
            return true;
        }
        const Formulation model = build(false);
        if (!model.is_complete()) return true;
        const MilpResult found = CbcBackend(model.program()).solve(cbc_options(), {}, reporter("milp"));
        nodes_ += found.nodes;
        take(model, found);
        if (best().is_feasible()) context_.bound.usd = found.bound;
        return best().is_feasible();
    }

    /// CBC on what the best plan leaves of the model. True when it has found one so much better that a smaller model will do.
    bool improve_or_prove() {
        const double much_better = context_.parameters().milp.much_better;
        const double start_usd = best().rank.total_usd;
        const Formulation model = build(false);
        if (!model.is_complete()) return false;
        std::stop_source enough;
        const std::stop_callback stop(options_.stop, [&enough] { enough.request_stop(); });
        MilpOptions options = cbc_options();
        options.stop.token = enough.get_token();
        options.only_prove = true;
        const MilpObserver report = reporter("milp");
        const MilpResult found =
            CbcBackend(model.program())
                .solve(options, model.encode(best().allocation), [&](const MilpProgress& progress) {
                    if (report) report(progress);
                    if (progress.incumbent < start_usd * (1 - much_better)) enough.request_stop();
                });
        nodes_ += found.nodes;
        take(model, found);
        // What has been left out of the model may cost as little as the plan that it was left out for, but no less.
        context_.bound.raise(std::min(found.bound, start_usd));
        return !found.is_finished && best().rank.total_usd < start_usd * (1 - much_better);
    }

    /// The solver's point, settled, as a plan.
    void take(const Formulation& model, const MilpResult& found) {
        if (found.values.empty()) return;
        const std::vector<double> settled = polish(model.program(), found.values, context_.stop());
        if (!settled.empty()) accept(model.decode(settled));
    }

    /// Least shortfall of the most important types first, then of the next, last the least cost.
    void minimise_shortfall() {
        Formulation model = build(true);
        if (!model.is_complete()) return;
        for (int level = 0; level < model.num_levels() && !is_over(); ++level) {
            model.minimise_shortfall(level);
            const MilpResult found = improve(model, "milp: shortfall");
            if (found.values.empty()) return;
            // One query in a thousand hours: far above what tolerances make up.
            constexpr double kNoQueries = 1e-3;
            if (found.bound > kNoQueries) is_proven_infeasible_ = true;
            const double least = std::max(0.0, model.program().objective(found.values));
            model.limit_shortfall(level, least * (1 + kSearchTolerance) + kSearchTolerance);
        }
        model.minimise_cost();
        if (!is_over()) improve(model, "milp: cost");
    }

    /// Runs CBC from the best plan; its point settled, its plan accepted when it is better.
    MilpResult improve(const Formulation& model, const char* phase) {
        MilpResult found = CbcBackend(model.program())
                               .solve(cbc_options(), model.encode(best().allocation), reporter(phase));
        nodes_ += found.nodes;
        if (found.values.empty()) return found;
        found.values = polish(model.program(), found.values, context_.stop());
        if (!found.values.empty()) accept(model.decode(found.values));
        return found;
    }

    const CandidateTable& table_;
    const SolveOptions& options_;
    SearchContext context_;
    bool is_proven_infeasible_ = false;
    std::int64_t nodes_ = 0;
    double model_ms_ = 0;
};

}  // namespace

const char* MilpSolver::summary() const {
    return "the whole problem by branch and cut (CBC), with a proven bound";
}

bool MilpSolver::is_available() const { return true; }

SolverResult MilpSolver::solve(const CandidateTable& table, const SolveOptions& options,
                               ProgressObserver* observer) const {
    return MilpRun(table, options, observer).solve();
}

}  // namespace allot

#else

namespace allot {

const char* MilpSolver::summary() const { return "needs CBC, which this program was built without"; }

bool MilpSolver::is_available() const { return false; }

SolverResult MilpSolver::solve(const CandidateTable&, const SolveOptions&, ProgressObserver*) const {
    throw InputError({{"", 0, 0, "method", "milp", std::string("another method: milp ") + summary()}});
}

}  // namespace allot

#endif
