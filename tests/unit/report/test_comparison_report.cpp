#include <limits>

#include <doctest/doctest.h>

#include "report/comparison_report.hpp"

using namespace allot;

namespace {

ComparisonRow served_row() {
    ComparisonRow row;
    row.method = "agh";
    row.plan.status = Status::feasible;
    row.plan.lower_bound = 90;
    row.audit.cost = {95, 2, 2.5, 0.5, 0};
    row.meets_limits = true;
    row.gpus = 7;
    row.unmet = 0.001;
    row.gap_to_bound = 0.05;
    row.gap_to_best = 0;
    row.wall_s = 0.25;
    return row;
}

ComparisonRow short_row() {
    ComparisonRow row;
    row.method = "hf";
    row.plan.status = Status::infeasible;
    row.audit.cost = {50, 0, 0, 1000, 0};
    row.audit.violations = {{"max_unmet", "query_types.chat", 0.5, 0, "half of \"chat\" is unserved"},
                            {"max_unmet", "query_types.code", 0.5, 0, "half of code is unserved"}};
    row.gpus = 3;
    row.unmet = 0.5;
    row.wall_s = 2;
    return row;
}

Comparison comparison() {
    Comparison comparison;
    comparison.instances = {{"a,b.yaml", "fleet", 100, 95, {served_row(), short_row()}}};
    comparison.summary = summarise(comparison.instances, {"agh", "hf"});
    return comparison;
}

}  // namespace

// This table is copied into papers: a method that broke limits must show no gap,
// and its fault in the last column.
TEST_CASE("a comparison for people") {
    CHECK(comparison_text(comparison(), Style()) ==
          "Runs\n"
          "  instance  method  status      total USD  rental  storage  delay     unmet  switching  GPUs  "
          "unserved  "
          "bound  to bound  to best    time  audit\n"
          "  fleet     agh     feasible       100.00   95.00     2.00   2.50      0.50       0.00     7     "
          "0.1 %  "
          "90.00    5.00 %      0 %  250 ms  ok\n"
          "            hf      infeasible   1,050.00   50.00     0.00   0.00  1,000.00       0.00     3    "
          "50.0 %  "
          "    -         -        -  2.00 s  max_unmet\n"
          "\n"
          "Methods over 1 instance\n"
          "  method  served  wins  proven  mean USD  mean to bound  mean to best  cost ratio (geo)  mean "
          "time  time "
          "(geo)\n"
          "  agh        1/1     1       0    100.00         5.00 %           0 %            1.0000     250 "
          "ms      250 "
          "ms\n"
          "  hf         0/1     0       0         -              -             -                 -     2.00 "
          "s      "
          "2.00 s\n");
}

// An unfinished comparison looks like a finished one with fewer rows; conclusions would be drawn from it.
TEST_CASE("a comparison that was stopped says so") {
    Comparison stopped = comparison();
    stopped.is_stopped = true;
    CHECK(comparison_text(stopped, Style())
              .ends_with("\nStopped: not all methods have been run on all instances.\n"));
}

// Missing gaps must be null, not 0, and times stand apart under `run`,
// so that two runs can be compared by bytes.
TEST_CASE("a comparison as JSON: null for what a run does not have, times under run") {
    CHECK(comparison_json(comparison()) == R"({
  "format": "allot-comparison/1",
  "stopped": false,
  "instances": [
    {
      "file": "a,b.yaml",
      "instance": "fleet",
      "best_known": 100,
      "best_bound": 95,
      "proven_infeasible": false,
      "rows": [
        {"method": "agh", "status": "feasible", "cost": {"total": 100, "rental": 95, "storage": 2, "delay": 2.5, "unmet": 0.5, "switching": 0}, "gpus": 7, "unmet": 0.001, "lower_bound": 90, "gap_to_bound": 0.05, "gap_to_best": 0, "violations": [], "run": {"wall_s": 0.25}},
        {"method": "hf", "status": "infeasible", "cost": {"total": 1050, "rental": 50, "storage": 0, "delay": 0, "unmet": 1000, "switching": 0}, "gpus": 3, "unmet": 0.5, "lower_bound": null, "gap_to_bound": null, "gap_to_best": null, "violations": ["half of \"chat\" is unserved", "half of code is unserved"], "run": {"wall_s": 2}}
      ]
    }
  ],
  "summary": [
    {"method": "agh", "runs": 1, "served": 1, "wins": 1, "proven": 0, "mean_total": 100, "mean_gap_to_bound": 0.05, "mean_gap_to_best": 0, "geometric_cost_ratio": 1, "run": {"mean_wall_s": 0.25, "geometric_wall_s": 0.25}},
    {"method": "hf", "runs": 1, "served": 0, "wins": 0, "proven": 0, "mean_total": null, "mean_gap_to_bound": null, "mean_gap_to_best": null, "geometric_cost_ratio": null, "run": {"mean_wall_s": 2, "geometric_wall_s": 2}}
  ]
}
)");
}

// JSON has no infinity; without a word of its own, the proof would look like a missing bound.
TEST_CASE("a bound of infinity is the proof that there is no plan") {
    Comparison proven = comparison();
    proven.instances[0].best_bound = std::numeric_limits<double>::infinity();
    const std::string json = comparison_json(proven);
    CHECK(json.find("\"best_bound\": null") != std::string::npos);
    CHECK(json.find("\"proven_infeasible\": true") != std::string::npos);
}

// Spreadsheets take an empty cell for missing and 0 for perfect; file names may hold commas.
TEST_CASE("a comparison as CSV") {
    CHECK(comparison_csv(comparison()) ==
          "file,instance,method,status,total_usd,rental_usd,storage_usd,delay_usd,unmet_usd,switching_usd,"
          "gpus,unmet,"
          "bound_usd,best_bound_usd,gap_to_bound,best_known_usd,gap_to_best,wall_s,audit\n"
          "\"a,b.yaml\",fleet,agh,feasible,100,95,2,2.5,0.5,0,7,0.001,90,95,0.05,100,0,0.25,ok\n"
          "\"a,b.yaml\",fleet,hf,infeasible,1050,50,0,0,1000,0,3,0.5,,95,,100,,2,max_unmet\n");
}
