#include "audit/resolve.hpp"

#include <unordered_map>
#include <utility>

#include "audit/violation_list.hpp"

namespace allot::auditing {
namespace {

Problem problem(std::string field, std::string value, std::string expected) {
    return {"", 0, 0, std::move(field), std::move(value), std::move(expected)};
}

/// The names of one kind of object, with their indices.
class Names {
  public:
    explicit Names(std::string kind) : kind_(std::move(kind)) {}

    void add(const std::string& name) { index_.emplace(name, static_cast<int>(index_.size())); }

    /// The index of `name`; 0 and a problem when the instance has no such name.
    int find(const std::string& name, const std::string& field, std::vector<Problem>& problems) const {
        const auto found = index_.find(name);
        if (found != index_.end()) return found->second;
        problems.push_back(problem(field, name, "a " + kind_ + " of the instance"));
        return 0;
    }

  private:
    std::string kind_;
    std::unordered_map<std::string, int> index_;
};

std::string describe(const PlannedDeployment& planned) {
    return planned.model + " on " + planned.tier + " (TP " + std::to_string(planned.tensor) + ", PP " +
           std::to_string(planned.pipeline) + ", " + std::to_string(planned.concurrency) + " sequences)";
}

std::vector<Deployment> resolve_deployments(const Instance& instance, const Plan& plan,
                                            std::vector<Problem>& problems) {
    Names models("model");
    for (int j = 0; j < instance.num_models(); ++j) models.add(instance.model(j).id);
    Names tiers("tier");
    for (int k = 0; k < instance.num_tiers(); ++k) tiers.add(instance.tier(k).id);

    std::vector<Deployment> deployments;
    for (std::size_t d = 0; d < plan.deployments.size(); ++d) {
        const PlannedDeployment& planned = plan.deployments[d];
        const std::string field = element("deployments", d);
        Deployment& deployment = deployments.emplace_back();
        deployment.shape.model = models.find(planned.model, field + ".model", problems);
        deployment.shape.tier = tiers.find(planned.tier, field + ".tier", problems);
        deployment.shape.tensor = planned.tensor;
        deployment.shape.pipeline = planned.pipeline;
        deployment.concurrency = planned.concurrency;
        deployment.replicas = planned.replicas;
        deployment.gpus_each = static_cast<double>(planned.tensor) * planned.pipeline;
        deployment.name = describe(planned);
    }
    return deployments;
}

std::vector<Route> resolve_routes(const Plan& plan, const Names& types, std::vector<Problem>& problems) {
    std::vector<Route> routes;
    for (std::size_t r = 0; r < plan.routing.size(); ++r) {
        const PlannedRoute& planned = plan.routing[r];
        const std::string field = element("routing", r);
        const int type = types.find(planned.query_type, field + ".query_type", problems);
        if (planned.deployment < 0 || static_cast<std::size_t>(planned.deployment) >= plan.deployments.size())
            problems.push_back(
                problem(field + ".deployment", std::to_string(planned.deployment),
                        "an index into the " + std::to_string(plan.deployments.size()) + " deployments"));
        routes.push_back({type, planned.deployment, planned.share});
    }
    return routes;
}

}  // namespace

bool Deployment::is_same_configuration(const Deployment& other) const {
    return shape.model == other.shape.model && shape.tier == other.shape.tier &&
           shape.tensor == other.shape.tensor && shape.pipeline == other.shape.pipeline &&
           concurrency == other.concurrency;
}

Decisions resolve(const Instance& instance, const Plan& plan) {
    std::vector<Problem> problems;
    if (plan.instance != instance->name)
        problems.push_back(problem("instance", plan.instance, "a plan of instance " + instance->name));
    Names types("query type");
    for (int i = 0; i < instance.num_types(); ++i) types.add(instance.type(i).name);

    Decisions decisions;
    decisions.deployments = resolve_deployments(instance, plan, problems);
    decisions.routes = resolve_routes(plan, types, problems);
    decisions.entry_of_type.assign(static_cast<std::size_t>(instance.num_types()), -1);
    decisions.entries_of_type.assign(static_cast<std::size_t>(instance.num_types()), 0);
    for (std::size_t t = 0; t < plan.query_types.size(); ++t) {
        const std::string field = element("query_types", t) + ".name";
        const auto i = static_cast<std::size_t>(types.find(plan.query_types[t].name, field, problems));
        if (decisions.entries_of_type[i]++ == 0) decisions.entry_of_type[i] = static_cast<int>(t);
    }
    if (!problems.empty()) throw InputError(std::move(problems));
    return decisions;
}

}  // namespace allot::auditing
