#pragma once

#include <vector>

#include "bounds/lagrangian.hpp"
#include "bounds/node_domain.hpp"
#include "cost/prices.hpp"

namespace allot {

/// What the Lagrangian says about a domain at given prices, choice by choice.
struct NodeGains {
    double bound_usd = 0;
    std::vector<double> gain;  ///< by choice of the domain
};

/// Takes out of the domain what no plan below the cutoff can contain, and makes obligatory what every such plan must: choices, blocks
/// that run, artifacts that are stored. The Lagrangian has to be in this domain, and is afterwards.
NodeGains fix_by_reduced_cost(Lagrangian& lagrangian, const Prices& prices, double cutoff_usd,
                              NodeDomain& domain);

}  // namespace allot
