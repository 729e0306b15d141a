#include <functional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "allot/audit.hpp"
#include "support/audited_plan.hpp"

using namespace allot;
using allot::testing::audit_with;
using allot::testing::audited_data;
using allot::testing::audited_plan;
using allot::testing::refresh_figures;
using allot::testing::violated;

// Too few replicas is what a hasty edit of a plan leaves behind: queries would queue without end.
TEST_CASE("slots: fewer replicas than the routes need") {
    const Instance instance(audited_data());
    Plan plan = audited_plan(instance);
    REQUIRE(plan.deployments[0].utilisation > 0.5);
    plan.deployments[0].replicas = 1;
    refresh_figures(instance, plan);
    const AuditReport report = audit(instance, plan);
    REQUIRE(violated(report) == "slots deployments[0]");
    CHECK(report.violations[0].amount == doctest::Approx(plan.deployments[0].utilisation).epsilon(1e-12));
    CHECK(report.violations[0].limit == 1);
}

// One replica edited in a file must give one cause and one echo,
// not a page of wrong figures that follow from it.
TEST_CASE("slots: a replica taken away and no figure adjusted is a broken limit and one wrong figure") {
    const Instance instance(audited_data());
    Plan plan = audited_plan(instance);
    plan.deployments[0].replicas = 1;
    CHECK(violated(audit(instance, plan)) == "slots deployments[0], reported.gpus deployments[0]");
}

// Solvers fill replicas to the brim; the border must lie at 1e-6,
// neither rejecting them nor hiding an overload.
TEST_CASE("slots: the limit up to its tolerance") {
    const Instance base(audited_data());
    const double full = 1 / audited_plan(base).deployments[0].utilisation;
    const auto with_rates = [&](double factor) {
        return audit_with([&](InstanceData& data) {
            data.query_types[0].rate_per_hour *= factor;
            data.query_types[1].rate_per_hour *= factor;
        });
    };
    CHECK(violated(with_rates(full * (1 + 0.9e-6))) == "");
    CHECK(violated(with_rates(full * (1 + 1.1e-6))) == "slots deployments[0]");
}

// The factor of 0.9 stands in two places by design, in model and auditor; they must not drift apart.
TEST_CASE("slots: pipeline stages multiply slots, less 10 % for bubbles") {
    const Instance instance(audited_data());
    Plan plan = audited_plan(instance);
    plan.deployments[0].pipeline = 2;
    refresh_figures(instance,
                    plan);  // from the loads of the performance model, which has this rule by its own code
    CHECK(violated(audit(instance, plan)) == "");
}

// Slots can be free while the cache is full: the engine then preempts queries,
// and delays are no longer those planned.
TEST_CASE("kv_memory: less free memory than the resident queries need") {
    // The large model leaves 2 x (0.9 x 6.9 - 2) - 8.4 = 0.02 GB on its two GPUs: room for one query of 0.0176 GB, not
    // for those that its slots take.
    const Instance instance =
        Instance(audited_data()).with([](InstanceData& data) { data.tiers[1].mem_gb = 6.9; });
    const Plan plan = audited_plan(instance);
    const AuditReport report = audit(instance, plan);
    REQUIRE(violated(report) == "kv_memory deployments[1]");
    const double resident = 18000.0 / 3600 * 0.75 * plan.routing[2].delay_s;
    CHECK(report.violations[0].amount == doctest::Approx(resident * 0.0176 / 0.02).epsilon(1e-9));
    CHECK(report.violations[0].limit == 2);
}

// Two concurrencies of one model on one tier ask more of a router;
// `parallelism.mixed` is the operator's consent.
TEST_CASE("group: one configuration per model and tier unless mixed") {
    const Instance instance(audited_data());
    Plan plan = audited_plan(instance);
    plan.deployments.push_back({"toy", "toy/fp8", 1, 1, 20, 1, 0, 0, 0, 0});
    plan.routing[1].deployment = 2;
    refresh_figures(instance, plan);
    const AuditReport report = audit(instance, plan);
    REQUIRE(violated(report) == "group toy on toy/fp8");
    CHECK(report.violations[0].amount == 2);
    const Instance mixed = instance.with([](InstanceData& data) { data.parallelism.mixed = true; });
    CHECK(violated(audit(mixed, plan)) == "");
}

// Counting availability per precision would rent the same three GPUs twice.
TEST_CASE("pool: GPUs of a type are shared by its tiers") {
    CHECK(violated(audit_with([](InstanceData& data) { data.tiers[1].available = 4; })) == "");
    const AuditReport report = audit_with([](InstanceData& data) { data.tiers[1].available = 3; });
    REQUIRE(violated(report) == "pool available.big");
    CHECK(report.violations[0].amount == 4);
    CHECK(report.violations[0].limit == 3);

    const Instance shared = Instance(audited_data()).with([](InstanceData& data) {
        data.tiers.push_back(data.tiers[0]);
        data.tiers[2].id = "toy/bf16";
        data.tiers[2].precision = "bf16";
        for (const std::size_t k : {0U, 2U}) data.tiers[k].available = 3;
    });
    Plan plan = audited_plan(shared);
    plan.deployments.push_back({"toy", "toy/bf16", 1, 1, 10, 2, 0, 0, 0, 0});
    plan.routing[1].deployment = 2;
    refresh_figures(shared, plan);
    CHECK(violated(audit(shared, plan)) == "pool available.toy");
}

// Restarting with another tensor degree is a start too; what runs as TP 1 must not pay for TP 2.
TEST_CASE("starts: replicas beyond those of the same configuration that run now") {
    const auto with_limit = [](int limit) {
        return audit_with([=](InstanceData& data) {
            data.running = {{"toy", "toy/fp8", 1, 1, 10, 1}, {"large", "big/fp16", 1, 1, 10, 9}};
            data.max_starts = limit;
        });
    };
    CHECK(violated(with_limit(3)) == "");  // one of toy, two of large at TP 2
    const AuditReport report = with_limit(2);
    REQUIRE(violated(report) == "starts max_starts");
    CHECK(report.violations[0].amount == 3);
    CHECK(report.violations[0].limit == 2);
    const auto nothing_runs = [](InstanceData& data) {
        data.running.emplace();
        data.max_starts = 3;
    };
    CHECK(violated(audit_with(nothing_runs)) == "starts max_starts");
}

// The auditor has its own sum over the pools: a plan within every pool may still be beyond the cap.
TEST_CASE("gpus: one more in all than max_gpus allows, whatever the pools have") {
    Plan plan = audited_plan(Instance(audited_data()));
    int gpus = 0;
    for (const PlannedDeployment& deployment : plan.deployments) gpus += deployment.gpus;
    const auto audit_under = [&](int max_gpus) {
        InstanceData data = audited_data();
        data.max_gpus = max_gpus;
        return audit(Instance(data), plan);
    };
    CHECK(violated(audit_under(gpus + 1)) == "");
    CHECK(violated(audit_under(gpus)) == "reported.binding binding");
    plan.binding = {"max_gpus"};
    CHECK(violated(audit_under(gpus)) == "");
    const AuditReport report = audit_under(gpus - 1);
    REQUIRE(violated(report) == "gpus max_gpus");
    CHECK(report.violations[0].amount == gpus);
    CHECK(report.violations[0].limit == gpus - 1);
}

// Penalties for delay and lost queries are not money spent; counted in, they would forbid affordable plans.
TEST_CASE("budget: rental and storage, nothing else") {
    const Instance base(audited_data());
    const CostBreakdown cost = audited_plan(base).cost;
    const double spent = cost.rental + cost.storage;
    REQUIRE(cost.total() > 1.01 * spent);
    CHECK(violated(audit_with([&](InstanceData& data) { data.budget_usd = spent * (1 - 0.9e-6); })) == "");
    const AuditReport report =
        audit_with([&](InstanceData& data) { data.budget_usd = spent * (1 - 1.1e-6); });
    REQUIRE(violated(report) == "budget budget_usd");
    CHECK(report.violations[0].amount == doctest::Approx(spent).epsilon(1e-12));
}

// Weights counted per deployment would fill the storage with copies that are kept only once.
TEST_CASE("storage: weights once per model and precision, and tokens") {
    // Weights 1.4 GB (small at 8 bit) and 8.4 GB (large at 16 bit); tokens 0.95 x 2 x 1100 x 36000 bytes and 2 x 2200 x 18000 bytes.
    const double stored_gb = 1.4 + 8.4 + 0.07524 + 0.0792;
    CHECK(violated(audit_with(
              [=](InstanceData& data) { data.storage.capacity_gb = stored_gb * (1 - 0.9e-6); })) == "");
    const AuditReport report =
        audit_with([=](InstanceData& data) { data.storage.capacity_gb = stored_gb * (1 - 1.1e-6); });
    REQUIRE(violated(report) == "storage storage.capacity_gb");
    CHECK(report.violations[0].amount == doctest::Approx(stored_gb).epsilon(1e-12));
}

// Two GPU types read the same file of weights: charging 1.4 GB twice would break a limit that is kept.
TEST_CASE("storage: one artifact for two tiers of a precision") {
    const Instance instance = Instance(audited_data()).with([](InstanceData& data) {
        data.tiers.push_back(data.tiers[0]);
        data.tiers[2].id = "other/fp8";
        data.tiers[2].gpu = "other";
        data.storage.capacity_gb = 1.4 + 8.4 + 0.07524 + 0.0792;
    });
    Plan plan = audited_plan(instance);
    plan.deployments.push_back({"toy", "other/fp8", 1, 1, 10, 2, 0, 0, 0, 0});
    plan.routing[1].deployment = 2;
    refresh_figures(instance, plan);
    CHECK(violated(audit(instance, plan)) == "");
}

// Tied models have one matrix, not two: 0.2 GB decide here whether the plan fits.
TEST_CASE("storage: tied embeddings are stored once") {
    InstanceData data = audited_data();
    data.storage.capacity_gb = 8.0;
    data.models[1].tied_embeddings = true;
    const Instance instance(data);
    const AuditReport report = audit(instance, audited_plan(instance));
    REQUIRE(!report.violations.empty());
    CHECK(report.violations[0].constraint == "storage");
    CHECK(report.violations[0].amount == doctest::Approx(1.4 + 8.2 + 0.07524 + 0.0792).epsilon(1e-12));
}

// -2 replicas would earn rent and pass every capacity row.
TEST_CASE("integrality: at least one replica") {
    const Instance instance(audited_data());
    for (const int replicas : {0, -2}) {
        Plan plan = audited_plan(instance);
        plan.deployments[0].replicas = replicas;
        CHECK(violated(audit(instance, plan)) == "integrality deployments[0]");
    }
}
