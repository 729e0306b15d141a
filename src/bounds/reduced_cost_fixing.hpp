#pragma once

#include <vector>

#include "bounds/lagrangian.hpp"
#include "candidates/candidate_table.hpp"
#include "cost/prices.hpp"
#include "util/stop_criterion.hpp"

namespace allot {

/// By configuration, its forced bound: a lower bound [USD] on the cost of every feasible plan that runs it, the Lagrangian at these prices
/// with the configuration forced in. Any prices are valid; those of lower_bound() are best. +infinity for configurations that cannot
/// run. O(pairs log pairs). Once `stop` is met, the Lagrangian itself for the rest.
std::vector<double> forced_bounds(const CandidateTable& table, const Prices& prices,
                                  const StopCriterion& stop = {});

/// What running configuration c, whose gain is given, adds to the last value of the Lagrangian [USD]: at least 0 but for rounding, its
/// reduced cost. O(1).
double forcing_usd(const Lagrangian& lagrangian, int c, double gain);

/// The gain at which running configuration c would add nothing to the last value of the Lagrangian [USD]. O(1).
double break_even_gain(const Lagrangian& lagrangian, int c);

/// By configuration, 1 when a feasible plan that costs no more than the incumbent may run it, else 0: reduced-cost fixing of the whole
/// table. The configurations of every plan that costs at most `incumbent_usd` survive. As FormulationOptions::keep takes it.
std::vector<char> surviving_configurations(const CandidateTable& table, const Prices& prices,
                                           double incumbent_usd, const StopCriterion& stop = {});

}  // namespace allot
