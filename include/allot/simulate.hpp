#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "allot/instance.hpp"
#include "allot/plan.hpp"

namespace allot {

/// Which replica of a deployment gets the next query: the one with the fewest that wait or run, any, or the next in turn.
enum class Router { shortest_queue, random, round_robin };

struct SimulationOptions {
    double seconds = 3600;     ///< in which the queries arrive that count
    double warmup_s = 360;     ///< before them
    double demand_factor = 1;  ///< on all arrival rates
    double input_cv =
        0;  ///< spread of prompt lengths (gamma): standard deviation over mean; 0 = all as long as the mean
    double output_cv = 0;
    Router router = Router::shortest_queue;
    int max_num_seqs = 0;  ///< of a replica; 0 = the plan's concurrency times its stages, where unknown 256
    int tokens_per_step = 2048;  ///< token budget of an iteration
    std::uint64_t seed = 0;
    int threads = 0;  ///< 0 = all of the machine; the result does not depend on it
    std::stop_token stop;
};

/// Of the queries of a route.
struct Spread {
    double mean = 0;
    double p50 = 0;
    double p95 = 0;
    double p99 = 0;
};

/// How the queries fared that took one route of a plan.
struct SimulatedRoute {
    long long queries = 0;  ///< that arrived while it counted
    long long refused =
        0;  ///< of those: larger than the memory of a replica, or stuck when the simulation ended
    long long preempted = 0;  ///< of those: thrown out of memory and computed again, at least once
    Spread ttft_s;
    Spread tpot_s;  ///< of answers of several tokens
    Spread delay_s;
    // Shares of the queries beyond a limit of their type; none where there is no such limit. Refused ones are late.
    std::optional<double> late_ttft;
    std::optional<double> late_tpot;
    std::optional<double> late_delay;
    double kept = 1;             ///< share of the queries within all limits
    double kept_half_width = 0;  ///< of its 95 % confidence interval, by batch means
};

/// How busy the replicas of one deployment were, means over replicas and time.
struct SimulatedDeployment {
    double utilisation = 0;  ///< share of the time in which a stage works
    double running = 0;      ///< queries in memory, of a replica
    double waiting = 0;      ///< queries not yet begun, of a replica
    long long passes = 0;    ///< iterations of all replicas
};

struct SimulationResult {
    std::vector<SimulatedRoute> routes;            ///< as in the plan
    std::vector<SimulatedDeployment> deployments;  ///< as in the plan
    bool is_stopped = false;                       ///< deployments that were not finished have no queries

    long long queries() const;
};

/// The limit that is broken most often, of all query types over their routes.
struct WorstLimit {
    std::string query_type;  ///< empty = no type has a limit
    std::string limit;       ///< "ttft_s", "tpot_s", "delay_s"
    double late = 0;         ///< share of the type's queries
};
WorstLimit worst_limit(const Instance& instance, const Plan& plan, const SimulationResult& result);

/// Plays the plan with random arrivals (Poisson, at the planned rates times `demand_factor`): discrete events, every replica an engine
/// with continuous batching, chunked prompts, paged KV memory with preemption of the youngest, and one batch per pipeline stage
/// (docs/simulation.md). Unserved shares are left out. Throws InputError when the plan does not belong to the instance, and for
/// instances whose performance is not two-phase.
SimulationResult simulate(const Instance& instance, const Plan& plan, const SimulationOptions& options);

/// The largest factor on all demand, to 1 %, at which no type is late at any limit for more than `late` of its queries; 0 when it is below
/// 0.05, and none when the search was stopped. `options.demand_factor` is not looked at.
std::optional<double> largest_demand(const Instance& instance, const Plan& plan,
                                     const SimulationOptions& options, double late = 0.05);

}  // namespace allot
