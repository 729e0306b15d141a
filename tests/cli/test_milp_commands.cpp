#include <chrono>
#include <csignal>
#include <string>
#include <thread>

#include <doctest/doctest.h>

#include "support/process.hpp"
#include "support/rejection.hpp"
#include "support/small_instance.hpp"
#include "support/text.hpp"

using namespace allot::testing;

namespace {

/// The first configuration that the model of the small instance has for chat: the name between "x[chat," and "]".
std::string some_configuration(const std::string& mps) {
    const std::size_t begin = mps.find("\n x[chat,") + 9;
    return mps.substr(begin, mps.find(']', begin) - begin);
}

}  // namespace

// Other solvers read this file; one that differs between pipe and file,
// or lacks ENDATA, cannot be compared with ours.
TEST_CASE("export writes the model to a file or to standard output") {
    const TemporaryFolder folder;
    const std::string instance = folder.write("small.yaml", small_instance());
    const ProcessResult printed = run_allot({"export", instance});
    CHECK(printed.exit_code == 0);
    CHECK(contains(printed.out, "\nROWS\n N cost\n E demand[chat]\n"));
    CHECK(contains(printed.out, "\nENDATA\n"));
    const std::string file = folder.write("small.mps", "");
    CHECK(run_allot({"export", instance, "--mps", file}).exit_code == 0);
    CHECK(read_text(file) == printed.out);
    const ProcessResult nowhere = run_allot({"export", instance, "--mps", "/nowhere/small.mps"});
    CHECK(nowhere.exit_code == 2);
}

// Solutions of foreign solvers are untrusted:
// rounded, for other models or short of replicas, none may pass unaudited.
TEST_CASE("import-solution gives a plan that the auditor judges") {
    const TemporaryFolder folder;
    const std::string instance = folder.write("small.yaml", small_instance());
    const std::string configuration = some_configuration(run_allot({"export", instance}).out);
    std::string text = "Optimal - objective value 1\n";
    text +=
        "0 r[" + configuration + "] 50 0\n0 w[" + configuration + "] 1 0\n";  // as many as the model allows
    const std::string shares = "0 x[chat," + configuration + "] 1 0\n";

    const std::string good = folder.write("good.sol", text + shares);
    const std::string plan = folder.write("plan.json", "");
    const ProcessResult imported = run_allot({"import-solution", instance, good, "-o", plan});
    CAPTURE(imported.err);
    CHECK(imported.exit_code == 0);
    CHECK(contains(read_text(plan), "\"method\": \"imported\""));
    CHECK(run_allot({"audit", instance, plan}).exit_code == 0);

    // Half the queries nowhere, and the replicas that CBC counted are not there: no routing mends that.
    const std::string none =
        folder.write("none.sol", "Optimal - objective value 1\n0 x[chat," + configuration + "] 0.5 0\n");
    CHECK(run_allot({"import-solution", instance, none}).exit_code != 0);

    const std::string foreign =
        folder.write("foreign.sol", "Optimal - objective value 1\n0 x[cat,dog] 1 0\n");
    const ProcessResult refused = run_allot({"import-solution", instance, foreign});
    CHECK(refused.exit_code == 2);
    CHECK(contains(refused.err, "foreign.sol:2"));
    CHECK(contains(refused.err, "x[cat,dog]"));
}

// Names must mean the same in the reduced model,
// or a solution of it would be read as another plan, and it must be smaller.
TEST_CASE("export --reduced writes fewer columns of the same model, which import-solution takes") {
    const TemporaryFolder folder;
    const std::string instance = folder.write("small.yaml", small_instance());
    const std::string full = run_allot({"export", instance, "--set", "budget_usd=1e6"}).out;
    const ProcessResult reduced = run_allot({"export", instance, "--reduced", "--set", "budget_usd=1e6"});
    CHECK(reduced.exit_code == 0);
    CHECK(contains(reduced.out, "\nENDATA\n"));
    CHECK(reduced.out.size() < full.size());
    const std::string configuration = some_configuration(reduced.out);
    CHECK(contains(full, "x[chat," + configuration + "]"));
    const std::string solution =
        folder.write("small.sol", "Optimal - objective value 1\n0 r[" + configuration + "] 500 0\n0 w[" +
                                      configuration + "] 1 0\n0 x[chat," + configuration + "] 1 0\n");
    CHECK(run_allot({"import-solution", instance, solution, "--set", "budget_usd=1e6"}).exit_code == 0);
}

#ifdef ALLOT_HAS_CBC

// Dropping columns is only believed with its count;
// the reduction could stop working without any change of a plan.
TEST_CASE("solve says how many columns of the model were dropped, and by which rule") {
    // With bounds the plan may be proven before a model is needed.
    const ProcessResult result =
        run_allot({"solve", "-", "--method", "milp", "--without", "bounds", "--format", "json"},
                  {.input = small_instance()});
    CHECK(result.exit_code == 0);
    CHECK(contains(result.out, "\"status\": \"optimal\""));
    CHECK(contains(result.out, "milp_columns"));
    CHECK(contains(result.out, "milp_dropped_replaceable_columns"));
    CHECK(contains(result.out, "milp_dropped_too_dear_columns"));
}

// `--gap 5` meant as per cent would return the first plan found as good enough;
// below 1e-6 lies rounding only.
TEST_CASE("a gap is a number from 1e-6 to 1") {
    const ProcessResult wide =
        run_allot({"solve", "-", "--method", "milp", "--gap", "0.5"}, {.input = small_instance()});
    CHECK(wide.exit_code == 0);
    for (const char* bad : {"0", "-1", "2", "nan", "1e-9", "x"}) {
        CAPTURE(bad);
        const ProcessResult refused = run_allot({"solve", "-", "--gap", bad}, {.input = small_instance()});
        CHECK(refused.exit_code == 2);
        CHECK(contains(refused.err, "--gap"));
    }
}

// CBC stops in its own way and time;
// a stop that loses the incumbent would leave an hour's search without a plan.
TEST_CASE("Ctrl-C during CBC leaves a plan that the auditor passes") {
    const TemporaryFolder folder;
    const std::string instance = folder.file("hard.yaml");
    REQUIRE(run_allot({"generate", "--family", "batched", "--types", "9", "--models", "6", "--tiers", "10",
                       "--seed", "2", "-o", instance})
                .exit_code == 0);
    const std::string plan = folder.file("plan.json");
    bool was_in_cbc = false;
    for (int delay_ms = 1000; !was_in_cbc && delay_ms <= 32000; delay_ms *= 2) {
        Process process({"solve", instance, "--method", "milp", "--without", "bounds", "-o", plan});
        std::this_thread::sleep_for(std::chrono::milliseconds(delay_ms));
        process.send(SIGINT);
        const ProcessResult result = process.finish();
        CHECK(result.exit_code == 130);
        CHECK(contains(read_text(plan), "\"status\": \"stopped\""));
        was_in_cbc = contains(read_text(plan), "milp_columns");  // the model is there: CBC has begun
        // Before that a slow machine may not have a plan yet that serves what it must.
        if (was_in_cbc) CHECK(run_allot({"audit", instance, plan}).exit_code == 0);
    }
    CHECK(was_in_cbc);
}

#else

// Builds without CBC are supported:
// asking for it must not fall back to another method under the name of milp.
TEST_CASE("without CBC the method says so, writes nothing, and all else that is asked for is there") {
    const std::string why = ": milp needs CBC, which this program was built without";
    const TemporaryFolder folder;
    const std::string instance = folder.write("small.yaml", small_instance());
    check_writes_nothing({"solve", instance, "--method", "milp"},
                         "method: got milp, expected another method" + why);
    check_writes_nothing({"compare", instance, "--methods", "gh,milp"},
                         "--methods: got milp, expected other methods" + why);
    const ProcessResult compared = run_allot({"compare", instance, "--format", "csv"});
    CHECK(compared.exit_code == 0);
    CHECK(contains(compared.out, ",lpr,"));
    CHECK_FALSE(contains(compared.out, ",milp,"));
}

#endif
