#include "solvers/milp/milp_solver.hpp"

#include "allot/error.hpp"

#ifdef ALLOT_HAS_CBC

#include <algorithm>
#include <chrono>
#include <cmath>

#include "cost/evaluator.hpp"
#include "problem/tolerances.hpp"
#include "solvers/greedy.hpp"
#include "solvers/milp/cbc_backend.hpp"
#include "solvers/milp/formulation.hpp"
#include "solvers/milp/settle.hpp"

namespace allot {
namespace {

using Clock = std::chrono::steady_clock;

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
        const Allocation greedy = GreedySolver().solve(table_, options_, nullptr).allocation;
        accept(greedy);
        if (!minimise_cost() && !is_over()) minimise_shortfall();
        result_.allocation = best_;
        result_.is_stopped = is_over();
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

    /// Takes the allocation when it is better. Shortfalls that differ by rounding noise are the same: compare() would prefer a plan
    /// that saves one query in a year to a cheaper one.
    void accept(const Allocation& allocation) {
        const Rank candidate = rank(table_, allocation);
        if (has_plan_ && !is_better(candidate, best_rank_)) return;
        best_ = allocation;
        best_rank_ = candidate;
        has_plan_ = true;
    }

    Formulation build(bool elastic) {
        const auto start = Clock::now();
        Formulation model(table_, {.elastic = elastic, .keep = {}, .fixed_replicas = {}});
        model_ms_ += std::chrono::duration<double, std::milli>(Clock::now() - start).count();
        result_.counters.emplace_back("milp_columns", model.program().num_columns());
        result_.counters.emplace_back("milp_rows", model.program().num_rows());
        result_.counters.emplace_back("milp_entries", static_cast<double>(model.program().num_entries()));
        return model;
    }

    MilpResult run_cbc(const LinearProgram& lp, std::span<const double> start, const char* phase) {
        MilpOptions options;
        options.stop = options_.stop;
        options.relative_gap = kOptimalityGap / 2;
        if (options_.time_limit_s) options.time_limit_s = std::max(0.0, *options_.time_limit_s - elapsed_s());
        MilpObserver report;
        if (observer_ != nullptr) {
            report = [&](const MilpProgress& progress) {
                observer_->on_progress({phase, elapsed_s(), progress.incumbent, progress.bound});
            };
        }
        const MilpResult found = CbcBackend(lp).solve(options, start, report);
        nodes_ += found.nodes;
        return found;
    }

    /// True when the question is settled or time is up; false when there seems to be no plan that meets all limits.
    bool minimise_cost() {
        const Formulation model = build(false);
        std::vector<double> start;
        if (best_rank_.is_feasible()) start = model.encode(best_);
        const MilpResult found = run_cbc(model.program(), start, "milp");
        if (!found.values.empty()) {
            const std::vector<double> settled = settle(model.program(), found.values);
            if (!settled.empty()) accept(model.decode(settled));
        }
        if (best_rank_.is_feasible()) result_.lower_bound = found.bound;
        return best_rank_.is_feasible();
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
        MilpResult found = run_cbc(model.program(), model.encode(best_), phase);
        if (found.values.empty()) return found;
        found.values = settle(model.program(), found.values);
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

const char* MilpSolver::summary() const { return "not in this build: it needs CBC (ALLOT_WITH_CBC)"; }

bool MilpSolver::is_available() const { return false; }

SolverResult MilpSolver::solve(const CandidateTable&, const SolveOptions&, ProgressObserver*) const {
    throw InputError({{"", 0, 0, "method", "milp", "another method: this program was built without CBC"}});
}

}  // namespace allot

#endif
