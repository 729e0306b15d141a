#include <doctest/doctest.h>

#include "subproblem/insertion_bound.hpp"
#include "support/tiny_instance.hpp"

namespace allot {
namespace {

using doctest::Approx;

/// The tiny instance with the two configurations of test_fixed_support_mip.cpp: loads of chat, code, batch are 0.80, 0.21, none on
/// small (12 USD) and 3.91, 1.03, 0.96 on large (24 USD).
struct TinyTable {
    Instance instance = testing::tiny_instance();
    CandidateTable table{instance};
    int small = table.find_configuration({{0, 0, 1, 1}, 1});
    int large = table.find_configuration({{1, 0, 2, 1}, 1});

    double artifact_usd(int c) const {
        return table.artifact_usd[static_cast<std::size_t>(table.artifact[static_cast<std::size_t>(c)])];
    }
    /// Of all types on one configuration: what serving costs without replicas, and the replicas it takes.
    double pairs_usd(int c) const { return sum(c, table.pair_usd); }
    double load(int c) const { return sum(c, table.pair_slot_load); }

    template <typename Values>
    double sum(int c, const Values& values) const {
        double total = 0;
        for (std::size_t p = table.pair_begin[static_cast<std::size_t>(c)];
             p < table.pair_begin[static_cast<std::size_t>(c) + 1]; ++p) {
            total += values[p];
        }
        return total;
    }
};

}  // namespace

// One configuration that serves all: the bound counts replicas in part, the estimate whole ones.
TEST_CASE("the insertion bound of the first member is its load, the estimate its load rounded up") {
    const TinyTable tiny;
    InsertionBound bound(tiny.table);
    bound.clear(0);
    const double fixed_usd = tiny.pairs_usd(tiny.large) + tiny.artifact_usd(tiny.large);
    CHECK(bound.replica_usd(tiny.large) == Approx(24));
    CHECK(bound.bound_with(tiny.large, kUnlimited) == Approx(fixed_usd + 24 * tiny.load(tiny.large)));
    CHECK(bound.estimate_with(tiny.large) == Approx(fixed_usd + 24 * 6));
}

// A support that leaves a type unserved beyond max_unmet must never be listed as a neighbour, whatever it would save.
TEST_CASE("the insertion bound is infinite while a type has nowhere to go, and finite once it may go short") {
    const TinyTable tiny;
    InsertionBound bound(tiny.table);
    bound.clear(0);
    CHECK(bound.bound_with(tiny.small, kUnlimited) == kUnlimited);  // batch is not admitted on small
    bound.add(tiny.small, bound.replica_usd(tiny.small));
    CHECK(bound.bound_with(tiny.large, kUnlimited) < kUnlimited);
    bound.clear(1000);
    CHECK(bound.bound_with(tiny.small, kUnlimited) < kUnlimited);
}

// The ranking asks for bounds of thousands of candidates after one clear(): a question must leave no trace.
TEST_CASE("asking for a bound or an estimate changes neither") {
    const TinyTable tiny;
    InsertionBound bound(tiny.table);
    bound.clear(0);
    bound.add(tiny.large, 12);
    const double first_usd = bound.bound_with(tiny.small, kUnlimited);
    const double estimate_usd = bound.estimate_with(tiny.small);
    CHECK(bound.bound_with(tiny.small, kUnlimited) == first_usd);
    CHECK(bound.estimate_with(tiny.small) == estimate_usd);
    CHECK(bound.bound_with(tiny.small, 0) <= first_usd);  // the first price that is enough will do
}

}  // namespace allot
