#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "allot/instance.hpp"
#include "problem/shape.hpp"

namespace allot {

/// What a performance model says of a pair (query type, configuration): docs/formulation.md, section 2.
struct PairFigures {
    double delay_s = 0;
    double ttft_s = 0;
    double tpot_s = 0;
    double slot_load = 0;  ///< replicas needed for all of the type, by slots
    double kv_load =
        0;  ///< replicas needed for all of the type, by KV memory; 0 when the replica has no free memory
};

/// The same for a block of pairs, structure of arrays, index [b * num_types + i] with b the position in the concurrency list.
struct FigureBlock {
    std::vector<double> delay_s, ttft_s, tpot_s, slot_load, kv_load;
    void resize(std::size_t n);
};

/// Why a shape, or a type on a shape, cannot be served whatever its limits say.
enum class Misfit : unsigned char {
    none,
    tensor_exceeds_node,    ///< needed = degree, available = GPUs per node
    no_allreduce_figure,    ///< needed = degree
    heads_not_divisible,    ///< needed = degree, available = attention heads
    weights_exceed_memory,  ///< needed = weights [GB], available = usable memory of the replica [GB]
    kv_exceeds_memory,      ///< needed = KV of one query [GB], available = free memory [GB]
    context_too_long,       ///< needed = h + f [tokens], available = max_context
    layers_below_stages,    ///< needed = pipeline stages, available = layers
    not_tabulated,
};

/// A misfit with its numbers.
struct MisfitDetail {
    Misfit misfit = Misfit::none;
    double needed = 0;
    double available = 0;
};

/// Answers delay and loads of pairs (docs/formulation.md, section 2). Const and safe to call from several threads at once.
class PerformanceModel {
  public:
    virtual ~PerformanceModel() = default;

    /// Why no replica of this shape can run at all.
    virtual MisfitDetail shape_misfit(const Shape& shape) const = 0;

    /// Why queries of type i cannot run on a shape that fits.
    virtual MisfitDetail type_misfit(const Shape& shape, int i) const = 0;

    /// Figures of all types at all given concurrencies: one call per shape, so that what does not depend on the type or on the
    /// concurrency is computed once. Types that do not fit get figures too (the caller asks type_misfit).
    virtual void evaluate(const Shape& shape, std::span<const int> concurrencies, FigureBlock& out) const = 0;

    /// Figures of one pair.
    virtual PairFigures evaluate_pair(const Shape& shape, int concurrency, int i) const = 0;

    /// How well the figures of this pair are backed.
    virtual Evidence evidence(const Shape& shape, int concurrency, int i) const = 0;
};

/// The model the instance asks for. The instance must outlive it.
std::unique_ptr<PerformanceModel> make_performance_model(const Instance& instance);

}  // namespace allot
