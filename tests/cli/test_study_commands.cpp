#include <fstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "support/process.hpp"
#include "support/small_instance.hpp"
#include "support/text.hpp"

using namespace allot::testing;

namespace {

/// small_instance with a price on unserved queries, and a plan of it.
struct Planned {
    Planned() {
        run_allot({"solve", instance, "-o", plan});
        run_allot({"solve", instance, "--method", "gh", "-o", greedy});
    }
    TemporaryFolder folder;
    std::string instance = folder.write("small.yaml", small_instance());
    std::string plan = folder.file("auto.json");
    std::string greedy = folder.file("gh.json");
};

/// Rows of a sweep without the time that each cell took.
std::vector<std::string> timeless(const std::string& csv) {
    std::vector<std::string> lines = lines_of(csv);
    for (std::string& line : lines) line = line.substr(0, line.find_last_of(','));
    return lines;
}

void check_rejected(const std::vector<std::string>& words, const std::string& message) {
    const ProcessResult result = run_allot(words);
    CAPTURE(result.err);
    CHECK(result.exit_code == 2);
    CHECK(result.out.empty());
    CHECK(contains(result.err, message));
}

}  // namespace

// Plots and spreadsheets read these columns, and the JSON must not depend on threads,
// or studies cannot be repeated.
TEST_CASE("stress compares plans in a table, as CSV and as JSON") {
    const Planned planned;
    const ProcessResult table = run_allot({"stress", planned.instance, planned.plan, planned.greedy});
    CHECK(table.exit_code == 0);
    CHECK(contains(table.out, "2 plans under stress"));
    const std::vector<std::string> words{
        "stress", planned.instance, planned.plan, planned.greedy,    "--delay", "1,1.5",       "--error",
        "1",      "--samples",      "50",         "--fail-replicas", "1",       "--fail-pools"};
    std::vector<std::string> csv_words = words;
    csv_words.insert(csv_words.end(), {"--format", "csv"});
    const ProcessResult csv = run_allot(csv_words);
    CHECK(csv.exit_code == 0);
    const auto lines = lines_of(csv.out);
    CHECK(lines.size() >= 1 + 2 * 3 * 2);
    CHECK(contains(lines[0], "plan,delay,error,rate,loss,total_usd"));
    CHECK(contains(lines[1], "auto,1,1,1,none,"));
    std::vector<std::string> json_words = words;
    json_words.insert(json_words.end(), {"--format", "json", "--threads", "1"});
    const ProcessResult json = run_allot(json_words);
    CHECK(contains(json.out, "\"format\": \"allot-stress/1\""));
    json_words.back() = "4";
    CHECK(run_allot(json_words).out == json.out);
}

// A comma in a plan's file name would shift every figure of its row by one column,
// unnoticed by a spreadsheet.
TEST_CASE("the name of a plan with a comma is quoted in CSV files") {
    const TemporaryFolder folder;
    const std::string instance = folder.write("small.yaml", small_instance());
    const std::string plan = folder.file("a,b.json");
    CHECK(run_allot({"solve", instance, "-o", plan}).exit_code == 0);
    const auto lines = lines_of(run_allot({"stress", instance, plan, "--format", "csv"}).out);
    REQUIRE(lines.size() > 1);
    CHECK(lines[1].starts_with("\"a,b\",1,"));
}

// Budgets of uncertainty are chosen from this table; a missing row or level would make robustness look free.
TEST_CASE("solve prints the price of robustness") {
    const Planned planned;
    const std::vector<std::string> words{"solve", planned.instance,     "--method", "gh",      "--frontier",
                                         "1,5",   "--robust-scenarios", "5",        "--format"};
    const auto with_format = [&](const std::string& format, const std::vector<std::string>& more = {}) {
        std::vector<std::string> all = words;
        all.push_back(format);
        all.insert(all.end(), more.begin(), more.end());
        return run_allot(all);
    };
    const ProcessResult table = with_format("table");
    CHECK(table.exit_code == 0);
    CHECK(contains(table.out, "price of robustness"));
    CHECK(contains(table.out, "scenarios x 1"));
    const ProcessResult csv = with_format("csv", {"--inflation", "1,1.5"});
    CHECK(contains(csv.out, "plan,budget,planned_inflation,status,nominal_usd,price,"));
    CHECK(lines_of(csv.out).size() == 1 + (1 + 2 + 2) * 2);
    const ProcessResult json = with_format("json");
    CHECK(contains(json.out, "\"format\": \"allot-frontier/1\""));
    const std::string file = planned.folder.file("frontier.json");
    CHECK(with_format("json", {"-o", file}).out.empty());
    CHECK(read_text(file) == json.out);
}

// Options that mean nothing without scenarios must be refused,
// else people believe in protection they do not have.
TEST_CASE("solve plans for random scenarios") {
    const Planned planned;
    const std::vector<std::string> words{"solve", planned.instance, "--robust-scenarios",
                                         "20",    "--inflation",    "1,1.2"};
    const ProcessResult table = run_allot(words);
    CHECK(table.exit_code == 0);
    CHECK(contains(table.out, "in the 20 scenarios it was made for, delays and errors inflated by 1, 1.2"));
    std::vector<std::string> json_words = words;
    const std::string file = planned.folder.file("two-stage.json");
    json_words.insert(json_words.end(), {"--format", "json", "-o", file});
    const ProcessResult json = run_allot(json_words);
    CHECK(contains(json.out,
                   "\"two_stage\": {\"sample\": \"in-sample\", \"scenarios\": 20, \"inflation\": [1, 1.2]"));
    CHECK(read_text(file) == json.out);
    CHECK(run_allot({"audit", planned.instance, file}).exit_code == 0);
    check_rejected({"solve", planned.instance, "--robust-scenarios", "0"}, "--robust-scenarios");
    check_rejected({"solve", planned.instance, "--inflation", "1.5"},
                   "only with --robust-scenarios or --frontier");
    check_rejected({"solve", planned.instance, "--robust-scenarios", "5", "--inflation", "0"}, "--inflation");
    check_rejected({"solve", planned.instance, "--format", "csv"}, "only with --frontier");
}

// A fleet stressed against another instance gives figures for nothing,
// and a factor of 0 would make every plan pass.
TEST_CASE("stress refuses plans of other instances and bad factors") {
    const Planned planned;
    const std::string other =
        planned.folder.write("other.yaml", replaced(small_instance(), "name: small", "name: other"));
    check_rejected({"stress", other, planned.plan}, "a plan of instance other");
    check_rejected({"stress", planned.instance, planned.plan, "--delay", "1,x"}, "--delay");
    check_rejected({"stress", planned.instance, planned.plan, "--rate", "-1"}, "--rate");
    check_rejected({"stress", planned.instance}, "PLAN");
}

// Sweeps run on whatever cores are free;
// their figures must not depend on it, nor may the journal stay behind.
TEST_CASE("a sweep solves every cell, the same on any number of threads") {
    const Planned planned;
    const std::string out = planned.folder.file("sweep.csv");
    const std::vector<std::string> words{"sweep",    planned.instance,
                                         "--vary",   "budget_usd=10:500:3",
                                         "--vary",   "query_types.*.rate_per_hour*=1,2",
                                         "-o",       out,
                                         "--threads"};
    std::vector<std::string> one = words;
    one.emplace_back("1");
    CHECK(run_allot(one).exit_code == 0);
    const std::string csv = read_text(out);
    REQUIRE(lines_of(csv).size() == 7);
    CHECK(contains(csv, "infeasible"));
    CHECK(contains(csv, "cell,budget_usd,query_types.*.rate_per_hour*,status,"));
    std::vector<std::string> four = words;
    four.emplace_back("4");
    CHECK(run_allot(four).exit_code == 0);
    CHECK(timeless(read_text(out)) == timeless(csv));
    CHECK(planned.folder.names() ==
          std::vector<std::string>{"auto.json", "gh.json", "small.yaml", "sweep.csv"});
}

// JSON has no word for a missing cost: 0 or NaN for an infeasible cell would be plotted as a bargain.
TEST_CASE("a sweep writes JSON, infeasible cells with null where there is no figure") {
    const Planned planned;
    const ProcessResult result =
        run_allot({"sweep", planned.instance, "--vary", "budget_usd=1,500", "--format", "json"});
    CHECK(result.exit_code == 0);
    for (const char* part : {"\"format\": \"allot-sweep/1\"", "\"varied\": {\"budget_usd\": 500}",
                             "\"status\": \"infeasible\"", "\"lower_bound_usd\": null", "\"solve_ms\": "}) {
        CAPTURE(part);
        CHECK(contains(result.out, part));
    }
}

// Long sweeps die on shared machines; resuming must redo nothing,
// lose nothing and never mix options of two studies.
TEST_CASE("a sweep that was killed goes on where it stood") {
    const Planned planned;
    const std::string whole = planned.folder.file("whole.csv");
    const std::string out = planned.folder.file("sweep.csv");
    const std::vector<std::string> words{
        "sweep", planned.instance, "--vary", "query_types.*.rate_per_hour*=1:3:400", "--method", "agh", "-o"};
    std::vector<std::string> at_once = words;
    at_once.push_back(whole);
    CHECK(run_allot(at_once).exit_code == 0);
    std::vector<std::string> killed = words;
    killed.push_back(out);
    {
        Process process(killed);
        while (lines_of(read_text(out + ".partial")).size() < 20 && read_text(out).empty()) {
        }
        process.send(9);
        CHECK(process.finish().signal == 9);
    }
    const std::size_t num_kept = lines_of(read_text(out + ".partial")).size() - 1;
    CHECK(num_kept >= 19);
    for (const char* option : {"--effort=1", "--seed=7", "--without=m2"}) {
        CAPTURE(option);
        std::vector<std::string> other = killed;
        other.emplace_back(option);
        check_rejected(other, "another study");
    }
    const ProcessResult rest = run_allot(killed);
    CHECK(rest.exit_code == 0);
    CHECK(contains(rest.err, "going on after " + std::to_string(num_kept) + " of 400 cells"));
    CHECK(timeless(read_text(out)) == timeless(read_text(whole)));
    CHECK(read_text(out + ".partial").empty());
}

// A left-over journal under the same name would fill the table with figures of other instances.
TEST_CASE("a sweep does not take up the cells of another study") {
    const Planned planned;
    const std::string out = planned.folder.file("sweep.csv");
    planned.folder.write("sweep.csv.partial", "allot-journal/1 0123456789abcdef\n0 feasible,1\n");
    const std::vector<std::string> words{"sweep", planned.instance, "--vary", "budget_usd=400:500:2", "-o",
                                         out};
    check_rejected(words, "another study");
    std::vector<std::string> restart = words;
    restart.emplace_back("--restart");
    CHECK(run_allot(restart).exit_code == 0);
    CHECK(lines_of(read_text(out)).size() == 3);
}

// A table with no feasible cell is nearly always a mistake in the ranges;
// scripts should see it by the exit code.
TEST_CASE("a sweep whose every cell is infeasible writes its table and ends with 3") {
    const Planned planned;
    const ProcessResult result = run_allot({"sweep", planned.instance, "--vary", "budget_usd=1:5:3"});
    CHECK(result.exit_code == 3);
    CHECK(lines_of(result.out).size() == 4);
    CHECK(contains(result.err, "3 of them infeasible"));
}

// A range that is empty or out of bounds in its last cell must not be found after hours of the others.
TEST_CASE("a sweep refuses what it cannot vary before it begins") {
    const Planned planned;
    const std::string& instance = planned.instance;
    check_rejected({"sweep", instance}, "--vary");
    check_rejected({"sweep", instance, "--vary", "query_types.caht.rate_per_hour*=1:2:3"},
                   "did you mean 'chat'?");
    check_rejected({"sweep", instance, "--vary", "nothing=1:2:3"}, "no `nothing` in an instance");
    for (const char* range : {"budget_usd=2:1:3", "budget_usd=1:5:0", "budget_usd="}) {
        CAPTURE(range);
        check_rejected({"sweep", instance, "--vary", range}, "LO <= HI and a whole N >= 1");
    }
    check_rejected({"sweep", instance, "--vary", "query_types.chat.slo.error=0.5:1.5:3"}, "slo.error");
    const std::string study =
        planned.folder.write("study.yaml", "format: allot-study/1\nname: x\nvary: []\n");
    check_rejected({"sweep", instance, "--study", study}, "study.yaml:3");
    const std::string other =
        planned.folder.write("other.yaml", "format: allot-study/2\nname: x\nvary: [a=1]\n");
    check_rejected({"sweep", instance, "--study", other}, "allot-study/1");
}

// The value of re-planning is read off this table;
// policies must meet the same demand on any number of threads.
TEST_CASE("replay compares policies on a random walk") {
    const Planned planned;
    const std::vector<std::string> words{"replay", planned.instance, "--synthetic", "sigma=0.05", "--hours",
                                         "1",      "--every",        "10m",         "--method",   "gh"};
    const ProcessResult table = run_allot(words);
    CHECK(table.exit_code == 0);
    for (const char* policy : {"static ", "static-peak", "reopt", "oracle"})
        CHECK(contains(table.out, policy));
    std::vector<std::string> csv_words = words;
    csv_words.insert(csv_words.end(), {"--format", "csv", "--threads"});
    csv_words.emplace_back("1");
    const std::string one = run_allot(csv_words).out;
    CHECK(lines_of(one).size() == 1 + 4 * 6);
    csv_words.back() = "4";
    CHECK(timeless(run_allot(csv_words).out) == timeless(one));
}

// Bad steps and foreign traces would make every policy look cheap.
// Windows without a request are hours without demand, which are played.
TEST_CASE("replay refuses what it cannot play, and plays gaps") {
    const Planned planned;
    const std::string& instance = planned.instance;
    check_rejected({"replay", instance}, "--trace or --synthetic");
    check_rejected({"replay", instance, "--synthetic", "sigma=x"}, "--synthetic");
    check_rejected({"replay", instance, "--synthetic", "0.1", "--hours", "0.01", "--every", "1h"}, "--every");
    check_rejected({"replay", instance, "--trace", planned.folder.file("none.csv")}, "none.csv");
    std::string trace = "TIMESTAMP,ContextTokens,GeneratedTokens\n";
    for (const char* minute : {"00", "01", "02", "40", "41", "59"}) {
        trace += std::string("2023-11-16 18:") + minute + ":00.0000000,500,200\n";
    }
    const std::string file = planned.folder.write("x_chat.csv", trace);
    CHECK(run_allot({"replay", instance, "--trace", file, "--every", "5m", "--method", "gh"}).exit_code == 0);
    check_rejected({"replay", instance, "--trace", file, "--every", "2h"}, "--every");
    const std::string other = planned.folder.write("x_mail.csv", trace);
    check_rejected({"replay", instance, "--trace", other}, "allot import azure-trace");
    CHECK(run_allot({"replay", instance, "--trace", file, "--every", "50m", "--method", "gh"}).exit_code ==
          0);
}
