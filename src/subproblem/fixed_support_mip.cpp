#include "subproblem/fixed_support_mip.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

#include "problem/tolerances.hpp"
#include "util/infinity.hpp"

namespace allot {
namespace {

/// By how much the shortfall of a level may exceed its least value while later levels and costs are minimised, as a share of all
/// queries: rounding and no more, for a little more of it could buy far more of the next level.
constexpr double kLevelSlack = 1e-12;

}  // namespace

FixedSupportMip::FixedSupportMip(const CandidateTable& table) : table_(&table), problem_(table) {
    result_.prices = Prices::none(table);
}

const FixedSupportResult& FixedSupportMip::solve(std::span<const int> support,
                                                 const FixedSupportOptions& options) {
    const bool is_loaded = load(support, options, false);
    result_.status = is_loaded ? solve_at_cost(options.cutoff_usd) : FixedSupportStatus::infeasible;
    if (result_.status == FixedSupportStatus::infeasible && options.allow_shortfall) {
        if (std::isfinite(options.cutoff_usd)) {
            result_.status = FixedSupportStatus::cutoff;  // what is to be beaten leaves nothing unserved
        } else {
            result_.status =
                load(support, options, true) ? solve_with_shortfall() : FixedSupportStatus::infeasible;
        }
    }
    assert(!result_.has_allocation() || result_.cost_usd < options.cutoff_usd);
    return result_;
}

const FixedSupportResult& FixedSupportMip::relax(std::span<const int> support,
                                                 const FixedSupportOptions& options) {
    is_relaxed_ = load(support, options, false);
    result_.status = is_relaxed_ ? relax_at(options.cutoff_usd) : FixedSupportStatus::infeasible;
    return result_;
}

const FixedSupportResult& FixedSupportMip::relax_without(int first, int second) {
    assert(first < static_cast<int>(support_.size()) && second < static_cast<int>(support_.size()));
    result_.relaxed_usd = kInfinity;
    if (is_relaxed_) {
        problem_.leave_out(first, second, simplex_);
    }
    result_.status = is_relaxed_ ? relax_at(kInfinity) : FixedSupportStatus::infeasible;
    return result_;
}

FixedSupportStatus FixedSupportMip::relax_at(double cutoff_usd) {
    switch (simplex_.solve(cutoff_usd - problem_.constant_usd())) {
        case SmallSimplex::Status::optimal:
            read_root();
            return result_.relaxed_usd < cutoff_usd ? FixedSupportStatus::unknown
                                                    : FixedSupportStatus::cutoff;
        case SmallSimplex::Status::cutoff:
            return FixedSupportStatus::cutoff;
        case SmallSimplex::Status::infeasible:
            return FixedSupportStatus::infeasible;
        default:
            return FixedSupportStatus::unknown;
    }
}

bool FixedSupportMip::load(std::span<const int> support, const FixedSupportOptions& options,
                           bool with_shortfall) {
    assert(options.min_replicas >= 0 && options.elastic_usd >= 0);
    assert(options.ranges.empty() || options.ranges.size() == support.size());
    support_.assign(support.begin(), support.end());
    node_limit_ = options.node_limit;
    keeps_proof_ = options.keeps_proof;
    result_.relaxed_usd = kInfinity;
    result_.proof = {};
    result_.cost_usd = kInfinity;
    result_.nodes = 0;
    result_.excess_unmet.assign(static_cast<std::size_t>(problem_.num_levels()), 0.0);
    return problem_.load(support, {options.min_replicas, with_shortfall, options.elastic_usd, options.ranges},
                         simplex_);
}

FixedSupportStatus FixedSupportMip::solve_at_cost(double cutoff_usd) {
    const FixedSupportStatus status = search(cutoff_usd);
    if (has_best_) {
        result_.cost_usd = best_;
    }
    return status;
}

/// Level by level the least shortfall, then the least cost at those.
FixedSupportStatus FixedSupportMip::solve_with_shortfall() {
    bool is_proven = true;
    for (int level = 0; level < problem_.num_levels(); ++level) {
        problem_.aim_at_level(level, simplex_);
        const FixedSupportStatus status = search(kInfinity);
        if (!has_best_) {
            return status;
        }
        is_proven = is_proven && status == FixedSupportStatus::optimal;
        problem_.limit_level(level, best_ + kLevelSlack, simplex_);
    }
    problem_.aim_at_cost(simplex_);
    const FixedSupportStatus status = solve_at_cost(kInfinity);
    return status == FixedSupportStatus::optimal && !is_proven ? FixedSupportStatus::feasible : status;
}

const FixedSupportResult& FixedSupportMip::route(std::span<const int> support,
                                                 std::span<const int> replicas) {
    assert(replicas.size() == support.size());
    std::vector<ReplicaRange> ranges;
    for (const int count : replicas) ranges.push_back({count, count});
    FixedSupportOptions options;
    options.ranges = ranges;
    rounded_.assign(replicas.begin(), replicas.end());
    result_.status = load(support, options, false) ? route_at_cost() : FixedSupportStatus::infeasible;
    return result_;
}

/// Objective by objective, each among the optima of those before it.
FixedSupportStatus FixedSupportMip::route_at_cost() {
    runs_.assign(support_.size(), 1);
    problem_.force(runs_, simplex_);
    if (const FixedSupportStatus status = relax_at(kInfinity); status != FixedSupportStatus::unknown)
        return status;
    if (!std::isfinite(result_.relaxed_usd)) return FixedSupportStatus::unknown;
    best_ = kInfinity;
    keep(result_.relaxed_usd);
    for (const auto aim : {&FixedSupportLp::aim_at_unserved, &FixedSupportLp::aim_at_delay}) {
        problem_.stay_optimal(simplex_);
        (problem_.*aim)(simplex_);
        if (simplex_.solve() != SmallSimplex::Status::optimal) break;  // what is kept is an optimum, too
        best_ = kInfinity;
        keep(result_.relaxed_usd);
    }
    result_.cost_usd = result_.relaxed_usd;
    return FixedSupportStatus::optimal;
}

/// The relaxation at the root: its value and its duals.
void FixedSupportMip::read_root() {
    result_.relaxed_usd = simplex_.objective() + problem_.constant_usd();
    assert(std::isfinite(result_.relaxed_usd));
    problem_.read_prices(simplex_, result_.prices);
    problem_.read_slot_prices(simplex_, result_.slot_usd);
}

/// Keeps the solution in the simplex, at the replica counts in rounded_, as the best so far.
void FixedSupportMip::keep(double objective) {
    assert(objective < best_ && rounded_.size() == support_.size());
    const int num_types = table_->instance().num_types();
    best_ = objective;
    has_best_ = true;
    result_.replicas = rounded_;
    result_.share.assign(support_.size() * static_cast<std::size_t>(num_types), 0.0);
    result_.unmet.resize(static_cast<std::size_t>(num_types));
    for (int s = 0; s < static_cast<int>(problem_.shares().size()); ++s) {
        const FixedSupportLp::Share& share = problem_.shares()[s];
        const double value = simplex_.value(problem_.share_column(s));
        result_.share[share.deployment * num_types + share.type] = value > kShareTolerance ? value : 0.0;
    }
    for (int i = 0; i < num_types; ++i) {
        const double unmet = problem_.unmet(simplex_, i);
        result_.unmet[i] = unmet > kShareTolerance ? unmet : 0.0;
        balance(i);
        keep_means(i);
    }
    for (int level = 0; level < problem_.num_levels(); ++level) {
        result_.excess_unmet[level] = problem_.excess(simplex_, level);
    }
}

/// Adds what was rounded off to the largest part of type i, so that its shares and its unmet part add up to 1. In a small share the
/// same amount would be a large relative change, and would move the mean error with it.
void FixedSupportMip::balance(int i) {
    const int num_types = table_->instance().num_types();
    double total = result_.unmet[i];
    int largest = -1;
    for (int d = 0; d < num_deployments(); ++d) {
        const int at = d * num_types + i;
        total += result_.share[at];
        largest = largest < 0 || result_.share[at] > result_.share[largest] ? at : largest;
    }
    if (largest >= 0 && result_.share[largest] > result_.unmet[i]) {
        result_.share[largest] += 1 - total;
    } else {
        result_.unmet[i] += 1 - total;
    }
}

/// Repairs the mean limits of type i. Where next to nothing of a type is served, the absolute tolerance of the simplex is a large part
/// of it; what then breaks a mean limit is left unserved.
void FixedSupportMip::keep_means(int i) {
    const int num_types = table_->instance().num_types();
    for (const MeanRow kind : {MeanRow::error, MeanRow::delay}) {
        double excess = problem_.mean_protection(kind, i, result_.share);
        double worst = 0;
        double* cut = nullptr;
        for (const FixedSupportLp::Share& share : problem_.shares()) {
            double& value = result_.share[share.deployment * num_types + share.type];
            if (share.type != i || value <= 0) {
                continue;
            }
            const double coefficient = problem_.mean_coefficient(kind, share);
            excess += coefficient * value;
            if (coefficient > worst) {
                worst = coefficient;
                cut = &value;
            }
        }
        if (cut != nullptr && excess > kSearchTolerance * (1 - result_.unmet[i])) {
            const double less = std::min(*cut, excess / worst);
            *cut -= less;
            result_.unmet[i] += less;
        }
    }
}

Allocation FixedSupportMip::allocation() const {
    assert(result_.has_allocation());
    const int num_types = table_->instance().num_types();
    Allocation allocation(num_types);
    std::vector<int> order(support_.size());
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [this](int a, int b) { return support_[a] < support_[b]; });
    for (const int d : order) {
        if (result_.replicas[d] > 0) {
            allocation.configuration.push_back(support_[d]);
            allocation.replicas.push_back(result_.replicas[d]);
            const auto begin = result_.share.begin() + static_cast<std::ptrdiff_t>(d) * num_types;
            allocation.share.insert(allocation.share.end(), begin, begin + num_types);
        }
    }
    allocation.unmet = result_.unmet;
    return allocation;
}

}  // namespace allot
