#include <cmath>

#include <doctest/doctest.h>

#include "performance/two_phase_terms.hpp"
#include "support/approx.hpp"
#include "support/toy_hardware.hpp"

using namespace allot;
using allot::testing::approx;

namespace {

ReplicaRates toy_rates(int tensor, int pipeline) {
    return replica_rates(testing::toy_model(), testing::toy_tier(), testing::toy_engine(), tensor, pipeline);
}

}  // namespace

// Term by term on paper (docs/performance-model.md, section 2), so that a lost factor is named by its size.
TEST_CASE("prefill of a prompt is the sum of its terms") {
    // GEMM 2 (1e9 x 1000 + 1e8) / 5e13 = 40.004 ms, weights 1.2e9 / 8e11 = 1.5 ms, attention 2 x 10 x 1000^2 x 1000 / 2e13
    // = 1 ms, element-wise 10 x 8 x 1000 x 2000 / 8e11 = 0.2 ms, launch gaps 10 x 10 us = 0.1 ms.
    CHECK(prefill_s(toy_rates(1, 1), 1000) == approx(0.042804));
    // Three prompts in one pass: GEMM, attention and element-wise three times, weights and gaps once.
    CHECK(prefill_s(toy_rates(1, 1), 1000, 3) == approx(3 * 0.041204 + 0.0016));
}

// Decode is bandwidth-bound: counting weights per sequence instead of per step would forbid batching.
TEST_CASE("a decode step is the sum of its terms") {
    // b = 4, context 1250: GEMM 2 (4e9 + 4e8) / 5e13 = 176 us, weights 1500 us, KV 4 x 1250 x 8000 / 5e11 = 80 us,
    // element-wise 80 x 4 x 2000 / 8e11 = 0.8 us, gaps 100 us, sequences 4 x 30 us.
    CHECK(decode_s(toy_rates(1, 1), 1250, 4) == approx(1976.8e-6));
}

// More GPUs must not look free: all-reduces and unsplit kernels are what makes TP 8 a poor bargain.
TEST_CASE("tensor parallelism divides GEMMs, adds all-reduces and leaves element-wise kernels whole") {
    // n = 2: GEMM 88, weights 750, KV 40, element-wise 0.8, gaps 10 x (10 + 20), sequences 120,
    // all-reduce 2 x 10 x (10 us + 2 x 1/2 x 4 x 2000 B / 100 GB/s = 0.08 us) = 201.6.
    CHECK(decode_s(toy_rates(2, 1), 1250, 4) == approx(1500.4e-6));
    // n = 4: two KV heads do not split over four GPUs, KV stays 40; all-reduce 20 x (20 us + 2 x 3/4 x 0.08 us) = 402.4.
    CHECK(decode_s(toy_rates(4, 1), 1250, 4) == approx((44 + 375 + 40 + 0.8 + 300 + 120 + 402.4) * 1e-6));
}

// No figure for 8 GPUs must not mean no communication, which would make TP 8 the fastest of all.
TEST_CASE("a degree without an all-reduce figure takes that of the largest smaller one") {
    CHECK(toy_rates(8, 1).fixed_s == approx(toy_rates(4, 1).fixed_s));
}

// 5 us inside, 58 us between nodes: the place where a replica stops fitting its node decides about pipelines.
TEST_CASE("stages add hops: inside the node while the replica fits it, else between nodes") {
    // 4 tokens x 2000 B: 5 us + 0.8 us at 10 GB/s inside; 50 us + 8 us at 1 GB/s between.
    const double one_stage_s = decode_s(toy_rates(2, 1), 1250, 4);
    CHECK(decode_s(toy_rates(2, 2), 1250, 4) - one_stage_s == approx(5.8e-6, 1e-9));
    CHECK(decode_s(toy_rates(2, 4), 1250, 4) - one_stage_s == approx(3 * 58e-6, 1e-9));
    // 1000 tokens in the prompt: 5 us + 2e6 B / 10 GB/s.
    CHECK(prefill_s(toy_rates(2, 2), 1000) - prefill_s(toy_rates(2, 1), 1000) == approx(205e-6, 1e-9));
}

// The exponent tells native formats from unpacked weights:
// at the corner p = 1 takes 1.6 times as long as p = 3.
TEST_CASE("the roofline corner follows its exponent") {
    // 37.5 tokens compute as long as the weights take to read: 1.5 ms.
    Tier tier = testing::toy_tier();
    const auto corner_s = [&](double pnorm) {
        tier.pnorm = pnorm;
        return linear_s(replica_rates(testing::toy_model(), tier, testing::toy_engine(), 1, 1), 37.5, 0);
    };
    CHECK(corner_s(1) == approx(3e-3));
    CHECK(corner_s(2) == approx(1.5e-3 * std::sqrt(2.0)));
    CHECK(corner_s(3) == approx(1.5e-3 * std::cbrt(2.0)));
}

// Such times to the power of 100 are below the smallest double: kernels took no time at all.
TEST_CASE("the sharpest roofline is the longer of two short times") {
    Tier tier = testing::toy_tier();
    tier.pnorm = 100;
    tier.mem_bw_gbs *= 10;
    const ReplicaRates rates = replica_rates(testing::toy_model(), tier, testing::toy_engine(), 1, 1);
    CHECK(linear_s(rates, 1, 0) == approx(150e-6));
}

// Engines of 2023 are bound by the CPU:
// without the host term tensor parallelism would help where it does not.
TEST_CASE("an eager engine is bound by its host, a derated one by slower kernels") {
    EngineProfile engine = testing::toy_engine();
    engine.kernel_derate = 2;
    engine.host_us_layer_decode = 400;
    engine.host_us_layer_prefill = 800;
    Model model = testing::toy_model();
    model.host_mult = 1.25;
    const ReplicaRates rates = replica_rates(model, testing::toy_tier(), engine, 1, 1);
    // Decode: device 2 x 1676 + 80.8 + 100 us, host 10 x 400 x 1.25 = 5000 us; sequences are added after the overlap.
    CHECK(decode_s(rates, 1250, 4) ==
          approx(std::cbrt(std::pow(3532.8e-6, 3) + std::pow(5000e-6, 3)) + 120e-6));
    // Prefill: device 2 x 41.504 + 1.3 ms, host 10 ms.
    CHECK(prefill_s(rates, 1000) == approx(std::cbrt(std::pow(84.308e-3, 3) + std::pow(10e-3, 3))));
}

// One token reads 2 of 4 experts, a batch nearly all:
// charging all at b = 1 would make small batches look far too slow.
TEST_CASE("a mixture of experts reads the experts its tokens choose") {
    Model model = testing::toy_model();
    model.experts = Experts{4, 2, 2e8};
    model.params_linear_active = 6e8;
    const ReplicaRates rates = replica_rates(model, testing::toy_tier(), testing::toy_engine(), 1, 1);
    // One token hits 2 of 4 experts, two tokens 3: weights read 1.2e9 - 4e8 and 1.2e9 - 2e8 bytes at 8e11 B/s.
    CHECK(linear_s(rates, 1, 0) == approx(24e-6 + 1000e-6));
    CHECK(linear_s(rates, 2, 0) == approx(48e-6 + 1250e-6));
    CHECK(linear_s(rates, 2, 0, ExpertRead::all) == approx(48e-6 + 1500e-6));
    // The chord charges all experts: alpha is the weights and the gaps.
    CHECK(decode_chord(rates, 1250).alpha_s == approx(1600e-6));
}

// For an additive roofline the chord is exact: the case in which nothing may be lost by it.
TEST_CASE("the decode chord of an additive roofline is the decode time itself") {
    // Per sequence: GEMM 44 us, KV 20 us, element-wise 0.2 us, bookkeeping 30 us; weights 1500 us and gaps 100 us once.
    const DecodeChord chord = decode_chord(toy_rates(1, 1), 1250);
    CHECK(chord.alpha_s == approx(1600e-6));
    CHECK(chord.beta_s == approx(94.2e-6));
}

// The chord must err on the safe side inside [1, 128]: promised delays may be too long, never too short.
TEST_CASE(
    "the decode chord of a smooth roofline is never below the decode time inside, and equal at its ends") {
    Tier tier = testing::toy_tier();
    tier.pnorm = 3;
    const ReplicaRates rates = replica_rates(testing::toy_model(), tier, testing::toy_engine(), 2, 1);
    const DecodeChord chord = decode_chord(rates, 1250);
    CHECK(chord.alpha_s + chord.beta_s == approx(decode_s(rates, 1250, 1)));
    CHECK(chord.alpha_s + 128 * chord.beta_s == approx(decode_s(rates, 1250, 128)));
    for (int b = 2; b < 128; ++b) {
        CHECK(chord.alpha_s + b * chord.beta_s > decode_s(rates, 1250, b));
    }
}

// The head stays at 16 bit; scaled with the layers, INT4 models would fit GPUs that cannot hold them.
TEST_CASE("weights are quantised layers plus a 16-bit embedding and head, tied ones once") {
    Model model = testing::toy_model();
    CHECK(weight_gb(model, testing::toy_tier()) == approx(1.4));
    model.tied_embeddings = true;
    CHECK(weight_gb(model, testing::toy_tier()) == approx(1.2));
}

// Largest batches decide what fits; a negative one must stay negative and not turn into a huge count.
TEST_CASE("the largest batch is what fits beside the weights, with KV heads repeated below one per GPU") {
    // 24 x 0.9 - 2 = 19.6 GB per GPU; 1,500 tokens take 12 MB, on four GPUs with two KV heads 24 MB.
    const Model model = testing::toy_model();
    const Tier tier = testing::toy_tier();
    CHECK(usable_memory_gb(tier, 2) == approx(39.2));
    CHECK(max_batch(model, tier, 1, 1, 1500) == approx(18'200.0 / 12));
    CHECK(max_batch(model, tier, 4, 1, 1500) == approx(77'000.0 / 24));
    CHECK(max_batch(model, tier, 1, 4, 1500) == approx(77'000.0 / 12));
    Tier small = tier;
    small.mem_gb = 3;
    CHECK(max_batch(model, small, 1, 1, 1500) < 0);
}

// FP8 caches double the batch and speed up decoding: both must follow from the one figure of the tier.
TEST_CASE("8-bit KV halves the cache and its reads") {
    Tier tier = testing::toy_tier();
    tier.kv_bytes = 1;
    CHECK(kv_bytes_per_token(testing::toy_model(), tier) == approx(4000));
    CHECK(replicated_kv_bytes_per_token(testing::toy_model(), tier, 4) == approx(8000));
    // 80 us become 40 us in the step above.
    const ReplicaRates rates = replica_rates(testing::toy_model(), tier, testing::toy_engine(), 1, 1);
    CHECK(decode_s(rates, 1250, 4) == approx(1936.8e-6));
}
