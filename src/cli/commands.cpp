#include "cli/command.hpp"

namespace allot::cli {

const std::vector<Command>& commands() {
    static const std::vector<Command> table{
        {"solve", "Find the cheapest plan: deployments, replicas, routes", run_solve},
        {"audit", "Check a plan against its instance with independent arithmetic", run_audit},
        {"compare", "Run several methods on several instances: cost, bound, gap, GPUs, time", run_compare},
        {"reopt", "Re-plan a running fleet: what to start, stop, keep and reroute", run_reopt},
        {"diff", "Show what changes between two plans", run_diff},
        {"stress", "Show how plans fare when delays, errors and demand are worse than planned", run_stress},
        {"simulate", "Play a plan with random arrivals: what waits, and how often limits are kept",
         run_simulate},
        {"sweep", "Solve an instance over a grid of changed fields, into a CSV", run_sweep},
        {"replay", "Play changing demand against planning once, again and again, or with foresight",
         run_replay},
        {"explain", "Show which configurations are ruled out, why, and what would admit them", run_explain},
        {"generate", "Write a random instance of one of the families", run_generate},
        {"export", "Write the exact model of an instance as MPS, for any MILP solver", run_export},
        {"import-solution", "Turn another solver's solution of that model into an audited plan",
         run_import_solution},
        {"catalog", "List the models, GPU tiers and engines that instances may name", run_catalog},
        {"validate-performance", "Score the performance model against measurements",
         run_validate_performance},
        {"import azure-trace", "Make an instance of the Azure LLM inference traces", run_import_azure_trace},
    };
    return table;
}

}  // namespace allot::cli
