#pragma once

#include <optional>
#include <string>
#include <vector>

#include "allot/plan.hpp"

namespace allot {

/// How a replica is deployed, by names. Concurrency 0: not said.
struct DeploymentName {
    std::string model;
    std::string tier;
    int tensor = 1;
    int pipeline = 1;
    int concurrency = 1;
    bool operator==(const DeploymentName&) const = default;
};

/// Replicas of one model, tier and degrees in two plans. Concurrency is a setting of a running server, so a replica whose concurrency
/// changes is kept and retuned.
struct DeploymentChange {
    DeploymentName name;         ///< as it runs after, or ran before where none is left
    int concurrency_before = 0;  ///< that of `name` where none ran before
    int before = 0;
    int after = 0;
    int kept() const { return before < after ? before : after; }
    int started() const { return after - kept(); }
    int stopped() const { return before - kept(); }
    /// Of the kept: those whose concurrency changes, as far as both are said.
    int retuned() const {
        const bool changes = concurrency_before > 0 && name.concurrency > 0;
        return changes && concurrency_before != name.concurrency ? kept() : 0;
    }
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
        deployments;  ///< those of the first plan in its order, then the new ones in theirs
    /// By query type, then in the order of `deployments`; none where one of the plans only says what runs.
    std::vector<RouteChange> routes;
    std::optional<CostBreakdown> before;  ///< as the plans state them; none where one only says what runs
    std::optional<CostBreakdown> after;

    int kept() const;  ///< replicas
    int started() const;
    int stopped() const;
    int retuned() const;  ///< of the kept

    bool has_routes() const { return before && after; }
};

/// O((deployments + routes)^2).
PlanDiff diff(const Plan& before, const Plan& after);

}  // namespace allot
