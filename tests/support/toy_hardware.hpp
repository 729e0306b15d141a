#pragma once

#include "allot/catalog.hpp"

namespace allot::testing {

/// A model, a GPU and an engine with round numbers, so that tests can derive every expected time by hand.
/// KV: 2 x 10 layers x 2 heads x 100 x 2 bytes = 8,000 bytes per token.
inline Model toy_model() {
    Model model;
    model.id = model.name = "toy";
    model.layers = model.kv_layers = 10;
    model.hidden = 1000;
    model.heads = 10;
    model.kv_heads = 2;
    model.head_dim = 100;
    model.params_total = 1.2e9;
    model.params_linear = model.params_linear_active = 1e9;
    model.params_embed = model.params_head = 1e8;
    model.kv_bytes_per_token_16 = 8000;
    model.kv_bytes_per_token_8 = 4000;
    model.max_context = 100'000;
    return model;
}

/// 50 TFLOP/s and 800 GB/s reached by GEMMs, 20 TFLOP/s by prefill attention, 500 GB/s by decode attention; 8-bit weights.
inline Tier toy_tier() {
    Tier tier;
    tier.id = "toy/fp8";
    tier.gpu = "toy";
    tier.precision = "fp8";
    tier.weight_bytes = 1;
    tier.kv_bytes = 2;
    tier.peak_tflops = 100;
    tier.peak_tflops_16 = 50;
    tier.mfu = 0.5;
    tier.mbu = 0.8;
    tier.pnorm = 1;
    tier.mfu_attn = 0.4;
    tier.mbu_kv = 0.5;
    tier.mem_gb = 24;
    tier.mem_bw_gbs = 1000;
    tier.gpus_per_node = 4;
    tier.price_usd_per_gpu_hour = 1;
    tier.allreduce = {{2, {10, 100}}, {4, {20, 100}}};
    tier.intra_node = {5, 10};
    tier.inter_node = {50, 1};
    tier.evidence = Evidence::measured;
    return tier;
}

inline EngineProfile toy_engine() {
    EngineProfile engine;
    engine.id = "toy";
    engine.act_passes = 8;
    engine.dev_us_layer = 10;
    engine.tp_us_layer = 20;
    engine.seq_us = 30;
    engine.prefill_interference = 0.5;
    engine.request_ms = 40;
    return engine;
}

}  // namespace allot::testing
