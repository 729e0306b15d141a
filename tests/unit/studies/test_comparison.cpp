#include <cmath>
#include <stop_token>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "allot/studies.hpp"
#include "support/tiny_instance.hpp"

using namespace allot;
using allot::testing::tiny_instance;

namespace {

ComparisonRow row(const std::string& method, double total, double gap_to_bound, double gap_to_best,
                  double wall_s) {
    ComparisonRow row;
    row.method = method;
    row.audit.cost.rental = total;
    row.meets_limits = true;
    row.gap_to_bound = gap_to_bound;
    row.gap_to_best = gap_to_best;
    row.wall_s = wall_s;
    return row;
}

ComparisonRow failed_row(const std::string& method, double wall_s) {
    ComparisonRow failed = row(method, 1, 0, 0, wall_s);
    failed.meets_limits = false;
    failed.gap_to_bound.reset();
    failed.gap_to_best.reset();
    return failed;
}

class Phases : public ProgressObserver {
  public:
    void on_progress(const Progress& progress) override {
        if (phases.empty() || phases.back() != progress.phase) phases.push_back(progress.phase);
    }
    std::vector<std::string> phases;
};

}  // namespace

// Gaps and wins are the currency of method papers: each is recomputed from the plans, failed runs left out.
TEST_CASE("compare: a row per instance and method, measured against the best bound and the best plan") {
    const Instance poor = tiny_instance().with([](InstanceData& data) { data.budget_usd = 1; });
    Phases phases;
    ComparisonOptions options;
    options.methods = {"gh", "agh", "dvr"};
    const Comparison comparison =
        compare({{"rich.yaml", tiny_instance()}, {"poor.yaml", poor}}, options, &phases);
    REQUIRE(comparison.instances.size() == 2);
    CHECK(phases.phases == std::vector<std::string>{"1/6 rich.yaml gh", "2/6 rich.yaml agh",
                                                    "3/6 rich.yaml dvr", "4/6 poor.yaml gh",
                                                    "5/6 poor.yaml agh", "6/6 poor.yaml dvr"});

    const InstanceComparison& rich = comparison.instances[0];
    REQUIRE(rich.rows.size() == 3);
    REQUIRE(rich.best_known.has_value());
    CHECK(rich.best_bound > 0);
    CHECK(rich.best_bound <= *rich.best_known * (1 + 1e-6));
    bool has_best = false;
    for (const ComparisonRow& one : rich.rows) {
        CAPTURE(one.method);
        CHECK(one.audit.is_ok());
        const double total = one.plan.cost.total();
        CHECK(total >= *rich.best_known);
        CHECK(*one.gap_to_bound == doctest::Approx((total - rich.best_bound) / total).epsilon(1e-5));
        CHECK(*one.gap_to_best == doctest::Approx((total - *rich.best_known) / *rich.best_known));
        has_best = has_best || one.is_best();
        int gpus = 0;
        for (const PlannedDeployment& deployment : one.plan.deployments) gpus += deployment.gpus;
        CHECK(one.gpus == gpus);
    }
    CHECK(has_best);

    const InstanceComparison& broke = comparison.instances[1];
    CHECK_FALSE(broke.best_known.has_value());
    for (const ComparisonRow& one : broke.rows) {
        CHECK_FALSE(one.meets_limits);
        CHECK_FALSE(one.gap_to_bound.has_value());
        CHECK(one.unmet > 0);
        CHECK_FALSE(one.audit.is_ok());
        CHECK(one.audit.is_acceptable(one.plan.status));
    }
}

// A benchmark of the default method under a mistyped name would be published as another one's.
TEST_CASE("compare: an unknown method is bad input") {
    ComparisonOptions options;
    options.methods = {"hg"};
    CHECK_THROWS_AS(compare({{"tiny.yaml", tiny_instance()}}, options), InputError);
}

// After Ctrl-C the summary must not average over runs that never were.
TEST_CASE("compare: a stop leaves what has been run") {
    std::stop_source stop;
    stop.request_stop();
    ComparisonOptions options;
    options.methods = {"gh", "agh"};
    options.solve.stop = stop.get_token();
    const Comparison comparison = compare({{"tiny.yaml", tiny_instance()}}, options);
    CHECK(comparison.is_stopped);
    CHECK(comparison.instances.empty());
    REQUIRE(comparison.summary.size() == 2);
    CHECK(comparison.summary[0].runs == 0);
    CHECK_FALSE(comparison.summary[0].mean_total.has_value());
}

// Arithmetic and geometric means by hand: a failed run must count in the times but not in the costs.
TEST_CASE("compare: means, geometric means and wins") {
    std::vector<InstanceComparison> instances(2);
    instances[0].rows = {row("a", 100, 0, 0, 1), row("b", 121, 0.2, 0.21, 2)};
    instances[1].rows = {row("a", 300, 0.1, 0.5, 4), row("b", 200, 0.05, 0, 8), failed_row("c", 3)};
    const std::vector<MethodSummary> summary = summarise(instances, {"a", "b", "c"});
    REQUIRE(summary.size() == 3);
    const MethodSummary& a = summary[0];
    CHECK(a.runs == 2);
    CHECK(a.served == 2);
    CHECK(a.wins == 1);
    CHECK(a.proven == 1);
    CHECK(*a.mean_total == doctest::Approx(200));
    CHECK(*a.mean_gap_to_bound == doctest::Approx(0.05));
    CHECK(*a.mean_gap_to_best == doctest::Approx(0.25));
    CHECK(*a.geometric_cost_ratio == doctest::Approx(std::sqrt(1.5)));
    CHECK(a.mean_wall_s == doctest::Approx(2.5));
    CHECK(a.geometric_wall_s == doctest::Approx(2));
    CHECK(*summary[1].geometric_cost_ratio == doctest::Approx(1.1));
    CHECK(summary[1].proven == 0);
    const MethodSummary& c = summary[2];
    CHECK(c.runs == 1);
    CHECK(c.served == 0);
    CHECK_FALSE(c.mean_total.has_value());
    CHECK(c.mean_wall_s == doctest::Approx(3));
}
