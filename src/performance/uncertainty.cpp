#include "performance/uncertainty.hpp"

#include <optional>

namespace allot {

namespace {

/// Held-out residuals of the model by evidence of the tier (docs/performance-model.md, section 6).
double default_delay_deviation(const Model& model, const Tier& tier) {
    constexpr double kMeasured = 0.15;
    constexpr double kTransferred = 0.25;
    constexpr double kAssumed = 0.40;
    if (model.experts || tier.evidence == Evidence::assumed) {
        return kAssumed;
    }
    return tier.evidence == Evidence::transferred ? kTransferred : kMeasured;
}

Deviation deviation_of(const std::optional<UncertaintyBudget>& budget, double default_deviation,
                       const Model& model, const Tier& tier) {
    if (!budget || budget->budget <= 0) {
        return {};
    }
    Deviation result;
    result.deviation = budget->deviation.value_or(default_deviation);
    const auto caps = budget->caps.find(model.id);
    if (caps != budget->caps.end()) {
        const auto cap = caps->second.find(tier.id);
        result.cap = cap != caps->second.end() ? cap->second : 1;
    }
    return result;
}

}  // namespace

Deviation delay_deviation(const Instance& instance, int j, int k) {
    const Model& model = instance.model(j);
    const Tier& tier = instance.tier(k);
    return deviation_of(instance->uncertainty.delay, default_delay_deviation(model, tier), model, tier);
}

Deviation error_deviation(const Instance& instance, int j, int k) {
    return deviation_of(instance->uncertainty.error, 0, instance.model(j), instance.tier(k));
}

double likely_delay_deviation(const Instance& instance, int j, int k) {
    const auto& given = instance->uncertainty.delay;
    if (given && given->deviation) return *given->deviation;
    return default_delay_deviation(instance.model(j), instance.tier(k));
}

double likely_error_deviation(const Instance& instance) {
    constexpr double kAssumed = 0.10;
    const auto& given = instance->uncertainty.error;
    return given && given->deviation ? *given->deviation : kAssumed;
}

}  // namespace allot
