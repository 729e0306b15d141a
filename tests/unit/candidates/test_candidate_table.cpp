#include <algorithm>

#include <doctest/doctest.h>

#include "candidates/candidate_table.hpp"
#include "performance/accuracy.hpp"
#include "support/pair_rejection.hpp"
#include "support/tiny_instance.hpp"
#include "util/index.hpp"
#include "util/parallel.hpp"

using allot::at;
using allot::CandidateTable;
using allot::Configuration;
using allot::Instance;
using allot::InstanceData;
using allot::PairFigures;
using allot::Rejection;
using allot::testing::pair_rejection;
using allot::testing::tiny_instance;

namespace {

/// Everything a table says, for comparisons.
bool is_equal(const CandidateTable& a, const CandidateTable& b) {
    return a.group == b.group && a.gpus == b.gpus && a.pair_begin == b.pair_begin &&
           a.pair_type == b.pair_type && a.pair_slot_load == b.pair_slot_load &&
           a.pair_kv_load == b.pair_kv_load && a.pair_delay_s == b.pair_delay_s &&
           a.pair_error == b.pair_error && a.pair_usd == b.pair_usd && a.type_pairs == b.type_pairs;
}

std::vector<Configuration> whole_grid(const Instance& instance) {
    std::vector<Configuration> grid;
    for (int j = 0; j < instance.num_models(); ++j) {
        for (int k = 0; k < instance.num_tiers(); ++k) {
            for (const int n : instance->parallelism.tensor) {
                for (const int m : instance->parallelism.pipeline) {
                    for (const int b : instance->parallelism.concurrency) grid.push_back({{j, k, n, m}, b});
                }
            }
        }
    }
    return grid;
}

}  // namespace

// The filter works on whole blocks, the rules here on one pair;
// a pair lost between them is a plan nobody can find or explain.
TEST_CASE("candidate table: without dominance it holds exactly the pairs that the rules admit") {
    const Instance instance = tiny_instance();
    allot::TableOptions options;
    options.drop_dominated = false;
    const CandidateTable table(instance, options);
    // 2 models x 2 tiers x 3 degrees x 2 depths x 3 concurrencies, each seen by 3 types
    CHECK(table.counts().configurations == 72);
    CHECK(table.counts().pairs == 216);
    int num_admitted = 0;
    for (const Configuration& configuration : whole_grid(instance)) {
        const int c = table.find_configuration(configuration);
        for (int i = 0; i < instance.num_types(); ++i) {
            const bool is_admitted = pair_rejection(table, i, configuration).reason == Rejection::none;
            num_admitted += is_admitted;
            CHECK((c >= 0 && table.find_pair(i, c) >= 0) == is_admitted);
        }
    }
    CHECK(num_admitted == table.num_pairs());
    CHECK(table.counts().admissible_pairs == num_admitted);
    CHECK(num_admitted > 40);
    CHECK(num_admitted < 216);
}

// Everything after the table trusts these numbers;
// cost and load must follow docs/formulation.md, section 2 to 1e-12.
TEST_CASE("candidate table: figures of a pair are those of the performance model") {
    const Instance instance = tiny_instance();
    const CandidateTable table(instance);
    for (int p = 0; p < table.num_pairs(); ++p) {
        const int i = table.pair_type[at(p)];
        const Configuration& c = table.configuration[at(table.pair_configuration[at(p)])];
        const PairFigures figures = table.performance().evaluate_pair(c.shape, c.concurrency, i);
        CHECK(table.pair_delay_s[at(p)] == doctest::Approx(figures.delay_s).epsilon(1e-12));
        CHECK(table.pair_slot_load[at(p)] == doctest::Approx(figures.slot_load).epsilon(1e-12));
        CHECK(table.pair_kv_load[at(p)] == doctest::Approx(figures.kv_load).epsilon(1e-12));
        CHECK(table.pair_error[at(p)] == error_rate(instance, i, c.shape.model, c.shape.tier).value_or(0));
        // USD: T lambda rho D + T p_s G with G = token_bytes (h + f) lambda / 1e9
        const auto& type = instance.type(i);
        const double stored_gb =
            type.token_bytes * (type.input_tokens + type.output_tokens) * type.rate_per_hour / 1e9;
        const double usd = 24 * type.rate_per_hour * type.delay_usd_per_query_s * figures.delay_s +
                           24 * instance->storage.price_usd_per_gb_hour * stored_gb;
        CHECK(table.pair_usd[at(p)] == doctest::Approx(usd).epsilon(1e-12));
    }
}

// What runs may have left the catalogue since;
// it must neither crash nor count as a free replica, and entries add up.
TEST_CASE(
    "candidate table: what runs counts for all concurrencies of its shape, on vanished models, tiers and "
    "degrees for none") {
    const Instance plain = tiny_instance();
    const Instance instance = plain.with([](InstanceData& data) {
        data.running = {{"large", "gone/fp8", 1, 1, 16, 2},
                        {"gone", "gpu-b/fp8", 1, 1, 16, 2},
                        {"large", "gpu-b/fp8", 16, 1, 16, 2},  // no such tensor degree
                        {"large", "gpu-b/fp8", 1, 1, 5, 2},    // no such concurrency: may be retuned
                        {"large", "gpu-b/fp8", 1, 1, 0, 4},    // not known: likewise
                        {"large", "gpu-b/fp8", 1, 1, 16, 1},
                        {"large", "gpu-b/fp8", 1, 1, 16, 2}};  // the same twice: they add up
    });
    const CandidateTable table(instance);
    int num_running = 0;
    for (int c = 0; c < table.num_configurations(); ++c) {
        const bool is_it = table.configuration[at(c)].shape == allot::Shape{1, 1, 1, 1};
        CHECK(table.running[at(c)] == (is_it ? 2 + 4 + 1 + 2 : 0));
        num_running += is_it;
    }
    CHECK(num_running > 1);  // at every concurrency
}

// Rent, start and storage costs per configuration are multiplied by thousands of replicas:
// checked once by hand.
TEST_CASE("candidate table: configurations carry rent, artifact and start cost") {
    const Instance instance = tiny_instance().with([](InstanceData& data) {
        data.switching = {0.5, 3};
        data.running = {{"large", "gpu-b/fp8", 1, 1, 16, 2}};
    });
    const CandidateTable table(instance);
    const int c = table.find_configuration({{1, 1, 1, 1}, 16});
    REQUIRE(c >= 0);
    CHECK(table.rent_usd[at(c)] == 24 * 2.0);        // T p g
    CHECK(table.start_usd[at(c)] == 2.0 * 0.5 + 3);  // g p warm-up + per start
    CHECK(table.running[at(c)] == 2);
    // 10e9 layer weights at 1 byte, 2 x 2e8 of embedding and head at 2 bytes
    CHECK(table.artifact_gb[at(table.artifact[at(c)])] == doctest::Approx(10.8));
    CHECK(table.artifact_usd[at(table.artifact[at(c)])] == doctest::Approx(24 * 0.001 * 10.8));
}

// Weights are stored as they are run: the size of a tier that runs nothing is nobody's, and two sizes are two artifacts.
TEST_CASE("candidate table: an artifact has the size of the tiers that run it") {
    const auto with_padded_tier = [](double mem_gb) {
        return tiny_instance().with([=](InstanceData& data) {
            data.tiers.push_back(data.tiers[1]);
            data.tiers[2].id = "gpu-b/fp8-padded";
            data.tiers[2].weight_bytes = 1.5;
            data.tiers[2].mem_gb = mem_gb;
        });
    };
    const auto artifact_of = [](const CandidateTable& table, int tier) {
        const int c = table.find_configuration({{1, tier, 1, 1}, 16});
        return c < 0 ? -1 : table.artifact[at(c)];
    };
    const Instance too_small = with_padded_tier(3);
    const CandidateTable one(too_small);
    REQUIRE(artifact_of(one, 1) >= 0);
    CHECK(artifact_of(one, 2) == -1);
    CHECK(one.artifact_gb[at(artifact_of(one, 1))] == doctest::Approx(10.8));
    const Instance large = with_padded_tier(80);
    const CandidateTable two(large);
    REQUIRE(artifact_of(two, 2) >= 0);
    CHECK(artifact_of(two, 1) != artifact_of(two, 2));
    CHECK(two.artifact_gb[at(artifact_of(two, 1))] == doctest::Approx(10.8));
    CHECK(two.artifact_gb[at(artifact_of(two, 2))] == doctest::Approx(15.8));
}

// Default degrees once depended on all tiers: a tier that nobody can rent made an infeasible instance optimal.
TEST_CASE("candidate table: two GPUs of a node of three work together, whatever other tiers there are") {
    const Instance alone = tiny_instance().with([](InstanceData& data) {
        data.parallelism.tensor = {1, 2, 4, 8};
        data.tiers.resize(1);
        data.tiers[0].gpus_per_node = 3;
    });
    const Instance beside = alone.with([](InstanceData& data) {
        data.parallelism.tensor = {1, 2, 4, 8};
        data.tiers.push_back(allot::testing::tiny_instance_data().tiers[1]);
        data.tiers[1].available = 0;
    });
    const CandidateTable one(alone);
    const CandidateTable two(beside);
    int num_of_two = 0;
    for (const Configuration& c : one.configuration) {
        CHECK(c.shape.tensor <= 2);
        num_of_two += c.shape.tensor == 2 ? 1 : 0;
        CHECK(two.find_configuration(c) >= 0);
    }
    CHECK(num_of_two > 0);
    CHECK(std::count_if(two.configuration.begin(), two.configuration.end(), [](const Configuration& c) {
              return c.shape.tier == 0;
          }) == one.num_configurations());
}

// Within the ranges of the format a demand may take more replicas than an int holds: they once came out negative.
TEST_CASE(
    "candidate table: demand beyond all GPUs is refused by the name of the type, the largest below is "
    "planned") {
    const auto with_rate = [](double rate_per_hour, double output_tokens, std::vector<int> concurrency) {
        return tiny_instance().with([&](InstanceData& data) {
            data.parallelism.concurrency = std::move(concurrency);
            data.query_types.erase(data.query_types.begin());
            data.query_types[0].rate_per_hour = rate_per_hour;
            data.query_types[0].output_tokens = output_tokens;
            data.query_types[0].slo.delay_s.reset();
            data.models[1].max_context = 0;
        });
    };
    const Instance beyond = with_rate(1e10, 1e5, {1});
    CHECK_THROWS_WITH_AS(
        CandidateTable{beyond},
        doctest::Contains("query_types.code.rate_per_hour: got 10000000000, expected a demand that "
                          "1e+08 GPUs can serve"),
        allot::InputError);
    const Instance largest = with_rate(1e10, 200, {1, 16, 256});
    const CandidateTable table(largest);
    for (int c = 0; c < table.num_configurations(); ++c) {
        double load = 0;
        for (auto p = table.pair_begin[at(c)]; p < table.pair_begin[at(c) + 1]; ++p)
            load += std::max(table.pair_slot_load[p], table.pair_kv_load[p]);
        CHECK(load * table.gpus[at(c)] <= 2e9);
    }
    CHECK(table.type_begin[1] > 0);
}

// All searches walk these index arrays without checks; one hole in them reads the figures of another pair.
TEST_CASE("candidate table: pairs are indexed both ways and groups are contiguous") {
    const Instance instance = tiny_instance();
    const CandidateTable table(instance);
    int num_seen = 0;
    for (int i = 0; i < instance.num_types(); ++i) {
        for (auto p = table.type_begin[at(i)]; p < table.type_begin[at(i) + 1]; ++p, ++num_seen) {
            const int pair = table.type_pairs[p];
            CHECK(table.pair_type[at(pair)] == i);
            CHECK(table.find_pair(i, table.pair_configuration[at(pair)]) == pair);
        }
    }
    CHECK(num_seen == table.num_pairs());
    CHECK(std::is_sorted(table.group.begin(), table.group.end()));
    for (int c = 0; c < table.num_configurations(); ++c) {
        CHECK(table.find_configuration(table.configuration[at(c)]) == c);
        CHECK(table.group_begin[at(table.group[at(c)])] <= c);
        CHECK(c < table.group_begin[at(table.group[at(c)]) + 1]);
    }
}

// A fleet may run what is dominated today; dropped, it could only be stopped, at a cost nobody asked for.
TEST_CASE("candidate table: what runs now survives dominance") {
    // An all-reduce so slow that four GPUs are slower than two makes every TP 4 configuration superfluous.
    const Instance instance = tiny_instance().with([](InstanceData& data) {
        for (auto& tier : data.tiers) tier.allreduce[4].busbw_gbs = 0.01;
    });
    allot::TableOptions options;
    options.drop_dominated = false;
    const CandidateTable all(instance, options);
    const CandidateTable kept(instance);
    REQUIRE(kept.counts().dominated > 0);
    const auto dropped = std::find_if(all.configuration.begin(), all.configuration.end(),
                                      [&](const auto& c) { return kept.find_configuration(c) < 0; });
    REQUIRE(dropped != all.configuration.end());
    const Instance running = instance.with([&](InstanceData& data) {
        data.running = {{instance.model(dropped->shape.model).id, instance.tier(dropped->shape.tier).id,
                         dropped->shape.tensor, dropped->shape.pipeline, dropped->concurrency, 1}};
    });
    CHECK(CandidateTable(running).find_configuration(*dropped) >= 0);
}

// The nominal filter would admit pairs whose worst case breaks the limit,
// and robust plans would fail their audit.
TEST_CASE("candidate table: uncertainty tests per-query delay at the worst case") {
    const Instance nominal = tiny_instance();
    const Instance robust = nominal.with([](InstanceData& data) {
        data.uncertainty.delay = allot::UncertaintyBudget{0.5, 1, {}};
    });
    const CandidateTable table(nominal);
    const CandidateTable cautious(robust);
    for (int p = 0; p < table.num_pairs(); ++p) {
        const int i = table.pair_type[at(p)];
        const Configuration& c = table.configuration[at(table.pair_configuration[at(p)])];
        const bool is_mean = nominal.type(i).delay_slo == allot::DelaySlo::mean;
        const bool fits = is_mean || 1.5 * table.pair_delay_s[at(p)] <= *nominal.type(i).slo.delay_s;
        const auto detail = pair_rejection(cautious, i, c);
        CHECK((detail.reason == Rejection::none) == fits);
        if (!fits) CHECK(detail.needed == doctest::Approx(1.5 * table.pair_delay_s[at(p)]));
    }
}

// Rows are filled in parallel; an order that depends on threads would change every plan after it.
TEST_CASE("candidate table: the same for any thread count") {
    const Instance instance = tiny_instance();
    const CandidateTable reference(instance);
    for (const int threads : {1, 2, 8}) {
        const allot::ThreadLimit limit(threads);
        CHECK(is_equal(CandidateTable(instance), reference));
    }
}

// Ablation M1 rests on this: it must drop the limits, not the user's own choice of models.
TEST_CASE("candidate table: ignoring admissibility keeps whatever a model may serve") {
    const Instance instance = tiny_instance();
    allot::TableOptions options;
    options.ignore_admissibility = true;
    const CandidateTable table(instance, options);
    CHECK(table.num_configurations() == 72);
    // batch allows one of the two models only: 72 + 72 + 36
    CHECK(table.num_pairs() == 180);
}
