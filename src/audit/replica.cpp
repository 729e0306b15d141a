#include "audit/replica.hpp"

#include <algorithm>

#include "audit/violation_list.hpp"

namespace allot::auditing {
namespace {

// docs/performance-model.md, section 4: a serving engine takes 90 % of the memory and 2 GB of it for itself, on every GPU.
constexpr double kUsableMemory = 0.9;
constexpr double kReservedGb = 2.0;
// Embedding and head stay at 16 bit whatever the precision of the tier.
constexpr double kBytesAt16Bit = 2.0;
// Bubbles leave 90 % of the slots of a pipeline with more than one stage (docs/formulation.md, section 2).
constexpr double kPipelineEfficiency = 0.9;
constexpr double kBytesPerGb = 1e9;
constexpr double kSecondsPerHour = 3600;

double usable_gb(const Tier& tier, const Shape& shape) {
    return (tier.mem_gb * kUsableMemory - kReservedGb) * shape.tensor * shape.pipeline;
}

double free_gb(const Instance& instance, const Shape& shape) {
    const Tier& tier = instance.tier(shape.tier);
    return usable_gb(tier, shape) - weights_gb(instance.model(shape.model), tier);
}

double tokens(const QueryType& type) { return type.input_tokens + type.output_tokens; }

/// KV cache of one query. Heads are split over the tensor-parallel GPUs, but not below one per GPU: beyond that they are copied.
double kv_gb(const Instance& instance, const Shape& shape, int i) {
    const Model& model = instance.model(shape.model);
    const double bytes_per_token =
        model.kv_bytes_per_token_16 * instance.tier(shape.tier).kv_bytes / kBytesAt16Bit;
    const double copies = std::max(1.0, static_cast<double>(shape.tensor) / model.kv_heads);
    return bytes_per_token * copies * tokens(instance.type(i)) / kBytesPerGb;
}

bool contains(const std::vector<int>& values, int value) {
    return std::find(values.begin(), values.end(), value) != values.end();
}

MisfitDetail two_phase_misfit(const Instance& instance, const Shape& shape) {
    const Tier& tier = instance.tier(shape.tier);
    if (shape.tensor > tier.gpus_per_node)
        return {Misfit::tensor_exceeds_node, static_cast<double>(shape.tensor),
                static_cast<double>(tier.gpus_per_node)};
    if (shape.tensor > 1 && tier.allreduce.count(shape.tensor) == 0)
        return {Misfit::no_allreduce_figure, static_cast<double>(shape.tensor), 0};
    const double weights = weights_gb(instance.model(shape.model), tier);
    const double usable = usable_gb(tier, shape);
    if (!(weights < usable)) return {Misfit::weights_exceed_memory, weights, usable};
    return {};
}

MisfitDetail two_phase_type_misfit(const Instance& instance, const Shape& shape, int i) {
    const double needed = kv_gb(instance, shape, i);
    const double available = free_gb(instance, shape);
    if (!is_within(needed, available)) return {Misfit::kv_exceeds_memory, needed, available};
    const int context = instance.model(shape.model).max_context;
    if (context > 0 && !is_within(tokens(instance.type(i)), context))
        return {Misfit::context_too_long, tokens(instance.type(i)), static_cast<double>(context)};
    return {};
}

}  // namespace

double weights_gb(const Model& model, const Tier& tier) {
    const double params_16bit = model.params_embed + (model.tied_embeddings ? 0 : model.params_head);
    return (model.params_linear * tier.weight_bytes + params_16bit * kBytesAt16Bit) / kBytesPerGb;
}

bool is_in_grid(const Instance& instance, const Shape& shape, int concurrency) {
    const ParallelismGrid& grid = instance->parallelism;
    return contains(grid.tensor, shape.tensor) && contains(grid.pipeline, shape.pipeline) &&
           contains(grid.concurrency, concurrency);
}

MisfitDetail shape_misfit(const Instance& instance, const PerformanceModel& performance, const Shape& shape) {
    if (instance->performance == PerformanceKind::two_phase) {
        const MisfitDetail own = two_phase_misfit(instance, shape);
        if (own.misfit != Misfit::none) return own;
    }
    return performance.shape_misfit(shape);
}

MisfitDetail type_misfit(const Instance& instance, const PerformanceModel& performance, const Shape& shape,
                         int i) {
    if (instance->performance == PerformanceKind::two_phase) {
        const MisfitDetail own = two_phase_type_misfit(instance, shape, i);
        if (own.misfit != Misfit::none) return own;
    }
    return performance.type_misfit(shape, i);
}

Loads loads(const Instance& instance, const Shape& shape, int concurrency, int i,
            const PairFigures& figures) {
    if (instance->performance != PerformanceKind::two_phase) return {figures.slot_load, figures.kv_load};
    const double resident = instance.type(i).rate_per_hour / kSecondsPerHour * figures.delay_s;
    const double efficiency = shape.pipeline > 1 ? kPipelineEfficiency : 1.0;
    const double slots =
        static_cast<double>(concurrency) * shape.pipeline * efficiency * instance->target_utilisation;
    return {resident / slots, resident * kv_gb(instance, shape, i) / free_gb(instance, shape)};
}

std::string describe(const MisfitDetail& detail) {
    const std::string needed = text(detail.needed);
    const std::string available = text(detail.available);
    switch (detail.misfit) {
        case Misfit::none:
            return "fits";
        case Misfit::tensor_exceeds_node:
            return "tensor degree " + needed + " exceeds the " + available + " GPUs of a node";
        case Misfit::no_allreduce_figure:
            return "the tier has no all-reduce figure for tensor degree " + needed;
        case Misfit::heads_not_divisible:
            return available + " attention heads cannot be split over tensor degree " + needed;
        case Misfit::weights_exceed_memory:
            return "needs " + needed + " GB for weights, has " + available + " GB";
        case Misfit::kv_exceeds_memory:
            return "needs " + needed + " GB for the KV cache of one query, has " + available + " GB";
        case Misfit::context_too_long:
            return "a query of " + needed + " tokens exceeds the context of " + available;
        case Misfit::layers_below_stages:
            return available + " layers cannot fill " + needed + " pipeline stages";
        case Misfit::not_tabulated:
            return "has no row in the table of figures";
    }
    return "unknown misfit";
}

}  // namespace allot::auditing
