#include <set>
#include <utility>
#include <vector>

#include "audit/checks.hpp"

namespace allot::auditing {
namespace {

void check_types_listed_once(const Facts& facts, ViolationList& violations) {
    for (std::size_t i = 0; i < facts.types.size(); ++i) {
        const int entries = facts.decisions.entries_of_type[i];
        if (entries != 1)
            violations.add("structure", facts.type_subject(i), entries, 1,
                           "the query type is listed " + std::to_string(entries) + " times, must be once");
    }
}

}  // namespace

void check_structure(const Facts& facts, ViolationList& violations) {
    const std::vector<Deployment>& deployments = facts.decisions.deployments;
    for (std::size_t d = 0; d < deployments.size(); ++d)
        for (std::size_t earlier = 0; earlier < d; ++earlier)
            if (deployments[d].is_same_configuration(deployments[earlier])) {
                violations.add(
                    "structure", element("deployments", d), 2, 1,
                    deployments[d].name + " is already listed as " + element("deployments", earlier));
                break;
            }
    std::set<std::pair<int, int>> seen;
    for (std::size_t r = 0; r < facts.routes.size(); ++r) {
        const Route& route = facts.decisions.routes[r];
        if (!seen.emplace(route.type, route.deployment).second)
            violations.add(
                "structure", element("routing", r), 2, 1,
                "another route takes " + facts.instance.type(route.type).name + " to the same deployment");
    }
    check_types_listed_once(facts, violations);
}

void check_shares(const Facts& facts, ViolationList& violations) {
    for (std::size_t r = 0; r < facts.routes.size(); ++r) {
        const double share = facts.decisions.routes[r].share;
        if (!is_routed_share(share))
            violations.add("share", element("routing", r), share, 1,
                           "share " + text(share) + " is not in (0,1]");
    }
    for (std::size_t i = 0; i < facts.types.size(); ++i) {
        if (facts.decisions.entry_of_type[i] < 0) continue;
        const double unmet =
            facts.plan.query_types[static_cast<std::size_t>(facts.decisions.entry_of_type[i])].unmet;
        if (!is_unmet_share(unmet))
            violations.add("share", facts.type_subject(i), unmet, 1,
                           "unmet share " + text(unmet) + " is not in [0,1]");
    }
}

void check_demand(const Facts& facts, ViolationList& violations) {
    for (std::size_t i = 0; i < facts.types.size(); ++i) {
        const TypeFacts& type = facts.types[i];
        if (!type.has_valid_shares || type.meets_demand()) continue;
        const char* fault = type.has_demand ? " do not add up to 1" : " add up to more than 1";
        violations.add("demand", facts.type_subject(i), type.served + type.unmet, 1,
                       "shares routed " + text(type.served) + " and unmet " + text(type.unmet) + fault);
    }
}

void check_max_unmet(const Facts& facts, ViolationList& violations) {
    for (std::size_t i = 0; i < facts.types.size(); ++i)
        if (facts.types[i].has_demand && is_unmet_share(facts.types[i].unmet))
            violations.require_at_most("max_unmet", facts.type_subject(i), facts.types[i].unmet,
                                       facts.instance.type(static_cast<int>(i)).max_unmet, "unmet share", "");
}

}  // namespace allot::auditing
