#include "bounds/pair_relaxation.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <utility>

#include "bounds/artifact_cover.hpp"
#include "bounds/hull_bound.hpp"
#include "cost/replica_cost.hpp"
#include "cost/replica_limit.hpp"
#include "cost/scale_to_limit.hpp"
#include "problem/tolerances.hpp"
#include "util/index.hpp"
#include "util/parallel.hpp"

namespace allot {
namespace {

/// Of leaving a type unserved beyond max_unmet: times its own penalty, and as a part of the largest of all.
constexpr double kShortfallFactor = 20;
constexpr double kLeastShortfall = 1;
/// The same where a resource is counted: as a part of its limit, more than any type takes.
constexpr double kShortfallOfUse = 10;
/// Pairs of a type that enter in a round: of the best groups, as one alone makes many rounds.
constexpr std::size_t kEnteringPairs = 3;
/// A pair enters where it saves this part of what its type costs: less moves the optimum by less than a part in 10^5.
constexpr double kEnteringSaving = 1e-6;
/// Rounds of column generation: far more than the 10 or so that are needed, against numerical trouble.
constexpr int kMaxRounds = 500;
constexpr double kLpTolerance = 1e-8;

}  // namespace

PairRelaxation::PairRelaxation(const CandidateTable& table, RelaxationAim aim)
    : table_(table), aim_(aim), prices_(Prices::none(table)) {
    assert((aim.kind == RelaxationAim::Kind::use) == (aim.resource >= 0));
    is_by_kv_ = configurations_by_kv(table);
    for (int c = 0; c < table.num_configurations(); ++c) can_run_.push_back(replica_limit(table, c) > 0);
    only_.assign(at(table.num_groups()), -1);
    is_left_out_.assign(at(table.num_artifacts()), 0);
    is_in_.assign(at(table.num_pairs()), 0);
    add_rows();
    add_unmet_columns();
    add_covers();
    add_stored_columns();
    solver_.emplace(program_);
    solver_->set_tolerances(kLpTolerance, kLpTolerance);
    solver_->disable_scaling();
}

// ---- rows and columns that are there from the start ----

void PairRelaxation::add_rows() {
    for (int i = 0; i < table_.instance().num_types(); ++i) demand_.push_back(program_.add_row({"", 1, 1}));
    for (int i = 0; i < table_.instance().num_types(); ++i) {
        for (const MeanRow kind : {MeanRow::error, MeanRow::delay}) {
            Mean mean;
            if (const auto limit = mean_limit(table_, kind, i))
                mean = {program_.add_row({"", -kLpInfinity, 0}), limit->limit, scale_to_limit(limit->limit)};
            (kind == MeanRow::error ? error_ : delay_).push_back(mean);
        }
    }
    add_resource_rows();
    double most_usd = *std::max_element(table_.unmet_usd.begin(), table_.unmet_usd.end());
    if (aim_.kind == RelaxationAim::Kind::shortfall) most_usd = 1;
    if (aim_.kind == RelaxationAim::Kind::use) most_usd = table_.resources[aim_.resource].limit;
    cost_scale_ = most_usd > 0 ? most_usd : 1;
}

void PairRelaxation::add_resource_rows() {
    for (int r = 0; r < table_.resources.size(); ++r) {
        const Resource& resource = table_.resources[r];
        const bool has_row = resource.is_limited() && r != aim_.resource;
        const double most =
            resource.limit * scale_to_limit(resource.limit) * (resource.is_whole ? 1 : kWider);
        resource_row_.push_back(has_row ? program_.add_row({"", -kLpInfinity, most}) : -1);
    }
    amount_.assign(at(table_.resources.size()), 0);
}

void PairRelaxation::add_unmet_columns() {
    first_unmet_ = program_.num_columns();
    for (int i = 0; i < table_.instance().num_types(); ++i) {
        const LpEntry served{demand_[at(i)], 1};
        const double usd = money(table_.unmet_usd[at(i)]) / cost_scale_;
        const double most = std::min(1.0, table_.instance().type(i).max_unmet * kWider);
        double short_usd = 1;
        if (aim_.kind == RelaxationAim::Kind::cost) short_usd = kShortfallFactor * usd + kLeastShortfall;
        if (aim_.kind == RelaxationAim::Kind::use) short_usd = kShortfallOfUse;
        program_.add_column({"", usd, 0, most, false}, {&served, 1});
        program_.add_column({"", short_usd, 0, kLpInfinity, false}, {&served, 1});
    }
}

/// An artifact is stored in the part of the types that use it, at least.
void PairRelaxation::add_stored_columns() {
    for (int a = 0; a < table_.num_artifacts(); ++a) {
        entries_.clear();
        double usd = money(table_.artifact_usd[at(a)]);
        for (const ResourceUse& use : table_.resources.of_artifact(a)) {
            if (use.resource == aim_.resource) usd += use.amount;
            for (const Cover& cover : covers_) {
                if (cover.resource == use.resource)
                    entries_.push_back(
                        {cover.row, use.amount * scale_to_limit(table_.resources[use.resource].limit)});
            }
            if (const int row = resource_row_[at(use.resource)]; row >= 0)
                entries_.push_back({row, use.amount * scale_to_limit(table_.resources[use.resource].limit)});
        }
        const bool matters = usd > 0 || !entries_.empty();
        artifact_row_.push_back(matters ? program_.add_row({"", -kLpInfinity, 0}) : -1);
        if (matters) entries_.push_back({artifact_row_.back(), -1});
        stored_column_.push_back(matters ? program_.add_column({"", usd / cost_scale_, 0, 1, false}, entries_)
                                         : -1);
    }
    artifact_usd_.assign(artifact_row_.size(), 0);
}

/// sum_a amount_a s_a + what is made up for >= least, where the latter takes of the resource, too.
void PairRelaxation::add_covers() {
    for (int r = 0; r < table_.resources.size(); ++r) {
        if (!table_.resources[r].is_limited()) continue;
        const double least = least_cover(table_, r).least * (1 - kSearchTolerance);
        if (least <= 0 || !std::isfinite(least)) continue;
        const double scale = scale_to_limit(table_.resources[r].limit);
        covers_.push_back({r, least, program_.add_row({"", least * scale, kLpInfinity})});
        entries_.assign(1, {covers_.back().row, scale});
        if (resource_row_[at(r)] >= 0) entries_.push_back({resource_row_[at(r)], scale});
        const double cost = r == aim_.resource ? 1 / cost_scale_ : 0;
        program_.add_column({"", cost, 0, kLpInfinity, false}, entries_);
    }
}

// ---- pairs ----

/// In replicas, where a configuration's slots and KV memory are each enough for it.
double PairRelaxation::load(std::size_t pair) const {
    return std::max(table_.pair_slot_load[pair], table_.pair_kv_load[pair]);
}

void PairRelaxation::enter_pair(std::size_t pair, LpColumns& columns) {
    const int i = table_.pair_type[pair];
    const int c = table_.pair_configuration[pair];
    const double replicas = load(pair);
    std::fill(amount_.begin(), amount_.end(), 0.0);
    for (const ReplicaUse& use : table_.resources.of_configuration(c)) {
        const double starting = table_.running[at(c)] > 0 ? 0 : use.per_start;
        amount_[at(use.resource)] += (use.per_replica + starting) * replicas;
    }
    for (const ResourceUse& use : table_.resources.of_type(i)) amount_[at(use.resource)] += use.amount;
    entries_.assign(1, {demand_[at(i)], 1});
    for (const MeanRow kind : {MeanRow::error, MeanRow::delay}) {
        const Mean& its = mean(kind, at(i));
        const double value = kind == MeanRow::error ? table_.pair_error[pair] : table_.pair_delay_s[pair];
        if (its.row >= 0) entries_.push_back({its.row, (value - its.limit) * its.scale});
    }
    for (int r = 0; r < table_.resources.size(); ++r) {
        if (resource_row_[at(r)] < 0 || amount_[at(r)] == 0) continue;
        entries_.push_back(
            {resource_row_[at(r)], amount_[at(r)] * scale_to_limit(table_.resources[r].limit)});
    }
    const int row = artifact_row_[at(table_.artifact[at(c)])];
    if (row >= 0) entries_.push_back({row, 1.0 / table_.instance().num_types()});
    double usd = money(table_.pair_usd[pair] + replicas * replica_usd(table_, c));
    if (aim_.resource >= 0) usd += amount_[at(aim_.resource)];
    columns.add(usd / cost_scale_, 0, is_allowed(c) ? kLpInfinity : 0, entries_);
}

void PairRelaxation::add_columns(const std::vector<int>& pairs) {
    LpColumns columns;
    for (const int pair : pairs) {
        if (is_in_[at(pair)] != 0) continue;
        is_in_[at(pair)] = 1;
        enter_pair(at(pair), columns);
        pair_.push_back(pair);
        column_.push_back(solver_->num_columns() + columns.size() - 1);
    }
    solver_->add_columns(columns);
}

// ---- pricing ----

/// Of one unit of a resource: its dual, and what the aim counts.
double PairRelaxation::use_price(int resource) const {
    return resource == aim_.resource ? 1 : prices_.resource_usd[at(resource)];
}

double PairRelaxation::replica_price(int c) const {
    double usd = money(replica_usd(table_, c));
    for (const ReplicaUse& use : table_.resources.of_configuration(c)) {
        const double starting = table_.running[at(c)] > 0 ? 0 : use.per_start;
        usd += use_price(use.resource) * (use.per_replica + starting);
    }
    return usd;
}

double PairRelaxation::artifact_price(int artifact) const {
    double usd = money(table_.artifact_usd[at(artifact)]);
    for (const ResourceUse& use : table_.resources.of_artifact(artifact))
        usd += use_price(use.resource) * use.amount;
    for (const Cover& cover : covers_) {
        for (const ResourceUse& use : table_.resources.of_artifact(artifact)) {
            if (use.resource == cover.resource) usd -= cover.usd * use.amount;
        }
    }
    return usd;
}

/// By type: the reduced cost of a pair before what depends on the pair.
std::vector<double> PairRelaxation::base_prices(double widening) const {
    std::vector<double> base;
    for (std::size_t i = 0; i < num_types(); ++i) {
        base.push_back(-prices_.type_usd[i] -
                       (prices_.error_usd[i] * error_[i].limit + prices_.delay_usd[i] * delay_[i].limit) *
                           widening);
        for (const ResourceUse& use : table_.resources.of_type(static_cast<int>(i)))
            base.back() += use_price(use.resource) * use.amount;
    }
    return base;
}

/// A bound takes the row of slots or KV memory that counts for most of a configuration's types: relaxed, where `load` is restricted.
void PairRelaxation::price_configuration(int c, Pass pass, const std::vector<double>& base,
                                         Best* best) const {
    const double replica_usd = replica_price(c);
    const bool is_bound = pass == Pass::bound;
    const double link_usd = is_bound ? 0 : artifact_usd_[at(table_.artifact[at(c)])];
    const auto& one_row = is_by_kv_[at(c)] != 0 ? table_.pair_kv_load : table_.pair_slot_load;
    for (std::size_t p = table_.pair_begin[at(c)]; p < table_.pair_begin[at(c) + 1]; ++p) {
        const std::size_t i = at(table_.pair_type[p]);
        const double usd =
            base[i] + link_usd + money(table_.pair_usd[p]) + replica_usd * (is_bound ? one_row[p] : load(p)) +
            prices_.error_usd[i] * table_.pair_error[p] + prices_.delay_usd[i] * table_.pair_delay_s[p];
        if (usd < best[i].usd) best[i] = {usd, static_cast<int>(p)};
    }
}

/// [group * types + type]: the pair of least reduced cost, where that is negative.
std::vector<PairRelaxation::Best> PairRelaxation::best_pairs(Pass pass) const {
    constexpr std::size_t kGroupsPerTask = 4;
    const std::vector<double> base = base_prices(pass == Pass::bound ? kWider : 1);
    std::vector<Best> best(at(table_.num_groups()) * num_types());
    parallel_for(0, at(table_.num_groups()), kGroupsPerTask, [&](std::size_t g) {
        for (int c = table_.group_begin[g]; c < table_.group_begin[g + 1]; ++c) {
            if (is_allowed(c)) price_configuration(c, pass, base, best.data() + g * num_types());
        }
    });
    return best;
}

std::vector<int> PairRelaxation::entering_pairs() const {
    const std::vector<Best> best = best_pairs(Pass::entering);
    std::vector<int> pairs;
    std::vector<Best> of_type;
    for (std::size_t i = 0; i < num_types(); ++i) {
        const double least_usd = kEnteringSaving * std::abs(prices_.type_usd[i]) + kLpTolerance * cost_scale_;
        of_type.clear();
        for (std::size_t g = 0; g < at(table_.num_groups()); ++g) {
            const Best& its = best[g * num_types() + i];
            if (its.usd < -least_usd) of_type.push_back(its);
        }
        const std::size_t few = std::min(kEnteringPairs, of_type.size());
        std::partial_sort(of_type.begin(), of_type.begin() + static_cast<std::ptrdiff_t>(few), of_type.end(),
                          [](const Best& a, const Best& b) {
                              return a.usd < b.usd || (a.usd == b.usd && a.pair < b.pair);
                          });
        for (std::size_t n = 0; n < few; ++n) pairs.push_back(of_type[n].pair);
    }
    return pairs;
}

double PairRelaxation::lower_bound() const {
    const std::vector<Best> best = best_pairs(Pass::bound);
    const std::size_t n = num_types();
    std::vector<double> gain(at(table_.num_artifacts()) * n, 0);
    for (std::size_t k = 0; k < best.size(); ++k) {
        if (best[k].pair < 0) continue;
        const std::size_t a = at(table_.artifact[at(table_.pair_configuration[at(best[k].pair)])]);
        double& most = gain[a * n + k % n];
        most = std::max(most, -best[k].usd);
    }
    double bound = 0;
    for (std::size_t i = 0; i < n; ++i) {
        const double served_usd = prices_.type_usd[i];
        const double most_unmet =
            std::min(1.0, table_.instance().type(static_cast<int>(i)).max_unmet * kWider);
        bound += served_usd - std::max(0.0, served_usd - money(table_.unmet_usd[i])) * most_unmet;
    }
    for (int r = 0; r < table_.resources.size(); ++r) {
        const Resource& resource = table_.resources[r];
        if (resource_row_[at(r)] >= 0)
            bound -= prices_.resource_usd[at(r)] * resource.limit * (resource.is_whole ? 1 : kWider);
    }
    for (const Cover& cover : covers_)
        bound += cover.least * (cover.usd + std::min(0.0, use_price(cover.resource) - cover.usd));
    for (int a = 0; a < table_.num_artifacts(); ++a) {
        double part = artifact_price(a);
        for (std::size_t i = 0; i < n; ++i) part -= gain[at(a) * n + i];
        bound += std::min(0.0, part);
    }
    return bound;
}

double PairRelaxation::lower_bound_without(int resource) {
    const double usd = std::exchange(prices_.resource_usd[at(resource)], 0.0);
    const double bound = lower_bound();
    prices_.resource_usd[at(resource)] = usd;
    return bound;
}

// ---- solving ----

void PairRelaxation::read_solution() {
    const std::span<const double> duals = solver_->duals();
    const std::span<const double> values = solver_->values();
    const auto price = [&](int row, double scale) {
        return row < 0 ? 0.0 : std::max(0.0, -duals[at(row)]) * cost_scale_ * scale;
    };
    objective_ = solver_->objective() * cost_scale_;
    shortfall_ = 0;
    for (std::size_t i = 0; i < num_types(); ++i) {
        prices_.type_usd[i] = duals[at(demand_[i])] * cost_scale_;
        prices_.error_usd[i] = price(error_[i].row, error_[i].scale);
        prices_.delay_usd[i] = price(delay_[i].row, delay_[i].scale);
        shortfall_ += values[at(first_unmet_) + 2 * i + 1];
    }
    for (int r = 0; r < table_.resources.size(); ++r)
        prices_.resource_usd[at(r)] = price(resource_row_[at(r)], scale_to_limit(table_.resources[r].limit));
    for (std::size_t a = 0; a < artifact_row_.size(); ++a)
        artifact_usd_[a] = price(artifact_row_[a], 1.0 / static_cast<double>(num_types()));
    for (Cover& cover : covers_) {
        const double dual = std::max(0.0, duals[at(cover.row)]);
        cover.usd = dual * cost_scale_ * scale_to_limit(table_.resources[cover.resource].limit);
    }
    shares_.clear();
    for (std::size_t k = 0; k < pair_.size(); ++k) {
        if (values[at(column_[k])] > kShareTolerance) shares_.push_back({pair_[k], values[at(column_[k])]});
    }
}

double PairRelaxation::least_use(int resource) const {
    double least = 0;
    for (const Cover& cover : covers_) {
        if (cover.resource == resource) least = cover.least;
    }
    for (int i = 0; i < table_.instance().num_types(); ++i) {
        const double served = 1 - std::min(1.0, table_.instance().type(i).max_unmet * kWider);
        for (const ResourceUse& use : table_.resources.of_type(i)) {
            if (use.resource == resource) least += use.amount * served;
        }
    }
    return least;
}

std::vector<int> PairRelaxation::overfull() const {
    std::vector<int> resources;
    for (int r = 0; r < table_.resources.size(); ++r) {
        const double limit = table_.resources[r].limit;
        if (r != aim_.resource && least_use(r) > limit * (1 + kConstraintTolerance)) resources.push_back(r);
    }
    return resources;
}

LpStatus PairRelaxation::solve(const StopCriterion& stop) {
    LpMethod method = LpMethod::dual;  // after changes of bounds
    for (int round = 0; round < kMaxRounds; ++round) {
        const LpStatus status = solver_->solve(method, {.max_iterations = 0, .stop = stop});
        if (status != LpStatus::optimal) return status;
        if (stop.is_met()) return LpStatus::stopped;
        read_solution();
        const std::vector<int> pairs = entering_pairs();
        const std::size_t known = pair_.size();
        add_columns(pairs);
        if (pair_.size() == known) return status;
        method = LpMethod::primal;
    }
    return LpStatus::optimal;
}

// ---- choices ----

bool PairRelaxation::is_allowed(int c) const {
    const int only = only_[at(table_.group[at(c)])];
    return can_run_[at(c)] != 0 && is_left_out_[at(table_.artifact[at(c)])] == 0 && (only < 0 || only == c);
}

void PairRelaxation::renew_columns() {
    for (std::size_t k = 0; k < pair_.size(); ++k) {
        const int c = table_.pair_configuration[at(pair_[k])];
        solver_->set_column_bounds(column_[k], 0, is_allowed(c) ? kLpInfinity : 0);
    }
}

void PairRelaxation::choose(int group, int only) {
    assert(only < 0 || table_.group[at(only)] == group);
    only_[at(group)] = only;
    renew_columns();
}

void PairRelaxation::set_storing(int artifact, Storing storing) {
    is_left_out_[at(artifact)] = storing == Storing::no;
    const int column = stored_column_[at(artifact)];
    if (column >= 0) solver_->set_column_bounds(column, storing == Storing::whole ? 1 : 0, 1);
    renew_columns();
}

}  // namespace allot
