#pragma once

#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "allot/catalog.hpp"
#include "allot/error.hpp"

namespace allot {

inline constexpr double kUnlimited = std::numeric_limits<double>::infinity();

enum class PerformanceKind { two_phase, queueing, tabulated };
enum class DelaySlo { per_query, mean };

/// Limits a query type puts on its service. A missing one is no limit.
struct Slo {
    std::optional<double> delay_s;
    std::optional<double> ttft_s;
    std::optional<double> tpot_s;
    std::optional<double> error;  ///< mean error of the served queries, in [0,1]
};

/// Error of one model, the same for every precision or by precision. Taken as it stands.
struct GivenError {
    std::optional<double> value;
    std::map<std::string, double> by_precision;
};

/// A class of queries that look alike and share limits and penalties.
struct QueryType {
    std::string name;
    double rate_per_hour = 0;
    double input_tokens = 0;                  ///< mean, h_i
    double output_tokens = 0;                 ///< mean, f_i
    std::string task;                         ///< row of the accuracy table; empty when `error` is given
    std::map<std::string, GivenError> error;  ///< by model id; overrides the accuracy table
    Slo slo;
    DelaySlo delay_slo = DelaySlo::per_query;
    double max_unmet = 0;              ///< largest share left unserved, in [0,1]
    double unmet_usd_per_query = 0;    ///< phi_i
    double delay_usd_per_query_s = 0;  ///< rho_i
    std::vector<std::string> models;   ///< allowed model ids; empty = all
    int priority = 1;                  ///< 1 = most important
    double token_bytes = 0;            ///< stored per token, for G_i
};

struct ParallelismGrid {
    std::vector<int> tensor{1, 2, 4, 8};
    std::vector<int> pipeline{1, 2, 4};
    std::vector<int> concurrency{1, 2, 4, 8, 16, 32, 64, 128};
    bool mixed = false;  ///< may one (model, tier) run several configurations at once
};

struct Storage {
    double capacity_gb = kUnlimited;
    double price_usd_per_gb_hour = 0;
};

/// Bertsimas-Sim budget of uncertainty for one kind of number (delay or error).
struct UncertaintyBudget {
    /// relative; none = by evidence of the tier (docs/performance-model.md, section 6)
    std::optional<double> deviation;
    double budget = 0;  ///< Gamma: how many numbers of a type deviate at once
    /// model -> tier -> cap in [0,1]; missing = 1
    std::map<std::string, std::map<std::string, double>> caps;
};

struct Uncertainty {
    std::optional<UncertaintyBudget> delay;
    std::optional<UncertaintyBudget> error;
};

struct Switching {
    double warmup_hours = 0;
    double usd_per_start = 0;
};

/// Replicas that run now. Concurrency is a setting of a running server: a plan may change it without a start.
struct RunningDeployment {
    std::string model;
    std::string tier;
    int tensor = 1;
    int pipeline = 1;
    int concurrency = 1;  ///< 0 = not known
    int replicas = 0;
};

/// The plain data of an instance, as in the file (docs/format.md, section "Instances") with catalogue entries resolved.
struct InstanceData {
    std::string name;
    double horizon_hours = 24;
    PerformanceKind performance = PerformanceKind::two_phase;
    EngineProfile engine;
    AccuracyTable accuracy;
    ParallelismGrid parallelism;
    double target_utilisation = 0.85;
    double budget_usd = kUnlimited;  ///< per horizon
    std::optional<int> max_gpus;     ///< of all types together; none = no limit
    Storage storage;
    std::vector<QueryType> query_types;
    std::vector<Model> models;
    std::vector<Tier> tiers;
    Uncertainty uncertainty;
    Switching switching;

    // The current plan r0: no part of the file, set by reopt.
    /// What runs now. None = there is no current plan and starting costs nothing; an empty list = nothing runs and every replica
    /// is a start. Deployments of models, tiers or degrees that the instance does not have can only be stopped.
    std::optional<std::vector<RunningDeployment>> running;
    /// Most replicas started beyond what runs now, by model, tier and degrees: sum_h max(0, r_h - r0_h). None = no limit.
    std::optional<int> max_starts;
};

/// Every way in which `data` is not a valid instance: ranges, references, duplicates. Fields are given by path
/// ("query_types.chat.rate_per_hour"), without file or line. Empty = valid.
std::vector<Problem> find_problems(const InstanceData& data);

/// What a valid instance says and hardly means, in words for people: limits beyond what any replica takes, most likely given in
/// milliseconds. They are kept as they stand.
std::vector<std::string> find_doubts(const InstanceData& data);

/// GPUs of one type, shared by its tiers.
struct Pool {
    std::string gpu;
    std::optional<int> available;
};

/// A valid instance. Immutable: checked once here, trusted everywhere; a changed instance is a new one (`with`).
/// Indices follow docs/formulation.md, section 1: i query type, j model, k tier.
class Instance {
  public:
    /// Throws InputError with all problems.
    explicit Instance(InstanceData data);

    const InstanceData& data() const { return data_; }
    const InstanceData* operator->() const { return &data_; }

    int num_types() const { return static_cast<int>(data_.query_types.size()); }
    int num_models() const { return static_cast<int>(data_.models.size()); }
    int num_tiers() const { return static_cast<int>(data_.tiers.size()); }
    int num_pools() const { return static_cast<int>(pools_.size()); }

    const QueryType& type(int i) const { return data_.query_types[static_cast<std::size_t>(i)]; }
    const Model& model(int j) const { return data_.models[static_cast<std::size_t>(j)]; }
    const Tier& tier(int k) const { return data_.tiers[static_cast<std::size_t>(k)]; }
    const Pool& pool(int p) const { return pools_[static_cast<std::size_t>(p)]; }
    int pool_of_tier(int k) const { return pool_of_tier_[static_cast<std::size_t>(k)]; }
    bool is_model_allowed(int i, int j) const;
    /// Does anyone ask for type i? A type without demand (rate 0) needs nothing and has no limits.
    bool has_demand(int i) const { return type(i).rate_per_hour > 0; }

    /// GB stored when all queries of type i are served: G_i = token_bytes (h + f) rate / 1e9.
    double stored_gb(int i) const;

    /// A new, checked instance in which `change` has been made.
    Instance with(const std::function<void(InstanceData&)>& change) const;

  private:
    InstanceData data_;
    std::vector<Pool> pools_;
    std::vector<int> pool_of_tier_;
    std::vector<char> allowed_;  // [i * num_models + j]
};

}  // namespace allot
