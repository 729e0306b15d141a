#include "generator/hardware.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <string_view>

#include "allot/error.hpp"
#include "util/rng.hpp"
#include "util/rounding.hpp"

namespace allot {

namespace {

constexpr std::uint64_t kModelStream = 1;
constexpr std::uint64_t kGpuStream = 2;

/// What the generator builds on, and in which order small instances take it: a few of them should still be of several kinds.
struct Base {
    const char* id;
    double capacity;  // of models; unused for tiers
    int rank;         // the n best ranks make the n first
};

// Capacities of the predecessor, moved to be monotone in the size of the model.
constexpr std::array<Base, 6> kModels{{{"llama-3.2-1b", 1, 1},
                                       {"llama-3.2-3b", 3, 3},
                                       {"llama-3.1-8b", 6, 0},
                                       {"llama-3.2-11b-vision", 6, 5},
                                       {"qwen2.5-32b", 10, 4},
                                       {"llama-3.1-70b", 16, 2}}};

constexpr std::array<Base, 10> kTiers{{{"a6000/fp16", 0, 3},
                                       {"a6000/int8", 0, 6},
                                       {"a6000/int4", 0, 8},
                                       {"rtx4090/fp16", 0, 4},
                                       {"rtx4090/int8", 0, 9},
                                       {"rtx4090/int4", 0, 1},
                                       {"a100-40/bf16", 0, 2},
                                       {"a100-40/int8", 0, 7},
                                       {"h100-80/bf16", 0, 0},
                                       {"h100-80/int8", 0, 5}}};

/// The element with that id. Throws InputError when there is none.
template <class T>
const T& find_in_catalog(const std::vector<T>& items, const std::string& id, const std::string& kind) {
    const auto found = std::find_if(items.begin(), items.end(), [&](const T& item) { return item.id == id; });
    if (found == items.end()) {
        throw InputError(std::vector{Problem{"", 0, 0, "catalog." + kind, "",
                                             "an entry '" + id + "', which the generator builds on"}});
    }
    return *found;
}

/// Entry `base` of a table in generation 1 (as in the catalogue), 2, 3, ... (variants).
struct Pick {
    std::size_t base;
    int generation;
};

/// Whole generations of the table, then those of the next one that rank first.
template <std::size_t n>
std::vector<Pick> pick(const std::array<Base, n>& table, int count) {
    std::vector<Pick> picks;
    for (int generation = 1; static_cast<int>(picks.size()) < count; ++generation) {
        const int left = count - static_cast<int>(picks.size());
        for (std::size_t base = 0; base < n; ++base) {
            if (table[base].rank < left) {
                picks.push_back({base, generation});
            }
        }
    }
    return picks;
}

/// A random stream for each entry and generation.
std::uint64_t stream_index(const Pick& entry) {
    return 1000 * static_cast<std::uint64_t>(entry.generation) + entry.base;
}

std::string variant_id(const std::string& id, int generation) {
    return generation == 1 ? id : id + "-v" + std::to_string(generation);
}

/// Depth and width of the layers change, the attention heads (and with them the tensor-parallel degrees) do not.
Model vary_model(const Model& base, Rng& rng) {
    Model model = base;
    const int depth_percent = rng.integer(80, 125);
    const int width_percent = rng.integer(85, 118);
    model.layers = std::max(1, base.layers * depth_percent / 100);
    model.kv_layers = std::max(1, base.kv_layers * model.layers / base.layers);
    const double factor = static_cast<double>(model.layers) / base.layers * width_percent / 100;
    model.params_linear = std::round(base.params_linear * factor);
    model.params_linear_active = std::round(base.params_linear_active * factor);
    model.params_total = base.params_total + (model.params_linear - base.params_linear);
    const double kv_factor = static_cast<double>(model.kv_layers) / base.kv_layers;
    model.kv_bytes_per_token_16 = std::round(base.kv_bytes_per_token_16 * kv_factor);
    model.kv_bytes_per_token_8 = std::round(base.kv_bytes_per_token_8 * kv_factor);
    return model;
}

/// A GPU of another make: its tiers all change alike, for the stream belongs to (GPU, generation).
Tier vary_tier(const Tier& base, int generation, Rng& rng) {
    Tier tier = base;
    tier.price_usd_per_gpu_hour = round_significant(base.price_usd_per_gpu_hour * rng.uniform(0.7, 1.4), 3);
    if (generation == 1) {
        return tier;
    }
    tier.gpu = variant_id(base.gpu, generation);
    tier.id = tier.gpu + "/" + base.precision;
    tier.mem_bw_gbs = round_significant(base.mem_bw_gbs * rng.uniform(0.8, 1.25), 3);
    const double compute_factor = rng.uniform(0.8, 1.25);
    tier.peak_tflops = round_significant(base.peak_tflops * compute_factor, 3);
    tier.peak_tflops_16 = round_significant(base.peak_tflops_16 * compute_factor, 3);
    tier.mem_gb = rng.chance(0.3) ? base.mem_gb * 1.5 : base.mem_gb;
    tier.evidence = Evidence::assumed;
    return tier;
}

/// The first entry of the table that runs on the same GPU: its stream serves all of them.
std::size_t first_of_gpu(std::size_t tier) {
    const auto gpu_of = [](const Base& base) {
        return std::string_view(base.id).substr(0, std::string_view(base.id).find('/'));
    };
    std::size_t first = tier;
    while (first > 0 && gpu_of(kTiers[first - 1]) == gpu_of(kTiers[tier])) {
        --first;
    }
    return first;
}

}  // namespace

std::vector<RatedModel> make_models(int count, std::uint64_t seed, const Catalog& catalog) {
    std::vector<RatedModel> models;
    for (const Pick& entry : pick(kModels, count)) {
        const Base& base = kModels[entry.base];
        const Model& original = find_in_catalog(catalog.models, base.id, "models");
        if (entry.generation == 1) {
            models.push_back({original, base.capacity});
            continue;
        }
        Rng rng(seed, kModelStream, stream_index(entry));
        Model model = vary_model(original, rng);
        model.id = variant_id(original.id, entry.generation);
        model.name = variant_id(original.name, entry.generation);
        const double growth = model.params_linear / original.params_linear;
        models.push_back({model, base.capacity * (0.5 + 0.5 * growth) * rng.uniform(0.9, 1.1)});
    }
    return models;
}

std::vector<Tier> make_tiers(int count, std::uint64_t seed, const Catalog& catalog) {
    std::vector<Tier> tiers;
    for (const Pick& entry : pick(kTiers, count)) {
        const Tier& original = find_in_catalog(catalog.tiers, kTiers[entry.base].id, "tiers");
        Rng rng(seed, kGpuStream, stream_index({first_of_gpu(entry.base), entry.generation}));
        tiers.push_back(vary_tier(original, entry.generation, rng));
    }
    return tiers;
}

}  // namespace allot
