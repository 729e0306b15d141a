#include "audit/service_times.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "audit/replica.hpp"

namespace allot::auditing {
namespace {

constexpr double kTera = 1e12;
constexpr double kGiga = 1e9;
constexpr double kMilli = 1e-3;
constexpr double kMicro = 1e-6;

constexpr double kFlopPerWeight = 2;           // a multiplication and an addition
constexpr double kAllReducesPerLayer = 2;      // after attention and after the feed-forward part
constexpr double kElementwiseBandwidth = 0.8;  // share of the bandwidth that norms and residuals reach
constexpr double kHostSharpness = 3;           // device and host overlap as (t_dev^3 + t_host^3)^(1/3)

enum class Phase { prefill, decode };

/// One pass through the whole model.
struct Pass {
    Phase phase = Phase::prefill;
    double tokens = 0;     ///< that go through the layers
    double sequences = 0;  ///< that they belong to: each goes through the head once
    double context = 0;    ///< tokens that a sequence attends to
};

/// The replica that a pass goes through.
struct Replica {
    const EngineProfile& engine;
    const Model& model;
    const Tier& tier;
    int tensor;
    int pipeline;

    Replica(const Instance& instance, const Shape& shape)
        : engine(instance->engine),
          model(instance.model(shape.model)),
          tier(instance.tier(shape.tier)),
          tensor(shape.tensor),
          pipeline(shape.pipeline) {}

    double bytes_per_s() const { return tier.mem_bw_gbs * kGiga; }  ///< of one GPU
};

/// (a^p + b^p)^(1/p) for times: the longer one, rounded off where the two are close.
double smooth_max(double a, double b, double p) {
    const double longer = std::max(a, b);
    if (!(longer > 0)) return 0;
    return longer * std::pow(1 + std::pow(std::min(a, b) / longer, p), 1 / p);
}

/// P_read. An expert stays unread when every token of the pass leaves it out.
double layer_params_read(const Model& model, double tokens) {
    if (!model.experts) return model.params_linear;
    const double count = model.experts->count;
    const double hit = count * (1 - std::pow(1 - model.experts->per_token / count, tokens));
    return model.params_linear - (count - hit) * model.experts->params_each;
}

/// t_lin, of all layers and the head, whose weights stay at 16 bit.
double gemm_s(const Replica& replica, const Pass& pass) {
    const Model& model = replica.model;
    const Tier& tier = replica.tier;
    const double flop =
        kFlopPerWeight * (model.params_linear_active * pass.tokens + model.params_head * pass.sequences);
    const double bytes =
        layer_params_read(model, pass.tokens) * tier.weight_bytes + model.params_head * kBytesAt16Bit;
    const double compute_s = flop / (tier.peak_tflops * kTera * tier.mfu) / replica.tensor;
    const double read_s = bytes / (replica.bytes_per_s() * tier.mbu) / replica.tensor;
    return replica.engine.kernel_derate * smooth_max(compute_s, read_s, tier.pnorm);
}

/// t_att: causal attention over the prompt, 4 FLOP for half of all pairs of tokens; or a read of the KV cache, whose heads do not
/// split below one per GPU.
double attention_s(const Replica& replica, const Pass& pass) {
    const Model& model = replica.model;
    const Tier& tier = replica.tier;
    if (pass.phase == Phase::prefill) {
        const double pairs = pass.sequences * pass.context * pass.context / 2;
        const double flop = 4 * pairs * model.heads * model.head_dim * model.kv_layers;
        return flop / (tier.peak_tflops_16 * kTera * tier.mfu_attn) / replica.tensor;
    }
    const double bytes = pass.sequences * pass.context * kv_bytes_per_token(model, tier);
    return bytes / (replica.bytes_per_s() * tier.mbu_kv) / std::min(replica.tensor, model.kv_heads);
}

/// What the tokens of a pass carry from layer to layer and from stage to stage.
double activation_bytes(const Replica& replica, const Pass& pass) {
    return pass.tokens * replica.model.hidden * kBytesAt16Bit;
}

/// t_ew: norms and residuals of one layer, the same on every tensor-parallel GPU.
double elementwise_s(const Replica& replica, const Pass& pass) {
    return replica.engine.act_passes * activation_bytes(replica, pass) /
           (kElementwiseBandwidth * replica.bytes_per_s());
}

/// t_ar of one layer: in a ring each GPU sends all but its own part, twice.
double all_reduce_s(const Replica& replica, const Pass& pass) {
    if (replica.tensor == 1) return 0;
    const AllReduce& link = replica.tier.allreduce.at(replica.tensor);
    const double parts_sent = 2 * (1 - 1.0 / replica.tensor);
    const double send_s = parts_sent * activation_bytes(replica, pass) / (link.busbw_gbs * kGiga);
    return kAllReducesPerLayer * (link.lat_us * kMicro + send_s);
}

double launch_s(const Replica& replica) {
    const double tensor_us = replica.tensor > 1 ? replica.engine.tp_us_layer : 0;
    return (replica.engine.dev_us_layer + tensor_us) * kMicro;
}

double device_s(const Replica& replica, const Pass& pass) {
    const double each_layer_s =
        elementwise_s(replica, pass) + all_reduce_s(replica, pass) + launch_s(replica);
    return gemm_s(replica, pass) + attention_s(replica, pass) + replica.model.layers * each_layer_s;
}

double host_s(const Replica& replica, const Pass& pass) {
    const double us_layer = pass.phase == Phase::prefill ? replica.engine.host_us_layer_prefill
                                                         : replica.engine.host_us_layer_decode;
    return replica.model.layers * us_layer * replica.model.host_mult * kMicro;
}

/// t_pp: from stage to stage, between nodes as soon as one node does not hold all of them.
double hops_s(const Replica& replica, const Pass& pass) {
    const Tier& tier = replica.tier;
    if (replica.pipeline == 1) return 0;
    const bool fits_node = replica.tensor * replica.pipeline <= tier.gpus_per_node;
    const Hop& hop = fits_node ? tier.intra_node : tier.inter_node;
    return (replica.pipeline - 1) *
           (hop.lat_us * kMicro + activation_bytes(replica, pass) / (hop.gbs * kGiga));
}

/// T of either phase.
double pass_s(const Replica& replica, const Pass& pass) {
    const double book_keeping_s =
        pass.phase == Phase::decode ? replica.engine.seq_us * kMicro * pass.sequences : 0;
    return smooth_max(device_s(replica, pass), host_s(replica, pass), kHostSharpness) +
           hops_s(replica, pass) + book_keeping_s;
}

}  // namespace

double prefill_s(const Instance& instance, const Shape& shape, int i) {
    const double prompt = instance.type(i).input_tokens;
    return pass_s(Replica(instance, shape), {Phase::prefill, prompt, 1, prompt});
}

double decode_s(const Instance& instance, const Shape& shape, int concurrency, int i) {
    const QueryType& type = instance.type(i);
    const double sequences = concurrency;
    // On the mean over its answer a query attends to its prompt and half of the answer.
    const double context = type.input_tokens + type.output_tokens / 2;
    return pass_s(Replica(instance, shape), {Phase::decode, sequences, sequences, context});
}

ServiceTimes service_times(const Instance& instance, const Shape& shape, int concurrency, int i) {
    assert(instance->performance == PerformanceKind::two_phase && "Instance accepts no other");
    const EngineProfile& engine = instance->engine;
    const double answer = instance.type(i).output_tokens;
    const double t_pre_s = prefill_s(instance, shape, i);
    // While a query takes its `answer` steps, each of the other slots is refilled once on average, which halts all by a prefill.
    const double halted_s = engine.prefill_interference * concurrency * t_pre_s;
    ServiceTimes times;
    times.ttft_s = engine.request_ms * kMilli + t_pre_s;
    times.tpot_s = decode_s(instance, shape, concurrency, i) + halted_s / answer;
    times.delay_s = times.ttft_s + times.tpot_s * answer;
    return times;
}

}  // namespace allot::auditing
