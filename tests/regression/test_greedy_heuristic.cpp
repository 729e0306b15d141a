#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "allot/audit.hpp"
#include "allot/io.hpp"
#include "allot/solve.hpp"
#include "generator/generator.hpp"

using namespace allot;

// GH went short where the default had plans, and did not price delay: each test is one of the kinds.

namespace {

Plan audited(const Instance& instance, const std::string& method) {
    SolveOptions options;
    options.method = method;
    options.threads = 1;
    Plan plan = solve(instance, options);
    CHECK(audit(instance, plan).is_acceptable(plan.status));
    return plan;
}

Instance generated(Family family, int size, int tiers, std::uint64_t seed) {
    GeneratorOptions options;
    options.family = family;
    options.types = options.models = size;
    options.tiers = tiers;
    options.seed = seed;
    return Instance(generate(options, builtin_catalog()));
}

double ratio_to_optimum(const Instance& instance) {
    const Plan greedy = audited(instance, "gh");
    const Plan exact = audited(instance, "exact");
    CHECK(exact.status == Status::optimal);
    CHECK_FALSE(greedy.is_short());
    return greedy.cost.total() / exact.cost.total();
}

/// Two operating points matter: many sequences at once are cheap and slow. `delay_usd`: per query and second.
Instance with_delay_price(double delay_usd) {
    const std::string price = std::to_string(delay_usd);
    return parse_instance(
        "format: allot-instance/1\n"
        "name: dear-delay\n"
        "horizon_hours: 12\n"
        "query_types:\n"
        "  - {name: chat, rate_per_hour: 9000, input_tokens: 800, output_tokens: 250, slo: {delay_s: 60},\n"
        "     error: {llama-3.1-8b: 0.1}, penalty: {delay_usd_per_query_s: " +
            price +
            "}}\n"
            "  - {name: report, rate_per_hour: 2000, input_tokens: 3000, output_tokens: 600, slo: {delay_s: "
            "120},\n"
            "     error: {llama-3.1-8b: 0.1}, penalty: {delay_usd_per_query_s: " +
            price +
            "}}\n"
            "models: [llama-3.1-8b]\n"
            "tiers: [{id: a100-80/bf16, price_usd_per_gpu_hour: 1.5}, {id: h100-80/bf16, "
            "price_usd_per_gpu_hour: "
            "3}]\n",
        "dear-delay.yaml");
}

}  // namespace

// The budget of these instances leaves room for few plans but the best, and GH left 6 of 20 unserved.
TEST_CASE("gh: where the budget binds it finds a plan") {
    CHECK(ratio_to_optimum(generated(Family::paper, 3, 4, 2)) < 1.2);
    CHECK(ratio_to_optimum(generated(Family::paper, 4, 6, 5)) < 1.5);
    CHECK(ratio_to_optimum(generated(Family::batched, 4, 6, 5)) < 1.5);
    CHECK(ratio_to_optimum(generated(Family::fleet, 4, 6, 8)) < 1.2);
}

// Five H100 and two A100 are cheapest for each query, and one GPU too many in all: GH kept the limit and went short.
TEST_CASE("gh: a limit on all GPUs together makes it take larger ones") {
    const Instance instance = parse_instance(
        "format: allot-instance/1\n"
        "name: few-slots\n"
        "horizon_hours: 24\n"
        "max_gpus: 6\n"
        "query_types:\n"
        "  - {name: chat, rate_per_hour: 300000, input_tokens: 1000, output_tokens: 300, error: "
        "{llama-3.1-8b: "
        "0.05},\n"
        "     slo: {ttft_s: 1, tpot_s: 0.05}}\n"
        "models: [llama-3.1-8b]\n"
        "tiers: [{id: h100-80/bf16, price_usd_per_gpu_hour: 4.2}, {id: a100-80/bf16, price_usd_per_gpu_hour: "
        "2.0}]\n",
        "few-slots.yaml");
    const Plan plan = audited(instance, "gh");
    CHECK_FALSE(plan.is_short());
    CHECK(plan.cost.total() == doctest::Approx(604.80));
}

// Least rental alone chose the slowest operating point, at several times the cost of the best where delay is dear.
TEST_CASE("gh: the operating point is chosen by rental and delay together") {
    for (const double delay_usd : {1e-6, 1e-4, 1e-3, 1e-2}) {
        CAPTURE(delay_usd);
        CHECK(ratio_to_optimum(with_delay_price(delay_usd)) < 1.15);
    }
}

// A sweep over a limit reads wrong where a tighter one is cheaper.
TEST_CASE("gh: a wider error limit never costs more") {
    const Instance base = generated(Family::paper, 3, 4, 0);
    double last_usd = 0;
    for (const double factor : {1.2, 1.1, 1.0, 0.9, 0.8, 0.7}) {
        CAPTURE(factor);
        const Instance instance = base.with([factor](InstanceData& data) {
            for (QueryType& type : data.query_types) *type.slo.error *= factor;
        });
        const Plan plan = audited(instance, "gh");
        CHECK_FALSE(plan.is_short());
        CHECK(plan.cost.total() >= last_usd);
        last_usd = plan.cost.total();
    }
}
