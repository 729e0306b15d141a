#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "cost/dual_certificate.hpp"
#include "tree/lagrangian_cuts.hpp"

namespace allot {

/// Finds the supports of a domain that a plan below a cutoff may have: sets of options, one of a block, that no cut proves too dear.
/// Depth first over the blocks. What is learned about one support in the shape of prices becomes a cut for those that follow.
class SupportEnumeration {
  public:
    struct Limits {
        double steps = 0;          ///< about the most
        double first_check = 0;    ///< of the pace, after so many steps, and again when they have doubled:
        double steps_to_come = 0;  ///< it goes on only where the rest takes no more at the present pace
    };
    /// What looking at a support came to.
    struct Finding {
        bool is_settled = false;                 ///< false ends the enumeration
        double steps = 0;                        ///< that could have been made instead
        double cutoff_usd = 0;                   ///< from now on
        std::span<const CertificateCase> proof;  ///< that it, and perhaps others, are too dear; empty = none
    };
    /// A support that no cut has ruled out so far: configurations, ascending.
    struct Leaf {
        std::vector<int> support;
        Finding finding;
    };
    /// Looks at some supports, at most kLeavesPerLook, and says what it found.
    using Look = std::function<void(std::span<Leaf>)>;
    /// So many may be looked at in parallel. A fixed number: what is learned does not depend on that of threads.
    static constexpr std::size_t kLeavesPerLook = 4;

    /// The cuts must outlive the object, which adds to them; there is at least one.
    SupportEnumeration(LagrangianCuts& cuts, const Limits& limits);

    /// True when all supports have been looked at or proven too dear.
    bool run(double cutoff_usd, const Look& look);

    /// Proofs that became cuts.
    std::vector<DualCertificate>& nogoods() { return nogoods_; }

  private:
    static constexpr int kNone = -1;

    double* usd(int depth) {
        return usd_.data() + static_cast<std::size_t>(depth) * LagrangianCuts::kMostRows;
    }
    void descend(int depth, double part);
    bool is_hopeless();
    bool choose(int depth, int option);
    bool is_open(int depth);
    template <typename Fill>
    bool exceeds(const double* rest, const double* usd, Fill fill);
    void add_leaf();
    void look_at_leaves();
    void add_cut(std::span<const CertificateCase> proof);
    void sum_up_last_cut();

    LagrangianCuts& cuts_;
    Limits limits_;
    const Look* look_ = nullptr;
    double cutoff_usd_ = 0;
    int num_nogoods_ = 0;  // cuts, and lower cutoffs
    bool is_over_ = false;
    double steps_ = 0;
    double steps_of_looks_ = 0;  // part of these
    double done_ = 0;  // part of all there is to decide, if every decision about a block counts the same
    struct Check {
        double steps = 0;
        double done = 0;
    };
    Check checked_;
    double next_check_ = 0;
    // By depth, the block that is decided next: what the blocks before it come to by each cut, and whether one of them pays for its
    // artifact.
    std::vector<double> usd_;
    std::vector<char> is_paid_;
    std::vector<int> chosen_;  // by block: option, or kNone
    std::array<Leaf, kLeavesPerLook> leaves_;
    std::size_t num_leaves_ = 0;  // that wait to be looked at
    std::vector<DualCertificate> nogoods_;
    std::size_t last_block_ = 0;  // in which a cut was found last
};

}  // namespace allot
