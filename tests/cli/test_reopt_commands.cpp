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
