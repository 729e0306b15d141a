#include <string>

#include <doctest/doctest.h>

#include "support/process.hpp"
#include "support/small_instance.hpp"

using namespace allot::testing;

namespace {

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// The first configuration that the model of the small instance has for chat: the name between "x[chat," and "]".
std::string some_configuration(const std::string& mps) {
    const std::size_t begin = mps.find("\n x[chat,") + 9;
    return mps.substr(begin, mps.find(']', begin) - begin);
}

}  // namespace

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
