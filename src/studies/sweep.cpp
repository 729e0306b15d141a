#include "studies/sweep.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "allot/audit.hpp"
#include "util/clock.hpp"
#include "util/numbers.hpp"

namespace allot {
namespace {

/// A measure; none where it means nothing: a share of nothing, a budget that is not there.
using Measure = std::optional<double>;

Measure ratio(double part, double whole) {
    return whole > 0 && std::isfinite(whole) ? Measure(part / whole) : std::nullopt;
}

/// Largest of what a plan uses of its limits on queries.
struct LimitUse {
    double delay = 0;
    double error = 0;
};

/// One solved cell.
class Cell {
  public:
    Cell(const Instance& instance, const SolveOptions& options) : instance_(instance) {
        const Clock::time_point start = Clock::now();
        plan_ = solve(instance, options);
        violations_ = static_cast<double>(audit(instance, plan_).violations.size());
        solve_ms_ = ms_since(start);
        for (int i = 0; i < instance.num_types(); ++i) index_[instance.type(i).name] = i;
    }

    /// In the order of kColumns, the tensor-parallel degrees and the time behind them.
    std::string record(const std::vector<int>& tensor) {
        text_ = to_string(plan_.status);
        add(violations_);
        add(plan_.lower_bound);
        add(plan_.gap);
        add_cost();
        add_size();
        add_service();
        add_limits();
        add_tensor(tensor);
        add(solve_ms_);
        return text_;
    }

  private:
    void add(Measure value) { text_ += "," + (value ? shortest_text(*value) : std::string()); }

    void add_cost() {
        const CostBreakdown& cost = plan_.cost;
        const std::array parts{cost.rental, cost.storage, cost.delay, cost.unmet};
        add(cost.total());
        for (const double usd : parts) add(usd);
        for (const double usd : parts) add(ratio(usd, cost.total()));
    }

    void add_size() {
        double gpus = 0;
        double replicas = 0;
        for (const PlannedDeployment& deployment : plan_.deployments) {
            gpus += deployment.gpus;
            replicas += deployment.replicas;
        }
        add(static_cast<double>(plan_.routing.size()));
        add(static_cast<double>(plan_.deployments.size()));
        add(replicas);
        add(gpus);
    }

    void add_service() {
        double asked = 0, served = 0, graded = 0, delay_s = 0, error = 0;
        for (const PlannedType& planned : plan_.query_types) {
            const QueryType& type = instance_.type(index_.at(planned.name));
            const double rate = type.rate_per_hour;
            const double part = rate * (1 - planned.unmet);
            asked += rate;
            served += part;
            delay_s += part * planned.mean_delay_s;
            if (type.task.empty() && type.error.empty()) continue;  // nobody knows its errors
            graded += part;
            error += part * planned.mean_error;
        }
        add(asked - served);
        add(ratio(asked - served, asked));
        add(ratio(delay_s, served));
        add(ratio(error, graded));
    }

    LimitUse limit_use() const {
        LimitUse use;
        for (const PlannedRoute& route : plan_.routing) {
            const QueryType& type = instance_.type(index_.at(route.query_type));
            if (type.delay_slo == DelaySlo::per_query && type.slo.delay_s)
                use.delay = std::max(use.delay, route.delay_s / *type.slo.delay_s);
        }
        for (const PlannedType& planned : plan_.query_types) {
            const QueryType& type = instance_.type(index_.at(planned.name));
            if (type.delay_slo == DelaySlo::mean && type.slo.delay_s)
                use.delay = std::max(use.delay, planned.mean_delay_s / *type.slo.delay_s);
            if (type.slo.error && *type.slo.error > 0)
                use.error = std::max(use.error, planned.mean_error / *type.slo.error);
        }
        return use;
    }

    void add_limits() {
        const double spent = plan_.cost.rental + plan_.cost.storage;
        const double budget = instance_->budget_usd;
        add(ratio(spent, budget));
        add(std::isfinite(budget) ? Measure(budget - spent) : std::nullopt);
        const LimitUse use = limit_use();
        double loaded = 0, kv = 0, gpus = 0;
        for (const PlannedDeployment& deployment : plan_.deployments) {
            loaded += deployment.gpus * deployment.utilisation;
            kv = std::max(kv, deployment.kv_utilisation);
            gpus += deployment.gpus;
        }
        add(use.delay);
        add(use.error);
        add(kv);
        add(ratio(loaded, gpus));
    }

    void add_tensor(const std::vector<int>& tensor) {
        std::map<int, double> replicas_of;
        double replicas = 0;
        double degrees = 0;
        for (const PlannedDeployment& deployment : plan_.deployments) {
            replicas_of[deployment.tensor] += deployment.replicas;
            replicas += deployment.replicas;
            degrees += static_cast<double>(deployment.replicas) * deployment.tensor;
        }
        add(ratio(degrees, replicas));
        for (const int degree : tensor) add(replicas_of[degree]);
    }

    const Instance& instance_;
    Plan plan_;
    double violations_ = 0;
    double solve_ms_ = 0;
    std::map<std::string, int> index_;
    std::string text_;
};

const std::vector<std::string> kColumns{"status",
                                        "violations",
                                        "lower_bound_usd",
                                        "gap",
                                        "total_usd",
                                        "rental_usd",
                                        "storage_usd",
                                        "delay_usd",
                                        "unmet_usd",
                                        "rental_share",
                                        "storage_share",
                                        "delay_share",
                                        "unmet_share",
                                        "routes",
                                        "deployments",
                                        "replicas",
                                        "gpus",
                                        "unmet_per_hour",
                                        "unmet_rate",
                                        "mean_delay_s",
                                        "mean_error",
                                        "budget_use",
                                        "budget_slack_usd",
                                        "delay_utilisation",
                                        "error_utilisation",
                                        "memory_utilisation",
                                        "load",
                                        "mean_tensor"};

}  // namespace

SweepStudy::SweepStudy(std::size_t num_cells, std::function<Instance(std::size_t)> instance_of,
                       std::vector<int> tensor, SolveOptions options)
    : num_cells_(num_cells),
      instance_of_(std::move(instance_of)),
      tensor_(std::move(tensor)),
      options_(std::move(options)) {
    options_.has_limit_changes = false;  // no column tells of them
}

std::vector<std::string> SweepStudy::columns() const {
    std::vector<std::string> columns = kColumns;
    for (const int degree : tensor_) columns.push_back("replicas_tp" + std::to_string(degree));
    columns.emplace_back("solve_ms");
    return columns;
}

std::string SweepStudy::run(std::size_t item) const {
    const Instance instance = instance_of_(item);
    return Cell(instance, options_).record(tensor_);
}

}  // namespace allot
