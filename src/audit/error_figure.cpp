#include "audit/error_figure.hpp"

#include <cmath>
#include <string>

namespace allot::auditing {
namespace {

// docs/performance-model.md, section 7: kappa is given for a model of this size and fades with larger ones.
constexpr double kReferenceParams = 8e9;

// Both reach their limits: the logit of 0 and 1 is infinite, and comes back as 0 and 1.
double logit(double error) { return std::log(error / (1 - error)); }
double logistic(double log_odds) { return 1 / (1 + std::exp(-log_odds)); }

std::optional<double> stated(const QueryType& type, const std::string& model, const std::string& precision) {
    if (!type.error.contains(model)) return std::nullopt;
    const GivenError& given = type.error.at(model);
    if (given.by_precision.contains(precision)) return given.by_precision.at(precision);
    return given.value;
}

bool has_row(const AccuracyTable& table, const std::string& model, const std::string& task) {
    return table.tasks.contains(task) && table.error16.contains(model) &&
           table.error16.at(model).contains(task);
}

}  // namespace

std::optional<double> error_figure(const Instance& instance, int i, int j, int k) {
    const QueryType& type = instance.type(i);
    const Model& model = instance.model(j);
    const std::string& precision = instance.tier(k).precision;
    if (const std::optional<double> error = stated(type, model.id, precision)) return error;
    const AccuracyTable& table = instance->accuracy;
    if (!has_row(table, model.id, type.task)) return std::nullopt;
    const double fading = std::pow(kReferenceParams / model.params_total, table.gamma);
    const double shift = table.kappa.at(precision) * table.tasks.at(type.task).sigma * fading;
    return logistic(logit(table.error16.at(model.id).at(type.task)) + shift);
}

}  // namespace allot::auditing
