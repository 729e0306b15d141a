#pragma once

#include <vector>

#include "bounds/lagrangian.hpp"
#include "bounds/node_domain.hpp"
#include "cost/prices.hpp"

namespace allot {

/// The Lagrangian in a domain at given prices, choice by choice.
struct NodeGains {
    double bound_usd = 0;      ///< dual bound on all plans of the domain as it was before
    std::vector<double> gain;  ///< by choice of the domain that is left [USD]
};

/// Reduced-cost fixing: takes out of the domain the choices that no plan below the cutoff can contain, and makes obligatory what every
/// such plan must contain: blocks that run, artifacts that are stored. The Lagrangian has to be in this domain, and is afterwards, with
/// these prices. O(pairs log pairs), most choices by one pass over their pairs.
NodeGains fix_by_reduced_cost(Lagrangian& lagrangian, const Prices& prices, double cutoff_usd,
                              NodeDomain& domain);

}  // namespace allot
