#include <doctest/doctest.h>

#include "support/paths.hpp"
#include "support/process.hpp"
#include "support/small_instance.hpp"
#include "support/text.hpp"

using namespace allot::testing;

namespace {

/// What a plan says but for its last member, which tells of the run.
std::string without_run(const std::string& plan) { return plan.substr(0, plan.find("\"run\"")); }

}  // namespace

// Standard output is piped into files: progress or escape codes in it would spoil them,
// and a silent audit proves nothing.
TEST_CASE("solve prints a plan for people on standard output and nothing else") {
    const TemporaryFolder folder;
    const ProcessResult result = run_allot({"solve", folder.write("small.yaml", small_instance())});
    CHECK(result.exit_code == 0);
    CHECK(result.err.empty());
    CHECK(result.out.starts_with("small: optimal, method "));
    CHECK(contains(result.out, ", audit: passed\n"));
    for (const char* part : {"\nCost\n", "\nDeployments ", "\nRoutes\n", "\nService\n", "llama-3.1-8b"}) {
        CAPTURE(part);
        CHECK(contains(result.out, part));
    }
    CHECK_FALSE(contains(result.out, "\033"));
}

// Pipelines of solve and audit are documented;
// the file and the output must be the same plan, with no file left over.
TEST_CASE("solve reads standard input and writes the plan file that audit accepts") {
    const TemporaryFolder folder;
    const std::string plan = folder.file("plan.json");
    const ProcessResult solved =
        run_allot({"solve", "-", "--format", "json", "-o", plan}, {.input = small_instance()});
    CHECK(solved.exit_code == 0);
    CHECK(solved.out == read_text(plan));
    CHECK(folder.names() == std::vector<std::string>{"plan.json"});
    const std::string instance = folder.write("small.yaml", small_instance());
    const ProcessResult audited = run_allot({"audit", instance, "-"}, {.input = solved.out});
    CHECK(audited.exit_code == 0);
    CHECK(audited.out.starts_with("small: ok\nrecomputed cost: "));
}

// Plans that depend on the machine cannot be reviewed or reproduced;
// only the member `run` may tell the threads apart.
TEST_CASE("the same seed gives the same plan on any number of threads") {
    const auto plan = [](const std::string& threads) {
        return without_run(
            run_allot({"solve", "-", "--format", "json", "--threads", threads}, {.input = small_instance()})
                .out);
    };
    CHECK(plan("1") == plan("8"));
    CHECK(plan("1").size() > 200);
}

// What-if questions rest on --set:
// if it changed only the printed name, the plan would answer another question.
TEST_CASE("an override changes the instance") {
    const ProcessResult result =
        run_allot({"solve", "-", "--set", "query_types.chat.rate_per_hour*=10", "--set", "name=large"},
                  {.input = small_instance()});
    CHECK(result.exit_code == 0);
    CHECK(result.out.starts_with("large: optimal"));
    CHECK(contains(result.out, "36,000"));
}

// "infeasible" alone is of no help; the budget of 0.5 USD has to be named as what stands in the way.
TEST_CASE("an infeasible instance ends with 3 and the reasons") {
    const ProcessResult result =
        run_allot({"solve", "-", "--set", "budget_usd=0.5"}, {.input = small_instance()});
    CHECK(result.exit_code == 3);
    CHECK(result.out.starts_with("small: infeasible"));
    CHECK(contains(result.out, "Why there is no feasible plan"));
    CHECK(contains(result.out, "budget_usd"));
}

// When every pair is ruled out no search ever runs;
// that path must still end with reasons and not with an error.
TEST_CASE("a valid instance that nothing can serve ends with 3 and the reasons") {
    const ProcessResult result =
        run_allot({"solve", "-", "--set", "query_types.chat.slo.delay_s=0.001"}, {.input = small_instance()});
    CHECK(result.exit_code == 3);
    CHECK(contains(result.out, "slo.delay_s"));
    CHECK(result.err.empty());
}

// Escape codes in logs and dumb terminals are unreadable; NO_COLOR is the convention people rely on.
TEST_CASE("colours are for terminals, and NO_COLOR turns them off") {
    const TemporaryFolder folder;
    const std::string instance = folder.write("small.yaml", small_instance());
    const std::map<std::string, std::string> terminal{{"TERM", "xterm"}, {"NO_COLOR", ""}};
    CHECK(contains(run_allot({"solve", instance}, {.environment = terminal, .has_terminal = true}).out,
                   "\033[32m"));
    const std::map<std::string, std::string> colourless{{"TERM", "xterm"}, {"NO_COLOR", "1"}};
    const ProcessResult plain =
        run_allot({"solve", instance}, {.environment = colourless, .has_terminal = true});
    CHECK(contains(plain.out, "small: optimal"));
    CHECK_FALSE(contains(plain.out, "\033"));
    const std::map<std::string, std::string> dumb{{"TERM", "dumb"}, {"NO_COLOR", ""}};
    CHECK_FALSE(
        contains(run_allot({"solve", instance}, {.environment = dumb, .has_terminal = true}).out, "\033"));
    CHECK_FALSE(contains(run_allot({"solve", instance}, {.environment = terminal}).out, "\033"));
}

// A mistyped folder must not be found out at the end of a long search, whose plan would then be lost.
TEST_CASE("a file that cannot be written is an error before any work, and nothing is left behind") {
    const TemporaryFolder folder;
    const std::string instance = folder.write("small.yaml", small_instance());
    const ProcessResult missing = run_allot({"solve", instance, "-o", folder.file("no/plan.json")});
    CHECK(missing.exit_code == 2);
    CHECK(missing.out.empty());
    CHECK(contains(missing.err, "there is no folder"));
    const ProcessResult directory = run_allot({"solve", instance, "-o", folder.path()});
    CHECK(directory.exit_code == 2);
    CHECK(contains(directory.err, "is a directory"));
    CHECK(folder.names() == std::vector<std::string>{"small.yaml"});
}

// A plan cut off by a full disk with exit code 0 is worse than none: the next program would trust it.
TEST_CASE("a full disk behind standard output is an error") {
    const ProcessResult result =
        run_allot({"solve", "-"}, {.input = small_instance(), .output_path = "/dev/full"});
    CHECK(result.exit_code == 2);
    CHECK(contains(result.err, "standard output"));
}

// Ablations switch off what keeps limits;
// their broken plans must be labelled as such and never count as a result.
TEST_CASE("an ablation whose plan breaks limits shows what the audit found and ends with 4") {
    // Without M1 the greedy construction may use configurations that are too slow; which it takes is its own affair.
    const ProcessResult result =
        run_allot({"solve", "-", "--without", "m1", "--set", "query_types.chat.slo.delay_s=2.5"},
                  {.input = small_instance()});
    CHECK(result.exit_code == 4);
    CHECK(contains(result.out, "The audit found"));
}

// "optimal" is a claim of proof: stopping at a gap of 0.5 must be reported as feasible,
// with the bound it rests on.
TEST_CASE("the exact method proves the optimum, or what --gap asks for") {
    const std::string proven =
        run_allot({"solve", "-", "--method", "exact"}, {.input = small_instance()}).out;
    CHECK(proven.starts_with("small: optimal, method exact"));
    const std::string larger = source_path("configs/instances/paper-6x6x10.yaml").string();
    const ProcessResult loose = run_allot({"solve", larger, "--method", "exact", "--gap", "0.5"});
    CHECK(loose.exit_code == 0);
    CHECK(contains(loose.out, ": feasible, method exact"));
    CHECK(contains(loose.out, "no plan costs less than "));
    const ProcessResult wrong = run_allot({"solve", "-", "--gap", "0"}, {.input = small_instance()});
    CHECK(wrong.exit_code == 2);
    CHECK(contains(wrong.err, "--gap"));
}

// An effort out of range must not be clamped in silence, or runs of 5 would be published as runs of 6.
TEST_CASE("the effort of a search is 1 to 5") {
    const ProcessResult quick =
        run_allot({"solve", "-", "--effort", "1", "--format", "json"}, {.input = small_instance()});
    CHECK(quick.exit_code == 0);
    CHECK(contains(quick.out, "\"effort\": 1"));
    const ProcessResult wrong = run_allot({"solve", "-", "--effort", "6"}, {.input = small_instance()});
    CHECK(wrong.exit_code == 2);
    CHECK(contains(wrong.err, "--effort"));
}

// A number that changes a plan has to be seen in it, and one that does not exist must not be passed over.
TEST_CASE("solve takes parameters from a file, tells them in the plan, and refuses what it does not know") {
    const TemporaryFolder folder;
    const std::string instance = folder.write("small.yaml", small_instance());
    const std::string good = folder.write("good.yaml",
                                          "format: allot-parameters/1\n"
                                          "adaptive_greedy: {multi_start: {starts: 4}}\n");
    const ProcessResult solved =
        run_allot({"solve", instance, "--method", "agh", "--parameters", good, "--format", "json"});
    CHECK(solved.exit_code == 0);
    CHECK(contains(solved.out, "\"parameters.adaptive_greedy.multi_start.starts\": 4"));
    CHECK(contains(solved.out, "\"starts\": 4"));
    const std::string bad = folder.write("bad.yaml",
                                         "format: allot-parameters/1\n"
                                         "tree: {nods: 4}\n"
                                         "bound: {smoothing: 2}\n");
    const ProcessResult refused = run_allot({"solve", instance, "--parameters", bad});
    CHECK(refused.exit_code == 2);
    CHECK(refused.out.empty());
    CHECK(contains(refused.err, "bad.yaml:2:8: tree.nods"));
    CHECK(contains(refused.err, "bad.yaml:3:"));
    CHECK(run_allot({"compare", instance, "--methods", "gh", "--parameters", bad}).exit_code == 2);
}

// Scripts branch on the exit code: a proof that nothing serves all is another matter than a search that found nothing.
TEST_CASE("exit codes tell a proof of infeasibility from a plan that goes short without one") {
    const std::string quickstart = source_path("configs/instances/quickstart.yaml");
    const auto solve_with = [&](const char* method) {
        return run_allot({"solve", quickstart, "--set", "budget_usd=38", "--method", method});
    };
    const ProcessResult proven = solve_with("exact");
    CHECK(proven.exit_code == 3);
    CHECK(proven.out.starts_with("quickstart: infeasible, "));
    CHECK(contains(proven.out, "\nWhy there is no feasible plan\n"));
    const ProcessResult open = solve_with("gh");
    CHECK(open.exit_code == 5);
    CHECK(open.out.starts_with("quickstart: unserved, "));
    CHECK(contains(open.out, "\nWhat goes short, with no proof that it must\n"));
}

#ifndef ALLOT_IS_SANITIZED  // sanitizers reserve terabytes of address space
// Scripts ask for more threads than a small container may have: fewer give the same plan, an abort gives none.
TEST_CASE("more threads than memory allows are fewer threads") {
    const auto plan = [](const char* threads, std::size_t memory_limit_mib) {
        const ProcessResult result =
            run_allot({"solve", "-", "--format", "json", "--threads", threads},
                      {.input = small_instance(), .memory_limit_mib = memory_limit_mib});
        CAPTURE(result.err);
        CHECK(result.exit_code == 0);
        return result.out.substr(0, result.out.find("\"run\""));
    };
    const std::string usual = plan("1", 0);
    CHECK(plan("1024", 1000) == usual);
    CHECK(plan("64", 400) == usual);
}
#endif
