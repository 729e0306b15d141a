#pragma once

#include <map>
#include <vector>

#include "bounds/pair_relaxation.hpp"
#include "candidates/candidate_table.hpp"

namespace allot {

/// From a relaxation over pairs to the support of a plan: of each group one configuration, and of the artifacts those that the
/// limits have room for. One decision after the other, the largest first; the relaxation is solved after each, so that what a choice
/// shuts out finds its next best place among all configurations that are still free.
class SupportChoice {
  public:
    /// The relaxation has been solved; it keeps the choices. All must outlive the object.
    SupportChoice(const CandidateTable& table, PairRelaxation& relaxation, const StopCriterion& stop)
        : table_(table), relaxation_(relaxation), stop_(stop) {}

    /// Configurations, ascending; empty when it was stopped.
    std::vector<int> support();
    bool is_stopped() const { return is_stopped_; }

  private:
    /// GPUs by configuration.
    using Uses = std::map<int, double>;

    bool solve();
    std::map<int, Uses> uses_by_group() const;
    bool choose_configurations();
    void choose_in(int group, const Uses& uses);
    std::vector<int> candidates(int group, const Uses& uses) const;
    int widest(int group) const;
    std::vector<int> used_artifacts() const;
    void settle_artifacts();
    void drop_artifacts(std::vector<int> artifacts);
    bool is_better_without(int artifact);

    const CandidateTable& table_;
    PairRelaxation& relaxation_;
    const StopCriterion& stop_;
    bool is_stopped_ = false;
};

}  // namespace allot
