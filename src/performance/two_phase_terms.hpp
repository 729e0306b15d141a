#pragma once

#include "allot/catalog.hpp"

namespace allot {

/// What the engine leaves to weights and KV cache: this share of each GPU's memory, less the reserve.
/// docs/performance-model.md, section 4.
inline constexpr double kUsableMemoryShare = 0.9;
inline constexpr double kReservedGbPerGpu = 2.0;

/// Batch sizes between which decode time is linearised.
inline constexpr double kChordFirst = 1;
inline constexpr double kChordLast = 128;

/// Bytes per KV element and token of the whole model, at the tier's KV precision [bytes].
double kv_bytes_per_token(const Model& model, const Tier& tier);

/// KV bytes one token occupies in all GPUs of a replica: below one KV head per GPU the cache is replicated.
double replicated_kv_bytes_per_token(const Model& model, const Tier& tier, int tensor);

/// Weights of the model at the tier's precision [GB]: layers quantised, embedding and head at 16 bit, tied ones once.
double weight_gb(const Model& model, const Tier& tier);

/// Memory of a replica of so many GPUs that weights and KV cache may use [GB].
double usable_memory_gb(const Tier& tier, int num_gpus);

/// Sequences of `tokens` tokens whose KV cache fits beside the weights; negative when not even the weights fit.
double max_batch(const Model& model, const Tier& tier, int tensor, int pipeline, double tokens);

/// Time of a pass through one replica, per unit of what it processes: the equations of docs/performance-model.md, section 2, with
/// everything that depends on neither query type nor batch folded in. Seconds throughout.
struct ReplicaRates {
    double gemm_s_per_token = 0;     ///< layer GEMM compute
    double head_s_per_sequence = 0;  ///< LM head compute
    double weight_read_s = 0;        ///< all weights once, all experts
    double expert_read_s = 0;        ///< one expert's weights once; 0 when dense
    double experts = 0;              ///< E
    double expert_miss = 0;          ///< chance that one token leaves one expert unused: 1 - topk / E
    double kernel_derate = 1;
    double pnorm = 3;
    double prefill_attention_s = 0;     ///< per squared prompt token and sequence
    double decode_attention_s = 0;      ///< per context token and sequence
    double activation_s_per_token = 0;  ///< norms, residuals and the bytes of all-reduces
    double fixed_s = 0;                 ///< launch gaps and all-reduce latencies of a pass
    double host_prefill_s = 0;          ///< floor set by the host; 0 with CUDA graphs
    double host_decode_s = 0;
    double hops_s = 0;  ///< latency of all stage boundaries
    double hops_s_per_token = 0;
    double sequence_s = 0;  ///< decode bookkeeping per sequence
};

/// Rates of a replica with tensor-parallel degree n and pipeline depth m. A degree without an all-reduce figure takes that
/// of the largest smaller degree; such a shape is a misfit and only evaluated when admissibility is ignored.
ReplicaRates replica_rates(const Model& model, const Tier& tier, const EngineProfile& engine, int tensor,
                           int pipeline);

/// Does a pass read only the experts its tokens choose, or (upper bound, for the linear form) all of them?
enum class ExpertRead { chosen, all };

/// GEMM time of all layers and the head for a pass of `tokens` tokens of `sequences` sequences: smooth roofline.
double linear_s(const ReplicaRates& rates, double tokens, double sequences,
                ExpertRead experts = ExpertRead::chosen);

/// Device time of a decode pass without its attention.
double decode_without_attention_s(const ReplicaRates& rates, double sequences,
                                  ExpertRead experts = ExpertRead::chosen);

/// Smooth maximum of device and host time.
double overlap_s(double device_s, double host_s);

/// T_pre: one pass over the prompts of `sequences` sequences of `input_tokens` tokens each.
double prefill_s(const ReplicaRates& rates, double input_tokens, double sequences = 1);

/// t_dec: one token for each of `sequences` sequences with `context_tokens` tokens in the cache.
double decode_s(const ReplicaRates& rates, double context_tokens, double sequences,
                ExpertRead experts = ExpertRead::chosen);

/// Mean context while f tokens are generated after h: h + f/2.
inline double mean_context(double input_tokens, double output_tokens) {
    return input_tokens + output_tokens / 2;
}

/// t_dec(b) <= alpha + beta b for b in [kChordFirst, kChordLast], all experts charged.
struct DecodeChord {
    double alpha_s = 0;
    double beta_s = 0;
};
DecodeChord decode_chord(const ReplicaRates& rates, double context_tokens);

}  // namespace allot
