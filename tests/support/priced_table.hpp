#pragma once

#include <cmath>
#include <memory>
#include <vector>

#include "bounds/column_generation.hpp"
#include "bounds/hull_bound.hpp"
#include "bounds/lagrangian.hpp"
#include "bounds/restricted_master.hpp"
#include "candidates/candidate_table.hpp"
#include "cost/allocation.hpp"
#include "util/rng.hpp"

namespace allot::testing {

/// Whether every type can be served as far as it must be: else the hull has no prices to begin with.
inline bool has_prices(const Instance& instance) {
    return std::isfinite(hull_bound(CandidateTable(instance)).lower_bound_usd);
}

/// A table with what column generation needs, and the bound that it has come to over all plans.
struct PricedTable {
    explicit PricedTable(const Instance& instance, const BoundOptions& options_in = {})
        : table(instance),
          hull(hull_bound(table)),
          lagrangian(table),
          domain(lagrangian.domain()),
          reach(table),
          master(table, lagrangian.blocks(), reach, hull.prices.type_usd),
          options(options_in) {
        lagrangian.enter(domain);
        ColumnGeneration generation(table, lagrangian, master, options);
        generation.add_patterns_of(hull, nullptr);
        master.restrict_to(domain);
        bound = generation.run(hull.prices, hull.lower_bound_usd);
    }

    CandidateTable table;
    HullBound hull;
    Lagrangian lagrangian;
    NodeDomain domain;
    RestrictedMaster::Reach reach;
    RestrictedMaster master;
    BoundOptions options;
    BoundResult bound;
};

/// Deployments that a domain allows, as far as it is about replicas: of every block one choice or none, at random, with all that has to
/// run. Routes are left out.
inline Allocation random_fleet(const ConvexityBlocks& blocks, const NodeDomain& domain, Rng& rng) {
    Allocation fleet;
    int block_before = -1;
    for (const NodeDomain::Choice& choice : domain.choices) {
        const int block = blocks.of[static_cast<std::size_t>(choice.configuration)];
        if (block == block_before || rng.chance(0.5)) continue;
        block_before = block;
        fleet.configuration.push_back(choice.configuration);
        fleet.replicas.push_back(rng.integer(choice.least, choice.most));
    }
    return fleet;
}

}  // namespace allot::testing
