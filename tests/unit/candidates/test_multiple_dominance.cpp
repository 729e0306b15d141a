#include <algorithm>
#include <vector>

#include <doctest/doctest.h>

#include "candidates/multiple_dominance.hpp"
#include "support/tiny_instance.hpp"

using namespace allot;
using allot::testing::tiny_instance;

namespace {

/// One group of configurations {GPUs, then per type: delay, slot load, KV load}; a negative delay = the type is not admitted.
struct Group {
    struct Figures {
        double delay_s, slots, kv;
    };
    struct One {
        int gpus;
        std::vector<Figures> types;
    };
    std::vector<One> configurations;
};

/// A table with nothing but what the rule reads.
CandidateTable table_of(const Instance& instance, const Group& group) {
    CandidateTable table(instance);
    table.configuration.resize(group.configurations.size());
    table.gpus.clear();
    table.start_usd.assign(group.configurations.size(), 0);
    table.running.assign(group.configurations.size(), 0);
    table.group_begin = {0, static_cast<int>(group.configurations.size())};
    table.pair_begin = {0};
    table.pair_type.clear();
    table.pair_delay_s.clear();
    table.pair_slot_load.clear();
    table.pair_kv_load.clear();
    for (const Group::One& one : group.configurations) {
        table.gpus.push_back(one.gpus);
        for (std::size_t i = 0; i < one.types.size(); ++i) {
            if (one.types[i].delay_s < 0) continue;
            table.pair_type.push_back(static_cast<int>(i));
            table.pair_delay_s.push_back(one.types[i].delay_s);
            table.pair_slot_load.push_back(one.types[i].slots);
            table.pair_kv_load.push_back(one.types[i].kv);
        }
        table.pair_begin.push_back(static_cast<std::uint32_t>(table.pair_type.size()));
    }
    table.pool.assign(group.configurations.size(), 0);
    table.resources = ResourceList(table);
    return table;
}

std::vector<char> replaceable(const Group& group) {
    const Instance instance = tiny_instance();
    return find_replaceable(table_of(instance, group));
}

}  // namespace

// The reduced model drops what whole multiples replace;
// one replica too many in the exchange and the optimum is gone.
TEST_CASE("dominance by multiples: four small replicas replace one large one that does no more than four") {
    CHECK(replaceable({{{1, {{5, 4.0, 1}}}, {4, {{5, 1.0, 1}}}}}) == std::vector<char>{0, 1});
    CHECK(replaceable({{{1, {{5, 4.1, 1}}}, {4, {{5, 1.0, 1}}}}}) == std::vector<char>{0, 0});
    // Three of the small ones fit into what the other costs, not four.
    CHECK(replaceable({{{1, {{5, 4.0, 1}}}, {3, {{5, 1.0, 1}}}}}) == std::vector<char>{0, 0});
}

// Four fast-enough replicas do not replace one that answers sooner or serves a type more:
// limits decide, not throughput.
TEST_CASE("dominance by multiples: no later answer, no type less") {
    CHECK(replaceable({{{1, {{5.1, 1, 1}}}, {2, {{5, 1, 1}}}}}) == std::vector<char>{0, 0});
    CHECK(replaceable({{{1, {{5, 1, 1}, {-1, 0, 0}}}, {2, {{5, 1, 1}, {5, 1, 1}}}}}) ==
          std::vector<char>{0, 0});
    CHECK(replaceable({{{1, {{5, 1, 1}, {5, 1, 1}}}, {2, {{5, 1, 1}, {-1, 0, 0}}}}}) ==
          std::vector<char>{0, 1});
}

// Slots and KV memory may trade by one common rate only; two rates would prove an exchange that does not fit.
TEST_CASE("dominance by multiples: KV memory by one mixture of both loads for all types") {
    // The slots of the second hold what it serves below what the KV memory of the first could not.
    CHECK(replaceable({{{1, {{5, 2, 1.5}}}, {1, {{6, 2, 1}}}}}) == std::vector<char>{0, 1});
    // Each type alone would allow it, at t = 1 and at t = 0; no t suits both.
    const Group both{{{1, {{5, 2, 2}, {5, 1, 2}}}, {1, {{6, 2, 1}, {6, 1, 2}}}}};
    CHECK(replaceable(both) == std::vector<char>{0, 0});
    const Group first{{{1, {{5, 2, 2}}}, {1, {{6, 2, 1}}}}};
    CHECK(replaceable(first) == std::vector<char>{0, 1});
    const Group second{{{1, {{5, 1, 2}}}, {1, {{6, 1, 2}}}}};
    CHECK(replaceable(second) == std::vector<char>{0, 1});
}

// Under re-planning four starts are not one start, and what runs already is cheaper than anything new.
TEST_CASE("dominance by multiples: starts, running replicas and a limit on starts") {
    const Instance instance = tiny_instance();
    const Group group{{{1, {{5, 2, 1}}}, {2, {{5, 1, 1}}}}};
    CandidateTable table = table_of(instance, group);
    table.start_usd = {1, 2};
    CHECK(find_replaceable(table) == std::vector<char>{0, 1});
    table.start_usd = {1.5, 2};  // two starts are dearer than one
    CHECK(find_replaceable(table) == std::vector<char>{0, 0});
    table.start_usd = {1, 2};
    table.running = {0, 1};  // keeping it costs no start
    CHECK(find_replaceable(table) == std::vector<char>{0, 0});
    const Instance few_starts = instance.with([](InstanceData& data) {
        data.running.emplace();
        data.max_starts = 3;
    });
    CHECK(find_replaceable(table_of(few_starts, group)) == std::vector<char>{0, 0});
}

// Equals that replace each other would both vanish from the model.
TEST_CASE("dominance by multiples: of equals the first stays") {
    CHECK(replaceable({{{1, {{5, 2, 1}}}, {1, {{5, 2, 1}}}, {1, {{5, 2, 1}}}}}) ==
          std::vector<char>{0, 1, 1});
}
