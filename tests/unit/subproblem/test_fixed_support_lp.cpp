#include <vector>

#include <doctest/doctest.h>

#include "subproblem/fixed_support_lp.hpp"
#include "support/tiny_instance.hpp"

namespace allot {
namespace {

/// The tiny instance with twenty times the queries and batch without a limit on its mean delay, after `change`.
template <typename Change>
Instance busy_instance(const Change& change) {
    return testing::tiny_instance().with([&change](InstanceData& data) {
        for (QueryType& type : data.query_types) type.rate_per_hour *= 20;
        data.query_types[2].slo.delay_s.reset();
        change(data);
    });
}
Instance busy_instance() {
    return busy_instance([](InstanceData&) {});
}

struct Loaded {
    explicit Loaded(const Instance& instance_in) : instance(instance_in), table(instance), lp(table) {
        support = {table.find_configuration({{0, 0, 1, 1}, 1}), table.find_configuration({{1, 0, 2, 1}, 1})};
        is_possible = lp.load(support, {}, simplex);
    }
    Instance instance;
    CandidateTable table;
    FixedSupportLp lp;
    SmallSimplex simplex;
    std::vector<int> support;
    bool is_possible = false;
};

}  // namespace

// The closed form of the first basis saves most of the simplex's work; were it not optimal, nothing but time would tell.
TEST_CASE("the first basis of the fixed-support program is optimal where no limit binds") {
    Loaded loaded(busy_instance());
    REQUIRE(loaded.is_possible);
    REQUIRE(loaded.simplex.solve() == SmallSimplex::Status::optimal);
    CHECK(loaded.simplex.counters().dual_pivots + loaded.simplex.counters().primal_pivots == 0);
    // code is split at its error limit: 0.4 on small, 0.2 on large, 0.35 allowed.
    const auto shares = loaded.lp.shares();
    for (int s = 0; s < static_cast<int>(shares.size()); ++s) {
        const FixedSupportLp::Share& share = shares[static_cast<std::size_t>(s)];
        if (share.type != 1) continue;
        const double expected = share.deployment == 0 ? 0.75 : 0.25;
        CHECK(loaded.simplex.value(loaded.lp.share_column(s)) == doctest::Approx(expected));
    }
}

// Rows of limits that cannot bind would double the program; a row left out wrongly would break a limit.
TEST_CASE("pools and budgets get a row only where all replicas together could exceed them") {
    const Loaded free(busy_instance());
    const auto rows_with = [](int available, double budget_usd) {
        const Loaded loaded(busy_instance([&](InstanceData& data) {
            data.tiers[0].available = available;
            data.budget_usd = budget_usd;
        }));
        REQUIRE(loaded.is_possible);
        return loaded.simplex.num_rows();
    };
    CHECK(rows_with(10'000, 1e9) == free.simplex.num_rows());
    CHECK(rows_with(50, 1e9) == free.simplex.num_rows() + 1);
    CHECK(rows_with(10'000, 1500) == free.simplex.num_rows() + 1);
    CHECK(rows_with(50, 1500) ==
          free.simplex.num_rows() + 1);  // what fits into the pool fits into the budget
    CHECK(rows_with(50, 500) == free.simplex.num_rows() + 2);
}

// Many supports are excluded here, without a simplex: by a limit taken by itself, or by a type that no member admits.
TEST_CASE("a single limit or a type without a place rules a support out before any program is built") {
    CHECK_FALSE(Loaded(busy_instance([](InstanceData& data) { data.tiers[0].available = 1; })).is_possible);
    CHECK_FALSE(Loaded(busy_instance([](InstanceData& data) { data.budget_usd = 20; })).is_possible);
    const Instance instance = busy_instance();
    const CandidateTable table(instance);
    const std::vector<int> small{table.find_configuration({{0, 0, 1, 1}, 1})};  // batch is not admitted there
    FixedSupportLp lp(table);
    SmallSimplex simplex;
    CHECK_FALSE(lp.load(small, {}, simplex));
    FixedSupportLp::Options elastic;
    elastic.elastic_usd = 1000;
    CHECK(lp.load(small, elastic, simplex));
}

// Replica counts are bounded by each limit alone: the tree branches within these bounds and trusts them.
TEST_CASE("the most replicas of a deployment follow from its loads and from every limit by itself") {
    const Loaded free(busy_instance());
    // small: 20 (0.80 + 0.21) = 20.2; large: 20 (3.91 + 1.03 + 0.96) = 117.9.
    CHECK(free.lp.max_replicas(0) == 21);
    CHECK(free.lp.max_replicas(1) == 118);
    const Loaded tight(busy_instance([](InstanceData& data) { data.tiers[0].available = 50; }));
    CHECK(tight.lp.max_replicas(0) == 21);
    CHECK(tight.lp.max_replicas(1) == 25);  // on two GPUs each
    CHECK(tight.lp.min_replicas(0) == 1);
}

}  // namespace allot
