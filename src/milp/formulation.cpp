#include "milp/formulation.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>
#include <utility>

#include "cost/running_replicas.hpp"
#include "milp/formulation_builder.hpp"
#include "problem/tolerances.hpp"
#include "util/index.hpp"

namespace allot {
namespace {

/// Appends what configuration c serves and how many replicas it runs; nothing when it serves nothing.
void decode_deployment(const Formulation& model, int c, std::span<const double> values,
                       Allocation& allocation) {
    const CandidateTable& table = model.table();
    std::vector<double> share(at(allocation.num_types), 0.0);
    bool is_used = false;
    for (std::uint32_t p = table.pair_begin[at(c)]; p < table.pair_begin[at(c) + 1]; ++p) {
        const int column = model.columns().share[p];
        if (column < 0 || values[at(column)] < kShareTolerance) continue;
        share[at(table.pair_type[p])] = std::min(values[at(column)], 1.0);
        is_used = true;
    }
    if (!is_used) return;
    const int column = model.columns().replicas[at(c)];
    const double replicas = std::min(std::round(values[at(column)]), model.program().column(column).upper);
    allocation.configuration.push_back(c);
    allocation.replicas.push_back(std::max(1, static_cast<int>(replicas)));
    allocation.share.insert(allocation.share.end(), share.begin(), share.end());
}

/// Unserved shares that complete the served ones to 1; what rounding noise has put above 1 is scaled back.
void complete_demand(Allocation& allocation) {
    for (int i = 0; i < allocation.num_types; ++i) {
        double served = 0;
        for (int d = 0; d < allocation.num_deployments(); ++d) served += allocation.share_of(d, i);
        const bool is_all = served > 1 - kShareTolerance;
        allocation.unmet[at(i)] = is_all ? 0.0 : 1 - served;
        if (!is_all) continue;
        for (int d = 0; d < allocation.num_deployments(); ++d) allocation.share_of(d, i) /= served;
    }
}

}  // namespace

Formulation::Formulation(const CandidateTable& table, FormulationOptions options, const StopCriterion& stop)
    : table_(&table), options_(std::move(options)) {
    FormulationBuilder(*this, stop).build();
    for (int c = 0; c < program_.num_columns(); ++c) cost_.push_back(program_.column(c).cost);
}

Allocation Formulation::decode(std::span<const double> values) const {
    assert(values.size() == at(program_.num_columns()));
    Allocation allocation(table_->instance().num_types());
    for (int c = 0; c < table_->num_configurations(); ++c) {
        const int replicas = columns_.replicas[at(c)];
        if (replicas < 0 || (values[at(replicas)] <= 0 && !serves(c, values))) continue;
        decode_deployment(*this, c, values, allocation);
    }
    complete_demand(allocation);
    return allocation;
}

bool Formulation::serves(int c, std::span<const double> values) const {
    for (std::uint32_t p = table_->pair_begin[at(c)]; p < table_->pair_begin[at(c) + 1]; ++p) {
        const int column = columns_.share[p];
        if (column >= 0 && values[at(column)] > kConstraintTolerance) return true;
    }
    return false;
}

std::vector<double> Formulation::encode(const Allocation& allocation) const {
    assert(allocation.num_types == table_->instance().num_types());
    std::vector<double> values(at(program_.num_columns()), 0.0);
    const auto set = [&values](int column, double value) {
        if (column >= 0) values[at(column)] = value;
    };
    RunningReplicas running(*table_);
    for (int d = 0; d < allocation.num_deployments(); ++d) {
        const int c = allocation.configuration[at(d)];
        const int replicas = allocation.replicas[at(d)];
        assert(columns_.replicas[at(c)] >= 0);
        set(columns_.replicas[at(c)], replicas);
        set(columns_.deployed[at(c)], 1);
        if (!columns_.group.empty()) set(columns_.group[at(table_->group[at(c)])], 1);
        for (const ReplicaUse& use : table_->resources.of_configuration(c)) {
            const int column = columns_.counter[at(use.resource)];
            if (column >= 0) values[at(column)] += use.per_replica * replicas;
        }
        if (const int column = columns_.starts[at(c)]; column >= 0)
            values[at(column)] += std::max(0, replicas - running.take(c, replicas));
        set(columns_.stored[at(table_->artifact[at(c)])], 1);
        for (int i = 0; i < allocation.num_types; ++i) {
            if (allocation.share_of(d, i) <= 0) continue;
            set(columns_.share[at(table_->find_pair(i, c))], allocation.share_of(d, i));
        }
    }
    for (int i = 0; i < allocation.num_types; ++i) {
        const double max_unmet = table_->instance().type(i).max_unmet;
        set(columns_.unmet[at(i)], allocation.unmet[at(i)]);
        set(columns_.excess[at(i)], std::max(0.0, allocation.unmet[at(i)] - max_unmet));
    }
    encode_protections(allocation, values);
    return values;
}

void Formulation::encode_protections(const Allocation& allocation, std::vector<double>& values) const {
    for (const Protection& protection : protections_) {
        std::vector<double> amounts, caps;
        for (const Protection::Group& group : protection.groups) {
            amounts.push_back(deviation(protection, group.group, allocation));
            caps.push_back(group.cap);
        }
        const double level = protection_level(amounts, caps, protection.budget);
        values[at(protection.level)] = level;
        for (std::size_t g = 0; g < amounts.size(); ++g) {
            values[at(protection.groups[g].excess)] = std::max(0.0, amounts[g] - level);
        }
    }
}

double Formulation::deviation(const Protection& protection, int group, const Allocation& allocation) const {
    double amount = 0;
    for (int d = 0; d < allocation.num_deployments(); ++d) {
        const int c = allocation.configuration[at(d)];
        const double share = allocation.share_of(d, protection.type);
        if (table_->group[at(c)] != group || share <= 0) continue;
        amount += share * pair_deviation(*table_, protection, table_->find_pair(protection.type, c));
    }
    return amount;
}

void Formulation::minimise_shortfall(int level) {
    assert(options_.elastic);
    for (int c = 0; c < program_.num_columns(); ++c) program_.set_cost(c, 0);
    for (int i = 0; i < table_->instance().num_types(); ++i) {
        if (level_of_type_[at(i)] != level) continue;
        program_.set_cost(columns_.excess[at(i)], table_->instance().type(i).rate_per_hour);
    }
}

void Formulation::minimise_cost() {
    for (int c = 0; c < program_.num_columns(); ++c) program_.set_cost(c, cost_[at(c)]);
}

void Formulation::limit_shortfall(int level, double queries_per_hour) {
    program_.set_row_bounds(shortfall_row_[at(level)], -kLpInfinity, queries_per_hour);
}

double pair_deviation(const CandidateTable& table, const Formulation::Protection& protection, int pair) {
    const bool is_error = protection.mean == MeanRow::error;
    const double nominal = is_error ? table.pair_error[at(pair)] : table.pair_delay_s[at(pair)];
    const int g = table.group[at(table.pair_configuration[at(pair)])];
    const Deviation& deviation =
        is_error ? table.group_error_deviation[at(g)] : table.group_delay_deviation[at(g)];
    return protection.scale * deviation.deviation * nominal;
}

double protection_level(std::span<const double> amounts, std::span<const double> caps, double budget) {
    std::vector<std::size_t> order(amounts.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return amounts[a] > amounts[b]; });
    for (const std::size_t g : order) {
        if (caps[g] >= budget) return amounts[g];
        budget -= caps[g];
    }
    return 0;
}

}  // namespace allot
