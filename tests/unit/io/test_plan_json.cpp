#include <limits>
#include <stdexcept>
#include <string>

#include <doctest/doctest.h>

#include "allot/io.hpp"
#include "support/text.hpp"

using allot::testing::replaced;

namespace {

allot::Plan example() {
    allot::Plan plan;
    plan.instance = "azure-2023";
    plan.method = "gh";
    plan.status = allot::Status::feasible;
    plan.cost = {84.5, 0.25, 1.0 / 3, 0, 0};
    plan.lower_bound = 80;
    plan.gap = 0.0625;
    plan.prices = {"marginal", {{"chat", 0.03125, 1.5, 0}}, {{"rtx4090", 2}}, 0.25, 0, {}};
    plan.deployments.push_back({"llama-3.1-8b", "rtx4090/int4", 1, 2, 16, 3, 6, 2.1, 0.9, 0.1});
    plan.routing.push_back({"chat", 0, 0.95, 4.5, 0.25, 0.02, 0.31});
    plan.query_types.push_back({"chat", 0.05, 4.5, 0.31, {"max_unmet"}});
    plan.binding = {"budget_usd"};
    plan.seed = 0;
    plan.run = {{"solve_ms", 1.5}};
    return plan;
}

std::string plan_problems(const std::string& text) {
    try {
        allot::parse_plan(text, "plan.json");
    } catch (const allot::InputError& error) {
        return error.what();
    }
    return "none";
}

}  // namespace

// Plans are compared in version control: order and digits are part of the format, byte by byte.
TEST_CASE("a plan is written with its keys in the order of the format") {
    // total = 84.5 + 0.25 + 1/3, in binary 85.08333333333333
    CHECK(allot::to_json(example()) ==
          R"({
  "format": "allot-plan/1",
  "instance": "azure-2023",
  "method": "gh",
  "status": "feasible",
  "cost": {"total": 85.08333333333333, "rental": 84.5, "storage": 0.25, "delay": 0.3333333333333333, "unmet": 0, "switching": 0},
  "lower_bound": 80,
  "gap": 0.0625,
  "prices": {"kind": "marginal", "query_types": [{"query_type": "chat", "usd_per_query_per_hour": 0.03125, "usd_per_error_point": 1.5, "usd_per_delay_s": 0}], "pools": [{"gpu": "rtx4090", "usd_per_gpu": 2}], "usd_per_budget_usd": 0.25, "usd_per_stored_gb": 0},
  "deployments": [
    {"model": "llama-3.1-8b", "tier": "rtx4090/int4", "tensor": 1, "pipeline": 2, "concurrency": 16, "replicas": 3, "gpus": 6, "usd_per_hour": 2.1, "utilisation": 0.9, "kv_utilisation": 0.1}
  ],
  "routing": [
    {"query_type": "chat", "deployment": 0, "share": 0.95, "delay_s": 4.5, "ttft_s": 0.25, "tpot_s": 0.02, "error": 0.31}
  ],
  "query_types": [
    {"name": "chat", "unmet": 0.05, "mean_delay_s": 4.5, "mean_error": 0.31, "binding": ["max_unmet"]}
  ],
  "binding": ["budget_usd"],
  "run": {"seed": 0, "solve_ms": 1.5}
}
)");
}

// A missing bound must be missing: written as 0 it would read as a proof.
TEST_CASE("an empty plan leaves out what it does not have") {
    CHECK(allot::to_json({}) ==
          "{\n  \"format\": \"allot-plan/1\",\n  \"instance\": \"\",\n  \"method\": \"\",\n  \"status\": "
          "\"unserved\",\n"
          "  \"cost\": {\"total\": 0, \"rental\": 0, \"storage\": 0, \"delay\": 0, \"unmet\": 0, "
          "\"switching\": 0},\n"
          "  \"deployments\": [],\n  \"routing\": [],\n  \"query_types\": []\n}\n");
}

// 1/3 and the total must survive the file exactly, or plans fail their own audit after a round trip.
TEST_CASE("a plan reads back to the same bytes") {
    const std::string text = allot::to_json(example());
    const allot::Plan plan = allot::parse_plan(text, "plan.json");
    CHECK(plan.status == allot::Status::feasible);
    CHECK(plan.cost.delay == 1.0 / 3);
    CHECK(plan.reported_total == 84.5 + 0.25 + 1.0 / 3);
    CHECK(plan.prices->query_types.at(0).usd_per_query_per_hour == 0.03125);
    CHECK(plan.prices->pools.at(0).gpu == "rtx4090");
    CHECK(plan.deployments.at(0).pipeline == 2);
    CHECK(plan.routing.at(0).tpot_s == 0.02);
    CHECK(plan.query_types.at(0).binding.at(0) == "max_unmet");
    CHECK(plan.run.at(0).second == 1.5);
    CHECK(allot::to_json(plan) == text);
}

// A run is repeated by its seed: rounded to a double, one above 2^53 repeats another run.
TEST_CASE("seeds keep all their digits") {
    allot::Plan plan = example();
    plan.seed = 18446744073709551615U;
    const std::string text = allot::to_json(plan);
    CHECK(text.find(R"("run": {"seed": 18446744073709551615, "solve_ms": 1.5})") != std::string::npos);
    const allot::Plan read = allot::parse_plan(text, "plan.json");
    CHECK(read.seed == plan.seed);
    CHECK(read.run.size() == 1);
    CHECK(allot::to_json(read) == text);
}

// Names may hold quotes, control characters and surrogate pairs;
// unescaped they make a file no JSON reader takes.
TEST_CASE("texts are escaped and read back") {
    allot::Plan plan = example();
    plan.reasons = {"\"quoted\" \\ tab\t line\n bell\x07 \xc3\xa9"};
    const std::string text = allot::to_json(plan);
    CHECK(text.find(R"("\"quoted\" \\ tab\t line\n bell\u0007 )") != std::string::npos);
    CHECK(allot::parse_plan(text, "p").reasons == plan.reasons);
    const allot::Plan escaped =
        allot::parse_plan(replaced(allot::to_json(example()), "azure-2023", R"(\u00e9\ud83d\ude00\/)"), "p");
    CHECK(escaped.instance == "\xc3\xa9\xf0\x9f\x98\x80/");
}

// JSON has no NaN: a file with one would be refused by every reader, long after its cause is forgotten.
TEST_CASE("a figure that is no number never reaches a file") {
    allot::Plan plan = example();
    plan.routing[0].delay_s = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_AS(allot::to_json(plan), std::logic_error);
    plan = example();
    plan.run.emplace_back("speed", std::numeric_limits<double>::infinity());
    CHECK_THROWS_AS(allot::to_json(plan), std::logic_error);
}

// Hand-edited and truncated plans:
// NaN, quoted numbers and doubled keys pass in lenient parsers and corrupt audits.
TEST_CASE("broken plans are refused with the place of the fault") {
    const std::string text = allot::to_json(example());
    CHECK(plan_problems("") == "plan.json: nothing in it");
    CHECK(plan_problems("{}") == "plan.json:1:1: format: missing: allot-plan/1");
    CHECK(plan_problems(replaced(text, "allot-plan/1", "allot-plan/2")) ==
          "plan.json:2:13: format: got 'allot-plan/2', expected allot-plan/1");
    CHECK(plan_problems(text.substr(0, 100)) ==
          "plan.json:6:1: got the end of the text, expected a key in double quotes (not JSON)");
    CHECK(plan_problems(replaced(text, "\"lower_bound\": 80", "\"lower_bound\": NaN")) ==
          "plan.json:7:18: got 'N', expected a value (not JSON)");
    CHECK(plan_problems(replaced(text, "\"lower_bound\": 80", "\"lower_bound\": 1e999")) ==
          "plan.json:7:18: lower_bound: got 1e999, expected a number (this one cannot be represented)");
    CHECK(plan_problems(replaced(text, "\"replicas\": 3", "\"replicas\": 2.5")) ==
          "plan.json:11:114: deployments[0].replicas: got 2.5, expected a whole number");
    CHECK(plan_problems(replaced(text, "\"gap\": 0.0625", "\"gap\": \"0.0625\"")) ==
          "plan.json:8:10: gap: got '0.0625', expected a number without quotes");
    CHECK(plan_problems(replaced(text, "\"method\": \"gh\"", "\"method\": 5")) ==
          "plan.json:4:13: method: got 5, expected a text in quotes");
    CHECK(plan_problems(replaced(text, "\"status\": \"feasible\"", "\"status\": \"fine\"")) ==
          "plan.json:5:13: status: got 'fine', expected one of optimal, feasible, infeasible, unserved, "
          "stopped");
    CHECK(plan_problems(replaced(text, "\"share\": 0.95, ", "")) ==
          "plan.json:14:5: routing[0].share: missing: a number");
    CHECK(plan_problems(replaced(text, "\"gap\"", "\"gpa\"")) ==
          "plan.json:8:3: gpa: unknown key; did you mean 'gap'?");
    CHECK(plan_problems(replaced(text, "\"gap\": 0.0625", "\"gap\": 0.0625, \"gap\": 0")) ==
          "plan.json:8:18: gap: a key once in a map");
    CHECK(plan_problems(text + "x") == "plan.json:22:1: got 'x', expected the end of the text (not JSON)");
    CHECK(plan_problems(std::string(1000, '[')) == "plan.json:1:33: lists and maps nested deeper than 32");
}
