#include "performance/two_phase_terms.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "performance/units.hpp"

namespace allot {

namespace {

constexpr double kBytes16 = 2;
/// Share of the memory bandwidth that element-wise kernels reach.
constexpr double kElementwiseBandwidth = 0.8;

struct AllReduceRates {
    double latency_s = 0;
    double s_per_byte = 0;
};

AllReduceRates all_reduce_rates(const Tier& tier, int tensor) {
    const auto above = tier.allreduce.upper_bound(tensor);
    if (tensor <= 1 || above == tier.allreduce.begin()) {
        return {};
    }
    const AllReduce& figure = std::prev(above)->second;
    return {figure.lat_us * kMicro, 2.0 * (tensor - 1) / tensor / (figure.busbw_gbs * kGiga)};
}

void set_gemm(ReplicaRates& rates, const Model& model, const Tier& tier, int tensor) {
    const double flops = tensor * tier.peak_tflops * kTera * tier.mfu;
    const double bandwidth = tensor * tier.mem_bw_gbs * kGiga * tier.mbu;
    rates.gemm_s_per_token = 2 * model.params_linear_active / flops;
    rates.head_s_per_sequence = 2 * model.params_head / flops;
    rates.weight_read_s =
        (model.params_linear * tier.weight_bytes + kBytes16 * model.params_head) / bandwidth;
    rates.pnorm = tier.pnorm;
    if (model.experts) {
        rates.experts = model.experts->count;
        rates.expert_miss = 1 - static_cast<double>(model.experts->per_token) / model.experts->count;
        rates.expert_read_s = model.experts->params_each * tier.weight_bytes / bandwidth;
    }
}

void set_attention(ReplicaRates& rates, const Model& model, const Tier& tier, int tensor) {
    const double width = static_cast<double>(model.heads) * model.head_dim;
    rates.prefill_attention_s =
        2 * model.kv_layers * width / (tensor * tier.peak_tflops_16 * kTera * tier.mfu_attn);
    const int kv_shards = std::min(tensor, model.kv_heads);
    rates.decode_attention_s =
        kv_bytes_per_token(model, tier) / (kv_shards * tier.mem_bw_gbs * kGiga * tier.mbu_kv);
}

void set_layer_overheads(ReplicaRates& rates, const Model& model, const Tier& tier,
                         const EngineProfile& engine, int tensor) {
    const double token_bytes = model.hidden * kBytes16;
    const AllReduceRates reduce = all_reduce_rates(tier, tensor);
    const double elementwise =
        engine.act_passes * token_bytes / (kElementwiseBandwidth * tier.mem_bw_gbs * kGiga);
    rates.activation_s_per_token = model.layers * (elementwise + 2 * token_bytes * reduce.s_per_byte);
    const double launch_s = (engine.dev_us_layer + (tensor > 1 ? engine.tp_us_layer : 0)) * kMicro;
    rates.fixed_s = model.layers * (launch_s + 2 * reduce.latency_s);
    rates.host_prefill_s = model.layers * engine.host_us_layer_prefill * kMicro * model.host_mult;
    rates.host_decode_s = model.layers * engine.host_us_layer_decode * kMicro * model.host_mult;
}

void set_hops(ReplicaRates& rates, const Model& model, const Tier& tier, int tensor, int pipeline) {
    if (pipeline <= 1) {
        return;
    }
    const Hop& hop = tensor * pipeline <= tier.gpus_per_node ? tier.intra_node : tier.inter_node;
    rates.hops_s = (pipeline - 1) * hop.lat_us * kMicro;
    rates.hops_s_per_token = (pipeline - 1) * model.hidden * kBytes16 / (hop.gbs * kGiga);
}

/// (a^p + b^p)^(1/p), with the two exponents of the catalogue spelt out because pow costs five times as much. Others are taken of
/// parts of the larger time: a sharp power of a short time is zero in double precision.
double p_norm(double a, double b, double p) {
    if (p == 1) {
        return a + b;
    }
    if (p == 3) {
        return std::cbrt(a * a * a + b * b * b);
    }
    const double larger = std::max(a, b);
    return larger * std::pow(std::pow(a / larger, p) + std::pow(b / larger, p), 1 / p);
}

}  // namespace

double kv_bytes_per_token(const Model& model, const Tier& tier) {
    return model.kv_bytes_per_token_16 * tier.kv_bytes / kBytes16;
}

double replicated_kv_bytes_per_token(const Model& model, const Tier& tier, int tensor) {
    return kv_bytes_per_token(model, tier) * std::max(1.0, static_cast<double>(tensor) / model.kv_heads);
}

double weight_gb(const Model& model, const Tier& tier) {
    const double params_16 =
        model.tied_embeddings ? model.params_embed : model.params_embed + model.params_head;
    return (model.params_linear * tier.weight_bytes + params_16 * kBytes16) / kGiga;
}

double usable_memory_gb(const Tier& tier, int num_gpus) {
    return (tier.mem_gb * kUsableMemoryShare - kReservedGbPerGpu) * num_gpus;
}

double max_batch(const Model& model, const Tier& tier, int tensor, int pipeline, double tokens) {
    const double free_gb = usable_memory_gb(tier, tensor * pipeline) - weight_gb(model, tier);
    return free_gb * kGiga / (replicated_kv_bytes_per_token(model, tier, tensor) * tokens);
}

ReplicaRates replica_rates(const Model& model, const Tier& tier, const EngineProfile& engine, int tensor,
                           int pipeline) {
    ReplicaRates rates;
    rates.kernel_derate = engine.kernel_derate;
    rates.sequence_s = engine.seq_us * kMicro;
    set_gemm(rates, model, tier, tensor);
    set_attention(rates, model, tier, tensor);
    set_layer_overheads(rates, model, tier, engine, tensor);
    set_hops(rates, model, tier, tensor, pipeline);
    return rates;
}

double linear_s(const ReplicaRates& rates, double tokens, double sequences, ExpertRead experts) {
    double read_s = rates.weight_read_s;
    if (rates.experts > 0 && experts == ExpertRead::chosen) {
        read_s -= rates.experts * std::pow(rates.expert_miss, tokens) * rates.expert_read_s;
    }
    const double compute_s = rates.gemm_s_per_token * tokens + rates.head_s_per_sequence * sequences;
    return rates.kernel_derate * p_norm(compute_s, read_s, rates.pnorm);
}

double decode_without_attention_s(const ReplicaRates& rates, double sequences, ExpertRead experts) {
    return linear_s(rates, sequences, sequences, experts) + rates.activation_s_per_token * sequences +
           rates.fixed_s;
}

double overlap_s(double device_s, double host_s) {
    return host_s > 0 ? std::cbrt(device_s * device_s * device_s + host_s * host_s * host_s) : device_s;
}

double prefill_s(const ReplicaRates& rates, double input_tokens, double sequences) {
    const double tokens = input_tokens * sequences;
    const double attention_s = rates.prefill_attention_s * input_tokens * tokens;
    const double device_s = linear_s(rates, tokens, sequences) + attention_s +
                            rates.activation_s_per_token * tokens + rates.fixed_s;
    return overlap_s(device_s, rates.host_prefill_s) + rates.hops_s + rates.hops_s_per_token * tokens;
}

double decode_s(const ReplicaRates& rates, double context_tokens, double sequences, ExpertRead experts) {
    const double device_s = decode_without_attention_s(rates, sequences, experts) +
                            rates.decode_attention_s * sequences * context_tokens;
    return overlap_s(device_s, rates.host_decode_s) + rates.hops_s +
           (rates.hops_s_per_token + rates.sequence_s) * sequences;
}

DecodeChord decode_chord(const ReplicaRates& rates, double context_tokens) {
    const double first_s = decode_s(rates, context_tokens, kChordFirst, ExpertRead::all);
    const double last_s = decode_s(rates, context_tokens, kChordLast, ExpertRead::all);
    const double beta_s = (last_s - first_s) / (kChordLast - kChordFirst);
    return {first_s - beta_s * kChordFirst, beta_s};
}

}  // namespace allot
