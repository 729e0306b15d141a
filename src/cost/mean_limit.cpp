#include "cost/mean_limit.hpp"

namespace allot {

std::optional<MeanLimit> mean_limit(const CandidateTable& table, MeanRow row, int i) {
    const QueryType& type = table.instance().type(i);
    const Uncertainty& uncertainty = table.instance()->uncertainty;
    const bool is_error = row == MeanRow::error;
    if (!is_error && type.delay_slo != DelaySlo::mean) return std::nullopt;
    const std::optional<double>& limit = is_error ? type.slo.error : type.slo.delay_s;
    if (!limit) return std::nullopt;
    const auto& budget = is_error ? uncertainty.error : uncertainty.delay;
    return MeanLimit{row, *limit, budget ? budget->budget : 0};
}

}  // namespace allot
