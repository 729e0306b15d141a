#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "allot/solve.hpp"
#include "cli/method_options.hpp"
#include "support/process.hpp"
#include "support/rejection.hpp"
#include "support/small_instance.hpp"

using namespace allot::testing;

// An option that is ignored in silence leaves people with results that they take for others: a gap that was never looked at, a
// swing that was never played. Each is refused where it changes nothing, and accepted beside what it is for.
TEST_CASE("an option without effect is refused, with what it is for") {
    const TemporaryFolder folder;
    const std::string instance = folder.write("small.yaml", small_instance());
    const std::string plan =
        folder.write("plan.json", run_allot({"solve", instance, "--format", "json"}).out);
    using CommandLine = std::vector<std::string>;
    const std::vector<std::pair<CommandLine, CommandLine>> cases{
        {{"solve", instance}, {"--gap", "0.1"}},
        {{"solve", instance, "--method", "agh"}, {"--gap", "0.1"}},
        {{"solve", instance, "--method", "gh"}, {"--gap", "0.1"}},
        {{"solve", instance, "--method", "gh"}, {"--seed", "3"}},
        {{"solve", instance, "--method", "lpr"}, {"--seed", "3"}},
        {{"solve", instance, "--method", "gh"}, {"--effort", "5"}},
        {{"solve", instance, "--method", "exact"}, {"--effort", "5"}},
        {{"solve", instance}, {"--inflation", "1,2"}},
        {{"compare", instance, "--methods", "gh,hf"}, {"--effort", "5"}},
        {{"compare", instance, "--methods", "gh,hf"}, {"--seed", "5"}},
        {{"sweep", instance, "--vary", "budget_usd=400,500"}, {"--gap", "0.1"}},
        {{"sweep", instance, "--vary", "budget_usd=400,500"}, {"--restart"}},
        {{"stress", instance, plan}, {"--seed", "3"}},
        {{"replay", instance, "--synthetic", "0.1"}, {"--swing", "0.4"}},
        {{"replay", instance, "--synthetic", "0.1"}, {"--repeat", "2"}},
        {{"replay", instance, "--synthetic", "0.1"}, {"--scale", "2"}},
        {{"replay", instance, "--trace", "none.csv"}, {"--hours", "2"}},
        {{"replay", instance, "--trace", "none.csv", "--method", "gh"}, {"--seed", "2"}},
        {{"replay", instance, "--synthetic", "0.1", "--policy", "oracle"}, {"--forecast", "max"}},
        {{"replay", instance, "--synthetic", "0.1", "--policy", "static"}, {"--switching", "3m"}},
        {{"replay", instance, "--synthetic", "0.1", "--policy", "static-peak"}, {"--switching", "3m"}},
    };
    for (const auto& [words, more] : cases) {
        CommandLine all = words;
        all.insert(all.end(), more.begin(), more.end());
        CAPTURE(all);
        check_refused(all, more.front() + ": has no effect here, only ");
    }
    check_refused({"solve", instance, "--method", "gh", "--without", "m1,pairs"},
                  "--without: got pairs, expected what method gh has");
    for (const CommandLine& words :
         {CommandLine{"solve", instance, "--method", "milp", "--gap", "0.1", "--effort", "1", "--seed", "2"},
          CommandLine{"solve", instance, "--method", "gh", "--robust-scenarios", "2", "--seed", "2"},
          CommandLine{"compare", instance, "--methods", "gh,auto", "--effort", "1", "--seed", "2"},
          CommandLine{"stress", instance, plan, "--samples", "2", "--seed", "2"}}) {
        CAPTURE(words);
        CHECK(run_allot(words).exit_code == 0);
    }
}

// A new method must say what it goes by: one that is not in the list would have its options accepted unseen.
TEST_CASE("every method says which options it goes by") {
    for (const allot::SolverName& method : allot::solver_names()) {
        CAPTURE(method.name);
        CHECK(allot::cli::is_listed(method.name));
    }
}
