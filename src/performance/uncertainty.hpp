#pragma once

#include "allot/instance.hpp"

namespace allot {

/// How far the numbers of a deployment group (model j, tier k) may move: up to cap * deviation, relative to nominal.
struct Deviation {
    double deviation = 0;
    double cap = 1;
    double worst() const { return cap * deviation; }
};

/// Zero when the instance gives no uncertainty, or a budget of zero: the deterministic model. Without a deviation in the file,
/// delays may move by 0.15 / 0.25 / 0.40 on tiers that are measured / transferred / assumed and by 0.40 for mixture-of-experts
/// models (docs/performance-model.md, section 6); errors have no default, an instance with uncertain errors gives it.
Deviation delay_deviation(const Instance& instance, int j, int k);
Deviation error_deviation(const Instance& instance, int j, int k);

/// Relative deviation of a delay or an error that one in twenty exceeds, whatever the budgets: what the instance gives, else for
/// delays the figure by evidence above, for errors 0.10 (an assumption: nobody measured it).
double likely_delay_deviation(const Instance& instance, int j, int k);
double likely_error_deviation(const Instance& instance);

}  // namespace allot
