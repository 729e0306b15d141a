#include <filesystem>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "support/process.hpp"
#include "support/rejection.hpp"
#include "support/small_instance.hpp"

using namespace allot::testing;

// A mistyped or full target must be told before hours of search are lost,
// and must not cost the file that was there.
TEST_CASE("an output that cannot be written is refused by every command that writes a file") {
    const TemporaryFolder folder;
    const std::string instance = folder.write("small.yaml", small_instance());
    const std::string plan =
        folder.write("plan.json", run_allot({"solve", instance, "--format", "json"}).out);
    const std::string trace = folder.write("code.csv",
                                           "TIMESTAMP,ContextTokens,GeneratedTokens\n"
                                           "2023-11-16 18:00:00,50,5\n2023-11-16 18:00:01,60,6\n");
    const std::vector<std::vector<std::string>> commands{
        {"solve", instance, "-o"},
        {"generate", "-o"},
        {"export", instance, "--mps"},
        {"stress", instance, plan, "-o"},
        {"sweep", instance, "--vary", "budget_usd=400:500:2", "-o"},
        {"reopt", instance, "--from", plan, "-o"},
        {"import", "azure-trace", trace, "-o"},
    };
    const std::vector<std::pair<std::string, std::string>> outputs{
        {folder.file("none/out"), ": cannot be written: there is no folder '" + folder.file("none") + "'"},
        {instance + "/out", ": cannot be written: there is no folder '" + instance + "'"},
        {folder.path(), ": is a directory, expected a file to write"},
        {"", ": needs a value"},
    };
    std::vector<std::pair<std::string, std::string>> all = outputs;
    const TemporaryFolder locked;
    if (geteuid() != 0) {  // who may write everywhere
        std::filesystem::permissions(locked.path(), std::filesystem::perms::owner_read);
        all.emplace_back(locked.file("out"), ": cannot be written: no permission in '" + locked.path() + "'");
    }
    const std::vector<std::string> before = folder.names();
    for (const std::vector<std::string>& command : commands) {
        for (const auto& output : all) {
            CAPTURE(command.front());
            CAPTURE(output.first);
            std::vector<std::string> words = command;
            words.push_back(output.first);
            check_refused(words, output.first + output.second);
        }
    }
    std::filesystem::permissions(locked.path(), std::filesystem::perms::owner_all);
    CHECK(folder.names() == before);
    CHECK(read_text(instance) == small_instance());
}
