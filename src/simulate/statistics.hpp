#pragma once

#include <span>
#include <vector>

#include "allot/simulate.hpp"

namespace allot::simulation {

/// Mean and quantiles of `values`, which it sorts; all 0 when there are none. A quantile is the least value that so many do not exceed.
Spread spread(std::vector<double>& values);

/// Half the width of the 95 % confidence interval of the mean, from the means of batches of queries that arrived one after another, whose
/// waits hang together (Law, "Simulation Modeling and Analysis", 5th edition, chapter 9). `values` in order of arrival; 0 for fewer
/// than two per batch.
double half_width(std::span<const double> values);

}  // namespace allot::simulation
