#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace allot {

/// optimal, feasible: every limit holds, with and without a proof that nothing is cheaper. infeasible: proven that no plan keeps all limits.
/// unserved: none was found, and no proof that there is none. stopped: ended early by a time limit or a signal.
enum class Status { optimal, feasible, infeasible, unserved, stopped };
const char* to_string(Status status);

/// The parts of the objective, USD over the horizon (docs/formulation.md, section 3).
struct CostBreakdown {
    double rental = 0;
    double storage = 0;
    double delay = 0;
    double unmet = 0;
    double switching = 0;
    double total() const { return rental + storage + delay + unmet + switching; }
};

struct PlannedDeployment {
    std::string model;
    std::string tier;
    int tensor = 1;
    int pipeline = 1;
    int concurrency = 1;  ///< 0: not said, in a fleet that was written by hand
    int replicas = 0;
    int gpus = 0;               ///< of all replicas together
    double usd_per_hour = 0;    ///< of all replicas together
    double utilisation = 0;     ///< slot load / replicas; 1 = target_utilisation reached
    double kv_utilisation = 0;  ///< KV load / replicas
};

struct PlannedRoute {
    std::string query_type;
    int deployment = 0;  ///< index into Plan::deployments
    double share = 0;    ///< of the type's queries, in (0,1]
    double delay_s = 0;
    double ttft_s = 0;
    double tpot_s = 0;
    double error = 0;
};

struct PlannedType {
    std::string name;
    double unmet = 0;         ///< share left unserved
    double mean_delay_s = 0;  ///< of the served queries
    double mean_error = 0;    ///< of the served queries
    /// Limits reached: "error" (mean error), "delay_s" (with delay_slo: mean), "max_unmet". A limit is reached when something
    /// is used (amount > 0) and the slack is at most kBindingSlack of the limit; mean limits include their protection.
    std::vector<std::string> binding;
};

/// What a little more of something would be worth over the horizon, as the relaxation behind the lower bound sees it. True at the
/// margin only: replicas are whole, so real costs move in steps. All >= 0 but usd_per_query_per_hour.
struct MarginalPrices {
    struct OfType {
        std::string query_type;
        double usd_per_query_per_hour = 0;  ///< cost of one more query per hour
        double usd_per_error_point = 0;     ///< saved by a mean error limit 0.01 higher
        double usd_per_delay_s = 0;         ///< saved by a mean delay limit one second longer
    };
    struct OfPool {
        std::string gpu;
        double usd_per_gpu = 0;  ///< saved by one more GPU
    };
    struct OfLimit {
        std::string limit;        ///< as `binding` names it
        double usd_per_unit = 0;  ///< saved by one unit more
    };
    std::string kind = "marginal";  ///< so that nobody takes them for anything else
    std::vector<OfType> query_types;
    std::vector<OfPool> pools;
    double usd_per_budget_usd = 0;  ///< saved by one USD more of budget
    double usd_per_stored_gb = 0;   ///< saved by one GB more of storage capacity
    std::vector<OfLimit> limits;    ///< of all other limits on the whole plan
};

/// How a plan for many scenarios fares in the very scenarios it was made for (in sample: others are worse), and how the nominal plan
/// does there.
struct TwoStageFigures {
    struct Mean {
        double usd = 0;  ///< rental, storage, starts, and on average delay and unmet demand
        double violation_rate = 0;
    };
    std::string sample = "in-sample";  ///< so that nobody takes them for anything else
    int scenarios = 0;
    std::vector<double> inflation;  ///< factors on delays and errors around which they are drawn
    Mean mean;
    Mean nominal_plan_mean;
};

/// A plan as written to a file (allot-plan/1), or only what runs (allot-fleet/1). A value: knows no algorithm and no instance.
struct Plan {
    std::string instance;
    std::string method;
    Status status = Status::unserved;
    CostBreakdown cost;
    /// `cost.total` as a file states it; none in a plan that was not read from one
    std::optional<double> reported_total;
    std::optional<double> lower_bound;
    std::optional<double> gap;                 ///< (cost - bound) / cost
    std::optional<MarginalPrices> prices;      ///< of what the bound rests on
    std::optional<TwoStageFigures> two_stage;  ///< of a plan that was made for scenarios
    std::vector<PlannedDeployment> deployments;
    std::vector<PlannedRoute> routing;
    std::vector<PlannedType> query_types;
    /// plan-wide limits reached (as above): "budget_usd", "storage.capacity_gb", "available.GPU", "max_starts"
    std::vector<std::string> binding;
    /// of a plan that leaves more unserved than max_unmet allows: what is in the way and the smallest change that would help
    std::vector<std::string> reasons;
    std::optional<std::uint64_t> seed;  ///< of the run: stands first in `run` of a file, with all its digits
    /// What the run was and did: threads, times, counters. Not part of the result: two runs that differ only here are equal.
    std::vector<std::pair<std::string, double>> run;

    /// Does it say that more is left unserved than max_unmet allows?
    bool is_short() const {
        return status == Status::infeasible || status == Status::unserved ||
               (status == Status::stopped && !reasons.empty());
    }
    /// Whether it only says what runs: then of its figures the deployments and their replicas alone mean something.
    bool is_fleet() const { return query_types.empty(); }
};

}  // namespace allot
