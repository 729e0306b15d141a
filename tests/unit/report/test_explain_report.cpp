#include <doctest/doctest.h>

#include "report/explain_report.hpp"

using namespace allot;

namespace {

/// A type that may use 2 of 10 configurations; five are too slow, three too big.
TypeExplanation hand_made() {
    TypeExplanation explanation;
    explanation.query_type = "code";
    explanation.configurations = 10;
    explanation.admissible = 2;
    explanation.cheapest = ConfigurationName{"small", "gpu-a/bf16", 1, 1, 4};
    explanation.usd_per_hour = 0.5;
    explanation.delay_s = 1.234;
    explanation.least_error = 0.2;
    RejectionGroup slow;
    slow.reason = "ttft_slo";
    slow.count = 5;
    slow.nearest = {"large", "gpu-b/fp8", 2, 1, 16};
    slow.needed = 0.30101;
    slow.available = 0.25;
    slow.unit = "s";
    slow.evidence = Evidence::transferred;
    slow.raise = {{"query_types.code.slo.ttft_s", 0.25, 0.30101}, {"query_types.code.slo.delay_s", 2, 2.5}};
    RejectionGroup big;
    big.reason = "weights_exceed_memory";
    big.count = 3;
    big.nearest = {"large", "gpu-a/bf16", 1, 1, 1};
    big.needed = 20.8;
    big.available = 19.6;
    big.unit = "GB";
    explanation.rejections = {slow, big};
    return explanation;
}

}  // namespace

// The layout is the product here: reason, need, limit, and exactly what to type to get the configuration in.
TEST_CASE("an explanation gives the cheapest replica, the reasons and what would admit the nearest miss") {
    CHECK(explain_text({hand_made()}, Style()) == R"(code: 2 of 10 configurations admissible
  cheapest replica: small on gpu-a/bf16 TP 1 PP 1 concurrency 4: 0.50 USD/h, delay 1.23 s
  count  reason                   needs     limit  nearest miss
      5  ttft_slo               0.301 s~   0.25 s  large on gpu-b/fp8 TP 2 PP 1 concurrency 16
      3  weights_exceed_memory  20.8 GB   19.6 GB  large on gpu-a/bf16 TP 1 PP 1 concurrency 1
  what would admit the nearest miss
    ttft_slo: query_types.code.slo.ttft_s >= 0.302 and query_types.code.slo.delay_s >= 2.5
    weights_exceed_memory: more GPUs per replica (TP, PP), a lower precision, or a GPU with more memory

  ~ transferred: calibrated on another GPU of the same die or family, not on this one
)");
}

// The two dead ends must read differently: nothing admissible at all,
// and admissible but never accurate enough.
TEST_CASE("a type without any admissible configuration, and one whose error limit is out of reach") {
    TypeExplanation hopeless;
    hopeless.query_type = "chat";
    hopeless.configurations = 4;
    CHECK(explain_text({hopeless}, Style()) == "chat: 0 of 4 configurations admissible\n");
    TypeExplanation inaccurate = hand_made();
    inaccurate.rejections.clear();
    inaccurate.raise_error = RequiredLimit{"query_types.code.slo.error", 0.1, 0.2};
    CHECK(
        explain_text({hopeless, inaccurate}, Style())
            .find(
                "\n\ncode: 2 of 10 configurations admissible\n"
                "  cheapest replica: small on gpu-a/bf16 TP 1 PP 1 concurrency 4: 0.50 USD/h, delay 1.23 s\n"
                "  no admissible configuration reaches the error limit of 10 %: the best has 20 %; it would "
                "take "
                "query_types.code.slo.error >= 0.2\n") != std::string::npos);
}

// Each word promises another thing: a price that was tried, a limit that is only ruled out above, no price at all.
TEST_CASE("reduced costs say what a price would have to be, and how that is known") {
    ReducedCosts costs;
    costs.lower_bound_usd = 137.664;
    costs.best_usd = 150;
    costs.plan_usd = 169.25;
    GroupReducedCost group;
    group.nearest = {"small", "gpu-a/bf16", 1, 1, 4};
    group.at_least_usd = 137.664;
    group.usd_per_gpu_hour = 0.5;
    const auto add = [&](BreakEven known, const std::optional<double>& usd) {
        group.known = known;
        group.is_planned = known == BreakEven::planned;
        group.break_even_usd_per_gpu_hour = usd;
        costs.groups.push_back(group);
    };
    add(BreakEven::planned, {});
    group.nearest.tier = "gpu-b/fp8";
    group.usd_per_gpu_hour = 2;
    add(BreakEven::worth, 2.0);
    group.evidence = Evidence::assumed;
    group.at_least_usd = 150;
    add(BreakEven::resolved, 1.72);
    add(BreakEven::not_above, 1.5);
    add(BreakEven::tier_in_use, {});
    add(BreakEven::unknown, {});
    add(BreakEven::never, {});
    CHECK(explain_text({}, Style(), costs) == R"(
Prices that would bring in the rest of one tier at a time, the others unchanged
  no plan costs less than 137.66 USD; the cheapest known costs 150.00; this one costs 169.25
  configuration, the nearest of its model and tier  USD/GPU-h  would have to be      a plan with it costs at least
  small on gpu-a/bf16 TP 1 PP 1 concurrency 4           0.500  in the plan                                  137.66
  small on gpu-b/fp8 TP 1 PP 1 concurrency 4             2.00  worth its price                              137.66
  small on gpu-b/fp8 TP 1 PP 1 concurrency 4             2.00  14 % cheaper: 1.72?                          150.00
  small on gpu-b/fp8 TP 1 PP 1 concurrency 4             2.00  not above 1.50?                              150.00
  small on gpu-b/fp8 TP 1 PP 1 concurrency 4             2.00  tier in use                                  150.00
  small on gpu-b/fp8 TP 1 PP 1 concurrency 4             2.00  not looked at                                150.00
  small on gpu-b/fp8 TP 1 PP 1 concurrency 4             2.00  not even for nothing                         150.00
  cheaper: solved again at that price, where a plan with it costs less; 1 % above it none does
  not above: from that price on no plan with it costs less; it may have to be far lower
  tier in use: the cheapest plan rents it, too, so its price decides nothing between them

  ? assumed: no measurement behind it; replace it with your own before you rely on it
)");
    const std::string json = explain_json({}, costs);
    for (const char* part : {"\"kind\": \"marginal\"", "\"break_even_usd_per_gpu_hour\": 1.72",
                             "\"break_even_usd_per_gpu_hour\": null", "\"break_even\": \"resolved\"",
                             "\"best_usd\": 150", "\"is_proven\": false"}) {
        CAPTURE(part);
        CHECK(json.find(part) != std::string::npos);
    }
    costs.is_proven = true;
    CHECK(explain_text({}, Style(), costs).find("cheapest known") == std::string::npos);
    costs.groups.assign(14, group);
    CHECK(explain_text({}, Style(), costs).find("  and 2 more, in --format json\n") != std::string::npos);
}

// Scripts turn `raise` into overrides: field and number must come unrounded.
TEST_CASE("programs get the explanation in JSON") {
    const std::string json = explain_json({hand_made()});
    for (
        const char* part :
        {"\"format\": \"allot-explain/1\"", "\"admissible\": 2", "\"reason\": \"ttft_slo\"",
         "\"needed\": 0.30101", "\"evidence\": \"transferred\"",
         R"({"field": "query_types.code.slo.delay_s", "limit": 2, "at_least": 2.5})",
         R"("nearest": {"model": "large", "tier": "gpu-a/bf16", "tensor": 1, "pipeline": 1, "concurrency": 1})"}) {
        CAPTURE(part);
        CHECK(json.find(part) != std::string::npos);
    }
}
