#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "candidates/resource.hpp"
#include "performance/performance_model.hpp"
#include "performance/uncertainty.hpp"
#include "util/stop_criterion.hpp"

namespace allot {

/// How one replica is deployed: c = (j, k, n, m, b).
struct Configuration {
    Shape shape;
    int concurrency = 1;
    bool operator==(const Configuration&) const = default;
};

/// Why a pair (query type, configuration) is not admissible: a misfit of the performance model, or a limit of the type.
enum class Rejection : unsigned char {
    none,
    no_demand,  ///< rate 0
    model_not_allowed,
    misfit,  ///< see MisfitDetail
    no_error_figure,
    ttft_slo,  ///< needed = TTFT [s], available = SLO
    tpot_slo,
    delay_slo,  ///< at the worst case when the instance has uncertainty
};

const char* to_string(Rejection rejection);

/// How many of what were seen while the table was built.
struct TableCounts {
    std::int64_t configurations = 0;    ///< enumerated
    std::int64_t pairs = 0;             ///< enumerated: configurations x types
    std::int64_t unfit = 0;             ///< configurations that cannot run at all
    std::int64_t useless = 0;           ///< configurations that admit no type
    std::int64_t dominated = 0;         ///< configurations dropped by exact dominance inside their group
    std::int64_t admissible_pairs = 0;  ///< before dominance
};

struct TableOptions {
    bool ignore_admissibility =
        false;  ///< ablation without M1: keep every configuration and pair; misfits get no KV load
    bool drop_dominated = true;
    StopCriterion stop;  ///< of the time that it leaves, the most part is used: see is_complete()
};

/// All configurations worth deploying and their admissible pairs: structure of arrays, filled by the constructor and const from
/// then on. A value: who wants other figures, as `reoptimize` dearer starts, changes a copy.
/// Configurations are in lexicographic order (j, k, n, m, b), so those of a group are contiguous. Pairs of a
/// configuration are contiguous and in the order of types; pairs of a type are listed in the order of configurations.
class CandidateTable {
  public:
    /// Built in parallel over shapes; the same for any thread count. The instance must outlive the table.
    explicit CandidateTable(const Instance& instance, const TableOptions& options = {});

    /// The instance, in which types without demand ask for nothing: they may stay unserved, and no pair serves them.
    const Instance& instance() const { return *instance_; }
    const TableCounts& counts() const { return counts_; }
    /// False when time ran out: only what was worked out by then is here, often nothing, and nothing is proven by what is not.
    bool is_complete() const { return is_complete_; }
    int num_configurations() const { return static_cast<int>(configuration.size()); }
    int num_groups() const { return static_cast<int>(group_begin.size()) - 1; }
    int num_pairs() const { return static_cast<int>(pair_type.size()); }
    int num_artifacts() const { return static_cast<int>(artifact_gb.size()); }

    /// The pair (i, c), or -1 when it is not admissible.
    int find_pair(int i, int c) const;
    /// The kept configuration equal to `wanted`, or -1.
    int find_configuration(const Configuration& wanted) const;
    const PerformanceModel& performance() const { return *performance_; }

    // By configuration c.
    std::vector<Configuration> configuration;
    std::vector<int> group;  ///< deployment group (j, k) with at least one kept configuration
    std::vector<int> gpus;   ///< g_c = n m
    std::vector<int> pool;
    std::vector<int> artifact;      ///< (model, precision, bytes per weight)
    std::vector<double> rent_usd;   ///< of one replica over the horizon: T p_k g_c
    std::vector<double> start_usd;  ///< sigma_c, of starting one replica
    std::vector<int> running;       ///< r0_h: replicas of its shape that run now, at whatever concurrency
    std::vector<std::uint32_t> pair_begin;  ///< size num_configurations + 1

    // By group.
    std::vector<int> group_begin;  ///< first configuration; size num_groups + 1
    std::vector<Deviation> group_delay_deviation;
    std::vector<Deviation> group_error_deviation;

    // By artifact: weights to store once.
    std::vector<double> artifact_gb;
    std::vector<double> artifact_usd;  ///< T p_s W_a

    // By type.
    std::vector<double> stored_gb;        ///< G_i
    std::vector<double> unmet_usd;        ///< T lambda_i phi_i: all of the type unserved
    std::vector<double> stored_usd;       ///< T p_s G_i: all of the type served
    std::vector<double> delay_usd_per_s;  ///< T lambda_i rho_i: all of the type one second later

    // By pair.
    std::vector<int> pair_type;
    std::vector<int> pair_configuration;
    std::vector<double> pair_slot_load;  ///< a_ic
    std::vector<double> pair_kv_load;    ///< k_ic
    std::vector<double> pair_delay_s;    ///< D_ic nominal
    std::vector<double> pair_error;      ///< e_ic nominal; 0 when the type has no error figure
    std::vector<double> pair_usd;        ///< all of the type served here: T lambda rho D + T p_s G (nominal)

    // Pairs by type, CSR.
    std::vector<std::uint32_t> type_begin;  ///< size num_types + 1
    std::vector<int> type_pairs;            ///< pair indices

    ResourceList resources;  ///< the limits on the whole plan, and who uses how much of them

  private:
    std::shared_ptr<const Instance> without_idle_limits_;  // none where every type has demand
    const Instance* instance_;
    std::shared_ptr<const PerformanceModel> performance_;
    TableCounts counts_;
    bool is_complete_ = true;

    friend class TableBuilder;
};

}  // namespace allot
