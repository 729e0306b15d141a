#pragma once

#include <optional>

#include "candidates/candidate_table.hpp"

namespace allot {

/// The two mean constraints of a type: sum (value - limit) x + protection <= 0.
enum class MeanRow { error, delay };

/// One of them: its limit, its uncertainty budget, and where its numbers stand in the table.
struct MeanLimit {
    MeanRow row = MeanRow::error;
    double limit = 0;   ///< eps_i, or Delta_i [s]
    double budget = 0;  ///< Gamma; 0 = deterministic

    double value(const CandidateTable& table, int pair) const {
        const auto p = static_cast<std::size_t>(pair);
        return row == MeanRow::error ? table.pair_error[p] : table.pair_delay_s[p];
    }
    const Deviation& deviation(const CandidateTable& table, int g) const {
        const auto at = static_cast<std::size_t>(g);
        return row == MeanRow::error ? table.group_error_deviation[at] : table.group_delay_deviation[at];
    }
};

/// None when type i has no such limit.
std::optional<MeanLimit> mean_limit(const CandidateTable& table, MeanRow row, int i);

/// Whether the pair, serving all of its type, keeps the mean limits of the type at their worst case.
bool keeps_means_alone(const CandidateTable& table, int pair);

/// What a plan costs that serves every type apart from the others, and leaves what it may unserved [USD]: of the magnitude of what
/// plans cost, and seldom below the cheapest. Types that nothing serves count with their penalty alone; 1 where all is free. O(pairs).
double cost_apart_usd(const CandidateTable& table);

}  // namespace allot
