#include <array>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "allot/error.hpp"
#include "allot/validation.hpp"
#include "support/toy_hardware.hpp"

using namespace allot;

namespace {

Catalog toy_catalog() {
    Catalog catalog;
    catalog.models = {testing::toy_model()};
    catalog.tiers = {testing::toy_tier()};
    catalog.engines = {testing::toy_engine()};
    return catalog;
}

Measurement toy_measurement(MeasurementKind kind) {
    Measurement row;
    row.source = "bench";
    row.kind = kind;
    row.engine = row.model = row.gpu = "toy";
    row.precision = "fp8";
    row.batch = 4;
    row.prompt_tokens = 1000;
    row.output_tokens = 500;
    return row;
}

void check_score(const MetricScore& score, Metric metric, int n, double mape) {
    CHECK(score.metric == metric);
    CHECK(score.n == n);
    CHECK(score.mape == doctest::Approx(mape).epsilon(1e-9));
}

}  // namespace

// Expected times below: test_two_phase_terms derives T_pre(1000) = 42.804 ms and t_dec(4) = 1.9768 ms.

// How a figure was measured decides what it is compared with;
// interference in a static batch would double its error.
TEST_CASE("a static batch is compared with one pass over all prompts and no interference") {
    Measurement row = toy_measurement(MeasurementKind::static_batch);
    // Four prompts at once: 4 x 41.204 + 1.6 = 166.416 ms. End to end 166.416 + 500 x 1.9768 = 1154.816 ms.
    row.prompt_ms = 166.416 / 1.1;
    row.token_ms = 1.9768 / 0.8;
    row.e2e_ms = 1154.816;
    const ValidationReport report = validate_performance({{row}}, toy_catalog());
    CHECK(report.num_measurements == 1);
    REQUIRE(report.scores.size() == 3);
    check_score(report.scores[0], Metric::tpot, 1, 0.2);
    check_score(report.scores[1], Metric::prefill, 1, 0.1);
    check_score(report.scores[2], Metric::end_to_end, 1, 0);
}

// Served measurements include what requests do to each other:
// left out, TPOT is wrong by a factor of 2.1 at f = 128.
TEST_CASE("a closed loop is compared with interference, queueing of prompts and the request's overhead") {
    Measurement row = toy_measurement(MeasurementKind::closed_loop);
    // TPOT 1.9768 + 0.5 x 4/500 x 42.804 = 2.148016 ms; TTFT 40 + 42.804 x 1.15 = 89.2246 ms; 89.2246 + 500 x 2.148016.
    row.prompt_ms = 89.2246;
    row.token_ms = 2.148016;
    row.e2e_ms = 1163.2326 / 1.05;
    const ValidationReport report = validate_performance({{row}}, toy_catalog());
    REQUIRE(report.scores.size() == 3);
    check_score(report.scores[0], Metric::tpot, 1, 0);
    check_score(report.scores[1], Metric::prefill, 1, 0);
    check_score(report.scores[2], Metric::end_to_end, 1, 0.05);
}

// Kernel tables time one bare layer; with the head in, small models would look mispredicted.
TEST_CASE("a layer is compared without head, prompt attention and bookkeeping per sequence") {
    Measurement prompt = toy_measurement(MeasurementKind::per_layer);
    prompt.batch = 1;
    prompt.output_tokens = 0;
    // GEMM 40 ms, weights 1e9 / 8e11 = 1.25 ms, element-wise 0.2 ms, gaps 0.1 ms: 41.55 ms in ten layers.
    prompt.prompt_ms = 4.155;
    Measurement step = toy_measurement(MeasurementKind::per_layer);
    step.prompt_tokens = 1250;
    step.output_tokens = 0;
    // GEMM 160 us, weights 1250 us, KV 80 us, element-wise 0.8 us, gaps 100 us: 1590.8 us in ten layers.
    step.token_ms = 0.15908;
    const ValidationReport report = validate_performance({{prompt, step}}, toy_catalog());
    REQUIRE(report.scores.size() == 2);
    check_score(report.scores[0], Metric::tpot, 1, 0);
    check_score(report.scores[1], Metric::prefill, 1, 0);
}

// Benchmarks may run with 8-bit caches on a 16-bit tier;
// compared with the tier's own, every such row would be off.
TEST_CASE("a measurement's KV precision overrides the tier's") {
    Measurement row = toy_measurement(MeasurementKind::static_batch);
    row.kv_bytes = 1;
    row.token_ms = 1.9368;  // KV reads 40 us in place of 80
    check_score(validate_performance({{row}}, toy_catalog()).scores.at(0), Metric::tpot, 1, 0);
}

// The error figures we publish are made here: another percentile rule would change them without any new data.
TEST_CASE("scores are means and nearest-rank percentiles by source and kind") {
    std::vector<Measurement> rows(20, toy_measurement(MeasurementKind::static_batch));
    for (int at = 0; at < 20; ++at) {
        rows[static_cast<std::size_t>(at)].token_ms = 1.9768 / (1 + 0.01 * (at + 1));
    }
    rows.push_back(toy_measurement(MeasurementKind::closed_loop));
    rows.back().token_ms = 2.148016 / 1.5;
    rows.push_back(toy_measurement(MeasurementKind::static_batch));
    rows.back().source = "another";
    rows.back().token_ms = 1.9768 / 0.7;
    const ValidationReport report = validate_performance(rows, toy_catalog());
    REQUIRE(report.scores.size() == 3);
    // Errors of 1 to 20 %: mean 10.5 %, and 19 of 20 are at most 19 %.
    check_score(report.scores[0], Metric::tpot, 20, 0.105);
    CHECK(report.scores[0].p95 == doctest::Approx(0.19).epsilon(1e-9));
    check_score(report.scores[1], Metric::tpot, 1, 0.5);
    CHECK(report.scores[1].kind == MeasurementKind::closed_loop);
    check_score(report.scores[2], Metric::tpot, 1, 0.3);
    CHECK(report.scores[2].source == "another");
}

// "vllm/0.12.0" has no profile of its own;
// compared with the default engine, its scores would judge the wrong one.
TEST_CASE("frameworks stand for the profile fitted to them") {
    Catalog catalog = toy_catalog();
    catalog.tiers[0].gpu = "a100-80";
    catalog.tiers[0].id = "a100-80/fp8";
    // Bookkeeping per sequence tells the profiles apart: t_dec(4) = 1.8568 ms + 4 x seq.
    int seq_ms = 0;
    for (const char* profile : {"eager-2023-a100", "eager-2023-h100", "graph-vllm"}) {
        catalog.engines.push_back(testing::toy_engine());
        catalog.engines.back().id = profile;
        catalog.engines.back().seq_us = 1000 * ++seq_ms;
    }
    const auto tpot_error = [&](const char* engine, double token_ms) {
        Measurement row = toy_measurement(MeasurementKind::static_batch);
        row.gpu = "a100-80";
        row.engine = engine;
        row.token_ms = token_ms;
        return validate_performance({{row}}, catalog).scores.at(0).mape;
    };
    CHECK(tpot_error("eager-2023", 1.8568 + 4) < 1e-9);
    CHECK(tpot_error("eager-2023-h100", 1.8568 + 8) < 1e-9);
    CHECK(tpot_error("vllm/0.12.0", 1.8568 + 12) < 1e-9);
    CHECK(tpot_error("vllm-0.4", 1.8568 + 12) < 1e-9);
}

// A row that is skipped in silence would flatter the mean: what cannot be scored must be said, all of it.
TEST_CASE("rows that cannot be scored are all reported, with line and column") {
    std::vector<Measurement> rows(5, toy_measurement(MeasurementKind::closed_loop));
    for (int at = 0; at < 5; ++at) {
        rows[static_cast<std::size_t>(at)].line = at + 2;
    }
    rows[0].model = "nobody";
    rows[0].engine = "nothing";
    rows[1].precision = "int3";
    rows[2].tensor = 3;
    rows[3].output_tokens = 0;
    rows[4].kind = MeasurementKind::per_layer;
    rows[4].e2e_ms = 1;
    try {
        validate_performance(rows, toy_catalog(), "rows.csv");
        FAIL("expected an InputError");
    } catch (const InputError& error) {
        REQUIRE(error.problems().size() == 6);
        using Place = std::pair<int, std::string>;
        const std::array<Place, 6> expected{Place{2, "model"},         Place{2, "engine"},
                                            Place{3, "precision"},     Place{4, "tp"},
                                            Place{5, "output_tokens"}, Place{6, "e2e_ms"}};
        for (std::size_t at = 0; at < 6; ++at) {
            CHECK(error.problems()[at].file == "rows.csv");
            CHECK(error.problems()[at].line == expected[at].first);
            CHECK(error.problems()[at].field == expected[at].second);
        }
    }
}
