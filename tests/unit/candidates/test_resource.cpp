#include <cmath>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "candidates/candidate_table.hpp"
#include "cost/replica_limit.hpp"
#include "cost/resource_use.hpp"
#include "support/tiny_instance.hpp"
#include "util/index.hpp"

using namespace allot;

namespace {

InstanceData limited_data() {
    InstanceData data = testing::tiny_instance_data();
    data.budget_usd = 500;
    data.storage.capacity_gb = 400;
    data.storage.price_usd_per_gb_hour = 1e-3;
    data.tiers[0].available = 5;
    data.running.emplace();
    data.max_starts = 7;
    return data;
}

int resource_of(const CandidateTable& table, const std::string& field) {
    for (int r = 0; r < table.resources.size(); ++r) {
        if (table.resources[r].field == field) return r;
    }
    return -1;
}

}  // namespace

// A limit that is not listed is kept by no method; a pool that is not listed is never branched on.
TEST_CASE("resources: limits that are set are listed, and counters whether they are or not") {
    InstanceData free_data = testing::tiny_instance_data();
    free_data.storage.capacity_gb = kUnlimited;
    const Instance free(free_data);
    const CandidateTable free_table(free);
    CHECK(free_table.resources.size() == free.num_pools());
    for (const Resource& resource : free_table.resources) {
        CHECK(resource.is_counter);
        CHECK_FALSE(resource.is_limited());
    }
    const Instance limited(limited_data());
    const CandidateTable table(limited);
    CHECK(table.resources.size() == limited.num_pools() + 3);
    for (const char* field : {"budget_usd", "storage.capacity_gb", "max_starts"}) {
        REQUIRE(resource_of(table, field) >= 0);
        CHECK(table.resources[resource_of(table, field)].is_limited());
    }
}

// Every method reads these uses instead of the table's figures:
// an amount in the wrong place breaks a limit everywhere at once.
TEST_CASE("resources: the uses of a configuration, an artifact and a type are the figures of the table") {
    const Instance instance(limited_data());
    const CandidateTable table(instance);
    const int budget = resource_of(table, "budget_usd");
    const int storage = resource_of(table, "storage.capacity_gb");
    const int starts = resource_of(table, "max_starts");
    for (int c = 0; c < table.num_configurations(); ++c) {
        const int pool = resource_of(table, "available." + instance.pool(table.pool[at(c)]).gpu);
        const auto uses = table.resources.of_configuration(c);
        REQUIRE(uses.size() == 3);
        for (const ReplicaUse& use : uses) {
            if (use.resource == pool) CHECK(use.per_replica == table.gpus[at(c)]);
            if (use.resource == budget) CHECK(use.per_replica == table.rent_usd[at(c)]);
            if (use.resource == starts) CHECK(use.of(3, 1) == 2);
        }
    }
    for (int a = 0; a < table.num_artifacts(); ++a) {
        for (const ResourceUse& use : table.resources.of_artifact(a)) {
            if (use.resource == budget) CHECK(use.amount == table.artifact_usd[at(a)]);
            if (use.resource == storage) CHECK(use.amount == table.artifact_gb[at(a)]);
        }
    }
}

// Advice for people changes limits through this function; if it changed another one, the advice would be false.
TEST_CASE("resources: a limit that is set anew is the limit of the next table") {
    const Instance instance(limited_data());
    const CandidateTable table(instance);
    for (const Resource& resource : table.resources) {
        if (!resource.is_limited()) continue;
        CAPTURE(resource.field);
        const Instance wider = instance.with([&](InstanceData& data) { resource.set(data, 9); });
        const CandidateTable wider_table(wider);
        CHECK(wider_table.resources[resource_of(wider_table, resource.field)].limit == 9);
        const Instance free = instance.with([&](InstanceData& data) { resource.set(data, kUnlimited); });
        const CandidateTable free_table(free);
        const int r = resource_of(free_table, resource.field);
        CHECK((r < 0 || !free_table.resources[r].is_limited()));
    }
}

// The one place where room becomes replicas: one too many breaks a limit,
// one too few hides plans from every search and bound.
TEST_CASE("replicas_within: replicas that run now need no start") {
    CHECK(replicas_within(10, {0, 4, 0}, 0) == 2);
    CHECK(replicas_within(3, {0, 0, 1}, 0) == 3);
    CHECK(replicas_within(3, {0, 0, 1}, 2) == 5);
    CHECK(replicas_within(10, {0, 1, 2}, 4) == 6);  // 4 for 1 each, 2 for 3 each
    CHECK(replicas_within(3, {0, 1, 2}, 4) == 3);
    CHECK(replicas_within(5, {0, 0, 0}, 0) == kUnlimited);
    CHECK(replicas_within(-1, {0, 1, 0}, 0) < 0);
}

// Bounds and programs never look beyond this number of replicas.
TEST_CASE("replica_limit: the least of what loads and each resource allow") {
    const Instance instance(limited_data());
    const CandidateTable table(instance);
    for (int c = 0; c < table.num_configurations(); ++c) {
        const int limit = replica_limit(table, c);
        CHECK(limit <= 7);
        CHECK(limit * table.rent_usd[at(c)] <= 500 * (1 + 1e-6));
        if (instance.pool(table.pool[at(c)]).available) CHECK(limit * table.gpus[at(c)] <= 5);
    }
}
