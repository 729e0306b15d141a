#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <string>
#include <vector>

#include "audit/checks.hpp"
#include "problem/tolerances.hpp"

namespace allot::auditing {
namespace {

void check_part(ViolationList& violations, const std::string& part, double reported,
                std::initializer_list<double> accepted) {
    if (std::any_of(accepted.begin(), accepted.end(),
                    [&](double implied) { return agrees(reported, implied); }))
        return;
    const double implied = *accepted.begin();
    violations.add("reported.cost." + part, "cost." + part, reported, implied,
                   part + " cost reported as " + text(reported) + " USD, is " + text(implied) + " USD");
}

/// The totals that the bound and the gap may refer to: of the reported parts, and the recomputed one where that means anything.
/// Where they differ a part is reported as wrong already.
std::vector<double> accepted_totals(const Facts& facts) {
    std::vector<double> totals{facts.plan.cost.total()};
    if (facts.is_sound) totals.push_back(facts.cost.total());
    return totals;
}

double gap_between(double cost, double bound) { return cost > kZeroTolerance ? (cost - bound) / cost : 0; }

bool exceeds_every(double bound, const std::vector<double>& totals) {
    return std::none_of(totals.begin(), totals.end(), [&](double total) { return is_within(bound, total); });
}

bool is_proven(const Facts& facts) {
    if (!facts.plan.lower_bound) return false;
    if (facts.plan.gap && *facts.plan.gap <= kOptimalityGap + kZeroTolerance) return true;
    const std::vector<double> totals = accepted_totals(facts);
    return std::any_of(totals.begin(), totals.end(), [&](double total) {
        return gap_between(total, *facts.plan.lower_bound) <= kOptimalityGap + kZeroTolerance;
    });
}

}  // namespace

void check_reported_cost(const Facts& facts, ViolationList& violations) {
    const FleetFacts declared =
        fleet_facts(facts.instance, facts.decisions.deployments, declared_replicas(facts));
    const CostBreakdown& reported = facts.plan.cost;
    check_part(violations, "rental", reported.rental, {facts.fleet.rental_usd, declared.rental_usd});
    if (facts.is_sound) {
        check_part(violations, "storage", reported.storage, {facts.cost.storage});
        check_part(violations, "delay", reported.delay, {facts.cost.delay});
        check_part(violations, "unmet", reported.unmet, {facts.cost.unmet});
    }
    check_part(violations, "switching", reported.switching,
               {facts.fleet.switching_usd, declared.switching_usd});
    if (!facts.plan.reported_total) return;
    const double recomputed = facts.is_sound ? facts.cost.total() : reported.total();
    check_part(violations, "total", *facts.plan.reported_total, {recomputed, reported.total()});
}

void check_reported_bound(const Facts& facts, ViolationList& violations) {
    const Plan& plan = facts.plan;
    if (plan.status == Status::infeasible || plan.status == Status::unserved) return;
    const std::vector<double> totals = accepted_totals(facts);
    if (plan.lower_bound && exceeds_every(*plan.lower_bound, totals)) {
        violations.add("reported.lower_bound", "lower_bound", *plan.lower_bound, totals.back(),
                       "lower bound reported as " + text(*plan.lower_bound) + " USD, above the cost of " +
                           text(totals.back()) + " USD");
        return;
    }
    if (!plan.lower_bound && !plan.gap) return;
    if (!plan.lower_bound || !plan.gap) {
        violations.add("reported.gap", "gap", plan.gap.value_or(0), 0,
                       plan.gap ? "a gap is reported without a lower bound"
                                : "a lower bound is reported without its gap");
        return;
    }
    // A gap is the difference of two figures, each right to kFigureTolerance of the cost: that is its absolute tolerance.
    if (std::any_of(totals.begin(), totals.end(), [&](double total) {
            return std::abs(*plan.gap - gap_between(total, *plan.lower_bound)) <= kFigureTolerance;
        }))
        return;
    const double implied = gap_between(totals.back(), *plan.lower_bound);
    violations.add("reported.gap", "gap", *plan.gap, implied,
                   "gap reported as " + text(*plan.gap) + ", is " + text(implied));
}

void check_reported_status(const Facts& facts, ViolationList& violations) {
    const Status status = facts.plan.status;
    const auto report = [&](const std::string& why) {
        violations.add("reported.status", "status", 0, 0,
                       std::string("status reported as ") + to_string(status) + ", but " + why);
    };
    const bool is_short = status == Status::infeasible || status == Status::unserved;
    if (is_short && violations.is_empty()) report("every limit is met");
    if ((status == Status::optimal || status == Status::feasible) && violations.has("max_unmet"))
        report("more is left unmet than max_unmet allows");
    else if (status == Status::optimal && !is_proven(facts))
        report("no lower bound within " + text(kOptimalityGap) + " of the cost is reported");
}

}  // namespace allot::auditing
