#include "studies/fleet.hpp"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>

#include "allot/audit.hpp"
#include "audit/resolve.hpp"
#include "candidates/admission.hpp"
#include "performance/accuracy.hpp"
#include "performance/two_phase_terms.hpp"

namespace allot {
namespace {

/// Limits that a list of deployments breaks whatever it serves. Others may well be broken in a scenario that was not planned for.
bool is_of_fleet(const Violation& violation) {
    const bool is_structure =
        violation.constraint == "structure" && violation.subject.starts_with("deployments");
    return is_structure || violation.constraint == "integrality";
}

void check(const Instance& instance, const Plan& plan) {
    std::vector<Problem> problems;
    for (std::size_t d = 0; d < plan.deployments.size(); ++d) {
        const PlannedDeployment& planned = plan.deployments[d];
        if (std::min({planned.tensor, planned.pipeline, planned.concurrency}) >= 1) continue;
        problems.push_back({"", 0, 0, "deployments[" + std::to_string(d) + "]", {}, "degrees of at least 1"});
    }
    if (!problems.empty()) throw InputError(std::move(problems));
    for (const Violation& violation : audit(instance, plan).violations) {
        if (is_of_fleet(violation)) problems.push_back({"", 0, 0, violation.subject, {}, violation.message});
    }
    if (!problems.empty()) throw InputError(std::move(problems));
}

Fleet::Pair make_pair(const PerformanceModel& performance, const Admission& admission,
                      const auditing::Deployment& deployment, int i) {
    const Shape& shape = deployment.shape;
    Fleet::Pair pair;
    if (admission.group_rejection(i, shape.model, shape.tier) != Rejection::none ||
        performance.shape_misfit(shape).misfit != Misfit::none ||
        performance.type_misfit(shape, i).misfit != Misfit::none) {
        return pair;
    }
    pair.is_usable = true;
    pair.figures = performance.evaluate_pair(shape, deployment.concurrency, i);
    return pair;
}

}  // namespace

Fleet::Fleet(const Instance& instance_in, const Plan& plan) : instance(&instance_in) {
    const auditing::Decisions decisions = auditing::resolve(instance_in, plan);
    check(instance_in, plan);
    const auto performance = make_performance_model(instance_in);
    const Admission admission(instance_in);
    std::vector<Pair> own;
    for (const auditing::Deployment& from : decisions.deployments) {
        const Tier& tier = instance_in.tier(from.shape.tier);
        Deployment deployment{from.shape, from.concurrency, static_cast<int>(from.replicas)};
        deployment.gpus = from.shape.tensor * from.shape.pipeline;
        deployment.pool = instance_in.pool_of_tier(from.shape.tier);
        deployment.rental_usd = instance_in->horizon_hours * tier.price_usd_per_gpu_hour * deployment.gpus;
        deployment.weights_gb = weight_gb(instance_in.model(from.shape.model), tier);
        own.clear();
        for (int i = 0; i < num_types(); ++i) {
            own.push_back(make_pair(*performance, admission, from, i));
            own.back().error = error_rate(instance_in, i, from.shape.model, from.shape.tier).value_or(0);
        }
        add(deployment, own);
    }
}

void Fleet::add(const Deployment& deployment, std::span<const Pair> own) {
    const Instance& here = *instance;
    // An artifact is a model at one precision and so many bytes per weight.
    const auto artifact = [&](const Deployment& d) {
        const Tier& tier = here.tier(d.shape.tier);
        return std::tuple(d.shape.model, tier.precision, tier.weight_bytes);
    };
    const bool is_stored = std::any_of(deployments.begin(), deployments.end(), [&](const Deployment& other) {
        return artifact(other) == artifact(deployment);
    });
    if (!is_stored) artifacts_gb += deployment.weights_gb;
    artifacts_usd = here->horizon_hours * here->storage.price_usd_per_gb_hour * artifacts_gb;
    rental_usd += deployment.rental_usd * deployment.replicas;
    deployments.push_back(deployment);
    pairs.insert(pairs.end(), own.begin(), own.end());
}

}  // namespace allot
