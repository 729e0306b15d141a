#pragma once

#include <vector>

namespace allot::auditing {

/// What one deployment group adds to a mean when its number deviates fully, and how far it may.
struct Deviant {
    double amount = 0;  ///< sum over the group's configurations of deviation * number * share
    double cap = 1;     ///< largest fraction of it, in [0,1]
};

/// The worst that at most `budget` deviating numbers can add (docs/formulation.md, section 4; Bertsimas and Sim 2004):
/// the largest amounts deviate first, each up to its cap, until the budget is used up.
double worst_deviation(std::vector<Deviant> deviants, double budget);

}  // namespace allot::auditing
