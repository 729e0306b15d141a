#include "studies/guarded.hpp"

#include "performance/uncertainty.hpp"

namespace allot {

Instance guarded(const Instance& instance, double budget) {
    return instance.with([&](InstanceData& data) {
        UncertaintyBudget none;
        UncertaintyBudget& delay = data.uncertainty.delay.emplace(data.uncertainty.delay.value_or(none));
        UncertaintyBudget& error = data.uncertainty.error.emplace(data.uncertainty.error.value_or(none));
        error.deviation = likely_error_deviation(instance);
        delay.budget = error.budget = budget;
    });
}

}  // namespace allot
