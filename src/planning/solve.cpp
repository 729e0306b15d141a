#include "allot/solve.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "allot/audit.hpp"
#include "bounds/marginal_prices.hpp"
#include "candidates/candidate_table.hpp"
#include "infeasibility/feasibility_relaxation.hpp"
#include "planning/finish_plan.hpp"
#include "problem/tolerances.hpp"
#include "solvers/certificate.hpp"
#include "solvers/parameters.hpp"
#include "solvers/plan_builder.hpp"
#include "solvers/search_context.hpp"
#include "solvers/solver.hpp"
#include "util/clock.hpp"
#include "util/parallel.hpp"
#include "util/suggest.hpp"

namespace allot {
namespace {

const Solver& solver_or_throw(const std::string& name) {
    if (const Solver* solver = find_solver(name)) return *solver;
    std::vector<std::string> known;
    for (const Solver* solver : all_solvers()) known.emplace_back(solver->name());
    std::string list;
    for (const std::string& each : known) list += (list.empty() ? "" : ", ") + each;
    throw InputError({{"", 0, 0, "method", name, "one of " + list + did_you_mean(name, known)}});
}

void add_table_counts(const TableCounts& counts, Plan& plan) {
    plan.run.emplace_back("configurations", static_cast<double>(counts.configurations));
    plan.run.emplace_back("configurations_unfit", static_cast<double>(counts.unfit));
    plan.run.emplace_back("configurations_useless", static_cast<double>(counts.useless));
    plan.run.emplace_back("configurations_dominated", static_cast<double>(counts.dominated));
    plan.run.emplace_back("pairs", static_cast<double>(counts.pairs));
    plan.run.emplace_back("pairs_admissible", static_cast<double>(counts.admissible_pairs));
}

void add_certificate(const CandidateTable& table, const SolverResult& result, const StopCriterion& stop,
                     Plan& plan) {
    if (plan.status == Status::feasible && result.lower_bound) {
        const double cost = plan.cost.total();
        // A bound above the cost by rounding noise proves the same as the cost itself.
        plan.lower_bound = std::min(*result.lower_bound, cost);
        plan.gap = cost > 0 ? (cost - *plan.lower_bound) / cost : 0.0;
        if (*plan.gap <= kOptimalityGap) plan.status = Status::optimal;
        if (result.prices && !stop.is_met())
            plan.prices = marginal_prices(table, result.prices->resource_usd, stop);
    }
    if (plan.status == Status::unserved && result.is_proven_infeasible) plan.status = Status::infeasible;
    const bool is_open = plan.status != Status::optimal && plan.status != Status::infeasible;
    if (result.is_stopped && is_open) plan.status = Status::stopped;
}

/// A result with what our own bound proves of it.
SolverResult certified(const CandidateTable& table, const SolveOptions& options, const StopCriterion& stop,
                       SolverResult&& found) {
    const bool wants_branching = found.wants_branching;
    SearchContext context(table, options, stop);
    context.adopt(std::move(found));
    const bool is_open = context.incumbent.is_feasible() && !context.is_closed();
    if (wants_branching && is_open && context.may_go_on()) branch_once(context);
    certify(context);
    return context.take_result();
}

/// What a search may take: without what comes after it. Checking and printing a plan and giving memory back take a part of what the table
/// has taken.
StopCriterion without_the_end(const StopCriterion& stop, double table_s) {
    constexpr double kPartOfTable = 0.1;
    std::optional<double> left_s = stop.seconds_left();
    if (left_s) *left_s = std::max(0.0, *left_s - kPartOfTable * table_s);
    return StopCriterion::after(stop.token, left_s);
}

/// Of part of the candidates, which prove nothing about the others.
SolverResult unproven(SolverResult&& found) {
    SolverResult result;
    result.allocation = std::move(found.allocation);
    result.counters = std::move(found.counters);
    result.is_stopped = true;
    result.reasons = {"stopped while the candidates were listed: the plan is made of part of them"};
    return result;
}

/// What the method finds in the time that the table has left, certified. Where it has left none there is no plan but to serve nobody,
/// and nothing is proven.
SolverResult run_method(const Solver& solver, const CandidateTable& table, const SolveOptions& options,
                        const StopCriterion& stop, ProgressObserver* observer) {
    SolverResult nothing;
    nothing.allocation = Allocation(table.instance().num_types());
    nothing.is_stopped = true;
    nothing.reasons = {"stopped before there was a plan: while the candidates were listed"};
    if (!table.is_complete() && table.num_pairs() == 0) return nothing;
    SolveOptions rest = options;
    rest.time_limit_s = stop.seconds_left();
    SolverResult found = solver.solve(table, rest, observer);
    if (!table.is_complete()) return unproven(std::move(found));
    return certified(table, options, stop, std::move(found));
}

/// The parameters that are not those of the effort.
void add_changed_parameters(const SolveOptions& options, Plan& plan) {
    if (!options.parameters) return;
    for (auto& changed : differences(*options.parameters, options.effort))
        plan.run.push_back(std::move(changed));
}

/// No plan leaves here without the auditor's word: a violation is a bug of ours, except in an ablation.
void require_audit(const Instance& instance, const Plan& plan) {
    const AuditReport report = audit(instance, plan);
    if (report.is_acceptable(plan.status)) return;
    std::string message = "the auditor rejects the plan of method '" + plan.method + "':";
    for (const Violation& violation : report.violations) message += "\n  " + violation.message;
    throw std::logic_error(message);
}

}  // namespace

std::vector<SolverName> solver_names() {
    std::vector<SolverName> names;
    for (const Solver* solver : all_solvers())
        names.push_back({solver->name(), solver->summary(), solver->is_available()});
    return names;
}

Plan finish_plan(const CandidateTable& table, const std::string& method, const SolveOptions& options,
                 const SolverResult& result, const StopCriterion& stop) {
    Plan plan = to_plan(table, result.allocation);
    const bool is_short = plan.is_short();
    plan.method = method;
    add_certificate(table, result, stop, plan);
    add_changed_parameters(options, plan);
    add_table_counts(table.counts(), plan);
    plan.run.insert(plan.run.end(), result.counters.begin(), result.counters.end());
    if (is_short) {
        plan.reasons = result.reasons.empty() ? find_reasons(table, plan, options, stop) : result.reasons;
    }
    if (options.mechanisms.feasible_parallelism) require_audit(table.instance(), plan);
    return plan;
}

Plan solve(const Instance& instance, const SolveOptions& options, ProgressObserver* observer) {
    const Solver& solver = solver_or_throw(options.method);
    const ThreadLimit limit(options.threads);
    const Clock::time_point start = Clock::now();
    TableOptions table_options;
    table_options.ignore_admissibility = !options.mechanisms.feasible_parallelism;
    table_options.stop = StopCriterion::after(options.stop, options.time_limit_s);
    const CandidateTable table(instance, table_options);
    const double table_ms = ms_since(start);
    const StopCriterion stop = without_the_end(table_options.stop, table_ms / 1000);
    const SolverResult result = run_method(solver, table, options, stop, observer);
    const double solve_ms = ms_since(start);

    Plan plan = finish_plan(table, solver.name(), options, result, stop);
    plan.seed = options.seed;
    plan.run.insert(plan.run.begin(), {{"threads", static_cast<double>(options.threads)},
                                       {"effort", static_cast<double>(options.effort)},
                                       {"table_ms", table_ms},
                                       {"solve_ms", solve_ms}});
    return plan;
}

}  // namespace allot
