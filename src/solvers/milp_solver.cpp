#include "solvers/milp_solver.hpp"

#include <string>

#include "allot/error.hpp"

#ifdef ALLOT_HAS_CBC

#include <algorithm>
#include <chrono>
#include <cmath>
#include <stop_token>

#include "bounds/hull_bound.hpp"
#include "bounds/lower_bound.hpp"
#include "cost/evaluator.hpp"
#include "milp/cbc_backend.hpp"
#include "milp/formulation.hpp"
#include "milp/polish.hpp"
#include "milp/presolve.hpp"
#include "problem/tolerances.hpp"
#include "solvers/adaptive_greedy.hpp"
#include "solvers/greedy.hpp"
#include "tree/branch_and_price.hpp"
#include "tree/support_plans.hpp"

namespace allot {
namespace {

using Clock = std::chrono::steady_clock;

/// Most instances of 6 x 6 x 10 are proven in fewer nodes, and in less of the time that is left.
constexpr int kTreeNodes = 5000;
constexpr double kTreePart = 0.4;

bool is_better(const Rank& a, const Rank& b) {
    for (std::size_t level = 0; level < a.excess_unmet.size(); ++level) {
        const double difference = a.excess_unmet[level] - b.excess_unmet[level];
        if (std::abs(difference) > kConstraintTolerance * (1 + b.excess_unmet[level])) return difference < 0;
    }
    return a.total_usd < b.total_usd;
}

/// One run: what is known so far, and the clock.
class MilpRun {
  public:
    MilpRun(const CandidateTable& table, const SolveOptions& options, ProgressObserver* observer)
        : table_(table), options_(options), observer_(observer) {}

    SolverResult solve() {
        accept(GreedySolver().solve(table_, options_, nullptr).allocation);
        if (!is_over()) search();
        if (has_bounds() && best_rank_.is_feasible()) {
            bound();
            grow_tree();
        }
        if (!is_proven() && !is_over() && !minimise_cost() && !is_over()) minimise_shortfall();
        result_.allocation = best_;
        result_.is_stopped = !is_proven() && is_over();
        if (has_bounds() && result_.is_stopped && !result_.lower_bound) bound_in_a_hurry();
        result_.counters.emplace_back("milp_nodes", static_cast<double>(nodes_));
        result_.counters.emplace_back("milp_model_ms", model_ms_);
        return result_;
    }

  private:
    double elapsed_s() const { return std::chrono::duration<double>(Clock::now() - began_).count(); }

    bool is_over() const {
        return options_.stop.stop_requested() ||
               (options_.time_limit_s && elapsed_s() >= *options_.time_limit_s);
    }

    bool has_bounds() const { return options_.mechanisms.bounds; }

    /// Takes the allocation when it is better. Shortfalls that differ by rounding noise are the same: compare() would prefer a plan
    /// that saves one query in a year to a cheaper one.
    void accept(const Allocation& allocation) {
        const Rank candidate = rank(table_, allocation);
        if (has_plan_ && !is_better(candidate, best_rank_)) return;
        best_ = allocation;
        best_rank_ = candidate;
        has_plan_ = true;
    }

    /// The best plan of the heuristics, and what they have proven; at most half the time.
    void search() {
        SolveOptions options = options_;
        if (options.time_limit_s) *options.time_limit_s = (*options.time_limit_s - elapsed_s()) / 2;
        const SolverResult found = AdaptiveGreedySolver().solve(table_, options, observer_);
        accept(found.allocation);
        if (best_rank_.is_feasible()) result_.lower_bound = found.lower_bound;
        count("milp_start_ms", 1e3 * elapsed_s());
    }

    /// What the patterns prove about a plan that meets all limits, and their prices.
    void bound() {
        const double start_s = elapsed_s();
        BoundOptions options;
        options.incumbent_usd = best_rank_.total_usd;
        options.incumbent = &best_;
        options.gap = options_.relative_gap;
        options.stop = options_.stop;
        const BoundResult found = lower_bound(table_, options);
        raise_bound(found.lower_bound_usd);
        result_.prices = found.prices;
        count("milp_bound_ms", 1e3 * (elapsed_s() - start_s));
    }

    /// The first nodes of branch and price, in part of the time: a better bound and a better plan leave less for CBC to do.
    void grow_tree() {
        if (is_proven() || is_over()) return;
        const double start_s = elapsed_s();
        TreeOptions options;
        options.gap = options_.relative_gap / 2;
        options.max_nodes = kTreeNodes;
        options.incumbent_usd = best_rank_.total_usd;
        options.incumbent = &best_;
        options.prices = &*result_.prices;
        options.make_support_solver = [this] { return make_support_plans(table_); };
        options.stop = options_.stop;
        if (options_.time_limit_s) {
            const double end_s = start_s + kTreePart * (*options_.time_limit_s - start_s);
            options.is_over = [this, end_s] { return elapsed_s() >= end_s; };
        }
        if (observer_ != nullptr) {
            options.observe = [this](const TreeProgress& progress) {
                observer_->on_progress({"tree", elapsed_s(), progress.incumbent_usd, progress.bound_usd});
            };
        }
        const TreeResult tree = branch_and_price(table_, options);
        accept(tree.incumbent);
        raise_bound(tree.lower_bound_usd);
        count("milp_tree_ms", 1e3 * (elapsed_s() - start_s));
        count("milp_tree_nodes", tree.nodes);
    }

    void raise_bound(double bound_usd) {
        result_.lower_bound = std::max(result_.lower_bound.value_or(bound_usd), bound_usd);
    }

    /// Where time was over before there was a plan that meets all limits: what takes no time.
    void bound_in_a_hurry() {
        const HullBound hull = hull_bound(table_);
        if (std::isfinite(hull.lower_bound_usd)) result_.lower_bound = hull.lower_bound_usd;
    }

    /// Is the best plan within the gap that was asked for?
    bool is_proven() const {
        return best_rank_.is_feasible() && result_.lower_bound &&
               *result_.lower_bound >= best_rank_.total_usd * (1 - options_.relative_gap);
    }

    Formulation build(bool elastic) {
        const double start_s = elapsed_s();
        const bool has_incumbent = has_bounds() && !elastic && best_rank_.is_feasible();
        const Reduction reduction = has_incumbent
                                        ? reduce(table_, best_, best_rank_.total_usd, *result_.prices)
                                        : drop_replaceable(table_, best_);
        Formulation model(table_, {.elastic = elastic, .keep = reduction.keep, .fixed_replicas = {}});
        model_ms_ += 1e3 * (elapsed_s() - start_s);
        count("milp_columns", model.program().num_columns());
        count("milp_rows", model.program().num_rows());
        count("milp_entries", static_cast<double>(model.program().num_entries()));
        count("milp_dropped_replaceable", reduction.replaceable);
        count("milp_dropped_replaceable_columns", reduction.replaceable_columns);
        count("milp_dropped_too_dear", reduction.too_dear);
        count("milp_dropped_too_dear_columns", reduction.too_dear_columns);
        return model;
    }

    /// Of the last model that was built.
    void count(const char* name, double value) {
        for (auto& [known, old] : result_.counters) {
            if (known == name) {
                old = value;
                return;
            }
        }
        result_.counters.emplace_back(name, value);
    }

    MilpOptions cbc_options() const {
        MilpOptions options;
        options.stop = options_.stop;
        options.relative_gap = options_.relative_gap / 2;  // the rest is for rounding
        if (options_.time_limit_s) options.time_limit_s = std::max(0.0, *options_.time_limit_s - elapsed_s());
        return options;
    }

    MilpObserver reporter(const char* phase) {
        if (observer_ == nullptr) return {};
        return [this, phase](const MilpProgress& progress) {
            observer_->on_progress({phase, elapsed_s(), progress.incumbent, progress.bound});
        };
    }

    /// True when the question is settled or time is up; false when there seems to be no plan that meets all limits.
    bool minimise_cost() {
        if (best_rank_.is_feasible()) {
            while (!is_over() && improve_or_prove()) continue;
            return true;
        }
        const Formulation model = build(false);
        const MilpResult found = CbcBackend(model.program()).solve(cbc_options(), {}, reporter("milp"));
        nodes_ += found.nodes;
        take(model, found);
        if (best_rank_.is_feasible()) result_.lower_bound = found.bound;
        return best_rank_.is_feasible();
    }

    /// CBC on what the best plan leaves of the model. True when it has found one so much better that a smaller model will do.
    bool improve_or_prove() {
        constexpr double kMuchBetter = 2e-3;
        const double start_usd = best_rank_.total_usd;
        const Formulation model = build(false);
        std::stop_source enough;
        const std::stop_callback stop(options_.stop, [&enough] { enough.request_stop(); });
        MilpOptions options = cbc_options();
        options.stop = enough.get_token();
        options.only_prove = true;
        const MilpObserver report = reporter("milp");
        const MilpResult found = CbcBackend(model.program())
                                     .solve(options, model.encode(best_), [&](const MilpProgress& progress) {
                                         if (report) report(progress);
                                         if (progress.incumbent < start_usd * (1 - kMuchBetter))
                                             enough.request_stop();
                                     });
        nodes_ += found.nodes;
        take(model, found);
        // What has been left out of the model may cost as little as the plan that it was left out for, but no less.
        raise_bound(std::min(found.bound, start_usd));
        return !found.is_finished && best_rank_.total_usd < start_usd * (1 - kMuchBetter);
    }

    /// The solver's point, settled, as a plan.
    void take(const Formulation& model, const MilpResult& found) {
        if (found.values.empty()) return;
        const std::vector<double> settled = polish(model.program(), found.values);
        if (!settled.empty()) accept(model.decode(settled));
    }

    /// Least shortfall of the most important types first, then of the next, last the least cost.
    void minimise_shortfall() {
        Formulation model = build(true);
        for (int level = 0; level < model.num_levels() && !is_over(); ++level) {
            model.minimise_shortfall(level);
            const MilpResult found = improve(model, "milp: shortfall");
            if (found.values.empty()) return;
            // One query in a thousand hours: far above what tolerances make up.
            constexpr double kNoQueries = 1e-3;
            if (found.bound > kNoQueries) result_.is_proven_infeasible = true;
            const double least = std::max(0.0, model.program().objective(found.values));
            model.limit_shortfall(level, least * (1 + kSearchTolerance) + kSearchTolerance);
        }
        model.minimise_cost();
        if (!is_over()) improve(model, "milp: cost");
    }

    /// Runs CBC from the best plan; its point settled, its plan accepted when it is better.
    MilpResult improve(const Formulation& model, const char* phase) {
        MilpResult found =
            CbcBackend(model.program()).solve(cbc_options(), model.encode(best_), reporter(phase));
        nodes_ += found.nodes;
        if (found.values.empty()) return found;
        found.values = polish(model.program(), found.values);
        if (!found.values.empty()) accept(model.decode(found.values));
        return found;
    }

    const CandidateTable& table_;
    const SolveOptions& options_;
    ProgressObserver* observer_;
    Clock::time_point began_ = Clock::now();
    SolverResult result_;
    Allocation best_;
    Rank best_rank_;
    bool has_plan_ = false;
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
