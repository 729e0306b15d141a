#include "audit/protection.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace allot::auditing {
namespace {

/// docs/performance-model.md, section 6. No mixture-of-experts model is known better than an assumption, whatever the tier.
double residual_of_delays(bool is_dense, Evidence tier) {
    if (is_dense && tier == Evidence::measured) return 0.15;
    if (is_dense && tier == Evidence::transferred) return 0.25;
    return 0.40;
}

double cap_of(const UncertaintyBudget& budget, const std::string& model, const std::string& tier) {
    if (!budget.caps.contains(model)) return 1;
    const auto& by_tier = budget.caps.at(model);
    return by_tier.contains(tier) ? by_tier.at(tier) : 1;
}

Spread spread(const std::optional<UncertaintyBudget>& budget, const Model& model, const Tier& tier,
              double unstated) {
    if (!budget || !(budget->budget > 0)) return {};
    return {budget->deviation ? *budget->deviation : unstated, cap_of(*budget, model.id, tier.id)};
}

}  // namespace

Spread delay_spread(const Instance& instance, int j, int k) {
    const Model& model = instance.model(j);
    const Tier& tier = instance.tier(k);
    const double unstated = residual_of_delays(!model.experts.has_value(), tier.evidence);
    return spread(instance->uncertainty.delay, model, tier, unstated);
}

Spread error_spread(const Instance& instance, int j, int k) {
    return spread(instance->uncertainty.error, instance.model(j), instance.tier(k), 0);
}

double worst_deviation(std::vector<Deviant> deviants, double budget) {
    std::sort(deviants.begin(), deviants.end(),
              [](const Deviant& a, const Deviant& b) { return a.amount > b.amount; });
    double sum = 0;
    for (const Deviant& deviant : deviants) {
        const double fraction = std::min(deviant.cap, budget);
        if (!(fraction > 0)) continue;
        sum += fraction * deviant.amount;
        budget -= fraction;
    }
    return sum;
}

}  // namespace allot::auditing
