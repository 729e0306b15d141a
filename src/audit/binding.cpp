#include <algorithm>
#include <string>
#include <vector>

#include "audit/checks.hpp"
#include "problem/tolerances.hpp"

namespace allot::auditing {
namespace {

// Whoever made the plan added the same terms in another order: a slack this close to kBindingSlack, relative to it, may count as
// reached or not.
constexpr double kSlackRounding = 1e-3;

/// How much of a limit is used.
struct Use {
    std::string name;
    double amount = 0;
    double limit = 0;

    bool is_reached(double slack) const { return amount > 0 && amount >= limit * (1 - slack); }
    bool must_be_listed() const { return is_reached(kBindingSlack * (1 - kSlackRounding)); }
    bool may_be_listed() const { return is_reached(kBindingSlack * (1 + kSlackRounding)); }
};

bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

bool lists(const std::vector<std::string>& names, const std::vector<Use>& uses) {
    const auto permitted = std::count_if(uses.begin(), uses.end(), [&](const Use& use) {
        return use.may_be_listed() && contains(names, use.name);
    });
    return permitted == static_cast<std::ptrdiff_t>(names.size()) &&
           std::all_of(uses.begin(), uses.end(),
                       [&](const Use& use) { return !use.must_be_listed() || contains(names, use.name); });
}

std::vector<std::string> reached(const std::vector<Use>& uses) {
    std::vector<std::string> names;
    for (const Use& use : uses)
        if (use.must_be_listed()) names.push_back(use.name);
    return names;
}

std::string join(const std::vector<std::string>& names) {
    std::string joined;
    for (const std::string& name : names) joined += (joined.empty() ? "" : ", ") + name;
    return joined.empty() ? "none" : joined;
}

void report(ViolationList& violations, const std::string& subject, const std::vector<std::string>& listed,
            const std::vector<Use>& uses) {
    const std::vector<std::string> implied = reached(uses);
    violations.add("reported.binding", subject, static_cast<double>(listed.size()),
                   static_cast<double>(implied.size()),
                   "limits reported as reached: " + join(listed) + "; are reached: " + join(implied));
}

std::vector<Use> uses_of_type(const Facts& facts, std::size_t i) {
    const QueryType& type = facts.instance.type(static_cast<int>(i));
    const TypeFacts& sums = facts.types[i];
    std::vector<Use> uses;
    if (type.slo.error) uses.push_back({"error", sums.worst_mean_error(), *type.slo.error});
    if (type.slo.delay_s && type.delay_slo == DelaySlo::mean)
        uses.push_back({"delay_s", sums.worst_mean_delay_s(), *type.slo.delay_s});
    if (sums.has_demand) uses.push_back({"max_unmet", sums.unmet, type.max_unmet});
    return uses;
}

std::vector<Use> uses_of_plan(const Facts& facts, const FleetFacts& fleet) {
    const Instance& instance = facts.instance;
    std::vector<Use> uses;
    uses.push_back({"budget_usd", fleet.rental_usd + facts.cost.storage, instance->budget_usd});
    uses.push_back({"storage.capacity_gb", facts.stored_gb, instance->storage.capacity_gb});
    for (int p = 0; p < instance.num_pools(); ++p)
        if (const Pool& pool = instance.pool(p); pool.available)
            uses.push_back({"available." + pool.gpu, fleet.pool_gpus[static_cast<std::size_t>(p)],
                            static_cast<double>(*pool.available)});
    if (const std::optional<int>& max_gpus = instance->max_gpus)
        uses.push_back({"max_gpus", fleet.total_gpus(), static_cast<double>(*max_gpus)});
    if (const std::optional<int>& max_starts = instance->max_starts)
        uses.push_back({"max_starts", fleet.starts, static_cast<double>(*max_starts)});
    return uses;
}

}  // namespace

void check_reported_binding(const Facts& facts, ViolationList& violations) {
    for (std::size_t i = 0; i < facts.types.size(); ++i) {
        if (!facts.types[i].is_sound) continue;
        const PlannedType& planned =
            facts.plan.query_types[static_cast<std::size_t>(facts.decisions.entry_of_type[i])];
        const std::vector<Use> uses = uses_of_type(facts, i);
        if (!lists(planned.binding, uses)) report(violations, facts.type_subject(i), planned.binding, uses);
    }
    if (!facts.is_sound) return;
    const FleetFacts declared =
        fleet_facts(facts.instance, facts.decisions.deployments, declared_replicas(facts));
    const std::vector<Use> uses = uses_of_plan(facts, facts.fleet);
    if (!lists(facts.plan.binding, uses) && !lists(facts.plan.binding, uses_of_plan(facts, declared)))
        report(violations, "binding", facts.plan.binding, uses);
}

}  // namespace allot::auditing
