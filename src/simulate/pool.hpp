#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <vector>

#include "allot/simulate.hpp"
#include "simulate/engine.hpp"
#include "util/rng.hpp"

namespace allot::simulation {

/// The queries of one route of a deployment.
struct Stream {
    double rate_per_s = 0;
    double input_tokens = 0;  ///< mean
    double output_tokens = 0;
    double input_cv = 0;  ///< standard deviation over mean of a gamma law; 0 = all alike, but for rounding
    double output_cv = 0;
    std::uint64_t key = 0;  ///< of its random numbers
};

/// The replicas of one deployment behind a router, with all that comes to them.
struct PoolSetup {
    EngineSetup engine;
    int replicas = 1;
    Router router = Router::shortest_queue;
    double request_s = 0;  ///< overhead of a request before it reaches an engine
    std::vector<Stream> streams;
    double warmup_s = 0;
    double seconds = 0;  ///< in which queries arrive that count
    std::uint64_t seed = 0;
    std::stop_token stop;
};

/// One query that counted.
struct Record {
    int stream = 0;
    double arrival_s = 0;  ///< since the time began that counts
    double ttft_s = 0;     ///< infinite = it had no first token when the simulation ended, or was refused
    double delay_s = 0;    ///< infinite = it was not answered whole
    int output_tokens = 0;
    bool is_preempted = false;
};

struct PoolResult {
    std::vector<Record> records;  ///< in order of completion
    SimulatedDeployment load;
};

/// Plays until all queries that count are answered; those that are not a whole `seconds` later never are. None when it was stopped.
std::optional<PoolResult> play(const PoolSetup& setup);

}  // namespace allot::simulation
