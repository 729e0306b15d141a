#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace allot {

enum class Status { optimal, feasible, infeasible, stopped };
const char* to_string(Status status);

/// The parts of the objective, USD over the horizon (formulation, section 3).
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
    int concurrency = 1;
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

/// A plan as written to a file (allot-plan/1). A value: knows no algorithm and no instance.
struct Plan {
    std::string instance;
    std::string method;
    Status status = Status::infeasible;
    CostBreakdown cost;
    /// `cost.total` as a file states it; none in a plan that was not read from one
    std::optional<double> reported_total;
    std::optional<double> lower_bound;
    std::optional<double> gap;  ///< (cost - bound) / cost
    std::vector<PlannedDeployment> deployments;
    std::vector<PlannedRoute> routing;
    std::vector<PlannedType> query_types;
    /// plan-wide limits reached (as above): "budget_usd", "storage.capacity_gb", "available.GPU"
    std::vector<std::string> binding;
    /// when infeasible: what is in the way and the smallest change that would help
    std::vector<std::string> reasons;
    /// What the run was and did: seed, threads, times, counters. Not part of the result: two runs that differ only here are equal.
    std::vector<std::pair<std::string, double>> run;
};

}  // namespace allot
