#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "cost/dual_certificate.hpp"
#include "tree/lagrangian_cuts.hpp"
#include "util/stop_criterion.hpp"

namespace allot {

/// Enumerates the supports of a domain that a plan below the cutoff may have: sets of options, at most one of a block, that no Lagrangian
/// cut puts beyond the cutoff. Depth first over the blocks. The dual certificate of a support that has been solved becomes a nogood,
/// a cut for those that follow.
class SupportEnumeration {
  public:
    /// When to give up, in steps: decisions about one block, 300 ns each.
    struct Limits {
        double steps = 0;          ///< about the most, subproblems included
        double first_check = 0;    ///< steps after which the pace is judged; and again when they have doubled
        double steps_to_come = 0;  ///< it is given up when the rest would take more at the present pace
    };
    /// What solving a support came to.
    struct Finding {
        bool goes_on = false;   ///< false ends the enumeration
        double steps = 0;       ///< that could have been made in the time it took, >= 0
        double cutoff_usd = 0;  ///< from now on; higher ones than before are ignored
        std::span<const CertificateCase>
            certificate;  ///< that puts it, and perhaps others, beyond the cutoff; empty = none
    };
    /// A support that no cut has ruled out so far: configurations, ascending.
    struct Leaf {
        std::vector<int> support;
        Finding finding;
    };
    /// Solves some supports, at most kLeavesPerLook, and fills in what it found.
    using Look = std::function<void(std::span<Leaf>)>;
    /// Supports that are handed out together, to be solved in parallel: a fixed number, so that the nogoods do not depend on the number of
    /// threads. More would use more cores, and solve more supports that the nogoods of the others would have ruled out.
    static constexpr std::size_t kLeavesPerLook = 4;

    /// The cuts must outlive the object, which adds to them; there is at least one. Once `stop` is met, it is given up.
    SupportEnumeration(LagrangianCuts& cuts, const Limits& limits, StopCriterion stop = {});

    /// True when every support has been handed out or ruled out by a cut under the cutoff of the time. May be called again.
    bool run(double cutoff_usd, const Look& look);

    /// Certificates that became cuts, in that order.
    std::vector<DualCertificate>& nogoods() { return nogoods_; }

  private:
    static constexpr int kNone = -1;

    double* usd(int depth) {
        return usd_.data() + static_cast<std::size_t>(depth) * LagrangianCuts::kMaxRows;
    }
    void descend(int depth, double part);
    bool is_hopeless();
    bool choose(int depth, int option);
    bool is_open(int depth);
    template <typename Fill>
    bool exceeds(const double* rest, const double* usd, Fill fill);
    void add_leaf();
    void solve_leaves();
    void add_cut(std::span<const CertificateCase> certificate);
    void sum_up_last_cut();

    LagrangianCuts& cuts_;
    Limits limits_;
    StopCriterion stop_;
    double next_look_ = 0;  // at the stop criterion, in steps
    const Look* look_ = nullptr;
    double cutoff_usd_ = 0;
    int num_nogoods_ = 0;  // so far, each fall of the cutoff counted as one: what is open is asked again then
    bool is_over_ = false;
    double steps_ = 0;
    double steps_of_subproblems_ = 0;  // part of these
    double done_ = 0;  // part of all decisions, in [0, 1], those about a block counting the same
    /// Where the pace was judged last.
    struct Check {
        double steps = 0;
        double done = 0;
    };
    Check checked_;
    double next_check_ = 0;
    // By depth, the block that is decided next: by row, what the blocks before it come to; and whether one of them has paid for the
    // artifact of the block.
    std::vector<double> usd_;
    std::vector<char> is_paid_;
    std::vector<int> chosen_;  // by block: option, or kNone
    std::array<Leaf, kLeavesPerLook> leaves_;
    std::size_t num_leaves_ = 0;  // that wait to be solved
    std::vector<DualCertificate> nogoods_;
    std::size_t last_batch_ = 0;  // that ruled out something last
};

}  // namespace allot
