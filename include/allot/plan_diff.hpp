#pragma once

#include <string>
#include <vector>

#include "allot/plan.hpp"

namespace allot {

/// How a replica is deployed, by names.
struct DeploymentName {
    std::string model;
    std::string tier;
    int tensor = 1;
    int pipeline = 1;
    int concurrency = 1;
    bool operator==(const DeploymentName&) const = default;
};

/// Replicas of one configuration in two plans.
struct DeploymentChange {
    DeploymentName name;
    int before = 0;
    int after = 0;
    int kept() const { return before < after ? before : after; }
    int started() const { return after - kept(); }
    int stopped() const { return before - kept(); }
};

/// Share of a query type on one configuration in two plans, where it differs.
struct RouteChange {
    std::string query_type;
    DeploymentName to;
    double before = 0;
    double after = 0;
};

/// What changes between two plans, of one instance or of two.
struct PlanDiff {
    std::vector<DeploymentChange>
        deployments;                  ///< those of the first plan in its order, then the new ones in theirs
    std::vector<RouteChange> routes;  ///< by query type, then in the order of `deployments`
    CostBreakdown before;             ///< as the plans state them
    CostBreakdown after;

    int kept() const;  ///< replicas
    int started() const;
    int stopped() const;
};

/// O((deployments + routes)^2).
PlanDiff diff(const Plan& before, const Plan& after);

}  // namespace allot
