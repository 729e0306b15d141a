#include <doctest/doctest.h>

#include "support/process.hpp"
#include "support/small_instance.hpp"
#include "support/text.hpp"

using namespace allot::testing;

namespace {

/// An instance and its plan in a folder of their own.
struct Files {
    TemporaryFolder folder;
    std::string instance = folder.write("small.yaml", small_instance());
    std::string plan = folder.file("plan.json");
    Files() { REQUIRE(run_allot({"solve", instance, "--format", "json", "-o", plan}).exit_code == 0); }
};

}  // namespace

// Operators act on this list: what to start and to stop,
// and whether switching costs are worth it, must all be there.
TEST_CASE("reopt shows what to start, stop, keep and reroute, and what it costs") {
    const Files files;
    const ProcessResult result =
        run_allot({"reopt", files.instance, "--from", files.plan, "--set", "query_types.*.rate_per_hour*=20",
                   "--set", "switching.usd_per_start=0.5"});
    CHECK(result.exit_code == 0);
    CHECK(result.err.empty());
    CHECK(result.out.starts_with("small: feasible, "));
    for (const char* part : {" started, ", "\nDeployments\n", "\nReroutes\n", "\nCost\n", "switching",
                             "before", "per hour", ", audit: passed\n"}) {
        CAPTURE(part);
        CHECK(contains(result.out, part));
    }
}

// Costs of a new plan depend on what ran before;
// audited without it, switching that was charged must show as wrong.
TEST_CASE("reopt writes the plan that audit accepts with what ran before, and not without") {
    const Files files;
    const std::string next = files.folder.file("next.json");
    const std::vector<std::string> busier{"--set", "query_types.*.rate_per_hour*=20", "--set",
                                          "switching.usd_per_start=0.5"};
    const auto run = [&](std::vector<std::string> words) {
        words.insert(words.end(), busier.begin(), busier.end());
        return run_allot(words);
    };
    const ProcessResult json =
        run({"reopt", files.instance, "--from", files.plan, "-o", next, "--format", "json"});
    CHECK(json.exit_code == 0);
    CHECK(contains(json.out, "\"format\": \"allot-reopt/1\""));
    CHECK(contains(json.out, "\"payback_hours\": "));
    CHECK(run({"audit", files.instance, next, "--from", files.plan}).exit_code == 0);
    const ProcessResult without = run({"audit", files.instance, next});
    CHECK(without.exit_code == 4);
    CHECK(contains(without.out, "reported.cost.switching"));
    const ProcessResult limited =
        run({"audit", files.instance, next, "--from", files.plan, "--max-changes", "0"});
    CHECK(limited.exit_code == 4);
    CHECK(contains(limited.out, "max_starts"));
}

// `--max-changes 0` is a promise that nothing is started,
// also when demand rises a thousandfold and queries are lost.
TEST_CASE("reopt keeps to the limit on changes and ends with 3 where that leaves queries unserved") {
    const Files files;
    const ProcessResult result = run_allot({"reopt", files.instance, "--from", files.plan, "--max-changes",
                                            "0", "--set", "query_types.*.rate_per_hour*=1000"});
    CHECK(result.exit_code == 3);
    CHECK(contains(result.out, " 0 started, "));
    CHECK(contains(result.out, "Why there is no feasible plan"));
}

// Without `--from` every replica would count as a start and --max-changes would be checked against nothing.
TEST_CASE("reopt and audit ask for the current plan where they need it") {
    const Files files;
    const ProcessResult missing = run_allot({"reopt", files.instance});
    CHECK(missing.exit_code == 2);
    CHECK(contains(missing.err, "--from"));
    const ProcessResult audit = run_allot({"audit", files.instance, files.plan, "--max-changes", "3"});
    CHECK(audit.exit_code == 2);
    CHECK(contains(audit.err, "--from"));
    const ProcessResult both = run_allot({"reopt", "-", "--from", "-"}, {.input = small_instance()});
    CHECK(both.exit_code == 2);
    CHECK(contains(both.err, "standard input"));
    CHECK(run_allot({"reopt", files.instance, "--from", files.plan, "--max-changes", "-1"}).exit_code == 2);
}

// What runs is known by heart: model, tier, degrees, replicas. Asked for a plan's dozen further fields, nobody re-plans.
TEST_CASE("a running fleet in a few lines of YAML is enough for reopt, audit, stress and diff") {
    const Files files;
    const std::string fleet = files.folder.write(
        "running.yaml",
        "format: allot-fleet/1\n"
        "deployments:\n"
        "  - {model: llama-3.1-8b, tier: l40s/bf16, tensor: 1, pipeline: 1, replicas: 4}\n");
    const ProcessResult reopt = run_allot({"reopt", files.instance, "--from", fleet});
    CHECK(reopt.exit_code == 0);
    CHECK(contains(reopt.out, "Cost"));
    CHECK_FALSE(contains(reopt.out, "?"));  // what runs has a price
    const ProcessResult audit = run_allot({"audit", files.instance, fleet});
    CHECK(audit.exit_code == 0);
    CHECK(contains(audit.err, "says what runs, not how queries are routed"));
    CHECK(contains(audit.err, "0 % of all queries unserved"));
    CHECK(run_allot({"stress", files.instance, fleet, files.plan}).exit_code == 0);
    const ProcessResult diff = run_allot({"diff", fleet, files.plan});
    CHECK(diff.exit_code == 0);
    CHECK(contains(diff.out, "not known"));
    // A list alone, as JSON.
    const std::string list = files.folder.write(
        "running.json", "[{\"model\": \"llama-3.1-8b\", \"tier\": \"l40s/bf16\", \"replicas\": 4}]");
    CHECK(run_allot({"diff", fleet, list}).exit_code == 0);
    CHECK(contains(run_allot({"diff", fleet, list}).out, "4 replicas kept, 0 started, 0 stopped"));
}

// Before the first start nothing runs: an empty list is a fleet, too.
TEST_CASE("a fleet of which nothing runs is read by reopt, audit, stress and diff") {
    const Files files;
    for (const char* text : {"[]\n", "deployments: []\n", "format: allot-fleet/1\ndeployments: []\n"}) {
        CAPTURE(text);
        const std::string fleet = files.folder.write("nothing.yaml", text);
        CHECK(run_allot({"reopt", files.instance, "--from", fleet}).exit_code == 0);
        CHECK(run_allot({"stress", files.instance, fleet}).exit_code == 0);
        CHECK(run_allot({"diff", fleet, files.plan}).exit_code == 0);
        CHECK(contains(run_allot({"audit", files.instance, fleet}).err, "100 % of all queries unserved"));
    }
}

// All problems of a file at once, each with its line: nobody fixes a file one error at a time.
TEST_CASE("a bad running fleet is refused with all its problems, by line and field") {
    const Files files;
    const std::string fleet =
        files.folder.write("running.yaml",
                           "deployments:\n"
                           "  - {model: llama-3.1-9b, tier: l40s/bf16, tensor: 1, replicas: 4}\n"
                           "  - {model: llama-3.1-8b, tier: l40s/bf16, tp: 2, replicas: 0}\n"
                           "  - {model: llama-3.1-8b, replicas: two}\n");
    const ProcessResult audit = run_allot({"audit", files.instance, fleet});
    CHECK(audit.exit_code == 2);
    for (const char* part : {":2:13: deployments[0].model", "did you mean 'llama-3.1-8b'?",
                             ":3:44: deployments[1].tp: unknown key", "deployments[1].replicas: got 0",
                             ":4:", "deployments[2].tier: missing",
                             "deployments[2].replicas: got two, expected a whole number"}) {
        CAPTURE(part);
        CAPTURE(audit.err);
        CHECK(contains(audit.err, part));
    }
}

// A full pool needs an order: started first, the new would wait for GPUs that the old still hold.
TEST_CASE("reopt prints an order of the change that fits the pool, and what it leaves unserved meanwhile") {
    const TemporaryFolder folder;
    const std::string full =
        folder.write("pool.yaml",
                     "format: allot-instance/1\n"
                     "name: full-pool\n"
                     "parallelism: {tensor: [1, 2], pipeline: [1], concurrency: [8, 32]}\n"
                     "query_types:\n"
                     "  - {name: chat, rate_per_hour: 20000, input_tokens: 800, output_tokens: 250, "
                     "error: {llama-3.1-8b: 0.05}, slo: {tpot_s: 0.0095}}\n"
                     "models: [llama-3.1-8b]\n"
                     "tiers: [{id: a100-80/bf16, available: 3}]\n");
    const std::string running = folder.write(
        "running.yaml",
        "[{model: llama-3.1-8b, tier: a100-80/bf16, tensor: 1, concurrency: 32, replicas: 2}]\n");
    const ProcessResult text = run_allot({"reopt", full, "--from", running});
    CAPTURE(text.out);
    CHECK(contains(text.out, "Order of the change"));
    CHECK(contains(text.out,
                   "available.a100-80: what runs and what is started take 4 GPUs side by side, 3 may run"));
    CHECK(contains(text.out, "stop 1 of llama-3.1-8b"));
    const ProcessResult json =
        run_allot({"reopt", full, "--from", running, "--surge", "1", "--format", "json"});
    CHECK(contains(json.out, "\"change\": {"));
    CHECK(contains(json.out, "\"surge\": 1"));
    CHECK(contains(json.out, "\"worst_unserved_share\": "));
}

// Reviewers compare plans before a rollout;
// a plan against itself must show no change, or noise hides the real ones.
TEST_CASE("diff shows two plans side by side") {
    const Files files;
    const std::string next = files.folder.file("next.json");
    run_allot({"solve", files.instance, "--set", "query_types.*.rate_per_hour*=50", "-o", next});
    const ProcessResult text = run_allot({"diff", files.plan, next});
    CHECK(text.exit_code == 0);
    CHECK(contains(text.out, " kept, "));
    CHECK(contains(text.out, "replicas before"));
    const ProcessResult json = run_allot({"diff", files.plan, next, "--format", "json"});
    CHECK(contains(json.out, "\"format\": \"allot-diff/1\""));
    const ProcessResult same = run_allot({"diff", files.plan, files.plan});
    CHECK(contains(same.out, " 0 started, 0 stopped"));
    CHECK(contains(same.out, "Reroutes\n  none"));
    CHECK(run_allot({"diff", "-", "-"}, {.input = "{}"}).exit_code == 2);
    CHECK(run_allot({"diff", files.plan, files.instance}).exit_code == 2);
}
