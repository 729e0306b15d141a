#include "studies/recourse_problem.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "problem/tolerances.hpp"
#include "util/infinity.hpp"

namespace allot {
namespace {

/// Queries without a price on leaving them unserved get this many times what serving them costs at most: then serving always pays.
constexpr double kUnpricedWeight = 2;

/// Part of all queries from which on a difference between two programs is one: their tolerances are a thousandth of it.
constexpr double kNoticed = 1e-6;

/// On what a priority leaves unserved, a part of all queries.
constexpr double kNoCap = 2;

double inverse_or_one(double limit) { return limit > 0 && std::isfinite(limit) ? 1 / limit : 1; }

double scenario_error(double error, double factor) { return std::min(1.0, error * factor); }

}  // namespace

Scenario Scenario::uniform(const Fleet& fleet, double delay, double error, double rate) {
    Scenario scenario;
    scenario.delay.assign(fleet.pairs.size(), delay);
    scenario.error.assign(fleet.pairs.size(), error);
    scenario.rate.assign(static_cast<std::size_t>(fleet.num_types()), rate);
    for (const Fleet::Deployment& deployment : fleet.deployments) {
        scenario.replicas.push_back(deployment.replicas);
    }
    return scenario;
}

RecourseProblem::RecourseProblem(const Fleet& fleet) : fleet_(&fleet), share_column_(fleet.pairs.size(), -1) {
    const Instance& instance = *fleet.instance;
    const double hours = instance->horizon_hours;
    for (int i = 0; i < num_types(); ++i) {
        const QueryType& type = instance.type(i);
        delay_usd_per_s_.push_back(hours * type.rate_per_hour * type.delay_usd_per_query_s);
        stored_gb_.push_back(instance.stored_gb(i));
        stored_usd_.push_back(hours * instance->storage.price_usd_per_gb_hour * stored_gb_.back());
        unmet_usd_.push_back(hours * type.rate_per_hour * type.unmet_usd_per_query);
    }
    find_levels();
    weigh_unmet();
    result_.unmet.resize(static_cast<std::size_t>(num_types()));
    result_.share.resize(fleet.pairs.size());
}

void RecourseProblem::find_levels() {
    for (const QueryType& type : (*fleet_->instance)->query_types) levels_.push_back(type.priority);
    std::sort(levels_.begin(), levels_.end());
    levels_.erase(std::unique(levels_.begin(), levels_.end()), levels_.end());
    for (const QueryType& type : (*fleet_->instance)->query_types) {
        const auto level = std::lower_bound(levels_.begin(), levels_.end(), type.priority);
        level_of_.push_back(static_cast<int>(level - levels_.begin()));
    }
}

void RecourseProblem::weigh_unmet() {
    const Instance& instance = *fleet_->instance;
    unmet_weight_usd_ = unmet_usd_;
    double highest_price = 0;
    for (const QueryType& type : instance->query_types) {
        highest_price = std::max(highest_price, type.unmet_usd_per_query);
    }
    for (int i = 0; i < num_types(); ++i) {
        if (unmet_usd_[i] > 0) continue;
        double serving_usd = 0;
        for (int d = 0; d < fleet_->num_deployments(); ++d) {
            const Fleet::Pair& pair = fleet_->pair(d, i);
            const double usd = delay_usd_per_s_[i] * pair.figures.delay_s + stored_usd_[i];
            serving_usd = std::max(serving_usd, pair.is_usable ? usd : 0.0);
        }
        const double demand = instance->horizon_hours * instance.type(i).rate_per_hour;
        unmet_weight_usd_[i] = demand * highest_price + kUnpricedWeight * serving_usd;
        // No type has a price here: any weight will do.
        if (unmet_weight_usd_[i] <= 0) unmet_weight_usd_[i] = demand;
    }
}

bool RecourseProblem::is_admissible(const Scenario& scenario, int d, int i) const {
    const std::size_t p = fleet_->pair_at(d, i);
    const Fleet::Pair& pair = fleet_->pairs[p];
    if (!pair.is_usable || scenario.replicas[d] == 0) return false;
    const QueryType& type = fleet_->instance->type(i);
    const double factor = scenario.delay[p];
    if (pair.figures.ttft_s * factor > type.slo.ttft_s.value_or(kInfinity)) return false;
    if (pair.figures.tpot_s * factor > type.slo.tpot_s.value_or(kInfinity)) return false;
    return type.delay_slo == DelaySlo::mean ||
           pair.figures.delay_s * factor <= type.slo.delay_s.value_or(kInfinity);
}

/// Rows: demand of every type, its mean error, its mean delay; slots and KV memory of every deployment in replicas; storage and
/// budget; with several priorities what each leaves unserved, as a part of all queries. Rows of limits that are not there stay empty, so that a basis of one scenario means the same in the next.
void RecourseProblem::add_rows() {
    for (int i = 0; i < num_types(); ++i) simplex_.add_row(1, 1);
    for (int i = 0; i < 2 * num_types(); ++i) simplex_.add_row(-kInfinity, 0);
    for (int d = 0; d < 2 * fleet_->num_deployments(); ++d) simplex_.add_row(-kInfinity, 1);
    const Instance& instance = *fleet_->instance;
    // What is rented and stored already stays, also beyond a limit: then nothing can be added.
    const double free_gb = std::max(0.0, instance->storage.capacity_gb - fleet_->artifacts_gb);
    const double free_usd = std::max(0.0, instance->budget_usd - fleet_->rental_usd - fleet_->artifacts_usd);
    simplex_.add_row(-kInfinity, free_gb * inverse_or_one(instance->storage.capacity_gb));
    simplex_.add_row(-kInfinity, free_usd * inverse_or_one(instance->budget_usd));
    for (int level = 0; level < num_levels() && num_levels() > 1; ++level)
        simplex_.add_row(-kInfinity, kNoCap);
}

void RecourseProblem::add_share(const Scenario& scenario, int d, int i) {
    const std::size_t p = fleet_->pair_at(d, i);
    const Fleet::Pair& pair = fleet_->pairs[p];
    const QueryType& type = fleet_->instance->type(i);
    const double rate = scenario.rate[i];
    const double delay_s = pair.figures.delay_s * scenario.delay[p];
    const double most = is_admissible(scenario, d, i) ? kInfinity : 0;
    type_of_share_.push_back(i);
    share_column_[p] = simplex_.add_column(rate * (delay_usd_per_s_[i] * delay_s + stored_usd_[i]), 0, most);
    if (most == 0) return;
    simplex_.add_entry(i, 1);
    if (type.slo.error) {
        const double error = scenario_error(pair.error, scenario.error[p]);
        simplex_.add_entry(num_types() + i, (error - *type.slo.error) * inverse_or_one(*type.slo.error));
    }
    if (type.slo.delay_s && type.delay_slo == DelaySlo::mean) {
        simplex_.add_entry(2 * num_types() + i, (delay_s - *type.slo.delay_s) / *type.slo.delay_s);
    }
    const double load_factor = rate * scenario.delay[p] / scenario.replicas[d];
    simplex_.add_entry(slot_row(d), pair.figures.slot_load * load_factor);
    simplex_.add_entry(slot_row(d) + 1, pair.figures.kv_load * load_factor);
    const Instance& instance = *fleet_->instance;
    if (std::isfinite(instance->storage.capacity_gb)) {
        simplex_.add_entry(storage_row(), rate * stored_gb_[i] / instance->storage.capacity_gb);
    }
    if (std::isfinite(instance->budget_usd)) {
        simplex_.add_entry(storage_row() + 1, rate * stored_usd_[i] * inverse_or_one(instance->budget_usd));
    }
}

void RecourseProblem::add_columns(const Scenario& scenario) {
    type_of_share_.clear();
    for (int d = 0; d < fleet_->num_deployments(); ++d) {
        for (int i = 0; i < num_types(); ++i) {
            if (fleet_->pair(d, i).is_usable) add_share(scenario, d, i);
        }
    }
    first_unmet_column_ = simplex_.num_columns();
    for (int i = 0; i < num_types(); ++i) {
        simplex_.add_column(unmet_weight_usd_[i] * scenario.rate[i], 0, kInfinity);
        simplex_.add_entry(i, 1);
        if (num_levels() > 1) simplex_.add_entry(level_row(level_of_[i]), query_share_[i]);
    }
}

void RecourseProblem::count_queries(const Scenario& scenario) {
    double asked = 0;
    query_share_.clear();
    for (int i = 0; i < num_types(); ++i) {
        query_share_.push_back(fleet_->instance->type(i).rate_per_hour * scenario.rate[i]);
        asked += query_share_.back();
    }
    for (double& share : query_share_) share = asked > 0 ? share / asked : 0;
}

const RecourseResult& RecourseProblem::solve(const Scenario& scenario) {
    simplex_.clear();
    count_queries(scenario);
    add_rows();
    add_columns(scenario);
    // At first nothing is served.
    for (int i = 0; i < num_types() && !has_basis_; ++i) basis_.push_back({i, first_unmet_column_ + i});
    has_basis_ = true;
    simplex_.set_basis(basis_);
    if (num_levels() > 1) serve_by_priority();
    optimise();
    keep_basis();
    read(scenario);
    return result_;
}

/// The programs before the last one.
void RecourseProblem::serve_by_priority() {
    cost_.clear();
    for (int column = 0; column < simplex_.num_columns(); ++column) cost_.push_back(simplex_.cost(column));
    for (int level = 0; level + 1 < num_levels(); ++level) {
        charge_until(level);
        optimise();
        cap_unserved(level, simplex_.row_activity(level_row(level)));
    }
    charge_until(num_levels() - 1);
}

void RecourseProblem::optimise() {
    if (simplex_.solve() != SmallSimplex::Status::optimal) {
        throw std::logic_error("stage 2 has no optimum, although serving nothing is feasible");
    }
}

int RecourseProblem::type_of(int column) const {
    return column >= first_unmet_column_ ? column - first_unmet_column_ : type_of_share_[column];
}

/// The costs of the types of these priorities, as if the others had none.
void RecourseProblem::charge_until(int level) {
    for (int column = 0; column < simplex_.num_columns(); ++column) {
        simplex_.set_cost(column, level_of_[type_of(column)] <= level ? cost_[column] : 0);
    }
}

/// A little wider, as the programs that follow keep it to rounding only.
void RecourseProblem::cap_unserved(int level, double part) {
    simplex_.set_row_bounds(level_row(level), -kInfinity, std::max(0.0, part) + kSearchTolerance);
}

/// Leaves the program as it is but for its costs and caps: the next scenario builds its own.
double RecourseProblem::unservable_rate() {
    if (result_.violation_rate <= 0) return 0;
    for (int level = 0; level < num_levels() && num_levels() > 1; ++level) cap_unserved(level, kNoCap);
    double part = 0;
    for (int level = 0; level < num_levels(); ++level) {
        double unserved = 0;
        for (int column = 0; column < simplex_.num_columns(); ++column) {
            const int i = type_of(column);
            const bool counts = column >= first_unmet_column_ && level_of_[i] == level;
            simplex_.set_cost(column, counts ? query_share_[i] : 0);
            if (counts) unserved += query_share_[i] * result_.unmet[i];
        }
        optimise();
        part += std::min(unserved, simplex_.objective());
        if (num_levels() > 1) cap_unserved(level, unserved);
    }
    // What is left of it by the tolerances of the two programs is rounding, not choice.
    const double dropped = result_.violation_rate - part;
    return dropped > kNoticed ? part : result_.violation_rate;
}

/// Notes the basis as exchanges of slacks for columns. There are as many of one kind as of the other, and any pairing of them describes
/// the same basis.
void RecourseProblem::keep_basis() {
    basis_.clear();
    int row = 0;
    for (int column = 0; column < simplex_.num_columns(); ++column) {
        if (!simplex_.is_basic(column)) continue;
        while (simplex_.is_row_basic(row)) ++row;
        basis_.push_back({row++, column});
    }
}

void RecourseProblem::read(const Scenario& scenario) {
    result_.cost = {};
    result_.cost.rental = fleet_->rental_usd;
    result_.cost.storage = fleet_->artifacts_usd;
    double lost = 0;
    double asked = 0;
    for (int i = 0; i < num_types(); ++i) {
        const double unmet = std::max(0.0, simplex_.value(first_unmet_column_ + i));
        const double queries = fleet_->instance->type(i).rate_per_hour * scenario.rate[i];
        // Of no queries none is left unserved, whatever the program says.
        result_.unmet[i] = queries > 0 && unmet > kShareTolerance ? std::min(1.0, unmet) : 0.0;
        result_.cost.unmet += unmet_usd_[i] * scenario.rate[i] * result_.unmet[i];
        lost += queries * result_.unmet[i];
        asked += queries;
    }
    result_.violation_rate = asked > 0 ? lost / asked : 0;
    for (int d = 0; d < fleet_->num_deployments(); ++d) {
        for (int i = 0; i < num_types(); ++i) {
            const std::size_t p = fleet_->pair_at(d, i);
            const double share = share_column_[p] < 0 ? 0.0 : simplex_.value(share_column_[p]);
            result_.share[p] = share > kShareTolerance ? share : 0.0;
            const double delay_s = fleet_->pairs[p].figures.delay_s * scenario.delay[p];
            const double used = scenario.rate[i] * result_.share[p];
            if (used <= 0) continue;
            result_.cost.delay += delay_usd_per_s_[i] * used * delay_s;
            result_.cost.storage += stored_usd_[i] * used;
        }
    }
    read_loads(scenario);
}

void RecourseProblem::read_loads(const Scenario& scenario) {
    double loaded = 0;
    double running = 0;
    result_.largest_utilisation = 0;
    for (int d = 0; d < fleet_->num_deployments(); ++d) {
        if (scenario.replicas[d] == 0) continue;
        double slots = 0;
        double kv = 0;
        for (int i = 0; i < num_types(); ++i) {
            const std::size_t p = fleet_->pair_at(d, i);
            const double used = result_.share[p] * scenario.rate[i] * scenario.delay[p];
            slots += fleet_->pairs[p].figures.slot_load * used;
            kv += fleet_->pairs[p].figures.kv_load * used;
        }
        const double load = std::max(slots, kv);
        const double gpus = fleet_->deployments[d].gpus;
        loaded += gpus * load;
        running += gpus * scenario.replicas[d];
        result_.largest_utilisation = std::max(result_.largest_utilisation, load / scenario.replicas[d]);
    }
    result_.utilisation = running > 0 ? loaded / running : 0;
}

}  // namespace allot
