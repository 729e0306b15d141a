#include "audit/checks.hpp"

namespace allot::auditing {
namespace {

/// Reports `field` of `subject` unless what the plan says agrees with the implied figure.
void compare(ViolationList& violations, const std::string& subject, const std::string& field, double reported,
             double implied, const char* unit) {
    if (agrees(reported, implied)) return;
    violations.add("reported." + field, subject, reported, implied,
                   field + " reported as " + text(reported) + unit + ", is " + text(implied) + unit);
}

/// The same for a figure that follows from the number of replicas: it may agree with the planned or the declared number.
void compare_either(ViolationList& violations, const std::string& subject, const std::string& field,
                    double reported, double implied, double declared, const char* unit) {
    if (!agrees(reported, declared)) compare(violations, subject, field, reported, implied, unit);
}

void check_loads(const Facts& facts, std::size_t d, double declared, ViolationList& violations) {
    const PlannedDeployment& planned = facts.plan.deployments[d];
    const DeploymentFacts& found = facts.deployments[d];
    const double replicas = facts.decisions.deployments[d].replicas;
    if (!facts.is_sound || !(replicas >= 1)) return;
    const std::string subject = element("deployments", d);
    compare_either(violations, subject, "utilisation", planned.utilisation, found.slot_load / replicas,
                   found.slot_load / declared, "");
    compare_either(violations, subject, "kv_utilisation", planned.kv_utilisation, found.kv_load / replicas,
                   found.kv_load / declared, "");
}

}  // namespace

std::vector<double> declared_replicas(const Facts& facts) {
    std::vector<double> declared;
    for (std::size_t d = 0; d < facts.deployments.size(); ++d) {
        const Deployment& deployment = facts.decisions.deployments[d];
        const bool has_gpus = deployment.gpus_each > 0;
        declared.push_back(has_gpus ? facts.plan.deployments[d].gpus / deployment.gpus_each
                                    : deployment.replicas);
    }
    return declared;
}

void check_reported_deployments(const Facts& facts, ViolationList& violations) {
    const std::vector<double> declared = declared_replicas(facts);
    for (std::size_t d = 0; d < facts.deployments.size(); ++d) {
        const PlannedDeployment& planned = facts.plan.deployments[d];
        const Deployment& deployment = facts.decisions.deployments[d];
        const std::string subject = element("deployments", d);
        const double price = facts.instance.tier(deployment.shape.tier).price_usd_per_gpu_hour;
        const double gpus = deployment.gpus_each * deployment.replicas;
        if (deployment.replicas >= 1) compare(violations, subject, "gpus", planned.gpus, gpus, " GPUs");
        compare_either(violations, subject, "usd_per_hour", planned.usd_per_hour, price * gpus,
                       price * deployment.gpus_each * declared[d], " USD/h");
        check_loads(facts, d, declared[d], violations);
    }
}

void check_reported_routes(const Facts& facts, ViolationList& violations) {
    for (std::size_t r = 0; r < facts.routes.size(); ++r) {
        const PlannedRoute& planned = facts.plan.routing[r];
        const RouteFacts& priced = facts.routes[r];
        const std::string subject = element("routing", r);
        compare(violations, subject, "error", planned.error, priced.error, "");
        if (!priced.is_priced) continue;
        compare(violations, subject, "delay_s", planned.delay_s, priced.figures.delay_s, " s");
        compare(violations, subject, "ttft_s", planned.ttft_s, priced.figures.ttft_s, " s");
        compare(violations, subject, "tpot_s", planned.tpot_s, priced.figures.tpot_s, " s");
    }
}

void check_reported_types(const Facts& facts, ViolationList& violations) {
    for (std::size_t i = 0; i < facts.types.size(); ++i) {
        const TypeFacts& type = facts.types[i];
        if (!type.is_sound) continue;
        const PlannedType& planned =
            facts.plan.query_types[static_cast<std::size_t>(facts.decisions.entry_of_type[i])];
        compare(violations, facts.type_subject(i), "mean_delay_s", planned.mean_delay_s, type.mean_delay_s(),
                " s");
        compare(violations, facts.type_subject(i), "mean_error", planned.mean_error, type.mean_error(), "");
    }
}

}  // namespace allot::auditing
