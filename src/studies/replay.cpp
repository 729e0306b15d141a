#include "allot/replay.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "allot/reopt.hpp"
#include "studies/fleet.hpp"
#include "studies/recourse_problem.hpp"
#include "util/rng.hpp"

namespace allot {
namespace {

using Rates = std::vector<double>;
using Running = std::vector<RunningDeployment>;

/// Keeps the stream of random walks apart from other random numbers of one seed.
constexpr std::uint64_t kWalkStream = 2;

/// Weight of the newest window in the exponentially weighted mean: the last half dozen windows make up nine tenths of it.
constexpr double kNewestWeight = 0.3;

/// Windows over which the forecast by the maximum looks back: as many as the mean above effectively does.
constexpr std::size_t kMaxForecastWindows = 6;

/// A mean that fades below this part of the rate of the instance is no demand any more; by itself it never gets to zero.
constexpr double kLeastRatePart = 1e-3;

Rates planned_rates(const Instance& instance) {
    Rates rates;
    for (const QueryType& type : instance->query_types) rates.push_back(type.rate_per_hour);
    return rates;
}

/// The instance of one window.
Instance window_instance(const Instance& instance, const Rates& rates, double hours,
                         const std::optional<Running>& running) {
    return instance.with([&](InstanceData& data) {
        for (std::size_t i = 0; i < rates.size(); ++i) {
            data.query_types[i].rate_per_hour = rates[i];
        }
        data.budget_usd *= hours / data.horizon_hours;
        data.horizon_hours = hours;
        data.running = running;
    });
}

/// The most of each type in any window.
Rates peak_rates(const Demand& demand) {
    Rates peak;
    for (const Rates& rates : demand.rate_per_hour) {
        peak.resize(rates.size(), 0);
        for (std::size_t i = 0; i < rates.size(); ++i) peak[i] = std::max(peak[i], rates[i]);
    }
    return peak;
}

/// Replicas of `to` beyond those of the same model, tier and degrees in `from`: another concurrency is no start.
int num_added(const Running& from, const Running& to) {
    std::map<std::tuple<std::string, std::string, int, int>, int> more;
    for (const RunningDeployment& d : to) more[{d.model, d.tier, d.tensor, d.pipeline}] += d.replicas;
    for (const RunningDeployment& d : from) more[{d.model, d.tier, d.tensor, d.pipeline}] -= d.replicas;
    int added = 0;
    for (const auto& [shape, replicas] : more) added += std::max(0, replicas);
    return added;
}

Running deployments_of(const Plan& plan) {
    Running running;
    for (const PlannedDeployment& d : plan.deployments) {
        running.push_back({d.model, d.tier, d.tensor, d.pipeline, d.concurrency, d.replicas});
    }
    return running;
}

/// Forecasts from what the windows so far have seen.
class Forecaster {
  public:
    Forecaster(Forecast kind, Rates planned)
        : kind_(kind), planned_(std::move(planned)), forecast_(planned_) {}

    const Rates& forecast() const { return forecast_; }

    void see(const Rates& rates) {
        seen_.push_back(rates);
        for (std::size_t i = 0; i < rates.size(); ++i) forecast_[i] = next(i);
    }

  private:
    double next(std::size_t i) const {
        const double newest = seen_.back()[i];
        if (kind_ == Forecast::last || seen_.size() == 1) return newest;
        if (kind_ == Forecast::ewma) {
            const double mean = kNewestWeight * newest + (1 - kNewestWeight) * forecast_[i];
            return newest > 0 || mean >= kLeastRatePart * planned_[i] ? mean : 0;
        }
        double most = 0;
        for (std::size_t w = seen_.size() - std::min(seen_.size(), kMaxForecastWindows); w < seen_.size();
             ++w) {
            most = std::max(most, seen_[w][i]);
        }
        return most;
    }

    Forecast kind_;
    Rates planned_, forecast_;
    std::vector<Rates> seen_;
};

class Replay {
  public:
    Replay(const Instance& instance, const Demand& demand, const ReplayOptions& options)
        : instance_(instance),
          demand_(demand),
          options_(options),
          solver_(options.solver),
          forecaster_(options.forecast, planned_rates(instance)) {
        solver_.mechanisms.bounds = false;
        solver_.has_limit_changes = false;
    }

    ReplayResult run() {
        ReplayResult result;
        for (const Rates& rates : demand_.rate_per_hour) {
            ReplayWindow window;
            if (!plan_.has_value() || !is_fixed()) plan(rates, window);
            result.is_stopped = options_.solver.stop.stop_requested();
            if (result.is_stopped) break;
            serve(rates, window);
            forecaster_.see(rates);
            result.windows.push_back(window);
        }
        return result;
    }

  private:
    /// One fleet for all windows.
    bool is_fixed() const {
        return options_.policy == ReplayPolicy::fixed || options_.policy == ReplayPolicy::peak;
    }

    Rates rates_to_plan_for(const Rates& coming) const {
        if (options_.policy == ReplayPolicy::peak) return peak_rates(demand_);
        return options_.policy == ReplayPolicy::oracle ? coming : forecaster_.forecast();
    }

    void plan(const Rates& coming, ReplayWindow& window) {
        const auto start = std::chrono::steady_clock::now();
        const double hours = is_fixed() ? instance_->horizon_hours : demand_.window_hours;
        plan_ = next_plan(window_instance(instance_, rates_to_plan_for(coming), hours, running_));
        Running next = deployments_of(*plan_);
        const Running before = running_.value_or(Running{});
        window.started = num_added(before, next);
        window.stopped = num_added(next, before);
        window.cost.switching = plan_->cost.switching;
        running_ = std::move(next);
        window.planning_ms =
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    }

    Plan next_plan(const Instance& window) const {
        if (!plan_ || solver_.method != SolveOptions().method) return solve(window, solver_);
        ReoptOptions reopt;
        reopt.threads = solver_.threads;
        reopt.effort = options_.window_effort;
        reopt.stop = solver_.stop;
        return reoptimize(window, *plan_, reopt).plan;
    }

    /// Routes what arrives on what runs.
    void serve(const Rates& rates, ReplayWindow& window) const {
        const Instance now = window_instance(instance_, rates, demand_.window_hours, std::nullopt);
        const Fleet fleet(now, *plan_);
        RecourseProblem stage(fleet);
        const double switching = window.cost.switching;
        const RecourseResult& outcome = stage.solve(Scenario::uniform(fleet, 1, 1, 1));
        window.cost = outcome.cost;
        window.cost.switching = switching;
        window.violation_rate = outcome.violation_rate;
        for (const double rate : rates) window.queries += rate * demand_.window_hours;
        for (const Fleet::Deployment& deployment : fleet.deployments) {
            window.gpus += deployment.gpus * deployment.replicas;
        }
    }

    const Instance& instance_;
    const Demand& demand_;
    const ReplayOptions& options_;
    SolveOptions solver_;
    Forecaster forecaster_;
    std::optional<Plan> plan_;
    std::optional<Running> running_;  // none before the first plan
};

}  // namespace

const char* to_string(ReplayPolicy policy) {
    switch (policy) {
        case ReplayPolicy::fixed:
            return "static";
        case ReplayPolicy::peak:
            return "static-peak";
        case ReplayPolicy::reopt:
            return "reopt";
        case ReplayPolicy::oracle:
            return "oracle";
    }
    return "";
}

ReplayResult replay(const Instance& instance, const Demand& demand, const ReplayOptions& options) {
    return Replay(instance, demand, options).run();
}

Demand random_walk(const Instance& instance, double sigma, double hours, double window_hours,
                   std::uint64_t seed) {
    constexpr double kWindowRounding = 1e-9;  // of a quotient that is whole in decimals, 2.4 / 0.8
    Demand demand;
    demand.window_hours = window_hours;
    const auto num_windows = static_cast<std::size_t>(std::floor(hours / window_hours + kWindowRounding));
    Rates rates = planned_rates(instance);
    for (std::size_t w = 0; w < num_windows; ++w) {
        Rng rng(seed, kWalkStream, w);
        for (double& rate : rates) rate *= std::exp(sigma * rng.normal() - sigma * sigma / 2);
        demand.rate_per_hour.push_back(rates);
    }
    return demand;
}

}  // namespace allot
