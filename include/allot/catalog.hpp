#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace allot {

/// Where a figure comes from: measured on that hardware, transferred from the same die or family, or assumed.
enum class Evidence { measured, transferred, assumed };

/// The weaker of two tags: a figure is worth as much as its weakest ingredient.
Evidence weaker(Evidence a, Evidence b);
const char* to_string(Evidence evidence);

/// Mixture-of-experts part of a model.
struct Experts {
    int count = 0;
    int per_token = 0;
    double params_each = 0;
};

/// A language model: its shapes, from which weights, KV cache and FLOP follow (docs/performance-model.md, section 1).
struct Model {
    std::string id;
    std::string name;
    int layers = 0;
    int hidden = 0;
    int heads = 0;
    int kv_heads = 0;
    int head_dim = 0;
    int kv_layers = 0;
    double params_total = 0;
    double params_linear = 0;         ///< layer weights, the part that is quantised
    double params_linear_active = 0;  ///< of those, used per token (= params_linear when dense)
    double params_embed = 0;
    double params_head = 0;
    bool tied_embeddings = false;
    double kv_bytes_per_token_16 = 0;  ///< K and V of one token at 16 bit, whole model [bytes]
    double kv_bytes_per_token_8 = 0;
    int max_context = 0;     ///< tokens; input + output of a query must not exceed it; 0 = unlimited
    double host_mult = 1.0;  ///< host overhead relative to a Llama-like layer
    std::optional<Experts> experts;
};

/// Time of an all-reduce of `bytes` over n GPUs: lat_us + 2(n-1)/n * bytes / busbw.
struct AllReduce {
    double lat_us = 0;
    double busbw_gbs = 0;
};

/// Point-to-point transfer between pipeline stages.
struct Hop {
    double lat_us = 0;
    double gbs = 0;
};

/// A tier: one GPU type at one precision. Tiers of one GPU type share the pool of that type.
struct Tier {
    std::string id;             ///< "h100-80/fp8"
    std::string gpu;            ///< pool, "h100-80"
    std::string precision;      ///< bf16 | fp16 | fp8 | int8 | int4 | nvfp4
    double weight_bytes = 0;    ///< bytes per quantised weight
    double kv_bytes = 0;        ///< bytes per KV element (2 or 1)
    double peak_tflops = 0;     ///< dense, at this precision
    double peak_tflops_16 = 0;  ///< dense, 16 bit (attention runs there)
    double mfu = 0;             ///< fraction of peak_tflops reached by layer GEMMs
    double mbu = 0;             ///< fraction of mem_bw reached by layer GEMMs
    double pnorm = 0;           ///< sharpness of the roofline corner
    double mfu_attn = 0;        ///< fraction of the 16-bit peak reached by prefill attention
    double mbu_kv = 0;          ///< fraction of mem_bw reached by decode attention
    double mem_gb = 0;
    double mem_bw_gbs = 0;
    int gpus_per_node = 0;
    double price_usd_per_gpu_hour = 0;
    std::optional<int> available;        ///< GPUs of the whole pool; none = unlimited
    std::map<int, AllReduce> allreduce;  ///< by tensor-parallel degree; degree 1 needs none
    Hop intra_node;
    Hop inter_node;
    Evidence evidence = Evidence::assumed;
};

/// Serving engine: constant overheads per layer, sequence and request.
struct EngineProfile {
    std::string id;
    std::string description;
    double kernel_derate = 1;
    double act_passes = 0;
    double dev_us_layer = 0;
    double tp_us_layer = 0;
    double seq_us = 0;
    double prefill_interference = 0;  ///< gamma
    double host_us_layer_decode = 0;
    double host_us_layer_prefill = 0;
    double request_ms = 0;
};

/// A kind of work whose answers can be graded (accuracy catalogue).
struct Task {
    std::string id;
    std::string proxy;  ///< the public benchmark the errors stand for
    int num_items = 0;  ///< graded items behind the figure
    double sigma = 1;   ///< sensitivity to quantisation
};

/// Error at 16 bit by (model, task), and how precision moves it (docs/performance-model.md, section 7). All assumptions.
struct AccuracyTable {
    std::map<std::string, Task> tasks;
    std::map<std::string, std::map<std::string, double>> error16;  ///< model id -> task id -> error in [0,1]
    double gamma = 0.5;
    std::map<std::string, double> kappa;  ///< precision -> shift of the logit for an 8B model
};

/// Everything an instance may refer to by id.
struct Catalog {
    std::vector<Model> models;
    std::vector<Tier> tiers;
    std::vector<EngineProfile> engines;
    AccuracyTable accuracy;
};

}  // namespace allot
