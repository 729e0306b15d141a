#include "solvers/relaxation.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>

#include <fmt/format.h>

#include "problem/tolerances.hpp"
#include "solvers/greedy.hpp"
#include "solvers/plan_builder.hpp"
#include "util/rounding.hpp"

namespace allot {
namespace {

std::size_t at(int index) { return static_cast<std::size_t>(index); }

/// A limit that could be moved.
struct Limit {
    std::string field;  ///< path as for --set
    int type = -1;      ///< query type it belongs to, -1 = all
    double now = 0;
    double loosest = kUnlimited;                     ///< 1 for shares
    std::function<void(InstanceData&, double)> set;  ///< kUnlimited takes it away
    std::function<double(const Plan&)> used;         ///< how much of it a plan needs
    bool is_whole = false;                           ///< GPUs
};

/// Tables beyond this are not searched for the smallest value: what the relaxed plan uses is named as it is.
constexpr std::int64_t kMaxPairsForBisection = 1'000'000;
constexpr int kBisections = 10;
constexpr int kMaxShortTypes = 5;

double max_over_routes(const Plan& plan, const std::string& type, double PlannedRoute::*figure) {
    double largest = 0;
    for (const PlannedRoute& route : plan.routing) {
        if (route.query_type == type) largest = std::max(largest, route.*figure);
    }
    return largest;
}

double gpus_of_pool(const Plan& plan, const Instance& instance, const std::string& gpu) {
    double gpus = 0;
    for (const PlannedDeployment& deployment : plan.deployments) {
        for (const Tier& tier : instance->tiers) {
            if (tier.id == deployment.tier && tier.gpu == gpu) gpus += deployment.gpus;
        }
    }
    return gpus;
}

double num_starts(const Plan& plan, const Instance& instance) {
    double starts = 0;
    for (const PlannedDeployment& planned : plan.deployments) {
        int running = 0;
        for (const RunningDeployment& now : *instance->running) {
            const bool is_same = now.model == planned.model && now.tier == planned.tier &&
                                 now.tensor == planned.tensor && now.pipeline == planned.pipeline &&
                                 now.concurrency == planned.concurrency;
            if (is_same) running += now.replicas;
        }
        starts += std::max(0, planned.replicas - running);
    }
    return starts;
}

double stored_gb(const Plan& plan, const Instance& instance) {
    const double usd_per_gb = instance->horizon_hours * instance->storage.price_usd_per_gb_hour;
    return usd_per_gb > 0 ? plan.cost.storage / usd_per_gb : kUnlimited;
}

class ReasonFinder {
  public:
    ReasonFinder(const CandidateTable& table, const Plan& plan)
        : table_(table), instance_(table.instance()), plan_(plan) {
        for (int i = 0; i < instance_.num_types(); ++i) {
            const double limit = instance_.type(i).max_unmet;
            if (plan.query_types[at(i)].unmet > limit + kConstraintTolerance / 2) short_types_.push_back(i);
        }
    }

    std::vector<std::string> find() {
        say_who_goes_short();
        say_what_binds();
        std::vector<std::string> enough;
        for (const Limit& limit : limits()) {
            if (const std::optional<std::string> line = try_relaxing(limit)) enough.push_back(*line);
        }
        if (enough.empty()) enough.emplace_back("no single limit that was tried makes up for it");
        lines_.insert(lines_.end(), enough.begin(), enough.end());
        return lines_;
    }

  private:
    void say_who_goes_short() {
        for (const int i : short_types_) {
            const PlannedType& planned = plan_.query_types[at(i)];
            std::string line =
                fmt::format("query_types.{}: {:.4g} % unserved, at most {:.4g} % allowed", planned.name,
                            100 * planned.unmet, 100 * instance_.type(i).max_unmet);
            const bool has_pair = table_.type_begin[at(i)] < table_.type_begin[at(i) + 1];
            if (!has_pair) line += "; no configuration admits it";
            lines_.push_back(std::move(line));
        }
    }

    void say_what_binds() {
        std::string reached;
        for (const std::string& name : plan_.binding) reached += (reached.empty() ? "" : ", ") + name;
        if (!reached.empty()) lines_.push_back("limits reached: " + reached);
    }

    std::vector<Limit> limits() const {
        std::vector<Limit> limits;
        add_plan_limits(limits);
        for (int s = 0; s < std::min<int>(kMaxShortTypes, static_cast<int>(short_types_.size())); ++s) {
            add_type_limits(short_types_[at(s)], limits);
        }
        return limits;
    }

    void add_plan_limits(std::vector<Limit>& limits) const {
        if (instance_->budget_usd < kUnlimited) {
            limits.push_back({"budget_usd", -1, instance_->budget_usd, kUnlimited,
                              [](InstanceData& data, double value) { data.budget_usd = value; },
                              [](const Plan& plan) { return plan.cost.rental + plan.cost.storage; }});
        }
        if (instance_->storage.capacity_gb < kUnlimited) {
            const Instance* instance = &instance_;
            limits.push_back({"storage.capacity_gb", -1, instance_->storage.capacity_gb, kUnlimited,
                              [](InstanceData& data, double value) { data.storage.capacity_gb = value; },
                              [instance](const Plan& plan) { return stored_gb(plan, *instance); }});
        }
        for (int p = 0; p < instance_.num_pools(); ++p) {
            if (instance_.pool(p).available) limits.push_back(pool_limit(instance_.pool(p)));
        }
        if (instance_->max_starts) limits.push_back(start_limit());
    }

    Limit pool_limit(const Pool& pool) const {
        const Instance* instance = &instance_;
        const std::string gpu = pool.gpu;
        Limit limit;
        limit.field = "available GPUs of pool " + gpu;
        limit.now = *pool.available;
        limit.is_whole = true;
        limit.set = [gpu](InstanceData& data, double value) {
            for (Tier& tier : data.tiers) {
                if (tier.gpu != gpu) continue;
                tier.available =
                    value < kUnlimited ? std::optional<int>(static_cast<int>(value)) : std::nullopt;
            }
        };
        limit.used = [instance, gpu](const Plan& plan) { return gpus_of_pool(plan, *instance, gpu); };
        return limit;
    }

    Limit start_limit() const {
        const Instance* instance = &instance_;
        Limit limit;
        limit.field = "started replicas";
        limit.now = *instance_->max_starts;
        limit.is_whole = true;
        limit.set = [](InstanceData& data, double value) {
            data.max_starts = value < kUnlimited ? std::optional<int>(static_cast<int>(value)) : std::nullopt;
        };
        limit.used = [instance](const Plan& plan) { return num_starts(plan, *instance); };
        return limit;
    }

    void add_type_limits(int i, std::vector<Limit>& limits) const {
        const QueryType& type = instance_.type(i);
        const std::string path = "query_types." + type.name + ".";
        const auto add = [&](const char* name, std::optional<double> Slo::*slo, double loosest,
                             std::function<double(const Plan&)> used) {
            if (!(type.slo.*slo)) return;
            const auto set = [i, slo](InstanceData& data, double value) {
                std::optional<double>& field = data.query_types[at(i)].slo.*slo;
                field = value < kUnlimited ? std::optional<double>(value) : std::nullopt;
            };
            limits.push_back({path + "slo." + name, i, *(type.slo.*slo), loosest, set, std::move(used)});
        };
        const auto route_figure = [name = type.name](double PlannedRoute::*figure) {
            return [name, figure](const Plan& plan) { return max_over_routes(plan, name, figure); };
        };
        add("delay_s", &Slo::delay_s, kUnlimited, route_figure(&PlannedRoute::delay_s));
        add("ttft_s", &Slo::ttft_s, kUnlimited, route_figure(&PlannedRoute::ttft_s));
        add("tpot_s", &Slo::tpot_s, kUnlimited, route_figure(&PlannedRoute::tpot_s));
        add("error", &Slo::error, 1, route_figure(&PlannedRoute::error));
        limits.push_back(
            {path + "max_unmet", i, type.max_unmet, 1,
             [i](InstanceData& data, double value) { data.query_types[at(i)].max_unmet = value; },
             [i](const Plan& plan) { return plan.query_types[at(i)].unmet; }});
    }

    /// Solves with the limit at `value`; the plan if it now does what the limit is asked to do.
    std::optional<Plan> solve_with(const Limit& limit, double value) const {
        const Instance changed = instance_.with([&](InstanceData& data) { limit.set(data, value); });
        const CandidateTable table(changed);
        const Plan plan = to_plan(table, GreedySolver().solve(table, {}, nullptr).allocation);
        const bool is_enough = limit.type < 0
                                   ? plan.status == Status::feasible
                                   : plan.query_types[at(limit.type)].unmet <=
                                         changed.type(limit.type).max_unmet + kConstraintTolerance / 2;
        return is_enough ? std::optional<Plan>(plan) : std::nullopt;
    }

    std::optional<std::string> try_relaxing(const Limit& limit) const {
        const std::optional<Plan> relaxed = solve_with(limit, limit.loosest);
        if (!relaxed) return std::nullopt;
        double enough = rounded_up(limit, std::min(limit.used(*relaxed), limit.loosest));
        if (!std::isfinite(enough) || enough <= limit.now || !solve_with(limit, enough)) {
            if (!std::isfinite(limit.loosest)) return std::nullopt;
            enough = limit.loosest;
        }
        if (table_.counts().pairs <= kMaxPairsForBisection) enough = smallest_enough(limit, enough);
        const std::string whom = limit.type < 0 ? "" : " for " + instance_.type(limit.type).name;
        if (limit.is_whole) {
            return fmt::format("enough on its own{}: {:.0f} more {} ({:.0f} instead of {:.0f})", whom,
                               enough - limit.now, limit.field, enough, limit.now);
        }
        return fmt::format("enough on its own{}: {} to at least {:.6g} (now {:.6g})", whom, limit.field,
                           enough, limit.now);
    }

    /// Bisects between the present limit, which is not enough, and one that is.
    double smallest_enough(const Limit& limit, double enough) const {
        double too_little = limit.now;
        for (int step = 0; step < kBisections; ++step) {
            const double middle = rounded_up(limit, (too_little + enough) / 2);
            if (middle <= too_little || middle >= enough) break;
            (solve_with(limit, middle) ? enough : too_little) = middle;
        }
        return enough;
    }

    static double rounded_up(const Limit& limit, double value) {
        if (!std::isfinite(value)) return value;
        if (limit.is_whole) return std::ceil(value);
        const double rounded = round_significant(value, 4);
        return std::min(limit.loosest, rounded >= value ? rounded : round_significant(value * 1.0005, 4));
    }

    const CandidateTable& table_;
    const Instance& instance_;
    const Plan& plan_;
    std::vector<int> short_types_;
    std::vector<std::string> lines_;
};

}  // namespace

std::vector<std::string> find_reasons(const CandidateTable& table, const Plan& plan) {
    return ReasonFinder(table, plan).find();
}

}  // namespace allot
