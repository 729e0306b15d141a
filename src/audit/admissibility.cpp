#include "audit/checks.hpp"

namespace allot::auditing {
namespace {

constexpr const char* kAdmissibility = "admissibility";

/// One route of a deployment that can run, with what its checks name in messages.
struct Candidate {
    const Facts& facts;
    std::size_t index;
    const QueryType& type;
    const Deployment& deployment;
    const RouteFacts& priced;

    Candidate(const Facts& all, std::size_t r)
        : facts(all),
          index(r),
          type(all.instance.type(all.decisions.routes[r].type)),
          deployment(all.decisions.deployments[static_cast<std::size_t>(all.decisions.routes[r].deployment)]),
          priced(all.routes[r]) {}

    std::string names() const { return type.name + " on " + deployment.name + ": "; }
};

void check_deployment(const Facts& facts, std::size_t d, ViolationList& violations) {
    const Deployment& deployment = facts.decisions.deployments[d];
    const DeploymentFacts& found = facts.deployments[d];
    if (!found.is_in_grid)
        violations.add(
            kAdmissibility, element("deployments", d), 0, 0,
            deployment.name + ": not among the tensor, pipeline and concurrency values of the instance");
    else if (found.obstacle)
        violations.add(kAdmissibility, element("deployments", d), found.obstacle->needed,
                       found.obstacle->available, deployment.name + ": " + describe(*found.obstacle));
}

void check_model(const Candidate& candidate, ViolationList& violations) {
    const Facts& facts = candidate.facts;
    const int i = facts.decisions.routes[candidate.index].type;
    if (!facts.instance.is_model_allowed(i, candidate.deployment.shape.model))
        violations.add(kAdmissibility, element("routing", candidate.index), 0, 0,
                       candidate.names() + "the query type does not allow this model");
    else if (!candidate.priced.has_error && (candidate.type.slo.error || !candidate.type.task.empty()))
        violations.add(kAdmissibility, element("routing", candidate.index), 0, 0,
                       candidate.names() + "the model has no error figure");
}

void check_fit(const Candidate& candidate, ViolationList& violations) {
    const int i = candidate.facts.decisions.routes[candidate.index].type;
    const std::optional<Obstacle> found =
        type_obstacle(candidate.facts.instance, candidate.deployment.shape, i);
    if (found)
        violations.add(kAdmissibility, element("routing", candidate.index), found->needed, found->available,
                       candidate.names() + describe(*found));
}

void check_limits(const Candidate& candidate, ViolationList& violations) {
    const Slo& slo = candidate.type.slo;
    const auto require = [&](double figure, const std::optional<double>& limit, const char* what) {
        if (limit)
            violations.require_at_most(kAdmissibility, element("routing", candidate.index), figure, *limit,
                                       candidate.names() + what, "s");
    };
    require(candidate.priced.figures.ttft_s, slo.ttft_s, "TTFT");
    require(candidate.priced.figures.tpot_s, slo.tpot_s, "TPOT");
    if (candidate.type.delay_slo == DelaySlo::per_query)
        require(candidate.priced.worst_delay_s, slo.delay_s, "worst delay");
}

}  // namespace

void check_admissibility(const Facts& facts, ViolationList& violations) {
    for (std::size_t d = 0; d < facts.deployments.size(); ++d) check_deployment(facts, d, violations);
    for (std::size_t r = 0; r < facts.routes.size(); ++r) {
        const Candidate candidate(facts, r);
        check_model(candidate, violations);
        if (!candidate.priced.is_priced) continue;
        check_fit(candidate, violations);
        check_limits(candidate, violations);
    }
}

}  // namespace allot::auditing
