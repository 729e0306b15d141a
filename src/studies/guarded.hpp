#pragma once

#include "allot/instance.hpp"

namespace allot {

/// The instance with so many of a type's delays, and of its errors, deviating at once, in the sense of Bertsimas and Sim. Deviations
/// are those of the instance or the likely ones (performance/uncertainty.hpp).
Instance guarded(const Instance& instance, double budget);

}  // namespace allot
