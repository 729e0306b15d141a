#include "bounds/restricted_master.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

#include "cost/replica_limit.hpp"
#include "problem/tolerances.hpp"
#include "util/index.hpp"

namespace allot {
namespace {

double scale_of(double limit) { return limit > 0 && std::isfinite(limit) ? 1 / limit : 1.0; }

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

bool may_bind(const CandidateTable& table, int pool) {
    const std::optional<int> available = table.instance().pool(pool).available;
    if (!available || *available == 0) return false;
    double most_gpus = 0;
    for (int c = 0; c < table.num_configurations(); ++c) {
        if (table.pool[at(c)] != pool) continue;
        most_gpus += static_cast<double>(replica_limit(table, c)) * table.gpus[at(c)];
    }
    return most_gpus > *available;
}

double pool_scale(const Instance& instance, int pool) {
    return scale_of(instance.pool(pool).available.value_or(0));
}

}  // namespace

RestrictedMaster::Reach::Reach(const CandidateTable& table) {
    const Instance& instance = table.instance();
    for (int i = 0; i < instance.num_types(); ++i) {
        error.push_back(may_bind(table, MeanRow::error, i));
        delay.push_back(may_bind(table, MeanRow::delay, i));
    }
    for (int p = 0; p < instance.num_pools(); ++p) pool.push_back(may_bind(table, p));
}

RestrictedMaster::RestrictedMaster(const CandidateTable& table, const ConvexityBlocks& blocks,
                                   const Reach& reach, std::span<const double> type_usd)
    : table_(&table),
      blocks_(&blocks),
      reach_(&reach),
      block_row_(at(blocks.size()), -1),
      block_forced_(at(blocks.size()), -1),
      pool_forced_(at(table.instance().num_pools()), -1) {
    // Far above what serving the type costs where nothing is short; raised when that is not enough.
    constexpr double kArtificialFactor = 4;
    double sum_usd = 0;
    for (const double usd : type_usd) sum_usd += std::abs(usd);
    cost_scale_ = sum_usd > 0 ? sum_usd : 1;
    for (const double usd : type_usd) {
        artificial_usd_.push_back(kArtificialFactor * std::abs(usd) + 0.01 * cost_scale_);
    }
    add_rows();
    add_columns();
    solver_.emplace(program_);
    solver_->disable_scaling();
    constexpr double kTight = 1e-9;
    solver_->set_tolerances(kTight, kTight);
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
    for (int p = 0; p < instance.num_pools(); ++p) {
        const double most =
            instance.pool(p).available ? *instance.pool(p).available * pool_scale(instance, p) : kLpInfinity;
        pool_.push_back(reach_->all_pools || reach_->pool[at(p)] != 0 ? add_row(-kLpInfinity, most) : -1);
    }
    if (std::isfinite(instance->budget_usd)) {
        budget_ = add_row(-kLpInfinity, instance->budget_usd * scale_of(instance->budget_usd) * kWider);
    }
    const double capacity_gb = instance->storage.capacity_gb;
    if (std::isfinite(capacity_gb))
        storage_ = add_row(-kLpInfinity, capacity_gb * scale_of(capacity_gb) * kWider);
}

RestrictedMaster::Mean RestrictedMaster::add_mean(MeanRow row, int i) {
    Mean mean;
    mean.limit = mean_limit(*table_, row, i);
    if (mean.limit) mean.scale = scale_of(mean.limit->limit);
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
        if (table_->artifact_usd[at(a)] == 0 && storage_ < 0) continue;
        const double money = table_->artifact_usd[at(a)] * scale_of(instance->budget_usd);
        const double space = table_->artifact_gb[at(a)] * scale_of(instance->storage.capacity_gb);
        entries_.clear();
        if (budget_ >= 0) entries_.push_back({budget_, money});
        if (storage_ >= 0) entries_.push_back({storage_, space});
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
    const Instance& instance = table_->instance();
    const std::size_t c = at(pattern.configuration);
    const double money = scale_of(instance->budget_usd);
    const double space = scale_of(instance->storage.capacity_gb);
    enter(block_row_[at(blocks_->of[c])], 1);
    const int pool = table_->pool[c];
    if (pool_[at(pool)] >= 0) {
        enter(pool_[at(pool)],
              static_cast<double>(table_->gpus[c]) * pattern.replicas * pool_scale(instance, pool));
    }
    enter(budget_, table_->rent_usd[c] * pattern.replicas * money);
    for (const Pattern::Share& part : pattern.shares) {
        const std::size_t p = at(part.pair);
        const std::size_t i = at(table_->pair_type[p]);
        enter(demand_[i], part.share);
        collect_mean(error_[i], MeanRow::error, p, part.share);
        collect_mean(delay_[i], MeanRow::delay, p, part.share);
        enter(budget_, table_->stored_usd[i] * part.share * money);
        enter(storage_, table_->stored_gb[i] * part.share * space);
    }
    entries_.clear();
    for (const int row : touched_) {
        entries_.push_back({row, coefficient_[at(row)]});
        coefficient_[at(row)] = 0;
    }
    touched_.clear();
}

// ---- solving ----

LpStatus RestrictedMaster::solve(const std::stop_token& stop, double max_work) {
    assert(patterns_.size() == column_.size() && !std::isnan(max_work));
    const double pivot_work = solver_->num_rows() + solver_->num_columns();
    constexpr double kMostPivots = 1e9;
    LpLimits limits;
    limits.stop = stop;
    limits.max_iterations = static_cast<int>(std::clamp(max_work / pivot_work, 1.0, kMostPivots));
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
    for (int p = 0; p < instance.num_pools(); ++p) {
        // Of any sign: where a pool has a least use, using it may be worth something.
        if (pool_[at(p)] >= 0) {
            prices.pool_usd[at(p)] =
                -solver_->duals()[at(pool_[at(p)])] * cost_scale_ * pool_scale(instance, p);
        }
    }
    prices.budget_usd = price(budget_, scale_of(instance->budget_usd));
    prices.storage_usd_per_gb = price(storage_, scale_of(instance->storage.capacity_gb));
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
    constexpr double kNoShare = 1e-7;
    const auto is_used = [this](int column) {
        return column >= 0 && solver_->values()[at(column)] > kNoShare;
    };
    for (std::size_t i = 0; i < artificial_usd_.size(); ++i) {
        if (is_used(first_artificial_ + static_cast<int>(i))) return true;
    }
    return std::any_of(block_forced_.begin(), block_forced_.end(), is_used) ||
           std::any_of(pool_forced_.begin(), pool_forced_.end(), is_used);
}

void RestrictedMaster::raise_artificials() {
    constexpr double kFactor = 10;
    for (std::size_t i = 0; i < artificial_usd_.size(); ++i) {
        artificial_usd_[i] *= kFactor;
        solver_->set_cost(first_artificial_ + static_cast<int>(i), artificial_usd_[i] / cost_scale_);
    }
    forcing_cost_ *= kFactor;
    for (const int column : block_forced_) {
        if (column >= 0) solver_->set_cost(column, forcing_cost_);
    }
    for (const int column : pool_forced_) {
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
    const Instance& instance = table_->instance();
    for (int p = 0; p < instance.num_pools(); ++p) {
        if (pool_[at(p)] < 0) continue;
        const double scale = pool_scale(instance, p);
        const int most = domain.pool_most[at(p)];
        const int least = domain.pool_least[at(p)];
        solver_->set_row_bounds(pool_[at(p)], least > 0 ? least * scale : -kLpInfinity,
                                most == NodeDomain::kNoLimit ? kLpInfinity : most * scale);
        if (least > 0) force(pool_[at(p)], pool_forced_[at(p)]);
    }
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
    coefficient_.resize(at(solver_->num_rows()), 0.0);
}

double RestrictedMaster::probe(const NodeDomain& domain, const NodeDomain& present, int max_pivots) {
    assert(max_pivots >= 0 && domain.is_consistent(*table_, *blocks_));
    const LpBasis basis = solver_->basis();
    restrict_to(domain);
    LpLimits limits;
    limits.max_iterations = max_pivots;
    const double pivot_work = solver_->num_rows() + solver_->num_columns();
    const LpStatus status = solver_->solve(LpMethod::dual, limits);
    work_ += pivot_work * solver_->iterations();
    const double usd = status == LpStatus::infeasible ? kLpInfinity : objective_usd();
    restrict_to(present);
    solver_->set_basis(basis);
    return usd;
}

}  // namespace allot
