#include "milp/formulation_builder.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>

#include "cost/replica_limit.hpp"
#include "cost/running_replicas.hpp"
#include "problem/tolerances.hpp"

namespace allot {
namespace {

/// Below this load a whole type fits into so small a part of a replica that a solver's integrality tolerance (1e-6) might serve it
/// with none: such pairs get a row of their own.
constexpr double kTinyLoad = 1e-3;

double scale_of(double limit) { return limit > 0 && std::isfinite(limit) ? 1 / limit : 1.0; }

}  // namespace

FormulationBuilder::FormulationBuilder(Formulation& model, const StopCriterion& stop)
    : model_(model),
      stop_(stop),
      table_(*model.table_),
      instance_(model.table_->instance()),
      has_storage_columns_(is_storing_priced()) {
    const FormulationOptions& options = model_.options_;
    assert(options.keep.empty() || options.keep.size() == at(table_.num_configurations()));
    assert(!is_fleet_fixed() || options.fixed_replicas.size() == at(table_.num_configurations()));
    for (int c = 0; c < table_.num_configurations(); ++c) {
        if (is_fleet_fixed()) {
            limit_.push_back(options.fixed_replicas[at(c)]);
        } else {
            const bool is_wanted = options.keep.empty() || options.keep[at(c)] != 0;
            limit_.push_back(is_wanted ? replica_limit(table_, c) : 0);
        }
    }
}

void FormulationBuilder::build() {
    add_rows();
    if (!stop_.is_met()) add_columns();
    model_.is_complete_ = !stop_.is_met();
}

void FormulationBuilder::add_rows() {
    add_demand_rows();
    add_capacity_rows();
    if (is_exclusive()) add_exclusivity_rows();
    if (is_exclusive()) add_link_rows();
    if (has_storage_columns() && !is_fleet_fixed()) add_storing_rows();
    add_counter_rows();
    add_resource_rows();
    add_mean_rows();
    add_shortfall_rows();
}

void FormulationBuilder::add_columns() {
    model_.columns_.share.assign(at(table_.num_pairs()), -1);
    for (int c = 0; c < table_.num_configurations() && !stop_.is_met(); ++c) {
        add_share_columns(c);
        add_replica_columns(c);
    }
    for (int i = 0; i < instance_.num_types(); ++i) add_unmet_columns(i);
    add_group_columns();
    add_counter_columns();
    add_storage_columns();
    for (Formulation::Protection& protection : model_.protections_) add_protection_columns(protection);
}

/// Whether storing some artifact costs something or takes of a limit.
bool FormulationBuilder::is_storing_priced() const {
    for (int a = 0; a < table_.num_artifacts(); ++a) {
        if (table_.artifact_usd[at(a)] > 0 || !table_.resources.of_artifact(a).empty()) return true;
    }
    return false;
}

bool FormulationBuilder::is_kv_implied(int c) const {
    for (std::uint32_t p = table_.pair_begin[at(c)]; p < table_.pair_begin[at(c) + 1]; ++p) {
        if (table_.pair_kv_load[p] > table_.pair_slot_load[p]) return false;
    }
    return true;
}

bool FormulationBuilder::is_mean_implied(const MeanLimit& limit, int i) const {
    for (std::uint32_t n = table_.type_begin[at(i)]; n < table_.type_begin[at(i) + 1]; ++n) {
        const int p = table_.type_pairs[n];
        const int c = table_.pair_configuration[at(p)];
        const double rise = limit.budget > 0 ? limit.deviation(table_, table_.group[at(c)]).worst() : 0;
        if (is_kept(c) && limit.value(table_, p) * (1 + rise) > limit.limit) return false;
    }
    return true;
}

// ---- rows ----

int FormulationBuilder::add_row(const std::string& name, double lower, double upper) {
    return model_.program_.add_row({name, lower, upper});
}

void FormulationBuilder::add_demand_rows() {
    max_unmet_.assign(at(instance_.num_types()), -1);
    for (int i = 0; i < instance_.num_types(); ++i) {
        demand_.push_back(add_row(fmt::format("demand[{}]", type_name(i)), 1, 1));
        if (!model_.options_.elastic) continue;
        max_unmet_[at(i)] =
            add_row(fmt::format("max_unmet[{}]", type_name(i)), -kLpInfinity, instance_.type(i).max_unmet);
    }
}

void FormulationBuilder::add_capacity_rows() {
    slots_.assign(at(table_.num_configurations()), -1);
    kv_ = deploy_ = least_ = starts_ = slots_;
    serve_.assign(at(table_.num_pairs()), -1);
    int earlier = -1;  // kept
    for (int c = 0; c < table_.num_configurations(); ++c) {
        if (!is_kept(c)) continue;
        const std::string name = configuration_name(c);
        slots_[at(c)] = add_row(fmt::format("slots[{}]", name), -kLpInfinity, 0);
        if (!is_kv_implied(c)) kv_[at(c)] = add_row(fmt::format("kv[{}]", name), -kLpInfinity, 0);
        if (table_.running[at(c)] > 0) {
            // Configurations of one shape stand side by side and share what runs.
            const bool shares = earlier >= 0 && have_same_shape(table_, earlier, c);
            starts_[at(c)] =
                shares ? starts_[at(earlier)]
                       : add_row(fmt::format("starts[{}]", name), -kLpInfinity, table_.running[at(c)]);
        }
        earlier = c;
        for (std::uint32_t p = table_.pair_begin[at(c)]; p < table_.pair_begin[at(c) + 1]; ++p) {
            if (is_fleet_fixed() || table_.pair_slot_load[p] >= kTinyLoad) continue;
            serve_[p] =
                add_row(fmt::format("serve[{},{}]", type_name(table_.pair_type[p]), name), -kLpInfinity, 0);
        }
    }
}

void FormulationBuilder::add_exclusivity_rows() {
    exclusive_.assign(at(table_.num_groups()), -1);
    stored_ = exclusive_;
    for (int c = 0; c < table_.num_configurations(); ++c) {
        if (!is_kept(c)) continue;
        deploy_[at(c)] = add_row(fmt::format("deploy[{}]", configuration_name(c)), -kLpInfinity, 0);
        least_[at(c)] = add_row(fmt::format("least[{}]", configuration_name(c)), 0, kLpInfinity);
        int& row = exclusive_[at(table_.group[at(c)])];
        if (row >= 0) continue;
        const std::string name = group_name(table_.group[at(c)]);
        row = add_row(fmt::format("group[{}]", name), 0, 0);
        if (has_storage_columns())
            stored_[at(table_.group[at(c)])] = add_row(fmt::format("stored[{}]", name), -kLpInfinity, 0);
    }
}

/// Shares of a type on a group <= its running configuration; on an artifact <= its being stored. Implied for whole numbers, they
/// keep the linear relaxation from running a small fraction of a replica.
void FormulationBuilder::add_link_rows() {
    link_.assign(at(instance_.num_types() * table_.num_groups()), -1);
    link_artifact_.assign(at(instance_.num_types() * table_.num_artifacts()), -1);
    for (int c = 0; c < table_.num_configurations() && !stop_.is_met(); ++c) {
        if (!is_kept(c)) continue;
        const int g = table_.group[at(c)];
        const int a = table_.artifact[at(c)];
        for (std::uint32_t p = table_.pair_begin[at(c)]; p < table_.pair_begin[at(c) + 1]; ++p) {
            const int i = table_.pair_type[p];
            int& link = link_[at(i * table_.num_groups() + g)];
            if (link < 0) {
                link = add_row(fmt::format("link[{},{}]", type_name(i), group_name(g)), -kLpInfinity, 0);
            }
            int& artifact = link_artifact_[at(i * table_.num_artifacts() + a)];
            if (artifact >= 0 || !has_storage_columns()) continue;
            artifact = add_row(fmt::format("link[{},{}]", type_name(i), artifact_name(a)), -kLpInfinity, 0);
        }
    }
}

void FormulationBuilder::add_storing_rows() {
    storing_.assign(at(table_.num_configurations()), -1);
    if (is_exclusive()) return;
    for (int c = 0; c < table_.num_configurations(); ++c) {
        if (!is_kept(c)) continue;
        storing_[at(c)] = add_row(fmt::format("storing[{}]", configuration_name(c)), -kLpInfinity, 0);
    }
}

/// How much is used of a counter, limited or not: the limit is the bound of its column.
void FormulationBuilder::add_counter_rows() {
    counter_.assign(at(table_.resources.size()), -1);
    for (int c = 0; c < table_.num_configurations() && !is_fleet_fixed(); ++c) {
        if (!is_kept(c)) continue;
        for (const ReplicaUse& use : table_.resources.of_configuration(c)) {
            const Resource& resource = table_.resources[use.resource];
            int& row = counter_[at(use.resource)];
            if (resource.is_counter && row < 0) row = add_row(resource.row, 0, 0);
        }
    }
}

/// All other limits. They are written in what is not served: all types served in full are a constant, unserved shares give it back.
/// A given fleet has been checked for whole numbers by who gives it.
void FormulationBuilder::add_resource_rows() {
    const ResourceList& resources = table_.resources;
    std::vector<double> served(at(resources.size()), 0);
    for (int i = 0; i < instance_.num_types(); ++i) {
        for (const ResourceUse& use : resources.of_type(i)) served[at(use.resource)] += use.amount;
    }
    for (int r = 0; r < resources.size(); ++r) {
        const bool is_given = resources[r].is_whole && is_fleet_fixed();
        const double most = (resources[r].limit - served[at(r)]) * resources[r].scale();
        model_.resource_row_.push_back(
            resources[r].is_counter || is_given ? -1 : add_row(resources[r].row, -kLpInfinity, most));
    }
}

void FormulationBuilder::add_mean_rows() {
    error_.assign(at(instance_.num_types()), -1);
    delay_ = error_protection_ = delay_protection_ = error_;
    for (int i = 0; i < instance_.num_types(); ++i) {
        for (const MeanRow mean : {MeanRow::error, MeanRow::delay}) {
            const bool is_error = mean == MeanRow::error;
            const std::optional<MeanLimit> limit = mean_limit(table_, mean, i);
            const bool has_row = limit && !is_mean_implied(*limit, i);
            if (has_row) {
                const char* name = is_error ? "error" : "delay";
                (is_error ? error_ : delay_)[at(i)] =
                    add_row(fmt::format("{}[{}]", name, type_name(i)), -kLpInfinity, 0);
            }
            if (has_row || (!is_error && table_.delay_usd_per_s[at(i)] > 0)) add_protection_rows(mean, i);
        }
    }
}

void FormulationBuilder::add_protection_rows(MeanRow mean, int i) {
    const bool is_error = mean == MeanRow::error;
    const auto& budget = is_error ? instance_->uncertainty.error : instance_->uncertainty.delay;
    if (!budget || budget->budget <= 0) return;
    const Slo& slo = instance_.type(i).slo;
    Formulation::Protection protection{mean, i, budget->budget, 1, -1, {}};
    protection.scale = scale_of((is_error ? slo.error : slo.delay_s).value_or(1));
    std::set<int> groups;
    for (std::uint32_t n = table_.type_begin[at(i)]; n < table_.type_begin[at(i) + 1]; ++n) {
        const int c = table_.pair_configuration[at(table_.type_pairs[n])];
        if (is_kept(c)) groups.insert(table_.group[at(c)]);
    }
    for (const int g : groups) {
        const Deviation& deviation =
            is_error ? table_.group_error_deviation[at(g)] : table_.group_delay_deviation[at(g)];
        if (deviation.worst() <= 0) continue;
        const int row = add_row(
            fmt::format("{}_protection[{},{}]", is_error ? "error" : "delay", type_name(i), group_name(g)), 0,
            kLpInfinity);
        protection.groups.push_back({g, deviation.cap, -1, row});
    }
    if (protection.groups.empty()) return;
    (is_error ? error_protection_ : delay_protection_)[at(i)] = static_cast<int>(model_.protections_.size());
    model_.protections_.push_back(std::move(protection));
}

void FormulationBuilder::add_shortfall_rows() {
    if (!model_.options_.elastic) return;
    std::map<int, int> level_of_priority;
    for (int i = 0; i < instance_.num_types(); ++i) level_of_priority[instance_.type(i).priority] = 0;
    for (auto& [priority, level] : level_of_priority) {
        level = static_cast<int>(model_.shortfall_row_.size());
        model_.shortfall_row_.push_back(
            add_row(fmt::format("shortfall[{}]", priority), -kLpInfinity, kLpInfinity));
    }
    for (int i = 0; i < instance_.num_types(); ++i) {
        model_.level_of_type_.push_back(level_of_priority[instance_.type(i).priority]);
    }
}

// ---- columns ----

void FormulationBuilder::enter(int row, double value) {
    if (row >= 0) entries_.push_back({row, value});
}

/// In the row of a resource, if there is one.
void FormulationBuilder::enter_resource(int resource, double amount) {
    if (amount != 0) enter(model_.resource_row_[at(resource)], amount * table_.resources[resource].scale());
}

int FormulationBuilder::add_column(LpColumn column) {
    const int index = model_.program_.add_column(std::move(column), entries_);
    entries_.clear();
    return index;
}

void FormulationBuilder::enter_mean(int pair) {
    const int i = table_.pair_type[at(pair)];
    const int g = table_.group[at(table_.pair_configuration[at(pair)])];
    for (const MeanRow mean : {MeanRow::error, MeanRow::delay}) {
        const bool is_error = mean == MeanRow::error;
        if (const int row = (is_error ? error_ : delay_)[at(i)]; row >= 0) {
            const MeanLimit limit = *mean_limit(table_, mean, i);
            enter(row, (limit.value(table_, pair) - limit.limit) * scale_of(limit.limit));
        }
        const int index = (is_error ? error_protection_ : delay_protection_)[at(i)];
        if (index < 0) continue;
        const Formulation::Protection& protection = model_.protections_[at(index)];
        for (const Formulation::Protection::Group& group : protection.groups) {
            if (group.group == g) enter(group.row, -pair_deviation(table_, protection, pair));
        }
    }
}

void FormulationBuilder::add_share_columns(int c) {
    if (!is_kept(c)) return;
    const int g = table_.group[at(c)];
    for (std::uint32_t p = table_.pair_begin[at(c)]; p < table_.pair_begin[at(c) + 1]; ++p) {
        const int i = table_.pair_type[p];
        enter(demand_[at(i)], 1);
        enter(slots_[at(c)], table_.pair_slot_load[p]);
        enter(kv_[at(c)], table_.pair_kv_load[p]);
        enter(serve_[p], 1);
        if (!link_.empty()) {
            enter(link_[at(i * table_.num_groups() + g)], 1);
            enter(link_artifact_[at(i * table_.num_artifacts() + table_.artifact[at(c)])], 1);
        }
        enter_mean(static_cast<int>(p));
        model_.columns_.share[p] = add_column(
            {fmt::format("x[{},{}]", type_name(i), configuration_name(c)), table_.pair_usd[p], 0, 1, false});
    }
}

void FormulationBuilder::add_replica_columns(int c) {
    Formulation::Columns& columns = model_.columns_;
    columns.replicas.push_back(-1);
    columns.deployed.push_back(-1);
    columns.starts.push_back(-1);
    if (!is_kept(c)) return;
    const std::string name = configuration_name(c);
    const double limit = limit_[at(c)];
    enter(slots_[at(c)], -1);
    enter(kv_[at(c)], -1);
    enter(deploy_[at(c)], 1);
    enter(least_[at(c)], 1);
    enter(starts_[at(c)], 1);
    if (!storing_.empty()) enter(storing_[at(c)], 1);
    for (std::uint32_t p = table_.pair_begin[at(c)]; p < table_.pair_begin[at(c) + 1]; ++p)
        enter(serve_[p], -1);
    const bool has_starts = starts_[at(c)] >= 0;
    for (const ReplicaUse& use : table_.resources.of_configuration(c)) {
        enter(counter_[at(use.resource)], use.per_replica);
        enter_resource(use.resource, use.per_replica + (has_starts ? 0 : use.per_start));
    }
    const double cost = table_.rent_usd[at(c)] + (has_starts ? 0 : table_.start_usd[at(c)]);
    columns.replicas.back() = add_column(
        {fmt::format("r[{}]", name), cost, is_fleet_fixed() ? limit : 0, limit, !is_fleet_fixed()});
    if (has_starts) columns.starts.back() = starts_column(c);
    if (!is_exclusive()) return;
    enter(deploy_[at(c)], -limit);
    enter(least_[at(c)], -1);
    enter(exclusive_[at(table_.group[at(c)])], 1);
    columns.deployed.back() = add_column({fmt::format("w[{}]", name), 0, 0, 1, true});
}

/// max(0, r_h - r0_h) of the shape of c: new with the first of its configurations.
int FormulationBuilder::starts_column(int c) {
    const auto& starts = model_.columns_.starts;
    for (int earlier = c - 1; earlier >= 0 && have_same_shape(table_, earlier, c); --earlier) {
        if (starts[at(earlier)] >= 0) return starts[at(earlier)];
    }
    enter(starts_[at(c)], -1);
    for (const ReplicaUse& use : table_.resources.of_configuration(c))
        enter_resource(use.resource, use.per_start);
    return add_column(
        {fmt::format("starts[{}]", configuration_name(c)), table_.start_usd[at(c)], 0, kLpInfinity, false});
}

void FormulationBuilder::add_unmet_columns(int i) {
    const double max_unmet = instance_.type(i).max_unmet;
    enter(demand_[at(i)], 1);
    enter(max_unmet_[at(i)], 1);
    for (const ResourceUse& use : table_.resources.of_type(i)) enter_resource(use.resource, -use.amount);
    const double most = model_.options_.elastic ? 1.0 : max_unmet;
    model_.columns_.unmet.push_back(
        add_column({fmt::format("u[{}]", type_name(i)), table_.unmet_usd[at(i)], 0, most, false}));
    model_.columns_.excess.push_back(-1);
    if (!model_.options_.elastic) return;
    enter(max_unmet_[at(i)], -1);
    enter(model_.shortfall_row_[at(model_.level_of_type_[at(i)])], instance_.type(i).rate_per_hour);
    model_.columns_.excess.back() =
        add_column({fmt::format("excess[{}]", type_name(i)), 0, 0, 1 - max_unmet, false});
}

void FormulationBuilder::add_group_columns() {
    if (!is_exclusive()) return;
    model_.columns_.group.assign(at(table_.num_groups()), -1);
    for (int g = 0; g < table_.num_groups(); ++g) {
        if (exclusive_[at(g)] < 0) continue;
        enter(exclusive_[at(g)], -1);
        enter(stored_[at(g)], 1);
        for (int i = 0; i < instance_.num_types(); ++i) enter(link_[at(i * table_.num_groups() + g)], -1);
        model_.columns_.group[at(g)] = add_column({fmt::format("y[{}]", group_name(g)), 0, 0, 1, true});
    }
}

void FormulationBuilder::add_counter_columns() {
    model_.columns_.counter.assign(at(table_.resources.size()), -1);
    std::vector<double> most(at(table_.resources.size()), 0.0);
    for (int c = 0; c < table_.num_configurations(); ++c) {
        for (const ReplicaUse& use : table_.resources.of_configuration(c))
            most[at(use.resource)] += use.per_replica * limit_[at(c)];
    }
    for (int r = 0; r < table_.resources.size(); ++r) {
        if (counter_[at(r)] < 0) continue;
        const Resource& resource = table_.resources[r];
        enter(counter_[at(r)], -1);
        model_.columns_.counter[at(r)] =
            add_column({resource.row, 0, 0, std::min(resource.limit, most[at(r)]), true});
    }
}

void FormulationBuilder::add_storage_columns() {
    model_.columns_.stored.assign(at(table_.num_artifacts()), -1);
    if (!has_storage_columns()) return;
    std::vector<std::vector<int>> configurations(at(table_.num_artifacts()));
    for (int c = 0; c < table_.num_configurations(); ++c) {
        if (is_kept(c)) configurations[at(table_.artifact[at(c)])].push_back(c);
    }
    for (int a = 0; a < table_.num_artifacts(); ++a) {
        if (configurations[at(a)].empty()) continue;
        std::set<int> rows;
        for (const int c : configurations[at(a)]) {
            if (is_exclusive()) rows.insert(stored_[at(table_.group[at(c)])]);
            if (!storing_.empty()) enter(storing_[at(c)], -limit_[at(c)]);
        }
        for (const int row : rows) enter(row, -1);
        for (int i = 0; i < instance_.num_types() && !link_artifact_.empty(); ++i) {
            enter(link_artifact_[at(i * table_.num_artifacts() + a)], -1);
        }
        for (const ResourceUse& use : table_.resources.of_artifact(a))
            enter_resource(use.resource, use.amount);
        model_.columns_.stored[at(a)] =
            add_column({fmt::format("s[{}]", artifact_name(a)), table_.artifact_usd[at(a)],
                        is_fleet_fixed() ? 1.0 : 0.0, 1, !is_fleet_fixed()});
    }
}

void FormulationBuilder::add_protection_columns(Formulation::Protection& protection) {
    const int i = protection.type;
    const bool is_error = protection.mean == MeanRow::error;
    const int mean_row = (is_error ? error_ : delay_)[at(i)];
    const double usd = is_error ? 0 : table_.delay_usd_per_s[at(i)] / protection.scale;
    const char* kind = is_error ? "error" : "delay";
    double most = 0;
    for (Formulation::Protection::Group& group : protection.groups) {
        double most_of_group = 0;
        for (int c = table_.group_begin[at(group.group)]; c < table_.group_begin[at(group.group) + 1]; ++c) {
            const int pair = is_kept(c) ? table_.find_pair(i, c) : -1;
            if (pair >= 0) most_of_group = std::max(most_of_group, pair_deviation(table_, protection, pair));
        }
        most = std::max(most, most_of_group);
        enter(group.row, 1);
        enter(mean_row, group.cap);
        group.excess =
            add_column({fmt::format("{}_excess[{},{}]", kind, type_name(i), group_name(group.group)),
                        usd * group.cap, 0, most_of_group, false});
    }
    for (const Formulation::Protection::Group& group : protection.groups) enter(group.row, 1);
    enter(mean_row, protection.budget);
    protection.level = add_column(
        {fmt::format("{}_level[{}]", kind, type_name(i)), usd * protection.budget, 0, most, false});
}

// ---- names ----

std::string FormulationBuilder::group_name(int g) const {
    const Shape& shape = table_.configuration[at(table_.group_begin[at(g)])].shape;
    return fmt::format("{}@{}", instance_.model(shape.model).id, instance_.tier(shape.tier).id);
}

std::string FormulationBuilder::configuration_name(int c) const {
    const Configuration& configuration = table_.configuration[at(c)];
    return fmt::format("{}:tp{}.pp{}.b{}", group_name(table_.group[at(c)]), configuration.shape.tensor,
                       configuration.shape.pipeline, configuration.concurrency);
}

std::string FormulationBuilder::artifact_name(int a) const {
    const auto first = std::find(table_.artifact.begin(), table_.artifact.end(), a);
    const Shape& shape =
        table_.configuration[static_cast<std::size_t>(first - table_.artifact.begin())].shape;
    const Tier& tier = instance_.tier(shape.tier);
    const std::string name = fmt::format("{}#{}", instance_.model(shape.model).id, tier.precision);
    // Tiers of one precision with other bytes per weight store artifacts of their own.
    const auto same = std::find_if(instance_->tiers.begin(), instance_->tiers.end(),
                                   [&](const Tier& other) { return other.precision == tier.precision; });
    return same->weight_bytes == tier.weight_bytes ? name : fmt::format("{}.{}", name, tier.weight_bytes);
}

}  // namespace allot
