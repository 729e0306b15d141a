#include "cost/mean_limit.hpp"

#include <algorithm>
#include <vector>

#include "util/index.hpp"

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

bool keeps_means_alone(const CandidateTable& table, int pair) {
    const int i = table.pair_type[at(pair)];
    const int g = table.group[at(table.pair_configuration[at(pair)])];
    for (const MeanRow row : {MeanRow::error, MeanRow::delay}) {
        const std::optional<MeanLimit> limit = mean_limit(table, row, i);
        if (!limit) continue;
        const Deviation& deviation = limit->deviation(table, g);
        const double worst = 1 + std::min(limit->budget, deviation.cap) * deviation.deviation;
        if (limit->value(table, pair) * worst > limit->limit) return false;
    }
    return true;
}

double cost_apart_usd(const CandidateTable& table) {
    const std::size_t num_types = at(table.instance().num_types());
    std::vector<double> alone_usd(num_types, kUnlimited);  // by what keeps the mean limits by itself
    std::vector<double> dearest_usd(num_types, 0);         // of all: mixtures may need any of them
    for (int p = 0; p < table.num_pairs(); ++p) {
        const std::size_t i = at(table.pair_type[at(p)]);
        const std::size_t c = at(table.pair_configuration[at(p)]);
        const double load = std::max({1.0, table.pair_slot_load[at(p)], table.pair_kv_load[at(p)]});
        const double usd = table.pair_usd[at(p)] + table.rent_usd[c] * load;
        dearest_usd[i] = std::max(dearest_usd[i], usd);
        if (usd < alone_usd[i] && keeps_means_alone(table, p)) alone_usd[i] = usd;
    }
    double total_usd = 0;
    for (std::size_t i = 0; i < num_types; ++i) {
        total_usd += alone_usd[i] < kUnlimited ? alone_usd[i] : dearest_usd[i];
        total_usd += table.unmet_usd[i] * table.instance()->query_types[i].max_unmet;
    }
    return total_usd > 0 ? total_usd : 1;
}

}  // namespace allot
