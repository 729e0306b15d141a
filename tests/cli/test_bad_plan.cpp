#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "support/process.hpp"
#include "support/rejection.hpp"
#include "support/small_instance.hpp"
#include "support/text.hpp"

using namespace allot::testing;

// Plans are edited by hand and cut off by full disks;
// a stale or foreign one must not be audited as if it fitted.
TEST_CASE("a bad plan is refused, with its file and line") {
    const TemporaryFolder folder;
    const std::string instance = folder.write("small.yaml", small_instance());
    const std::string plan = run_allot({"solve", instance, "--method", "gh", "--format", "json"}).out;
    const auto with = [&](const char* old_part, const char* new_part) {
        return replaced(plan, old_part, new_part);
    };
    const std::vector<BadInput> unreadable{
        {"empty", "", ": nothing in it"},
        {"truncated", plan.substr(0, plan.find("\"share\"") + 3),
         ":14:48: got the end of the text, expected '\"'"},
        {"an instance", small_instance(), ":1:9: format: got allot-instance/1, expected allot-plan/1"},
        {"of another format", with("allot-plan/1", "allot-plan/2"),
         ":2:13: format: got 'allot-plan/2', expected allot-plan/1"},
        {"with NaN", with("\"share\": 1", "\"share\": NaN"), ":14:"},
        {"with an infinite number", with("\"share\": 1", "\"share\": 1e999"),
         "routing[0].share: got 1e999, expected a number (this one cannot be represented)"},
        {"with an unknown deployment", with("\"deployment\": 0", "\"deployment\": 9"),
         "routing[0].deployment: got 9, expected an index into the 1 deployments"},
    };
    const std::vector<BadInput> of_another_instance{
        {"of another instance", with("\"instance\": \"small\"", "\"instance\": \"large\""),
         ":3:15: instance: got 'large', expected a plan of instance small"},
        {"with an unknown model", with("\"model\": \"llama-3.1-8b\"", "\"model\": \"llama-3.1-9b\""),
         ":11:15: deployments[0].model: got 'llama-3.1-9b', expected a model of the instance; did you mean "
         "'llama-3.1-8b'?"},
        {"with an unknown tier", with("\"tier\": \"", "\"tier\": \"x"), "deployments[0].tier: got 'x"},
        {"with a price of an unknown query type",
         with("\"query_type\": \"chat\"", "\"query_type\": \"chad\""),
         ":9:65: prices.query_types[0].query_type: got 'chad', expected a query type of the instance; did "
         "you mean "
         "'chat'?"},
        {"with an unknown query type",
         with("{\"query_type\": \"chat\", \"d", "{\"query_type\": \"code\", \"d"),
         ":14:20: routing[0].query_type: got 'code', expected a query type of the instance"},
        {"with figures of an unknown query type", with("{\"name\": \"chat\"", "{\"name\": \"code\""),
         ":17:14: query_types[0].name: got 'code', expected a query type of the instance"},
    };
    const std::string file = folder.file("plan.json");
    const auto check = [&](const BadInput& bad, bool is_readable) {
        CAPTURE(bad.what);
        folder.write("plan.json", bad.text);
        check_refused({"audit", instance, file}, bad.message);
        check_refused({"audit", instance, file}, "allot: " + file + ":");
        check_writes_nothing({"stress", instance, file}, bad.message);
        // What ran before may have been made for another instance; it must be a plan all the same.
        if (is_readable) return;
        check_writes_nothing({"reopt", instance, "--from", file}, bad.message);
        check_refused({"diff", file, file}, bad.message);
    };
    for (const BadInput& bad : unreadable) check(bad, false);
    for (const BadInput& bad : of_another_instance) check(bad, true);
    check_refused({"audit", instance, folder.file("none.json")}, "none.json: no such file");
    check_refused({"audit", instance, folder.path()}, "a directory, not a file");
}
