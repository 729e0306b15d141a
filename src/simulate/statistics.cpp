#include "simulate/statistics.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace allot::simulation {

namespace {

constexpr std::size_t kBatches = 20;
/// 97.5 % of Student's law with kBatches - 1 degrees of freedom.
constexpr double kStudent = 2.093;

double mean(std::span<const double> values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace

Spread spread(std::vector<double>& values) {
    if (values.empty()) return {};
    std::sort(values.begin(), values.end());
    const auto quantile = [&](double share) {
        const double rank = std::ceil(share * static_cast<double>(values.size()));
        return values[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
    };
    return {mean(values), quantile(0.5), quantile(0.95), quantile(0.99)};
}

double half_width(std::span<const double> values) {
    const std::size_t length = values.size() / kBatches;
    if (length < 2) return 0;
    std::array<double, kBatches> means{};
    for (std::size_t batch = 0; batch < kBatches; ++batch)
        means[batch] = mean(values.subspan(batch * length, length));
    const double centre = mean(means);
    double squares = 0;
    for (const double each : means) squares += (each - centre) * (each - centre);
    return kStudent * std::sqrt(squares / (kBatches - 1) / kBatches);
}

}  // namespace allot::simulation
