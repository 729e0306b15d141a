#pragma once

#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include "allot/instance.hpp"
#include "allot/plan.hpp"
#include "audit/replica.hpp"
#include "audit/resolve.hpp"
#include "audit/service_times.hpp"

namespace allot::auditing {

struct DeploymentFacts {
    bool is_in_grid = false;
    std::optional<Obstacle> obstacle;  ///< asked only of configurations in the grid
    double slot_load = 0;              ///< replicas needed by its routes
    double kv_load = 0;

    /// A deployment that cannot run has no figures: neither its loads nor its routes are priced.
    bool can_run() const { return is_in_grid && !obstacle; }
};

struct RouteFacts {
    bool is_priced = false;  ///< the deployment can run; else the figures and loads are zero
    ServiceTimes figures;
    double error = 0;  ///< zero when there is no figure
    bool has_error = false;
    double worst_delay_s = 0;  ///< with its deviation
    double share = 0;          ///< as planned; zero when that is not a finite number
};

/// Sums over the routes of a type. Means are sums divided by `served`.
struct TypeFacts {
    double unmet = 0;
    double served = 0;
    double delay_sum_s = 0;
    double delay_protection_s = 0;  ///< beta of the delay
    double error_sum = 0;
    double error_protection = 0;  ///< beta of the error
    bool has_demand = true;
    bool has_valid_shares = false;  ///< listed, and every share in its range
    /// Is this a routing: valid shares, demand met, every route priced? If not, figures that follow from it are meaningless.
    bool is_sound = false;

    double mean_delay_s() const { return served > 0 ? delay_sum_s / served : 0; }
    double mean_error() const { return served > 0 ? error_sum / served : 0; }
    bool meets_demand() const;  ///< routed and unmet shares add up to 1; without demand to 1 or less
    double worst_mean_delay_s() const { return served > 0 ? (delay_sum_s + delay_protection_s) / served : 0; }
    double worst_mean_error() const { return served > 0 ? (error_sum + error_protection) / served : 0; }
};

/// What follows from the numbers of replicas alone.
struct FleetFacts {
    std::vector<double> pool_gpus;  ///< used, by pool
    double rental_usd = 0;
    double starts = 0;  ///< replicas beyond those that run now; none without a current plan
    double switching_usd = 0;
    double total_gpus() const { return std::accumulate(pool_gpus.begin(), pool_gpus.end(), 0.0); }
};

/// Everything the auditor recomputes from the decisions of a plan. Refers to instance and plan.
struct Facts {
    const Instance& instance;
    const Plan& plan;
    Decisions decisions;
    std::vector<DeploymentFacts> deployments;
    std::vector<RouteFacts> routes;
    std::vector<TypeFacts> types;
    FleetFacts fleet;
    double stored_gb = 0;  ///< weights and tokens
    CostBreakdown cost;
    bool is_sound = false;  ///< every type has a sound routing

    std::string type_subject(std::size_t i) const {
        return "query_types." + instance.type(static_cast<int>(i)).name;
    }
};

Facts recompute(const Instance& instance, const Plan& plan, Decisions decisions);

/// Rental, switching and GPUs of the deployments with other numbers of replicas than planned.
FleetFacts fleet_facts(const Instance& instance, const std::vector<Deployment>& deployments,
                       const std::vector<double>& replicas);

bool is_routed_share(double share);  ///< in (0,1]
bool is_unmet_share(double share);   ///< in [0,1]

}  // namespace allot::auditing
