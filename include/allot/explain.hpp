#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "allot/catalog.hpp"
#include "allot/instance.hpp"

namespace allot {

/// A configuration by name.
struct ConfigurationName {
    std::string model;
    std::string tier;
    int tensor = 1;
    int pipeline = 1;
    int concurrency = 1;
};

/// A figure of the instance that would have to be raised, and to what.
struct RequiredLimit {
    std::string field;  ///< "query_types.code.slo.delay_s"
    double limit = 0;   ///< as the instance has it
    double at_least = 0;
};

/// Configurations that a query type cannot use for the same reason.
struct RejectionGroup {
    /// "model_not_allowed", "no_error_figure", "ttft_slo", "tpot_slo", "delay_slo", or a misfit: "tensor_exceeds_node",
    /// "no_allreduce_figure", "heads_not_divisible", "weights_exceed_memory", "kv_exceeds_memory", "context_too_long",
    /// "layers_below_stages", "not_tabulated"
    std::string reason;
    std::int64_t count = 0;
    ConfigurationName nearest;  ///< that misses by the least factor
    double needed = 0;          ///< by the nearest one, 0 when the reason has no number
    double available = 0;
    std::string unit;                        ///< of both: "s", "GB", "GPUs", "tokens", ...
    Evidence evidence = Evidence::measured;  ///< of `needed`
    /// Limits of the query type that, raised to this, admit the nearest one: all that it breaks, not only the first. Empty
    /// when no limit of the type is in the way.
    std::vector<RequiredLimit> raise;
};

/// What one query type may use, and why not the rest.
struct TypeExplanation {
    std::string query_type;
    std::int64_t configurations = 0;  ///< of the instance
    std::int64_t admissible = 0;
    // Of the admissible ones, when there are any:
    std::optional<ConfigurationName> cheapest;  ///< least rent per replica, then least delay
    double usd_per_hour = 0;                    ///< of one replica of it
    double delay_s = 0;                         ///< there
    Evidence delay_evidence = Evidence::measured;
    std::optional<double> least_error;       ///< the smallest error any admissible configuration has
    std::vector<RejectionGroup> rejections;  ///< most frequent first
    /// Mean error limit that would have to be raised, when no admissible configuration reaches it.
    std::optional<RequiredLimit> raise_error;
};

/// Explains every query type, or the one named. Delays are at the worst case of the instance's uncertainty, as limits are judged.
/// Throws InputError for an unknown name. O(query types x configurations), in parallel over query types.
std::vector<TypeExplanation> explain(const Instance& instance,
                                     const std::optional<std::string>& query_type = {});

}  // namespace allot
