#pragma once

#include <vector>

#include "bounds/lagrangian.hpp"
#include "bounds/node_domain.hpp"
#include "cost/prices.hpp"

namespace allot {

/// What the Lagrangian says about a scope at given prices, choice by choice.
struct NodeGains {
    double bound_usd = 0;
    std::vector<double> gain;  ///< by choice of the scope
};

/// Takes out of the scope what no plan below the cutoff can contain, and makes obligatory what every such plan must: choices, units
/// that run, artifacts that are stored. The Lagrangian has to be in this scope, and is afterwards.
NodeGains fix_by_reduced_cost(Lagrangian& lagrangian, const Prices& prices, double cutoff_usd, Scope& scope);

}  // namespace allot
