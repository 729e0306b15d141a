#include "performance/accuracy.hpp"

#include <cmath>

namespace allot {

namespace {

/// Parameters of the model for which kappa is given.
constexpr double kReferenceParams = 8e9;

std::optional<double> given_error(const QueryType& type, const Model& model, const Tier& tier) {
    const auto found = type.error.find(model.id);
    if (found == type.error.end()) {
        return std::nullopt;
    }
    const auto by_precision = found->second.by_precision.find(tier.precision);
    return by_precision != found->second.by_precision.end() ? by_precision->second : found->second.value;
}

std::optional<double> tabulated_error(const AccuracyTable& table, const QueryType& type, const Model& model,
                                      const Tier& tier) {
    const auto task = table.tasks.find(type.task);
    const auto row = table.error16.find(model.id);
    if (task == table.tasks.end() || row == table.error16.end()) {
        return std::nullopt;
    }
    const auto error16 = row->second.find(type.task);
    if (error16 == row->second.end()) {
        return std::nullopt;
    }
    const double kappa = table.kappa.at(tier.precision);
    const double fading = std::pow(model.params_total / kReferenceParams, -table.gamma);
    return shift_error(error16->second, kappa * task->second.sigma * fading);
}

}  // namespace

double shift_error(double error, double logit_shift) {
    if (logit_shift == 0) {
        return error;  // the 16-bit figures stay those of the table to the last bit
    }
    return error / (error + (1 - error) * std::exp(-logit_shift));
}

std::optional<double> error_rate(const Instance& instance, int i, int j, int k) {
    const QueryType& type = instance.type(i);
    const Model& model = instance.model(j);
    const Tier& tier = instance.tier(k);
    if (const std::optional<double> given = given_error(type, model, tier)) {
        return given;
    }
    return tabulated_error(instance->accuracy, type, model, tier);
}

}  // namespace allot
