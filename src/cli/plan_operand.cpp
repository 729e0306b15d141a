#include "cli/plan_operand.hpp"

#include <string>

#include <fmt/format.h>

#include "allot/io.hpp"
#include "allot/reopt.hpp"
#include "report/figures.hpp"

namespace allot::cli {
namespace {

double unserved_share(const Instance& instance, const Plan& plan) {
    double lost = 0;
    double all = 0;
    for (int i = 0; i < instance.num_types(); ++i) {
        all += instance.type(i).rate_per_hour;
        for (const PlannedType& type : plan.query_types)
            lost += type.name == instance.type(i).name ? type.unmet * instance.type(i).rate_per_hour : 0.0;
    }
    return all > 0 ? lost / all : 0;
}

}  // namespace

Plan read_routed_plan(const Session& session, const Instance& instance, const std::string& path) {
    Plan read = read_plan(path, instance);
    if (!read.is_fleet()) return read;
    Plan plan = route_fleet(instance, read);
    std::string chosen;
    for (const PlannedDeployment& written : read.deployments)
        if (written.concurrency == 0) chosen = ", concurrencies chosen";
    session.terminal.message(
        fmt::format("allot: {} says what runs, not how queries are routed: routed at least cost{}; {} USD "
                    "over {} h, {} of all "
                    "queries unserved\n",
                    path, chosen, grouped(plan.cost.total(), 2), as_given(instance->horizon_hours),
                    percent(unserved_share(instance, plan))));
    return plan;
}

}  // namespace allot::cli
