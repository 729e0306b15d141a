#pragma once

#include <vector>

#include "allot/instance.hpp"

namespace allot::auditing {

/// How far the delays or the errors of one deployment group may rise above their nominal values: by a fraction of at most `cap`
/// of `deviation`, which is relative to nominal. Zero without uncertainty and with a budget of zero.
struct Spread {
    double deviation = 0;
    double cap = 1;
    double worst() const { return deviation * cap; }
};

/// Spreads of model j on tier k. Delays without a stated deviation have the one of the tier's evidence
/// (docs/performance-model.md, section 6), errors have none.
Spread delay_spread(const Instance& instance, int j, int k);
Spread error_spread(const Instance& instance, int j, int k);

/// What one deployment group adds to a mean when its number deviates fully, and how far it may.
struct Deviant {
    double amount = 0;  ///< sum over the group's configurations of deviation * number * share
    double cap = 1;     ///< largest fraction of it, in [0,1]
};

/// The worst that at most `budget` deviating numbers can add (docs/formulation.md, section 4; Bertsimas and Sim 2004):
/// the largest amounts deviate first, each up to its cap, until the budget is used up.
double worst_deviation(std::vector<Deviant> deviants, double budget);

}  // namespace allot::auditing
