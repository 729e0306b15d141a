#include "subproblem/fleet_program.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <set>

#include "cost/mean_limit.hpp"
#include "cost/replica_cost.hpp"
#include "cost/replica_limit.hpp"
#include "cost/scale_to_limit.hpp"
#include "problem/tolerances.hpp"
#include "util/index.hpp"

namespace allot {
namespace {

/// Of leaving a type unserved beyond max_unmet: times its own penalty, and as a part of the largest of all.
constexpr double kShortfallFactor = 20;
constexpr double kLeastShortfall = 1;
/// The same where a resource is counted: as a part of its limit, more than any type takes.
constexpr double kShortfallOfUse = 10;
/// A count nearer than this to a whole number is one: above what the simplex solver leaves of its tolerance.
constexpr double kWhole = 1e-6;
/// Of each count that is not whole yet limits keep this part of a replica free: rounding takes half a replica on average, and
/// the last counts find no way where the first have used everything up.
constexpr double kReserve = 0.5;
constexpr double kLpTolerance = 1e-8;

}  // namespace

FleetProgram::FleetProgram(const CandidateTable& table, const std::vector<int>& support, int counted)
    : table_(table), counted_(counted) {
    double most_usd = *std::max_element(table.unmet_usd.begin(), table.unmet_usd.end());
    if (counted >= 0) most_usd = table.resources[counted].limit;
    cost_scale_ = most_usd > 0 ? most_usd : 1;
    for (const int c : support)
        deployments_.push_back({.configuration = c, .most = double(replica_limit(table, c))});
    add_demand_rows();
    add_resource_rows();
    add_unmet_columns();
    for (Deployment& deployment : deployments_) add_replicas(deployment);
    for (Deployment& deployment : deployments_) add_shares(deployment);
    solver_.emplace(program_);
    solver_->set_tolerances(kLpTolerance, kLpTolerance);
}

void FleetProgram::add_demand_rows() {
    for (int i = 0; i < table_.instance().num_types(); ++i) {
        demand_.push_back(program_.add_row({"", 1, 1}));
        for (const MeanRow kind : {MeanRow::error, MeanRow::delay}) {
            const bool has_limit = mean_limit(table_, kind, i).has_value();
            const int row = has_limit ? program_.add_row({"", -kLpInfinity, 0}) : -1;
            (kind == MeanRow::error ? error_ : delay_).push_back(row);
        }
    }
}

/// What storing the weights of the whole support takes of a resource.
double FleetProgram::stored(int resource) const {
    std::set<int> artifacts;
    for (const Deployment& deployment : deployments_)
        artifacts.insert(table_.artifact[at(deployment.configuration)]);
    double amount = 0;
    for (const int a : artifacts) {
        for (const ResourceUse& use : table_.resources.of_artifact(a)) {
            if (use.resource == resource) amount += use.amount;
        }
    }
    return amount;
}

void FleetProgram::add_resource_rows() {
    for (int r = 0; r < table_.resources.size(); ++r) {
        const Resource& resource = table_.resources[r];
        const bool has_row = resource.is_limited() && r != counted_;
        const double most = resource.limit * (resource.is_whole ? 1 : 1 - kSearchTolerance) - stored(r);
        room_.push_back(has_row ? most * scale_to_limit(resource.limit) : kLpInfinity);
        resource_row_.push_back(has_row ? program_.add_row({"", -kLpInfinity, room_.back()}) : -1);
    }
}

void FleetProgram::add_unmet_columns() {
    for (int i = 0; i < table_.instance().num_types(); ++i) {
        const LpEntry served{demand_[at(i)], 1};
        const double usd = money(table_.unmet_usd[at(i)]) / cost_scale_;
        const double short_usd = counted_ < 0 ? kShortfallFactor * usd + kLeastShortfall : kShortfallOfUse;
        program_.add_column({"", usd, 0, table_.instance().type(i).max_unmet, false}, {&served, 1});
        shortfall_column_.push_back(
            program_.add_column({"", short_usd, 0, kLpInfinity, false}, {&served, 1}));
    }
}

/// The entry of a column in the row of a resource, or its part of the objective.
void FleetProgram::enter(int resource, double amount, double& usd) {
    if (resource == counted_) usd += amount;
    if (resource_row_[at(resource)] >= 0 && amount != 0)
        entries_.push_back(
            {resource_row_[at(resource)], amount * scale_to_limit(table_.resources[resource].limit)});
}

void FleetProgram::add_replicas(Deployment& deployment) {
    const int c = deployment.configuration;
    bool needs_slots = false;
    bool needs_kv = false;
    for (auto p = table_.pair_begin[at(c)]; p < table_.pair_begin[at(c) + 1]; ++p) {
        needs_slots = needs_slots || table_.pair_slot_load[p] >= table_.pair_kv_load[p];
        needs_kv = needs_kv || table_.pair_kv_load[p] > table_.pair_slot_load[p];
    }
    entries_.clear();
    if (needs_slots) entries_.push_back({deployment.slot_row = program_.add_row({"", -kLpInfinity, 0}), -1});
    if (needs_kv) entries_.push_back({deployment.kv_row = program_.add_row({"", -kLpInfinity, 0}), -1});
    double usd = money(replica_usd(table_, c));
    for (const ReplicaUse& use : table_.resources.of_configuration(c))
        enter(use.resource, use.per_replica + (table_.running[at(c)] > 0 ? 0 : use.per_start), usd);
    deployment.column = program_.add_column({"", usd / cost_scale_, 0, deployment.most, false}, entries_);
}

void FleetProgram::add_shares(Deployment& deployment) {
    deployment.first_share = program_.num_columns();
    const std::size_t c = at(deployment.configuration);
    for (std::size_t p = table_.pair_begin[c]; p < table_.pair_begin[c + 1]; ++p) {
        const int i = table_.pair_type[p];
        double usd = money(table_.pair_usd[p]);
        entries_.assign(1, {demand_[at(i)], 1});
        for (const MeanRow kind : {MeanRow::error, MeanRow::delay}) {
            const int row = kind == MeanRow::error ? error_[at(i)] : delay_[at(i)];
            if (row < 0) continue;
            const MeanLimit limit = *mean_limit(table_, kind, i);
            const double excess = limit.value(table_, static_cast<int>(p)) - limit.limit;
            entries_.push_back({row, excess * scale_to_limit(limit.limit)});
        }
        if (deployment.slot_row >= 0) entries_.push_back({deployment.slot_row, table_.pair_slot_load[p]});
        if (deployment.kv_row >= 0) entries_.push_back({deployment.kv_row, table_.pair_kv_load[p]});
        for (const ResourceUse& use : table_.resources.of_type(i)) enter(use.resource, use.amount, usd);
        program_.add_column({"", usd / cost_scale_, 0, kLpInfinity, false}, entries_);
    }
    deployment.end_share = program_.num_columns();
}

double FleetProgram::shortfall() const {
    double sum = 0;
    for (const int column : shortfall_column_) sum += solver_->values()[at(column)];
    return sum;
}

// ---- the dive ----

std::vector<int> FleetProgram::whole_fleet(const StopCriterion& stop) {
    reserve();
    if (solver_->solve(LpMethod::dual, {.max_iterations = 0, .stop = stop}) != LpStatus::optimal) return {};
    while (Deployment* const next = next_to_fix()) {
        if (!fix(*next, stop)) return {};
    }
    std::vector<int> replicas(at(table_.num_configurations()), 0);
    for (const Deployment& deployment : deployments_) {
        replicas[at(deployment.configuration)] = whole_count(deployment);
    }
    return replicas;
}

/// One where a load below the tolerance of whole numbers is served.
int FleetProgram::whole_count(const Deployment& deployment) const {
    const std::span<const double> values = solver_->values();
    const auto count = static_cast<int>(std::round(values[at(deployment.column)]));
    const auto shares =
        values.subspan(at(deployment.first_share), at(deployment.end_share - deployment.first_share));
    const bool serves =
        std::any_of(shares.begin(), shares.end(), [](double share) { return share > kLpTolerance; });
    return serves ? std::max(1, count) : count;
}

void FleetProgram::reserve() {
    std::vector<double> kept(at(table_.resources.size()), 0);
    for (const Deployment& deployment : deployments_) {
        if (deployment.is_fixed) continue;
        for (const ReplicaUse& use : table_.resources.of_configuration(deployment.configuration))
            kept[at(use.resource)] += kReserve * use.per_replica;
    }
    for (int r = 0; r < table_.resources.size(); ++r) {
        const double room = room_[at(r)] - kept[at(r)] * scale_to_limit(table_.resources[r].limit);
        if (resource_row_[at(r)] >= 0) solver_->set_row_bounds(resource_row_[at(r)], -kLpInfinity, room);
    }
}

/// A replica at the present prices of resources, scaled.
double FleetProgram::priced_replica(const Deployment& deployment) const {
    double usd = replica_usd(table_, deployment.configuration) / cost_scale_;
    for (const ReplicaUse& use : table_.resources.of_configuration(deployment.configuration)) {
        const int row = resource_row_[at(use.resource)];
        if (row < 0) continue;
        const double price = std::max(0.0, -solver_->duals()[at(row)]);
        usd += price * use.per_replica * scale_to_limit(table_.resources[use.resource].limit);
    }
    return usd;
}

/// Of the counts that are not whole the one whose replicas are dearest: the others make up for its rounding in smaller steps. Null when
/// all are whole.
FleetProgram::Deployment* FleetProgram::next_to_fix() {
    Deployment* next = nullptr;
    double most_usd = 0;
    for (Deployment& deployment : deployments_) {
        const double count = solver_->values()[at(deployment.column)];
        if (deployment.is_fixed || std::abs(count - std::round(count)) <= kWhole) continue;
        const double usd = priced_replica(deployment);
        if (next != nullptr && usd <= most_usd) continue;
        next = &deployment;
        most_usd = usd;
    }
    return next;
}

double FleetProgram::try_count(const Deployment& deployment, double count, const StopCriterion& stop) {
    if (count < deployment.least || count > deployment.most) return kLpInfinity;
    solver_->set_column_bounds(deployment.column, count, count);
    return solver_->solve(LpMethod::dual, {.max_iterations = 0, .stop = stop}) == LpStatus::optimal
               ? solver_->objective()
               : kLpInfinity;
}

/// To the cheaper of both sides. False when neither is possible.
bool FleetProgram::fix(Deployment& deployment, const StopCriterion& stop) {
    const double below = std::floor(solver_->values()[at(deployment.column)]);
    const LpBasis basis = solver_->basis();
    const double up_usd = try_count(deployment, below + 1, stop);
    solver_->set_basis(basis);
    const double down_usd = try_count(deployment, below, stop);
    if (std::min(up_usd, down_usd) == kLpInfinity) return false;
    deployment.least = deployment.most = up_usd < down_usd ? below + 1 : below;
    deployment.is_fixed = true;
    reserve();
    solver_->set_basis(basis);
    return try_count(deployment, deployment.most, stop) < kLpInfinity;
}

}  // namespace allot
