#include "infeasibility/feasibility_relaxation.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "allot/explain.hpp"
#include "infeasibility/feasibility_check.hpp"
#include "infeasibility/relaxable_limits.hpp"
#include "problem/tolerances.hpp"
#include "solvers/phase_one.hpp"
#include "solvers/plan_builder.hpp"
#include "solvers/portfolio.hpp"
#include "solvers/search_context.hpp"
#include "util/index.hpp"
#include "util/parallel.hpp"
#include "util/rounding.hpp"

namespace allot {
namespace {

/// Tables beyond this are not searched for the smallest value: one that is enough is named as it is.
constexpr std::int64_t kMaxPairsForSearch = 1'000'000;

/// Beyond this no limit is tried, in pairs times types: each takes tables and searches of its own, minutes for all that are reached.
constexpr double kMaxSizeForReliefs = 2e7;

/// A limit is searched up to this part of it ...
constexpr double kResolution = 0.0025;
/// ... with at most so many trials of one kind.
constexpr int kMaxTrials = 14;

/// Up to this size, in admissible pairs times types, `auto` tries less than what is found fast, in strides of this part of the limit, and
/// as close: each trial takes a search of its own.
constexpr double kMaxSizeForStrides = 2e5;
constexpr double kStride = 0.01;

/// More than the least share unserved by this, relative, is tried at most.
constexpr double kMostMargin = 0.02;

/// A limit without a largest value is doubled at most so often in search of one that is enough.
constexpr int kMaxDoublings = 12;

/// The types in short supply whose own limits are looked at.
constexpr std::size_t kMaxShortTypes = 5;

/// Reasons why no configuration admits a type that are named.
constexpr std::size_t kMaxObstacles = 3;

/// To four digits, never below; whole for GPUs.
double rounded_up(const Limit& limit, double value) {
    if (!std::isfinite(value)) return value;
    if (limit.is_whole) return std::ceil(value);
    const double rounded = round_significant(value, 4);
    return std::min(limit.loosest, rounded >= value ? rounded : round_significant(value * 1.0005, 4));
}

/// Looks for the smallest value of one limit with which `auto` finds a plan of an instance.
class LimitSearch {
  public:
    /// `is_exact`: bisects; `is_small`: and lets `auto` try what is found fast to be too little. `least_unmet`: of a limit on what its type
    /// leaves unserved, where that is known.
    LimitSearch(const Instance& instance, const Limit& limit, const StopCriterion& stop, bool is_exact,
                bool is_small, std::optional<double> least_unmet)
        : instance_(instance),
          limit_(limit),
          stop_(stop),
          is_exact_(is_exact),
          is_small_(is_small),
          least_unmet_(least_unmet) {}

    std::optional<double> smallest() {
        if (limit_.unmet_type >= 0) return smallest_unmet();
        std::optional<Witness> loosest = find_feasible(with(limit_.loosest), support_, stop_);
        if (!loosest && is_small_) loosest = find_as_auto(with(limit_.loosest), stop_);
        if (!loosest) return std::nullopt;
        support_ = loosest->support;
        const std::optional<double> enough = any_enough(limit_.used(loosest->plan));
        if (!enough || !is_exact_) return enough;
        if (limit_.is_money) return std::min(least_spending(), *enough);
        const double least =
            bisected(limit_.now, *enough, kResolution, [this](double value) { return find(value); });
        if (least < *enough && !is_found(least)) return bisected_by_auto(least, *enough);
        return is_small_ ? lowered_by_auto(std::min(least, *enough)) : std::min(least, *enough);
    }

  private:
    Instance with(double value) const {
        return instance_.with([&](InstanceData& data) { limit_.set(data, value); });
    }

    bool find(double value) {
        const std::optional<Witness> witness = find_feasible(with(value), support_, stop_);
        if (witness) support_ = witness->support;
        return witness.has_value();
    }

    bool is_found(double value) const { return find_as_auto(with(value), stop_).has_value(); }

    /// What is found fast may be beyond what `auto` finds.
    double bisected_by_auto(double too_little, double enough) {
        return bisected(too_little, enough, kStride, [this](double value) { return is_found(value); });
    }

    /// Or more than it needs. A value that is not enough takes a long search to tell: strides that double until one is not, and only then a
    /// bisection.
    double lowered_by_auto(double enough) {
        for (double stride = kStride; !stop_.is_met(); stride *= 2) {
            const double less = limit_.is_whole ? enough - std::max(1.0, std::floor(stride * enough))
                                                : rounded_up(limit_, enough * (1 - stride));
            const double value = std::max(less, limit_.now);
            if (value >= enough || value <= limit_.now || !is_found(value)) {
                const bool has_moved = stride > kStride && value > limit_.now;
                return has_moved ? bisected_by_auto(value, enough) : enough;
            }
            enough = value;
        }
        return enough;
    }

    /// The least that a plan leaves unserved, or a little more where that alone leads `auto` to no plan. To give the type up altogether is
    /// no advice.
    std::optional<double> smallest_unmet() const {
        const bool is_hopeless =
            !least_unmet_ && relaxation_of(with(limit_.loosest), SolveOptions(), stop_).is_hopeless;
        if (is_hopeless) return std::nullopt;
        const std::optional<double> least =
            least_unmet_ ? least_unmet_ : least_unmet(instance_, limit_.unmet_type, stop_);
        if (!least) return std::nullopt;
        double margin = 0;
        while (margin <= kMostMargin) {
            const double value = rounded_up(limit_, *least * (1 + margin));
            if (value >= 1 || stop_.is_met()) return std::nullopt;
            if (value > limit_.now && is_found(value)) return value;
            margin = std::max(4 * margin, kResolution / 4);
        }
        return std::nullopt;
    }

    /// A finite value with which `auto` finds a plan, by what a plan without the limit uses.
    std::optional<double> any_enough(double used) {
        double value = rounded_up(limit_, std::min(used, limit_.loosest));
        const bool is_useful = std::isfinite(value) && value > limit_.now;
        if (is_useful && is_found(value)) return value;
        if (std::isfinite(limit_.loosest)) {
            return is_found(limit_.loosest) ? std::optional<double>(limit_.loosest) : std::nullopt;
        }
        if (!is_useful) value = std::max(limit_.now, limit_.is_whole ? 1.0 : 1e-3);
        for (int doubling = 0; doubling < kMaxDoublings && !stop_.is_met(); ++doubling) {
            value = rounded_up(limit_, 2 * value);
            if (is_found(value)) return value;
        }
        return std::nullopt;
    }

    /// The least spending found, and tried as `auto` does where other plans keep no budget: by strides, as below.
    double least_spending() {
        const double spent_usd = minimum_budget_plan(instance_, kUnlimited, SolveOptions(), stop_).spent_usd;
        if (!(spent_usd < kUnlimited)) return kUnlimited;
        double enough = rounded_up(limit_, spent_usd);
        while (!stop_.is_met()) {
            const double less = rounded_up(limit_, (1 - kStride) * enough);
            const double found_usd = least_within(less);
            if (less <= limit_.now || found_usd > less) break;
            const double tight = rounded_up(limit_, found_usd);
            enough = least_within(tight) <= tight ? tight : less;
        }
        return enough;
    }

    double least_within(double budget_usd) const {
        return minimum_budget_plan(instance_, budget_usd, SolveOptions(), stop_).spent_usd;
    }

    /// The smallest value above `too_little`, which is not enough, that is, as far as `resolution` tells values apart; `enough` is. First
    /// just below `enough`, often the least.
    template <class Test>
    double bisected(double too_little, double enough, double resolution, const Test& is_enough) {
        const auto try_value = [&](double value) {
            if (value <= too_little || value >= enough) return false;
            (is_enough(value) ? enough : too_little) = value;
            return true;
        };
        try_value(rounded_up(limit_, limit_.is_whole ? enough - 1 : (1 - resolution) * enough));
        for (int trial = 0; trial < kMaxTrials && enough - too_little > resolution * enough; ++trial) {
            const bool is_far = too_little > 0 && enough > 4 * too_little;
            const double middle = is_far ? std::sqrt(too_little * enough) : (too_little + enough) / 2;
            if (stop_.is_met() || !try_value(rounded_up(limit_, middle))) break;
        }
        return enough;
    }

    const Instance& instance_;
    const Limit& limit_;
    const StopCriterion& stop_;
    bool is_exact_;
    bool is_small_;
    std::optional<double> least_unmet_;
    std::vector<Configuration> support_;
};

class ReliefFinder {
  public:
    /// `is_least_short`: no plan is known to leave less unserved, as the default method has minimised it.
    ReliefFinder(const CandidateTable& table, const Plan& plan, const std::vector<int>& short_types,
                 bool is_least_short, const StopCriterion& stop)
        : table_(table),
          plan_(plan),
          short_types_(short_types),
          is_least_short_(is_least_short),
          stop_(stop) {}

    std::vector<LimitChange> find() const {
        const Instance& instance = table_.instance();
        const std::size_t num_types = std::min(kMaxShortTypes, short_types_.size());
        std::vector<Limit> limits = plan_limits(table_);
        for (std::size_t s = 0; s < num_types; ++s) {
            for (Limit& limit : type_limits(instance, short_types_[s])) limits.push_back(std::move(limit));
        }
        std::vector<LimitChange> limit_changes = try_relaxing(instance, limits, -1);
        if (!limit_changes.empty() || short_types_.size() == 1) return limit_changes;
        for (std::size_t s = 0; s < num_types; ++s) {
            for (LimitChange& change : find_for(short_types_[s])) limit_changes.push_back(std::move(change));
        }
        return limit_changes;
    }

  private:
    /// What would serve type i while all others get what they have.
    std::vector<LimitChange> find_for(int i) const {
        const Instance instance = table_.instance().with([&](InstanceData& data) {
            for (const int other : short_types_) {
                const double unmet = plan_.query_types[at(other)].unmet * (1 + kSearchTolerance);
                if (other != i) data.query_types[at(other)].max_unmet = std::min(1.0, unmet);
            }
        });
        std::vector<Limit> limits = plan_limits(table_);
        for (Limit& limit : type_limits(instance, i)) limits.push_back(std::move(limit));
        limits.pop_back();  // max_unmet: how much is missing is known
        return try_relaxing(instance, limits, i);
    }

    std::vector<LimitChange> try_relaxing(const Instance& instance, const std::vector<Limit>& limits,
                                          int type) const {
        std::vector<std::optional<double>> enough(limits.size());
        const bool is_exact = table_.counts().pairs <= kMaxPairsForSearch;
        const bool is_small =
            table_.num_pairs() * static_cast<double>(instance.num_types()) <= kMaxSizeForStrides;
        parallel_for(0, limits.size(), 1, [&](std::size_t l) {
            if (stop_.is_met()) return;
            enough[l] = LimitSearch(instance, limits[l], stop_, is_exact, is_small, least_unmet_of(limits[l]))
                            .smallest();
        });
        std::vector<LimitChange> limit_changes;
        for (std::size_t l = 0; l < limits.size(); ++l) {
            if (enough[l]) limit_changes.push_back({limits[l], *enough[l], type});
        }
        return limit_changes;
    }

    /// Where nothing else is short a plan of the least shortfall leaves the least of the type unserved.
    std::optional<double> least_unmet_of(const Limit& limit) const {
        const bool is_only_one = short_types_.size() == 1 && limit.unmet_type == short_types_.front();
        return is_least_short_ && is_only_one
                   ? std::optional<double>(plan_.query_types[at(limit.unmet_type)].unmet)
                   : std::nullopt;
    }

    const CandidateTable& table_;
    const Plan& plan_;
    const std::vector<int>& short_types_;
    bool is_least_short_;
    const StopCriterion& stop_;
};

std::vector<int> short_types_of(const Instance& instance, const Plan& plan) {
    std::vector<int> types;
    for (int i = 0; i < instance.num_types(); ++i) {
        const double limit = instance.type(i).max_unmet;
        if (plan.query_types[at(i)].unmet > limit + kConstraintTolerance / 2) types.push_back(i);
    }
    return types;
}

/// ": weights_exceed_memory, llama-3.1-70b on h100-80/bf16 TP 2 PP 1 needs 141.1 GB, at most 140 GB" of the configuration that misses by
/// the least, reason by reason, the most frequent first. That models are not allowed is no obstacle where others are.
std::string obstacles(const Instance& instance, int i) {
    std::string text;
    std::size_t num_named = 0;
    const std::vector<TypeExplanation> explanations = explain(instance, instance.type(i).name);
    for (const RejectionGroup& group : explanations.front().rejections) {
        if (group.reason == "model_not_allowed" || num_named++ >= kMaxObstacles) continue;
        const ConfigurationName& nearest = group.nearest;
        text += fmt::format("{} {}, {} on {} TP {} PP {}", text.empty() ? ":" : ";", group.reason,
                            nearest.model, nearest.tier, nearest.tensor, nearest.pipeline);
        if (group.unit.empty()) continue;
        if (group.reason == "heads_not_divisible") {
            text += fmt::format(" does not divide its {:.4g} heads", group.available);
        } else {
            text += fmt::format(" needs {:.4g} {}, has {:.4g} {}", group.needed, group.unit,
                                std::max(0.0, group.available), group.unit);
        }
    }
    return text.empty() ? ": none of its models is in the instance" : text;
}

/// What is in the way of type i is looked up unless `stop` is met: all configurations are worked out for it.
std::string shortage(const CandidateTable& table, const Plan& plan, int i, const StopCriterion& stop) {
    const PlannedType& planned = plan.query_types[at(i)];
    std::string line =
        fmt::format("query_types.{}: {:.4g} % unserved, at most {:.4g} % allowed", planned.name,
                    100 * planned.unmet, 100 * table.instance().type(i).max_unmet);
    if (table.type_begin[at(i)] == table.type_begin[at(i) + 1])
        line += "; no configuration admits it" + (stop.is_met() ? "" : obstacles(table.instance(), i));
    return line;
}

/// The whole search: a limit must not be blamed for what a lesser method has not found.
Plan plan_by_default(const CandidateTable& table, const StopCriterion& stop) {
    const SolveOptions defaults;
    SearchContext context(table, defaults, stop);
    run_portfolio(context);
    return to_plan(table, context.incumbent.allocation);
}

std::string to_text(const Instance& instance, const LimitChange& change) {
    const Limit& limit = change.limit;
    const std::string whom = change.type < 0 ? "" : " for " + instance.type(change.type).name;
    if (!limit.more.empty()) {
        return fmt::format("enough on its own{}: {:.0f} more {} ({:.0f} instead of {:.0f})", whom,
                           change.enough - limit.now, limit.more, change.enough, limit.now);
    }
    return fmt::format("enough on its own{}: {} to at least {:.6g} (now {:.6g})", whom, limit.field,
                       change.enough, limit.now);
}

}  // namespace

std::vector<LimitChange> find_limit_changes(const CandidateTable& table, const Plan& plan,
                                            const SolveOptions& options, const StopCriterion& stop) {
    const bool is_least_short = options.method == SolveOptions().method && options.effort > 0;
    return ReliefFinder(table, plan, short_types_of(table.instance(), plan), is_least_short, stop).find();
}

std::vector<std::string> find_reasons(const CandidateTable& table, const Plan& plan,
                                      const SolveOptions& options, const StopCriterion& stop) {
    const Instance& instance = table.instance();
    std::vector<std::string> lines;
    for (const int i : short_types_of(instance, plan)) lines.push_back(shortage(table, plan, i, stop));
    std::string reached;
    for (const std::string& name : plan.binding) reached += (reached.empty() ? "" : ", ") + name;
    if (!reached.empty()) lines.push_back("limits reached: " + reached);
    if (!options.has_limit_changes) return lines;
    if (static_cast<double>(table.counts().pairs) * instance.num_types() > kMaxSizeForReliefs) {
        lines.push_back(fmt::format(
            "what would be enough on its own was not tried: {} pairs of {} query types are too many",
            table.counts().pairs, instance.num_types()));
        return lines;
    }

    const SolveOptions defaults;
    // What searched: a plan may bear the name of what asked for the search.
    const bool is_default = options.method == defaults.method;
    const bool did_all = is_default && options.effort >= defaults.effort;
    const bool asks_default = !did_all && plan.status != Status::infeasible;
    const Plan tried = asks_default ? plan_by_default(table, stop) : plan;
    if (!tried.is_short()) {
        lines.emplace_back(
            "enough on its own: method auto at its default effort finds a plan that keeps all limits");
        return lines;
    }
    const std::vector<LimitChange> limit_changes =
        find_limit_changes(table, tried, asks_default ? defaults : options, stop);
    const std::string by = is_default ? "" : ", by method auto";
    for (const LimitChange& change : limit_changes) lines.push_back(to_text(instance, change) + by);
    if (stop.is_met()) {
        lines.emplace_back("stopped before all limits were tried: more may be enough on their own");
    } else if (limit_changes.empty()) {
        lines.emplace_back("no single limit that was tried makes up for it");
    }
    return lines;
}

}  // namespace allot
