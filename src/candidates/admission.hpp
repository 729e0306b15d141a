#pragma once

#include <vector>

#include "candidates/candidate_table.hpp"

namespace allot {

/// The rules of admissibility (docs/formulation.md, section 2): what a type asks of every pair, in the form the pairs are tested.
class Admission {
  public:
    explicit Admission(const Instance& instance);

    /// What holds for a type on all configurations of a group: demand, model allowed, error figure known.
    Rejection group_rejection(int i, int j, int k) const;

    /// Limits on the figures of a pair; `worst_delay_factor` = 1 + cap * deviation of the group.
    Rejection figure_rejection(int i, double ttft_s, double tpot_s, double delay_s,
                               double worst_delay_factor) const {
        const auto at = static_cast<std::size_t>(i);
        if (ttft_s > ttft_limit_s_[at]) return Rejection::ttft_slo;
        if (tpot_s > tpot_limit_s_[at]) return Rejection::tpot_slo;
        if (delay_s * worst_delay_factor > delay_limit_s_[at]) return Rejection::delay_slo;
        return Rejection::none;
    }

    double ttft_limit_s(int i) const { return ttft_limit_s_[static_cast<std::size_t>(i)]; }
    double tpot_limit_s(int i) const { return tpot_limit_s_[static_cast<std::size_t>(i)]; }
    double delay_limit_s(int i) const { return delay_limit_s_[static_cast<std::size_t>(i)]; }

  private:
    const Instance* instance_;
    std::vector<double> ttft_limit_s_;  // by type, infinite when there is no limit
    std::vector<double> tpot_limit_s_;
    std::vector<double> delay_limit_s_;  // per-query limits only
};

}  // namespace allot
