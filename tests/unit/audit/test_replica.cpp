#include <doctest/doctest.h>

#include "audit/replica.hpp"
#include "support/audited_plan.hpp"

using namespace allot;
using namespace allot::auditing;

// At 4 bit embedding and head are a third of these weights:
// scaled down too, a model would fit where it crashes.
TEST_CASE("weights: layers at the precision of the tier, embedding and head at 16 bit") {
    Model model;
    model.params_linear = 8e9;
    model.params_embed = model.params_head = 5e8;
    Tier tier;
    tier.weight_bytes = 0.52;
    CHECK(weights_gb(model, tier) == doctest::Approx(8 * 0.52 + 2 * 0.5 * 2).epsilon(1e-12));
    model.tied_embeddings = true;
    CHECK(weights_gb(model, tier) == doctest::Approx(8 * 0.52 + 0.5 * 2).epsilon(1e-12));
}

// Replicated KV heads double the cache and bubbles cost a tenth of the slots:
// left out, fleets would be sized too small.
TEST_CASE("loads: slots of a pipeline and KV heads copied beyond one per GPU") {
    // Two stages of 10 sequences: 2 x 10 x 0.9 x 0.6 = 10.8 slots. Tensor degree 4 with 2 KV heads: each query takes twice
    // 8000 x 1100 bytes = 0.0176 GB. Eight GPUs of 24 GB: 8 x 19.6 - 1.4 = 155.4 GB free.
    const Instance instance(allot::testing::audited_data());
    const double delay_s = 3.6;  // 10 per s x 3.6 s = 36 resident queries of chat
    const Loads found = loads(instance, Shape{0, 0, 4, 2}, 10, 0, delay_s);
    CHECK(found.slots == doctest::Approx(36 / 10.8).epsilon(1e-12));
    CHECK(found.kv_memory == doctest::Approx(36 * 0.0176 / 155.4).epsilon(1e-12));
}

// FP8 caches are why some tiers are worth their price; at 16 bit their replicas would look half as large.
TEST_CASE("loads: the KV cache of a tier with 8-bit KV is half as large") {
    const Instance instance =
        Instance(allot::testing::audited_data()).with([](InstanceData& data) { data.tiers[0].kv_bytes = 1; });
    const Loads found = loads(instance, Shape{0, 0, 1, 1}, 10, 0, 3.6);
    CHECK(found.kv_memory == doctest::Approx(36 * 0.0044 / 18.2).epsilon(1e-12));
}
