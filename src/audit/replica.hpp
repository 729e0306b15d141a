#pragma once

#include <optional>
#include <string>

#include "allot/instance.hpp"
#include "problem/shape.hpp"

namespace allot::auditing {

/// Of a weight of embedding and head, of an activation: they stay at 16 bit whatever the precision of the tier.
inline constexpr double kBytesAt16Bit = 2;

/// W_j at the precision of the tier: quantised layer weights, embedding and head at 16 bit [GB].
double weights_gb(const Model& model, const Tier& tier);

/// K and V of one token at the precision of the tier's cache, whole model [bytes].
double kv_bytes_per_token(const Model& model, const Tier& tier);

/// KV cache of one query of type i in all GPUs of a replica, and the memory that weights leave to it [GB].
double kv_gb(const Instance& instance, const Shape& shape, int i);
double free_gb(const Instance& instance, const Shape& shape);

/// Are the degrees and the concurrency among those the instance allows? They may be any integers.
bool is_in_grid(const Instance& instance, const Shape& shape, int concurrency);

/// What stands in the way of a shape, or of a type on a shape, whatever the limits of the type.
struct Obstacle {
    enum class Kind : unsigned char {
        tensor_exceeds_node,    ///< needed = degree, available = GPUs per node
        no_allreduce_figure,    ///< needed = degree
        heads_not_divisible,    ///< needed = degree, available = attention heads
        layers_below_stages,    ///< needed = pipeline stages, available = layers
        weights_exceed_memory,  ///< needed = weights [GB], available = usable memory of the replica [GB]
        context_too_long,       ///< needed = h + f [tokens], available = largest context
        kv_exceeds_memory,      ///< needed = KV of one query [GB], available = free memory [GB]
    };
    Kind kind{};
    double needed = 0;
    double available = 0;
};

/// Why no replica of this shape, which is in the grid, can run at all. None = it can.
std::optional<Obstacle> shape_obstacle(const Instance& instance, const Shape& shape);

/// Why a query of type i cannot run on a shape that can. None = it can.
std::optional<Obstacle> type_obstacle(const Instance& instance, const Shape& shape, int i);

/// Replicas needed for all queries of a type.
struct Loads {
    double slots = 0;
    double kv_memory = 0;
};

/// a_ic and k_ic (docs/formulation.md, section 2) from the delay of the pair, on a shape that can run.
Loads loads(const Instance& instance, const Shape& shape, int concurrency, int i, double delay_s);

/// "needs 141.1 GB for weights, has 81.4 GB".
std::string describe(const Obstacle& obstacle);

}  // namespace allot::auditing
