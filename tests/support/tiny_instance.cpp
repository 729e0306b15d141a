#include "support/tiny_instance.hpp"

namespace allot::testing {

namespace {

Model make_model(const char* id, int layers, int hidden, double params_linear, double params_embed) {
    Model model;
    model.id = id;
    model.name = id;
    model.layers = layers;
    model.hidden = hidden;
    model.heads = hidden / 125;
    model.kv_heads = 8;
    model.head_dim = 125;
    model.kv_layers = layers;
    model.params_total = params_linear + 2 * params_embed;
    model.params_linear = params_linear;
    model.params_linear_active = params_linear;
    model.params_embed = params_embed;
    model.params_head = params_embed;
    model.kv_bytes_per_token_16 = 2.0 * layers * model.kv_heads * model.head_dim * 2.0;
    model.kv_bytes_per_token_8 = model.kv_bytes_per_token_16 / 2;
    model.max_context = 8192;
    return model;
}

Tier make_gpu_a() {
    Tier tier;
    tier.id = "gpu-a/bf16";
    tier.gpu = "gpu-a";
    tier.precision = "bf16";
    tier.weight_bytes = 2;
    tier.kv_bytes = 2;
    tier.peak_tflops = 100;
    tier.peak_tflops_16 = 100;
    tier.mfu = 0.5;
    tier.mbu = 0.8;
    tier.pnorm = 3;
    tier.mfu_attn = 0.4;
    tier.mbu_kv = 0.75;
    tier.mem_gb = 24;
    tier.mem_bw_gbs = 1000;
    tier.gpus_per_node = 4;
    tier.price_usd_per_gpu_hour = 0.5;
    tier.allreduce = {{2, {10, 20}}, {4, {15, 10}}};
    tier.intra_node = {10, 20};
    tier.inter_node = {30, 3};
    tier.evidence = Evidence::measured;
    return tier;
}

Tier make_gpu_b() {
    Tier tier = make_gpu_a();
    tier.id = "gpu-b/fp8";
    tier.gpu = "gpu-b";
    tier.precision = "fp8";
    tier.weight_bytes = 1;
    tier.kv_bytes = 1;
    tier.peak_tflops = 2000;
    tier.peak_tflops_16 = 1000;
    tier.mem_gb = 80;
    tier.mem_bw_gbs = 3000;
    tier.gpus_per_node = 8;
    tier.price_usd_per_gpu_hour = 2;
    tier.allreduce = {{2, {4, 250}}, {4, {5, 250}}, {8, {6, 250}}};
    tier.intra_node = {8, 350};
    tier.inter_node = {20, 35};
    tier.evidence = Evidence::transferred;
    return tier;
}

QueryType make_type(const char* name, double rate_per_hour, double input_tokens, double output_tokens) {
    QueryType type;
    type.name = name;
    type.rate_per_hour = rate_per_hour;
    type.input_tokens = input_tokens;
    type.output_tokens = output_tokens;
    type.token_bytes = 2;
    return type;
}

QueryType make_chat() {
    QueryType type = make_type("chat", 3600, 500, 200);
    type.task = "qa";
    type.slo = {20, 1, 0.1, 0.25};
    type.max_unmet = 0.05;
    type.unmet_usd_per_query = 0.02;
    type.delay_usd_per_query_s = 1e-5;
    return type;
}

QueryType make_code() {
    QueryType type = make_type("code", 1800, 2000, 50);
    type.error["small"].value = 0.4;
    type.error["large"].by_precision = {{"bf16", 0.2}, {"fp8", 0.21}};
    type.slo.delay_s = 10;
    type.slo.error = 0.35;
    type.delay_usd_per_query_s = 2e-5;
    return type;
}

QueryType make_batch() {
    QueryType type = make_type("batch", 360, 1000, 500);
    type.task = "qa";
    type.slo.delay_s = 60;
    type.delay_slo = DelaySlo::mean;
    type.models = {"large"};
    type.priority = 2;
    return type;
}

}  // namespace

InstanceData tiny_instance_data() {
    InstanceData data;
    data.name = "tiny";
    data.engine = {"tiny", "round numbers", 1, 10, 20, 20, 25, 0.9, 0, 0, 40};
    data.accuracy.tasks["qa"] = {"qa", "made up", 1000, 1};
    data.accuracy.error16 = {{"small", {{"qa", 0.20}}}, {"large", {{"qa", 0.10}}}};
    data.accuracy.kappa = {{"bf16", 0}, {"fp8", 0.015}};
    data.parallelism.tensor = {1, 2, 4};
    data.parallelism.pipeline = {1, 2};
    data.parallelism.concurrency = {1, 4, 16};
    data.storage = {1000, 0.001};
    data.query_types = {make_chat(), make_code(), make_batch()};
    data.models = {make_model("small", 10, 1000, 1e9, 1e8), make_model("large", 40, 4000, 1e10, 2e8)};
    data.tiers = {make_gpu_a(), make_gpu_b()};
    return data;
}

}  // namespace allot::testing
