#pragma once

#include <map>
#include <string>

#include "allot/catalog.hpp"
#include "problem/schema.hpp"

namespace allot {

/// Smaller models do not exist; a smaller count is one in billions.
inline constexpr double kFewestParams = 1e5;

/// Ranges that several objects share.
namespace range {

inline constexpr Range fraction{.min = 0, .max = 1, .hint_above = "a share: 85 % is 0.85"};
inline constexpr Range positive_fraction{
    .min = 0, .max = 1, .above_min = true, .hint_above = "a share: 85 % is 0.85"};
inline constexpr Range microseconds{
    .min = 0, .max = 1e6, .unit = "microseconds", .hint_above = "a time per step, in microseconds"};
inline constexpr Range bandwidth{
    .min = 0, .max = 1e6, .above_min = true, .unit = "GB/s", .hint_above = "in GB/s, not in bytes/s"};
inline constexpr Range price{.min = 0,
                             .max = 1e5,
                             .above_min = true,
                             .unit = "USD per GPU and hour",
                             .hint_above = "of one GPU for one hour"};

constexpr Range count(double max, const char* unit = "", const char* hint = "") {
    return {.min = 1, .max = max, .unit = unit, .hint_above = hint};
}
constexpr Range params(double min) {
    return {.min = min, .max = 1e14, .unit = "parameters", .hint_below = "a count, not in billions: 8e9"};
}

}  // namespace range

template <>
struct Schema<Experts> {
    static constexpr auto parts =
        std::tuple(required("experts", &Experts::count, range::count(65536)),
                   required("experts_per_token", &Experts::per_token, range::count(65536)),
                   required("params_per_expert", &Experts::params_each, range::params(1)));
};

template <>
struct Schema<Model> {
    static constexpr Range kv_bytes{.min = 0, .max = 1e9, .above_min = true, .unit = "bytes per token"};
    static constexpr auto parts = std::tuple(
        required("id", &Model::id), optional("name", &Model::name),
        required("layers", &Model::layers, range::count(10000)),
        required("hidden", &Model::hidden, range::count(1e7)),
        required("heads", &Model::heads, range::count(1e5)),
        required("kv_heads", &Model::kv_heads, range::count(1e5)),
        required("head_dim", &Model::head_dim, range::count(1e5)), note("ffn"), note("vocab"),
        optional("tied_embeddings", &Model::tied_embeddings),
        required("params_total", &Model::params_total, range::params(kFewestParams)),
        required("params_linear", &Model::params_linear, range::params(kFewestParams)),
        required("params_linear_active", &Model::params_linear_active, range::params(kFewestParams)),
        required("params_embed", &Model::params_embed, range::params(0)),
        required("params_head", &Model::params_head, range::params(0)), inlined(&Model::experts),
        note("params_active"), required("kv_layers", &Model::kv_layers, range::count(10000)),
        required("kv_bytes_per_token_16", &Model::kv_bytes_per_token_16, kv_bytes),
        required("kv_bytes_per_token_8", &Model::kv_bytes_per_token_8, kv_bytes), note("weight_gb"),
        optional("max_context", &Model::max_context, Range{.min = 0, .max = 1e9, .unit = "tokens"}),
        note("formula_params"),
        optional("host_mult", &Model::host_mult, Range{.min = 0, .max = 100, .above_min = true}),
        note("note"));
};

template <>
struct Schema<AllReduce> {
    static constexpr auto parts = std::tuple(required("lat_us", &AllReduce::lat_us, range::microseconds),
                                             required("busbw_gbs", &AllReduce::busbw_gbs, range::bandwidth));
};

/// Keys of a tier that belong to its precision, and those that belong to its GPU: the hardware catalogue lists the latter once for
/// all tiers of a GPU, an instance gives both for one tier.
inline constexpr auto kPrecisionParts =
    std::tuple(required("precision", &Tier::precision),
               required("weight_bytes", &Tier::weight_bytes,
                        Range{.min = 0,
                              .max = 8,
                              .above_min = true,
                              .unit = "bytes per weight",
                              .hint_above = "bytes, not bits"}),
               required("kv_bytes", &Tier::kv_bytes,
                        Range{.min = 0,
                              .max = 8,
                              .above_min = true,
                              .unit = "bytes per KV element",
                              .hint_above = "bytes, not bits"}),
               required("peak_tflops", &Tier::peak_tflops, Range{.min = 0.1, .max = 1e6, .unit = "TFLOP/s"}),
               required("mfu", &Tier::mfu, range::positive_fraction),
               required("mbu", &Tier::mbu, range::positive_fraction),
               required("pnorm", &Tier::pnorm, Range{.min = 1, .max = 100}),
               optional("evidence", &Tier::evidence), note("source"), note("kernel_mape"));

inline constexpr auto kGpuParts = std::tuple(
    required("mem_gb", &Tier::mem_gb,
             Range{.min = 1, .max = 1e4, .unit = "GB", .hint_above = "in GB, not in MB"}),
    required("mem_bw_gbs", &Tier::mem_bw_gbs,
             Range{.min = 1, .max = 1e6, .unit = "GB/s", .hint_above = "in GB/s, not in bytes/s"}),
    required("gpus_per_node", &Tier::gpus_per_node, range::count(1024)),
    required("mfu_attn", &Tier::mfu_attn, range::positive_fraction),
    required("mbu_kv", &Tier::mbu_kv, range::positive_fraction), note("attn_evidence"),
    group("intra_node", note("kind"), note("link_gbs_per_dir"),
          required("p2p_lat_us", Chain<&Tier::intra_node, &Hop::lat_us>{}, range::microseconds),
          required("p2p_gbs", Chain<&Tier::intra_node, &Hop::gbs>{}, range::bandwidth),
          required("allreduce", &Tier::allreduce), note("evidence")),
    group("inter_node", note("kind"),
          required("lat_us", Chain<&Tier::inter_node, &Hop::lat_us>{}, range::microseconds),
          required("gbs", Chain<&Tier::inter_node, &Hop::gbs>{}, range::bandwidth), note("evidence")));

template <>
struct Schema<Tier> {
    static constexpr auto parts = std::tuple_cat(
        std::tuple(required("id", &Tier::id), required("gpu", &Tier::gpu)), kPrecisionParts,
        std::tuple(optional("peak_tflops_16", &Tier::peak_tflops_16,
                            Range{.min = 0.1, .max = 1e6, .unit = "TFLOP/s"})),
        kGpuParts,
        std::tuple(required("price_usd_per_gpu_hour", &Tier::price_usd_per_gpu_hour, range::price),
                   optional("available", &Tier::available, Range{.min = 0, .max = 1e9, .unit = "GPUs"})));
};

/// Keys of an engine profile but its id, which is the key in the hardware catalogue and a key of its own in an instance.
inline constexpr auto kEngineParts = std::tuple(
    optional("description", &EngineProfile::description),
    required("kernel_derate", &EngineProfile::kernel_derate, Range{.min = 0.1, .max = 100}),
    required("act_passes", &EngineProfile::act_passes, Range{.min = 0, .max = 1e4}),
    required("dev_us_layer", &EngineProfile::dev_us_layer, range::microseconds),
    required("tp_us_layer", &EngineProfile::tp_us_layer, range::microseconds),
    required("seq_us", &EngineProfile::seq_us, range::microseconds),
    required("prefill_interference", &EngineProfile::prefill_interference, Range{.min = 0, .max = 10}),
    required("host_us_layer_decode", &EngineProfile::host_us_layer_decode, range::microseconds),
    required("host_us_layer_prefill", &EngineProfile::host_us_layer_prefill, range::microseconds),
    required("request_ms", &EngineProfile::request_ms, Range{.min = 0, .max = 6e4, .unit = "milliseconds"}));

template <>
struct Schema<EngineProfile> {
    static constexpr auto parts =
        std::tuple_cat(std::tuple(required("id", &EngineProfile::id)), kEngineParts);
};

template <>
struct Schema<Task> {
    static constexpr auto parts = std::tuple(optional("proxy", &Task::proxy),
                                             optional("n", &Task::num_items, Range{.min = 0, .max = 2e9}),
                                             optional("sigma", &Task::sigma, Range{.min = 0, .max = 100}));
};

template <>
struct Schema<AccuracyTable> {
    static constexpr auto parts = std::tuple(
        note("schema"), optional("query_types", &AccuracyTable::tasks),
        optional("error16", &AccuracyTable::error16, range::fraction),
        group("quantisation", optional("gamma", &AccuracyTable::gamma, Range{.min = 0, .max = 10}),
              optional("kappa", &AccuracyTable::kappa, Range{.min = 0, .max = 10}), note("sources")));
};

}  // namespace allot
