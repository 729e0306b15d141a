#include "performance/two_phase.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "performance/units.hpp"

namespace allot {

namespace {

/// Types handled at a time: their prefill times stay on the stack and in the first-level cache.
constexpr std::size_t kChunkTypes = 64;

/// Largest prompt and batch of the measurements behind the model (docs/performance-model.md, section 5).
constexpr double kLargestMeasuredPrompt = 8192;
constexpr int kLargestMeasuredBatch = 128;

double free_memory_gb(const Model& model, const Tier& tier, const Shape& shape) {
    return usable_memory_gb(tier, shape.tensor * shape.pipeline) - weight_gb(model, tier);
}

}  // namespace

double pipeline_efficiency(int pipeline) { return pipeline > 1 ? 0.9 : 1.0; }

/// Prefill of the types [first, first + size).
struct TwoPhaseModel::Chunk {
    std::size_t first = 0;
    std::size_t size = 0;
    std::array<double, kChunkTypes> ttft_s;
    std::array<double, kChunkTypes> prefill_s_per_output;  ///< T_pre / f
};

TwoPhaseModel::TwoPhaseModel(const Instance& instance) : instance_(&instance) {
    for (const QueryType& type : instance->query_types) {
        types_.input_tokens.push_back(type.input_tokens);
        types_.output_tokens.push_back(type.output_tokens);
        types_.context_tokens.push_back(mean_context(type.input_tokens, type.output_tokens));
        types_.total_tokens.push_back(type.input_tokens + type.output_tokens);
        types_.rate_per_s.push_back(type.rate_per_hour / kSecondsPerHour);
    }
}

MisfitDetail TwoPhaseModel::shape_misfit(const Shape& shape) const {
    const Model& model = instance_->model(shape.model);
    const Tier& tier = instance_->tier(shape.tier);
    const int n = shape.tensor;
    if (n > tier.gpus_per_node) {
        return {Misfit::tensor_exceeds_node, static_cast<double>(n), static_cast<double>(tier.gpus_per_node)};
    }
    if (n > 1 && !tier.allreduce.contains(n)) {
        return {Misfit::no_allreduce_figure, static_cast<double>(n), 0};
    }
    if (model.heads % n != 0) {
        return {Misfit::heads_not_divisible, static_cast<double>(n), static_cast<double>(model.heads)};
    }
    if (shape.pipeline > model.layers) {
        return {Misfit::layers_below_stages, static_cast<double>(shape.pipeline),
                static_cast<double>(model.layers)};
    }
    const double needed_gb = weight_gb(model, tier);
    const double usable_gb = usable_memory_gb(tier, n * shape.pipeline);
    if (needed_gb >= usable_gb) {
        return {Misfit::weights_exceed_memory, needed_gb, usable_gb};
    }
    return {};
}

MisfitDetail TwoPhaseModel::type_misfit(const Shape& shape, int i) const {
    const Model& model = instance_->model(shape.model);
    const Tier& tier = instance_->tier(shape.tier);
    const double tokens = types_.total_tokens[static_cast<std::size_t>(i)];
    if (model.max_context > 0 && tokens > model.max_context) {
        return {Misfit::context_too_long, tokens, static_cast<double>(model.max_context)};
    }
    const double needed_gb = replicated_kv_bytes_per_token(model, tier, shape.tensor) * tokens / kGiga;
    const double free_gb = free_memory_gb(model, tier, shape);
    if (needed_gb > free_gb) {
        return {Misfit::kv_exceeds_memory, needed_gb, free_gb};
    }
    return {};
}

TwoPhaseModel::ShapeTerms TwoPhaseModel::shape_terms(const Shape& shape) const {
    const Model& model = instance_->model(shape.model);
    const Tier& tier = instance_->tier(shape.tier);
    const InstanceData& data = instance_->data();
    ShapeTerms terms;
    terms.rates = replica_rates(model, tier, data.engine, shape.tensor, shape.pipeline);
    terms.slots_per_sequence = shape.pipeline * pipeline_efficiency(shape.pipeline) * data.target_utilisation;
    const double free_gb = free_memory_gb(model, tier, shape);
    if (free_gb > 0) {
        terms.kv_load_per_token =
            replicated_kv_bytes_per_token(model, tier, shape.tensor) / (free_gb * kGiga);
    }
    return terms;
}

void TwoPhaseModel::fill_prefill(const ShapeTerms& terms, Chunk& chunk) const {
    const double request_s = instance_->data().engine.request_ms * kMilli;
    for (std::size_t at = 0; at < chunk.size; ++at) {
        const std::size_t i = chunk.first + at;
        const double t_pre_s = prefill_s(terms.rates, types_.input_tokens[i]);
        chunk.ttft_s[at] = request_s + t_pre_s;
        chunk.prefill_s_per_output[at] = t_pre_s / types_.output_tokens[i];
    }
}

template <bool host_bound>
void TwoPhaseModel::fill_row(const ShapeTerms& terms, int concurrency, const Chunk& chunk, FigureBlock& out,
                             std::size_t row) const {
    const ReplicaRates& rates = terms.rates;
    const double b = concurrency;
    const double device_s = decode_without_attention_s(rates, b);
    const double outside_s = rates.hops_s + (rates.hops_s_per_token + rates.sequence_s) * b;
    const double base_s = host_bound ? device_s : device_s + outside_s;
    const double attention_s = rates.decode_attention_s * b;
    const double interference = instance_->data().engine.prefill_interference * b;
    const double slot_scale = 1 / (terms.slots_per_sequence * b);
    const double kv_scale = terms.kv_load_per_token;

    const double* const __restrict context = types_.context_tokens.data() + chunk.first;
    const double* const __restrict output = types_.output_tokens.data() + chunk.first;
    const double* const __restrict total = types_.total_tokens.data() + chunk.first;
    const double* const __restrict rate = types_.rate_per_s.data() + chunk.first;
    double* const __restrict delay_s = out.delay_s.data() + row;
    double* const __restrict ttft_s = out.ttft_s.data() + row;
    double* const __restrict tpot_s = out.tpot_s.data() + row;
    double* const __restrict slot_load = out.slot_load.data() + row;
    double* const __restrict kv_load = out.kv_load.data() + row;
    for (std::size_t at = 0; at < chunk.size; ++at) {
        double decode = base_s + attention_s * context[at];
        if constexpr (host_bound) {
            decode = overlap_s(decode, rates.host_decode_s) + outside_s;
        }
        const double tpot = decode + interference * chunk.prefill_s_per_output[at];
        const double delay = chunk.ttft_s[at] + output[at] * tpot;
        const double resident = rate[at] * delay;
        delay_s[at] = delay;
        ttft_s[at] = chunk.ttft_s[at];
        tpot_s[at] = tpot;
        slot_load[at] = resident * slot_scale;
        kv_load[at] = resident * total[at] * kv_scale;
    }
}

void TwoPhaseModel::evaluate(const Shape& shape, std::span<const int> concurrencies, FigureBlock& out) const {
    const ShapeTerms terms = shape_terms(shape);
    const std::size_t num_types = types_.input_tokens.size();
    out.resize(num_types * concurrencies.size());
    Chunk chunk;
    for (chunk.first = 0; chunk.first < num_types; chunk.first += kChunkTypes) {
        chunk.size = std::min(kChunkTypes, num_types - chunk.first);
        fill_prefill(terms, chunk);
        for (std::size_t at = 0; at < concurrencies.size(); ++at) {
            const std::size_t row = at * num_types + chunk.first;
            if (terms.rates.host_decode_s > 0) {
                fill_row<true>(terms, concurrencies[at], chunk, out, row);
            } else {
                fill_row<false>(terms, concurrencies[at], chunk, out, row);
            }
        }
    }
}

PairFigures TwoPhaseModel::evaluate_pair(const Shape& shape, int concurrency, int i) const {
    const ShapeTerms terms = shape_terms(shape);
    const EngineProfile& engine = instance_->data().engine;
    const auto at = static_cast<std::size_t>(i);
    const double b = concurrency;
    const double t_pre_s = prefill_s(terms.rates, types_.input_tokens[at]);
    const double f = types_.output_tokens[at];
    PairFigures figures;
    figures.ttft_s = engine.request_ms * kMilli + t_pre_s;
    figures.tpot_s =
        decode_s(terms.rates, types_.context_tokens[at], b) + engine.prefill_interference * b / f * t_pre_s;
    figures.delay_s = figures.ttft_s + f * figures.tpot_s;
    const double resident = types_.rate_per_s[at] * figures.delay_s;
    figures.slot_load = resident / (terms.slots_per_sequence * b);
    figures.kv_load = resident * types_.total_tokens[at] * terms.kv_load_per_token;
    return figures;
}

Evidence TwoPhaseModel::evidence(const Shape& shape, int concurrency, int i) const {
    const Model& model = instance_->model(shape.model);
    const Tier& tier = instance_->tier(shape.tier);
    const bool is_outside_data = shape.pipeline > 1 || model.experts.has_value() ||
                                 concurrency > kLargestMeasuredBatch ||
                                 types_.input_tokens[static_cast<std::size_t>(i)] > kLargestMeasuredPrompt;
    if (is_outside_data) {
        return Evidence::assumed;
    }
    // Kernel times of these are measured, whole requests are not.
    const bool is_kernel_only = tier.precision == "int8" || tier.precision == "int4";
    return is_kernel_only ? weaker(tier.evidence, Evidence::transferred) : tier.evidence;
}

}  // namespace allot
