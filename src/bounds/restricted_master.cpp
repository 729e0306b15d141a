#include "bounds/restricted_master.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

#include "cost/replica_limit.hpp"
#include "cost/scale_to_limit.hpp"
#include "problem/tolerances.hpp"
#include "util/index.hpp"

namespace allot {
namespace {

const Deviation& deviation_of(const CandidateTable& table, MeanRow row, int group) {
    return row == MeanRow::error ? table.group_error_deviation[at(group)]
                                 : table.group_delay_deviation[at(group)];
}

double budget_of(const CandidateTable& table, MeanRow row) {
    const Uncertainty& uncertainty = table.instance()->uncertainty;
    const auto& budget = row == MeanRow::error ? uncertainty.error : uncertainty.delay;
    return budget ? budget->budget : 0;
}

bool may_bind(const CandidateTable& table, MeanRow row, int i) {
    const std::optional<MeanLimit> limit = mean_limit(table, row, i);
    if (!limit) return false;
    for (auto n = table.type_begin[at(i)]; n < table.type_begin[at(i) + 1]; ++n) {
        const int p = table.type_pairs[n];
        const int g = table.group[at(table.pair_configuration[at(p)])];
        const double rise = limit->budget > 0 ? limit->deviation(table, g).worst() : 0;
        if (limit->value(table, p) * (1 + rise) > limit->limit) return true;
    }
    return false;
}

/// By resource: amounts may bind, counts where all replicas that configurations may run exceed the limit. Where the limit is 0 none
/// that uses it may run at all.
std::vector<char> resources_that_may_bind(const CandidateTable& table) {
    std::vector<double> most(at(table.resources.size()), 0);
    for (int c = 0; c < table.num_configurations(); ++c) {
        const int limit = replica_limit(table, c);
        for (const ReplicaUse& use : table.resources.of_configuration(c))
            most[at(use.resource)] += use.of(limit, table.running[at(c)]);
    }
    std::vector<char> may_bind;
    for (int r = 0; r < table.resources.size(); ++r) {
        const Resource& resource = table.resources[r];
        const bool is_exceeded = resource.limit > 0 && most[at(r)] > resource.limit;
        may_bind.push_back(resource.is_limited() && (!resource.is_whole || is_exceeded));
    }
    return may_bind;
}

/// Rows of the master are relative to their limit, those of counts too: weights of patterns are parts of 1.
double row_scale(const Resource& resource) { return scale_to_limit(resource.limit); }

/// Far above what serving a type costs where nothing is short; raised when that is not enough.
constexpr double kArtificialCostFactor = 4;
/// For types that cost next to nothing, as a part of what serving all types costs.
constexpr double kLeastArtificialCost = 0.01;
/// Of forcing what has to run, in costs of serving all types: more than any pattern saves.
constexpr double kFirstForcingCost = 10;
/// Artificials that stay in use get dearer by this factor.
constexpr double kRaiseFactor = 10;
/// Feasibility and optimality of the master: what is priced must be better by more than this (kTolerance of ColumnGeneration).
constexpr double kMasterTolerance = 1e-9;
/// Clp counts pivots in an int.
constexpr double kMaxPivots = 1e9;

}  // namespace

RestrictedMaster::Reach::Reach(const CandidateTable& table) {
    const Instance& instance = table.instance();
    for (int i = 0; i < instance.num_types(); ++i) {
        error.push_back(may_bind(table, MeanRow::error, i));
        delay.push_back(may_bind(table, MeanRow::delay, i));
    }
    resource = resources_that_may_bind(table);
}

RestrictedMaster::RestrictedMaster(const CandidateTable& table, const ConvexityBlocks& blocks,
                                   const Reach& reach, std::span<const double> type_usd)
    : table_(&table),
      blocks_(&blocks),
      reach_(&reach),
      forcing_cost_(kFirstForcingCost),
      block_row_(at(blocks.size()), -1),
      block_forced_(at(blocks.size()), -1),
      resource_forced_(at(table.resources.size()), -1) {
    assert(type_usd.size() == at(table.instance().num_types()));
    assert(reach.resource.size() == at(table.resources.size()));
    double sum_usd = 0;
    for (const double usd : type_usd) {
        assert(std::isfinite(usd));
        sum_usd += std::abs(usd);
    }
    cost_scale_ = sum_usd > 0 ? sum_usd : 1;
    for (const double usd : type_usd) {
        artificial_usd_.push_back(kArtificialCostFactor * std::abs(usd) + kLeastArtificialCost * cost_scale_);
    }
    add_rows();
    add_columns();
    solver_.emplace(program_);
    solver_->disable_scaling();
    solver_->set_tolerances(kMasterTolerance, kMasterTolerance);
    coefficient_.assign(at(program_.num_rows()), 0.0);
}

// ---- rows and columns that are there from the start ----

int RestrictedMaster::add_row(double lower, double upper) { return program_.add_row({"", lower, upper}); }

void RestrictedMaster::add_rows() {
    const Instance& instance = table_->instance();
    for (int i = 0; i < instance.num_types(); ++i) demand_.push_back(add_row(1, 1));
    for (int i = 0; i < instance.num_types(); ++i) {
        error_.push_back(add_mean(MeanRow::error, i));
        delay_.push_back(add_mean(MeanRow::delay, i));
    }
    for (int r = 0; r < table_->resources.size(); ++r) {
        const Resource& resource = table_->resources[r];
        const bool has_row = reach_->resource[at(r)] != 0 || (reach_->all_counters && resource.is_counter);
        const double widening = resource.is_whole ? 1 : kWider;
        const double most =
            resource.is_limited() ? resource.limit * row_scale(resource) * widening : kLpInfinity;
        resource_row_.push_back(has_row ? add_row(-kLpInfinity, most) : -1);
    }
}

RestrictedMaster::Mean RestrictedMaster::add_mean(MeanRow row, int i) {
    Mean mean;
    mean.limit = mean_limit(*table_, row, i);
    if (mean.limit) mean.scale = scale_to_limit(mean.limit->limit);
    const auto& may_bind = row == MeanRow::error ? reach_->error : reach_->delay;
    if (may_bind[at(i)] == 0) mean.limit.reset();
    if (mean.limit) mean.row = add_row(-kLpInfinity, 0);
    if (row == MeanRow::delay) mean.usd = table_->delay_usd_per_s[at(i)];
    return mean;
}

void RestrictedMaster::add_columns() {
    const Instance& instance = table_->instance();
    for (int i = 0; i < instance.num_types(); ++i) {
        const LpEntry served{demand_[at(i)], 1};
        program_.add_column({"", table_->unmet_usd[at(i)] / cost_scale_, 0,
                             std::min(1.0, instance.type(i).max_unmet * kWider), false},
                            {&served, 1});
    }
    first_artificial_ = program_.num_columns();
    for (int i = 0; i < instance.num_types(); ++i) {
        const LpEntry served{demand_[at(i)], 1};
        program_.add_column({"", artificial_usd_[at(i)] / cost_scale_, 0, kLpInfinity, false}, {&served, 1});
    }
    for (int a = 0; a < table_->num_artifacts(); ++a) {
        stored_.push_back(-1);
        entries_.clear();
        for (const ResourceUse& use : table_->resources.of_artifact(a)) {
            if (const int row = resource_row_[at(use.resource)]; row >= 0)
                entries_.push_back({row, use.amount * row_scale(table_->resources[use.resource])});
        }
        if (table_->artifact_usd[at(a)] == 0 && entries_.empty()) continue;
        stored_.back() =
            program_.add_column({"", table_->artifact_usd[at(a)] / cost_scale_, 0, 1, false}, entries_);
    }
    for (int i = 0; i < instance.num_types(); ++i) {
        add_level(error_[at(i)], MeanRow::error);
        add_level(delay_[at(i)], MeanRow::delay);
    }
}

void RestrictedMaster::add_level(Mean& mean, MeanRow row) {
    const double budget = budget_of(*table_, row);
    if (budget <= 0 || (mean.row < 0 && mean.usd == 0)) return;
    entries_.clear();
    if (mean.row >= 0) entries_.push_back({mean.row, budget});
    const double usd = mean.usd / mean.scale * budget;
    mean.level = program_.add_column({"", usd / cost_scale_, 0, kLpInfinity, false}, entries_);
    mean.deviation.assign(at(table_->num_groups()), -1);
}

// ---- rows that patterns bring along ----

void RestrictedMaster::enter_block(int block) {
    assert(block >= 0 && block < blocks_->size());
    if (block_row_[at(block)] >= 0) return;
    const int column = stored_[at(blocks_->artifact[at(block)])];
    const LpEntry stored{column, -1};
    block_row_[at(block)] =
        column < 0 ? solver_->add_row(-kLpInfinity, 1, {}) : solver_->add_row(-kLpInfinity, 0, {&stored, 1});
}

/// level + excess >= deviation of the group.
void RestrictedMaster::enter_deviation(Mean& mean, MeanRow row, int group) {
    const Deviation& deviation = deviation_of(*table_, row, group);
    if (mean.level < 0 || mean.deviation[at(group)] >= 0 || deviation.worst() <= 0) return;
    const LpEntry level{mean.level, 1};
    mean.deviation[at(group)] = solver_->add_row(0, kLpInfinity, {&level, 1});
    entries_.assign(1, {mean.deviation[at(group)], 1});
    if (mean.row >= 0) entries_.push_back({mean.row, deviation.cap});
    LpColumns excess;
    excess.add(mean.usd / mean.scale * deviation.cap / cost_scale_, 0, kLpInfinity, entries_);
    solver_->add_columns(excess);
}

void RestrictedMaster::enter_rows(const Pattern& pattern) {
    assert(pattern.replicas >= 0 && pattern.configuration < table_->num_configurations());
    const int c = pattern.configuration;
    enter_block(blocks_->of[at(c)]);
    for (const Pattern::Share& part : pattern.shares) {
        const auto i = at(table_->pair_type[at(part.pair)]);
        enter_deviation(error_[i], MeanRow::error, table_->group[at(c)]);
        enter_deviation(delay_[i], MeanRow::delay, table_->group[at(c)]);
    }
}

// ---- patterns ----

void RestrictedMaster::add(std::vector<Pattern> patterns) {
    for (const Pattern& pattern : patterns) enter_rows(pattern);
    assert(patterns_.size() == column_.size());
    coefficient_.resize(at(solver_->num_rows()), 0.0);
    LpColumns columns;
    for (Pattern& pattern : patterns) {
        collect(pattern);
        columns.add(pattern_usd(*table_, pattern) / cost_scale_, 0, kLpInfinity, entries_);
        column_.push_back(solver_->num_columns() + columns.size() - 1);
        patterns_.push_back(std::move(pattern));
    }
    solver_->add_columns(columns);
}

void RestrictedMaster::enter(int row, double value) {
    assert(std::isfinite(value) && row < std::ssize(coefficient_));
    if (row < 0 || value == 0) return;
    if (coefficient_[at(row)] == 0) touched_.push_back(row);
    coefficient_[at(row)] += value;
}

void RestrictedMaster::enter_resource(int resource, double amount) {
    enter(resource_row_[at(resource)], amount * row_scale(table_->resources[resource]));
}

void RestrictedMaster::collect_mean(const Mean& mean, MeanRow row, std::size_t pair, double share) {
    const double value = row == MeanRow::error ? table_->pair_error[pair] : table_->pair_delay_s[pair];
    if (mean.row >= 0) enter(mean.row, (value - mean.limit->limit * kWider) * share * mean.scale);
    if (mean.level < 0) return;
    const int g = table_->group[at(table_->pair_configuration[pair])];
    const double rise = deviation_of(*table_, row, g).deviation * value;
    enter(mean.deviation[at(g)], -rise * share * mean.scale);
}

/// The entries of a pattern's column, in entries_.
void RestrictedMaster::collect(const Pattern& pattern) {
    const int c = pattern.configuration;
    assert(pattern.replicas >= 1);
    enter(block_row_[at(blocks_->of[at(c)])], 1);
    for (const ReplicaUse& use : table_->resources.of_configuration(c)) {
        enter_resource(use.resource, use.of(pattern.replicas, table_->running[at(c)]));
    }
    for (const Pattern::Share& part : pattern.shares) {
        const std::size_t p = at(part.pair);
        const std::size_t i = at(table_->pair_type[p]);
        enter(demand_[i], part.share);
        collect_mean(error_[i], MeanRow::error, p, part.share);
        collect_mean(delay_[i], MeanRow::delay, p, part.share);
        for (const ResourceUse& use : table_->resources.of_type(table_->pair_type[p])) {
            enter_resource(use.resource, use.amount * part.share);
        }
    }
    entries_.clear();
    for (const int row : touched_) {
        entries_.push_back({row, coefficient_[at(row)]});
        coefficient_[at(row)] = 0;
    }
    touched_.clear();
}

// ---- solving ----

LpStatus RestrictedMaster::solve(const StopCriterion& stop, double max_work) {
    assert(patterns_.size() == column_.size() && !std::isnan(max_work));
    const double pivot_work = solver_->num_rows() + solver_->num_columns();
    LpLimits limits;
    limits.stop = stop;
    limits.max_iterations = static_cast<int>(std::clamp(max_work / pivot_work, 1.0, kMaxPivots));
    const LpStatus status = solver_->solve(LpMethod::primal, limits);
    work_ += pivot_work * solver_->iterations();
    return status;
}

double RestrictedMaster::objective_usd() const { return solver_->objective() * cost_scale_; }

/// What one unit of an upper limit is worth [USD], >= 0; the row is scaled by `scale`.
double RestrictedMaster::price(int row, double scale) const {
    return row < 0 ? 0 : std::max(0.0, -solver_->duals()[at(row)]) * cost_scale_ * scale;
}

void RestrictedMaster::add_protection(const Mean& mean, std::size_t type, std::vector<double>& prices) const {
    const std::size_t num_groups = at(table_->num_groups());
    for (std::size_t g = 0; g < mean.deviation.size(); ++g) {
        if (mean.deviation[g] < 0) continue;
        const double dual = std::max(0.0, solver_->duals()[at(mean.deviation[g])]);
        prices[type * num_groups + g] = dual * cost_scale_ * mean.scale;
    }
}

Prices RestrictedMaster::prices() const {
    const Instance& instance = table_->instance();
    Prices prices = Prices::none(*table_);
    const bool is_robust = instance->uncertainty.delay || instance->uncertainty.error;
    if (is_robust) {
        prices.delay_protection_usd.assign(at(instance.num_types() * table_->num_groups()), 0);
        prices.error_protection_usd = prices.delay_protection_usd;
    }
    for (int t = 0; t < instance.num_types(); ++t) {
        const std::size_t i = at(t);
        prices.type_usd[i] = solver_->duals()[at(demand_[i])] * cost_scale_;
        prices.error_usd[i] = price(error_[i].row, error_[i].scale);
        prices.delay_usd[i] = price(delay_[i].row, delay_[i].scale);
        add_protection(error_[i], i, prices.error_protection_usd);
        add_protection(delay_[i], i, prices.delay_protection_usd);
    }
    for (int r = 0; r < table_->resources.size(); ++r) {
        const int row = resource_row_[at(r)];
        if (row < 0) continue;
        const Resource& resource = table_->resources[r];
        // Of a counter any sign: where it has a least use, using it may be worth something.
        prices.resource_usd[at(r)] = resource.is_counter
                                         ? -solver_->duals()[at(row)] * cost_scale_ * row_scale(resource)
                                         : price(row, row_scale(resource));
    }
    return prices;
}

double RestrictedMaster::convexity_dual_usd(int block) const {
    assert(block >= 0 && block < blocks_->size());
    const int row = block_row_[at(block)];
    if (row < 0) return 0;
    const double usd = -solver_->duals()[at(row)] * cost_scale_;
    return block_forced_[at(block)] >= 0 ? usd : std::max(0.0, usd);
}

bool RestrictedMaster::uses_artificials() const {
    constexpr double kNoShare = 1e-7;  // above what kMasterTolerance leaves in a column at 0
    const auto is_used = [this](int column) {
        return column >= 0 && solver_->values()[at(column)] > kNoShare;
    };
    for (std::size_t i = 0; i < artificial_usd_.size(); ++i) {
        if (is_used(first_artificial_ + static_cast<int>(i))) return true;
    }
    return std::any_of(block_forced_.begin(), block_forced_.end(), is_used) ||
           std::any_of(resource_forced_.begin(), resource_forced_.end(), is_used);
}

void RestrictedMaster::raise_artificials() {
    for (std::size_t i = 0; i < artificial_usd_.size(); ++i) {
        artificial_usd_[i] *= kRaiseFactor;
        solver_->set_cost(first_artificial_ + static_cast<int>(i), artificial_usd_[i] / cost_scale_);
    }
    forcing_cost_ *= kRaiseFactor;
    for (const int column : block_forced_) {
        if (column >= 0) solver_->set_cost(column, forcing_cost_);
    }
    for (const int column : resource_forced_) {
        if (column >= 0) solver_->set_cost(column, forcing_cost_);
    }
}

// ---- domains ----

void RestrictedMaster::force(int row, int& column) {
    assert(row >= 0 && row < solver_->num_rows());
    if (column >= 0) return;
    const LpEntry artificial{row, 1};
    LpColumns columns;
    columns.add(forcing_cost_, 0, kLpInfinity, {&artificial, 1});
    column = solver_->add_columns(columns);
}

void RestrictedMaster::restrict_to(const NodeDomain& domain) {
    assert(domain.use_most.size() == resource_row_.size());
    assert(domain.block_runs.size() == block_row_.size());
    assert(domain.artifact_is_kept.size() == stored_.size());
    restrict_resources(domain);
    restrict_blocks(domain);
    restrict_patterns(domain);
    coefficient_.resize(at(solver_->num_rows()), 0.0);
}

/// Branches are on counters only.
void RestrictedMaster::restrict_resources(const NodeDomain& domain) {
    for (int r = 0; r < table_->resources.size(); ++r) {
        const int row = resource_row_[at(r)];
        if (row < 0 || !table_->resources[r].is_counter) continue;
        const double scale = row_scale(table_->resources[r]);
        const double most = domain.use_most[at(r)];
        const double least = domain.use_least[at(r)];
        assert(0 <= least && least <= most);
        solver_->set_row_bounds(row, least > 0 ? least * scale : -kLpInfinity,
                                std::isfinite(most) ? most * scale : kLpInfinity);
        if (least > 0) force(row, resource_forced_[at(r)]);
    }
}

/// What has to run, and artifacts that are stored whatever runs.
void RestrictedMaster::restrict_blocks(const NodeDomain& domain) {
    for (int a = 0; a < table_->num_artifacts(); ++a) {
        if (stored_[at(a)] >= 0)
            solver_->set_column_bounds(stored_[at(a)], domain.artifact_is_kept[at(a)], 1);
    }
    for (int u = 0; u < blocks_->size(); ++u) {
        const bool must_run = domain.block_runs[at(u)] != 0;
        if (must_run) enter_block(u);
        if (block_row_[at(u)] < 0) continue;
        const double most = stored_[at(blocks_->artifact[at(u)])] < 0 ? 1 : 0;
        const double least = most == 0 && must_run ? 0 : 1;
        solver_->set_row_bounds(block_row_[at(u)], must_run ? least : -kLpInfinity, most);
        if (must_run) force(block_row_[at(u)], block_forced_[at(u)]);
    }
}

/// Closes the patterns of other domains, and opens those of this one.
void RestrictedMaster::restrict_patterns(const NodeDomain& domain) {
    choice_of_.assign(at(table_->num_configurations()), -1);
    for (std::size_t n = 0; n < domain.choices.size(); ++n) {
        choice_of_[at(domain.choices[n].configuration)] = static_cast<int>(n);
    }
    for (std::size_t n = 0; n < patterns_.size(); ++n) {
        const int choice = choice_of_[at(patterns_[n].configuration)];
        const bool is_open = choice >= 0 && domain.choices[at(choice)].least <= patterns_[n].replicas &&
                             patterns_[n].replicas <= domain.choices[at(choice)].most;
        solver_->set_column_bounds(column_[n], 0, is_open ? kLpInfinity : 0);
    }
}

double RestrictedMaster::probe(const NodeDomain& domain, const NodeDomain& present, int max_pivots,
                               const StopCriterion& stop) {
    assert(max_pivots >= 0 && domain.is_consistent(*table_, *blocks_));
    const LpBasis basis = solver_->basis();
    restrict_to(domain);
    LpLimits limits;
    limits.max_iterations = max_pivots;
    limits.stop = stop;
    const double pivot_work = solver_->num_rows() + solver_->num_columns();
    const LpStatus status = solver_->solve(LpMethod::dual, limits);
    work_ += pivot_work * solver_->iterations();
    const double usd = status == LpStatus::infeasible ? kLpInfinity : objective_usd();
    restrict_to(present);
    solver_->set_basis(basis);
    return usd;
}

}  // namespace allot
