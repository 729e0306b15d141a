#include <algorithm>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "problem/validate.hpp"
#include "support/tiny_instance.hpp"

namespace {

using allot::InstanceData;
using allot::testing::tiny_instance_data;

std::string problems_after(const std::function<void(InstanceData&)>& change) {
    InstanceData data = tiny_instance_data();
    change(data);
    std::string text;
    for (const allot::Problem& problem : allot::find_problems(data)) text += allot::to_string(problem) + '\n';
    return text;
}

/// One thing changed must give one problem, at this field.
void check_only_problem(const std::string& field, const std::function<void(InstanceData&)>& change) {
    InstanceData data = tiny_instance_data();
    change(data);
    const std::vector<allot::Problem> problems = allot::find_problems(data);
    CAPTURE(problems_after(change));
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].field == field);
    CHECK_FALSE(problems[0].expected.empty());
}

}  // namespace

// The base of all cases below: if it had a problem, each of them would find that one.
TEST_CASE("the tiny instance is valid") { CHECK(allot::find_problems(tiny_instance_data()).empty()); }

// The message must hold field, value and range, so that it can be repaired without the documentation.
TEST_CASE("numbers outside their range are named by field, value and range") {
    CHECK(problems_after([](auto& data) { data.query_types[0].rate_per_hour = 1e15; }) ==
          "query_types.chat.rate_per_hour: got 1e+15, expected a number of queries per hour >= 0 and <= "
          "10000000000\n");
    CHECK(problems_after([](auto& data) { data.query_types[0].rate_per_hour = 1e-30; }) ==
          "query_types.chat.rate_per_hour: got 1e-30, expected 0, for no demand, or at least 1e-09\n");
    CHECK(problems_after([](auto& data) { data.query_types[0].rate_per_hour = 0; }).empty());
    CHECK(problems_after([](auto& data) { data.query_types[0].slo.delay_s = 20000; }) ==
          "query_types.chat.slo.delay_s: got 20000, expected a number of seconds >= 1e-06 and <= 3600 (in "
          "seconds, not "
          "milliseconds)\n");
    CHECK(problems_after([](auto& data) { data.target_utilisation = 85; }) ==
          "target_utilisation: got 85, expected a number > 0 and <= 1 (a share: 85 % is 0.85)\n");
    CHECK(problems_after([](auto& data) { data.horizon_hours = 0; }) ==
          "horizon_hours: got 0, expected a number of hours > 0 and <= 87600\n");
}

// One field of each kind: a field without a range lets NaN or a percentage through into every cost.
TEST_CASE("every kind of field has a range") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    check_only_problem("query_types.chat.rate_per_hour",
                       [=](auto& data) { data.query_types[0].rate_per_hour = nan; });
    check_only_problem("query_types.code.slo.error", [](auto& data) { data.query_types[1].slo.error = 31; });
    check_only_problem("query_types.code.error.small",
                       [](auto& data) { data.query_types[1].error["small"].value = 1.5; });
    check_only_problem("query_types.code.error.large.fp8",
                       [](auto& data) { data.query_types[1].error["large"].by_precision["fp8"] = -0.1; });
    check_only_problem("query_types.chat.max_unmet", [](auto& data) { data.query_types[0].max_unmet = 5; });
    check_only_problem("query_types.chat.penalty.unmet_usd_per_query",
                       [](auto& data) { data.query_types[0].unmet_usd_per_query = -1; });
    check_only_problem("query_types.chat.priority", [](auto& data) { data.query_types[0].priority = 0; });
    check_only_problem("budget_usd", [](auto& data) { data.budget_usd = 0; });
    check_only_problem("storage.capacity_gb",
                       [](auto& data) { data.storage.capacity_gb = -allot::kUnlimited; });
    check_only_problem("parallelism.concurrency[0]", [](auto& data) { data.parallelism.concurrency[0] = 0; });
    check_only_problem("tiers.gpu-b/fp8.price_usd_per_gpu_hour",
                       [](auto& data) { data.tiers[1].price_usd_per_gpu_hour = 1e6; });
    check_only_problem("tiers.gpu-b/fp8.intra_node.allreduce.4.busbw_gbs",
                       [](auto& data) { data.tiers[1].allreduce[4].busbw_gbs = 0; });
    check_only_problem("tiers.gpu-a/bf16.inter_node.gbs",
                       [=](auto& data) { data.tiers[0].inter_node.gbs = nan; });
    check_only_problem("tiers.gpu-a/bf16.available", [](auto& data) { data.tiers[0].available = -1; });
    check_only_problem("models.small.params_embed", [](auto& data) { data.models[0].params_embed = -1; });
    check_only_problem("engine.request_ms", [](auto& data) { data.engine.request_ms = -1; });
    check_only_problem("accuracy.error16.small.qa",
                       [](auto& data) { data.accuracy.error16["small"]["qa"] = 20; });
    check_only_problem("switching.warmup_hours", [](auto& data) { data.switching.warmup_hours = 3600; });
}

// "Unlimited" is infinity inside, which a careless range check would refuse.
TEST_CASE("no limit is a valid budget and capacity") {
    CHECK(problems_after([](auto& data) { data.budget_usd = allot::kUnlimited; }).empty());
    CHECK(problems_after([](auto& data) { data.storage.capacity_gb = allot::kUnlimited; }).empty());
}

// Loops assume at least one type, and names are keys in plans: doubled, they would overwrite each other.
TEST_CASE("lists must not be empty and names not be used twice") {
    check_only_problem("query_types", [](auto& data) { data.query_types.clear(); });
    check_only_problem("query_types[1].name", [](auto& data) { data.query_types[1].name = "chat"; });
    check_only_problem("tiers[1].id", [](auto& data) { data.tiers[1].id = data.tiers[0].id; });
    check_only_problem("query_types[0].name", [](auto& data) { data.query_types[0].name = "two words"; });
    check_only_problem("name", [](auto& data) { data.name.clear(); });
}

// Data built in code, not read from a file, pass here only; a misspelt model would silently serve nothing.
TEST_CASE("unknown references are named, with the word that was meant") {
    CHECK(problems_after([](auto& data) { data.query_types[2].models = {"lrage"}; }) ==
          "query_types.batch.models[0]: got 'lrage', expected a model of this instance (small, large); did "
          "you mean 'large'?\n");
    check_only_problem("query_types.chat.task", [](auto& data) { data.query_types[0].task = "maths"; });
    check_only_problem("query_types.code.error.tiny",
                       [](auto& data) { data.query_types[1].error["tiny"].value = 0.1; });
    check_only_problem("query_types.code.error.large.fp9",
                       [](auto& data) { data.query_types[1].error["large"].by_precision["fp9"] = 0.1; });
    check_only_problem("query_types.batch.models[1]", [](auto& data) {
        data.query_types[2].models = {"large", "large"};
    });
    check_only_problem("tiers.gpu-b/fp8.precision", [](auto& data) { data.accuracy.kappa.erase("fp8"); });
}

// A limit without figures can be neither kept nor broken: it must be refused, not ignored.
TEST_CASE("an error limit needs error figures") {
    check_only_problem("query_types.code.slo.error", [](auto& data) { data.query_types[1].error.clear(); });
}

// A degree that nothing can run would empty the candidate table without a word.
TEST_CASE("a tensor degree that no tier can run is an error") {
    check_only_problem("parallelism.tensor[1]", [](auto& data) { data.parallelism.tensor = {1, 3}; });
    check_only_problem("parallelism.tensor[1]", [](auto& data) { data.parallelism.tensor = {1, 16}; });
    check_only_problem("parallelism.tensor[0]", [](auto& data) { data.parallelism.tensor = {0, 1}; });
    check_only_problem("parallelism.tensor[2]", [](auto& data) { data.parallelism.tensor = {1, 4, 2}; });
    check_only_problem("parallelism.pipeline", [](auto& data) { data.parallelism.pipeline.clear(); });
    CHECK(problems_after([](auto& data) {
              data.parallelism.tensor = {8};
          }).empty());  // gpu-b has 8 in its table
    check_only_problem("parallelism.tensor[0]", [](auto& data) {
        data.parallelism.tensor = {8};
        data.tiers[1].allreduce.erase(8);
    });
}

// 4 or 5 GPUs of one card: whichever is taken, the other line of the file was a lie.
TEST_CASE("tiers of one pool must agree on what is available") {
    const auto share_pool = [](InstanceData& data) {
        data.tiers[1].gpu = "gpu-a";
        data.tiers[0].available = 4;
    };
    CHECK(problems_after(share_pool).empty());
    check_only_problem("tiers.gpu-b/fp8.available", [&](auto& data) {
        share_pool(data);
        data.tiers[1].available = 5;
    });
}

// Own catalogues have slips like 9 KV heads of 8; computed with, they give cheap fleets that do not exist.
TEST_CASE("catalogue entries must be consistent") {
    check_only_problem("models.small.kv_heads", [](auto& data) { data.models[0].kv_heads = 9; });
    check_only_problem("models.small.kv_heads", [](auto& data) { data.models[0].kv_heads = 3; });
    check_only_problem("models.small.params_linear_active",
                       [](auto& data) { data.models[0].params_linear_active = 2e9; });
    check_only_problem("models.small.experts_per_token", [](auto& data) {
        data.models[0].experts = {2, 3, 1e8};
    });
    check_only_problem("tiers.gpu-a/bf16.intra_node.allreduce", [](auto& data) {
        data.tiers[0].allreduce[1] = {1, 1};
    });
}

// Delays have default deviations, errors have none; a cap on a misspelt name would protect nothing.
TEST_CASE("uncertainty: errors need a deviation, caps known names") {
    check_only_problem("uncertainty.error.deviation", [](auto& data) { data.uncertainty.error.emplace(); });
    CHECK(problems_after([](auto& data) { data.uncertainty.delay.emplace(); }).empty());
    check_only_problem("uncertainty.delay.caps.tiny",
                       [](auto& data) { data.uncertainty.delay.emplace().caps["tiny"]["gpu-b/fp8"] = 1; });
    check_only_problem("uncertainty.delay.caps.small.gpu-b/fp8",
                       [](auto& data) { data.uncertainty.delay.emplace().caps["small"]["gpu-b/fp8"] = 2; });
    check_only_problem("uncertainty.delay.deviation",
                       [](auto& data) { data.uncertainty.delay.emplace().deviation = 15; });
}

// `queueing` has a name but no data in this version: running two_phase in its place would be a lie.
TEST_CASE("performance models without data in the format are refused") {
    check_only_problem("performance",
                       [](auto& data) { data.performance = allot::PerformanceKind::queueing; });
}

// The cloud retires GPUs faster than plans: what runs there is history, while -2 replicas are a mistake.
TEST_CASE("what runs now may name vanished tiers but not negative replicas") {
    CHECK(problems_after([](auto& data) { data.running = {{"old", "gone/fp8", 1, 1, 1, 2}}; }).empty());
    check_only_problem("running[0].replicas", [](auto& data) {
        data.running = {{"small", "gpu-a/bf16", 1, 1, 1, -2}};
    });
}

// 0 starts of an empty fleet is a fair question; a limit without a current plan has nothing to count from.
TEST_CASE("a limit on starts is a count and needs a current plan, be it that nothing runs") {
    CHECK(problems_after([](auto& data) {
              data.running.emplace();
              data.max_starts = 0;
          }).empty());
    check_only_problem("max_starts", [](auto& data) { data.max_starts = 3; });
    check_only_problem("max_starts", [](auto& data) {
        data.running.emplace();
        data.max_starts = -1;
    });
}

// Reporting the first only would cost users a run for each.
TEST_CASE("all problems are found at once") {
    const std::string text = problems_after([](auto& data) {
        data.horizon_hours = -1;
        data.query_types[0].rate_per_hour = -1;
        data.query_types[1].task = "unknown";
        data.tiers[0].mfu = 2;
    });
    CHECK(std::count(text.begin(), text.end(), '\n') == 4);
}
