#include "audit/replica.hpp"

#include <algorithm>

#include "audit/violation_list.hpp"

namespace allot::auditing {
namespace {

// docs/performance-model.md, section 4: a serving engine takes 90 % of the memory and 2 GB of it for itself, on every GPU.
constexpr double kUsableMemory = 0.9;
constexpr double kReservedGb = 2.0;
// Bubbles leave 90 % of the slots of a pipeline with more than one stage (docs/formulation.md, section 2).
constexpr double kPipelineEfficiency = 0.9;
constexpr double kBytesPerGb = 1e9;
constexpr double kSecondsPerHour = 3600;

double usable_gb(const Tier& tier, const Shape& shape) {
    return (tier.mem_gb * kUsableMemory - kReservedGb) * shape.tensor * shape.pipeline;
}

double tokens(const QueryType& type) { return type.input_tokens + type.output_tokens; }

bool contains(const std::vector<int>& values, int value) {
    return std::find(values.begin(), values.end(), value) != values.end();
}

}  // namespace

double weights_gb(const Model& model, const Tier& tier) {
    const double params_16bit = model.params_embed + (model.tied_embeddings ? 0 : model.params_head);
    return (model.params_linear * tier.weight_bytes + params_16bit * kBytesAt16Bit) / kBytesPerGb;
}

double kv_bytes_per_token(const Model& model, const Tier& tier) {
    return model.kv_bytes_per_token_16 * tier.kv_bytes / kBytesAt16Bit;
}

/// Heads are split over the tensor-parallel GPUs, but not below one per GPU: beyond that they are copied.
double kv_gb(const Instance& instance, const Shape& shape, int i) {
    const Model& model = instance.model(shape.model);
    const double copies = std::max(1.0, static_cast<double>(shape.tensor) / model.kv_heads);
    return kv_bytes_per_token(model, instance.tier(shape.tier)) * copies * tokens(instance.type(i)) /
           kBytesPerGb;
}

double free_gb(const Instance& instance, const Shape& shape) {
    const Tier& tier = instance.tier(shape.tier);
    return usable_gb(tier, shape) - weights_gb(instance.model(shape.model), tier);
}

bool is_in_grid(const Instance& instance, const Shape& shape, int concurrency) {
    const ParallelismGrid& grid = instance->parallelism;
    return contains(grid.tensor, shape.tensor) && contains(grid.pipeline, shape.pipeline) &&
           contains(grid.concurrency, concurrency);
}

std::optional<Obstacle> shape_obstacle(const Instance& instance, const Shape& shape) {
    using enum Obstacle::Kind;
    const Model& model = instance.model(shape.model);
    const Tier& tier = instance.tier(shape.tier);
    const double tensor = shape.tensor;
    if (shape.tensor > tier.gpus_per_node)
        return Obstacle{tensor_exceeds_node, tensor, static_cast<double>(tier.gpus_per_node)};
    if (shape.tensor > 1 && tier.allreduce.count(shape.tensor) == 0)
        return Obstacle{no_allreduce_figure, tensor, 0};
    if (model.heads % shape.tensor != 0)
        return Obstacle{heads_not_divisible, tensor, static_cast<double>(model.heads)};
    if (shape.pipeline > model.layers)
        return Obstacle{layers_below_stages, static_cast<double>(shape.pipeline),
                        static_cast<double>(model.layers)};
    const double weights = weights_gb(model, tier);
    const double usable = usable_gb(tier, shape);
    if (!(weights < usable)) return Obstacle{weights_exceed_memory, weights, usable};
    return std::nullopt;
}

std::optional<Obstacle> type_obstacle(const Instance& instance, const Shape& shape, int i) {
    using enum Obstacle::Kind;
    const double length = tokens(instance.type(i));
    const int context = instance.model(shape.model).max_context;
    if (context > 0 && !is_within(length, context))
        return Obstacle{context_too_long, length, static_cast<double>(context)};
    const double needed = kv_gb(instance, shape, i);
    const double available = free_gb(instance, shape);
    if (!is_within(needed, available)) return Obstacle{kv_exceeds_memory, needed, available};
    return std::nullopt;
}

Loads loads(const Instance& instance, const Shape& shape, int concurrency, int i, double delay_s) {
    const double resident = instance.type(i).rate_per_hour / kSecondsPerHour * delay_s;
    const double efficiency = shape.pipeline > 1 ? kPipelineEfficiency : 1.0;
    const double slots =
        static_cast<double>(concurrency) * shape.pipeline * efficiency * instance->target_utilisation;
    return {resident / slots, resident * kv_gb(instance, shape, i) / free_gb(instance, shape)};
}

std::string describe(const Obstacle& obstacle) {
    using enum Obstacle::Kind;
    const std::string needed = text(obstacle.needed);
    const std::string available = text(obstacle.available);
    switch (obstacle.kind) {
        case tensor_exceeds_node:
            return "tensor degree " + needed + " exceeds the " + available + " GPUs of a node";
        case no_allreduce_figure:
            return "the tier has no all-reduce figure for tensor degree " + needed;
        case heads_not_divisible:
            return available + " attention heads cannot be split over tensor degree " + needed;
        case layers_below_stages:
            return available + " layers cannot fill " + needed + " pipeline stages";
        case weights_exceed_memory:
            return "needs " + needed + " GB for weights, has " + available + " GB";
        case context_too_long:
            return "a query of " + needed + " tokens exceeds the context of " + available;
        case kv_exceeds_memory:
            return "needs " + needed + " GB for the KV cache of one query, has " + available + " GB";
    }
    return "unknown obstacle";
}

}  // namespace allot::auditing
