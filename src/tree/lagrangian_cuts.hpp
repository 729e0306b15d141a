#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "bounds/lagrangian.hpp"
#include "bounds/node_domain.hpp"
#include "bounds/node_fixing.hpp"
#include "cost/dual_certificate.hpp"

namespace allot {

/// What the supports of a domain cost at least, by several proofs side by side. At given prices the Lagrangian is a sum over the
/// members of a support: whatever prices prove one support too dear prove it of others, too, for next to nothing (Geoffrion 1974
/// for one set of prices, Benders 1962 for many). A proof by cases is a cut: it rules out what every one of its cases does.
///
/// Memory is laid out for loops over all cuts: what belongs to an option or a block is a line of kMostRows numbers, a row for each
/// case. Eight cuts with as many cases make a batch: the rows of their first cases, those of their second, and so on.
class LagrangianCuts {
  public:
    static constexpr int kMostRows = 256;
    static constexpr int kLanes = 8;

    struct Batch {
        int first_row = 0;
        int num_cases = 1;
        int num_cuts = 0;  ///< in use; the other rows exclude nothing
    };

    /// A block of the domain with its choices, best first. Those of an artifact are neighbours.
    struct Block {
        int artifact = 0;
        bool must_run = false;
        int first = 0;  ///< option
        int end = 0;
        int artifact_first = 0;  ///< block of the same artifact
        int artifact_end = 0;
    };

    /// The domain stays as it is; its Lagrangian is in it. `gains` put blocks and options into an order in which good supports come
    /// early.
    LagrangianCuts(Lagrangian& lagrangian, const NodeDomain& domain, const NodeGains& gains);

    int num_blocks() const { return static_cast<int>(blocks_.size()); }
    const Block& block(int u) const { return blocks_[static_cast<std::size_t>(u)]; }
    int configuration(int option) const { return configuration_[static_cast<std::size_t>(option)]; }
    bool is_last_of_artifact(int u) const { return u + 1 == block(u).artifact_end; }
    /// Whether some block has to run and cannot.
    bool is_empty() const { return is_empty_; }

    /// False when there is no room. O(cases x options x pairs of one).
    bool add(std::span<const CertificateCase> proof);
    bool add(const Prices& prices);
    /// Takes out the options that no support below the cutoff has, as the cut added last or any cut shows. O(options x rows).
    void exclude_by_last(double cutoff_usd);
    void exclude_by_all(double cutoff_usd);
    bool is_excluded(int option) const { return is_excluded_[static_cast<std::size_t>(option)] != 0; }
    /// What these prove of one support alone, ascending configurations [USD]. O(cases x pairs of the members).
    double bound_of(std::span<const int> support, std::span<const CertificateCase> proof);

    const std::vector<Batch>& batches() const { return batches_; }
    /// Of the cut added last.
    const std::vector<int>& rows_of_last() const { return rows_of_last_; }

    // Lines of kMostRows numbers [USD]:
    const double* base() const { return base_.data(); }                   ///< of the empty support
    const double* gain(int option) const { return line(gain_, option); }  ///< what an option saves
    const double* artifact_usd(int u) const {
        return line(artifact_usd_, u);
    }  ///< of the first of its artifact to run
    /// The least that blocks u and those after it add, num_blocks() included, if the artifact of u is paid for by blocks before it or
    /// is not.
    const double* rest(int u, bool is_paid) const { return line(is_paid ? rest_if_paid_ : rest_, u); }

  private:
    static const double* line(const std::vector<double>& lines, int n) {
        return lines.data() + static_cast<std::size_t>(n) * kMostRows;
    }
    static double& cell(std::vector<double>& lines, int n, int row) {
        return lines[static_cast<std::size_t>(n) * kMostRows + static_cast<std::size_t>(row)];
    }
    void collect(const NodeGains& gains);
    bool find_room(int num_cases);
    void fill(const CertificateCase& its, int row);
    void find_rests(int row);
    double best_gain(int u, int row) const;
    template <typename IsDear>
    void exclude_if(IsDear is_dear);
    double least_usd(int u, int option, const Batch& batch, int lane) const;
    double bound_of(std::span<const int> support, const CertificateCase& its);

    Lagrangian& lagrangian_;
    const NodeDomain& domain_;
    std::vector<Block> blocks_;
    std::vector<int> configuration_;  // by option
    std::vector<char> is_excluded_;   // by option
    bool is_empty_ = false;
    std::vector<Batch> batches_;
    std::vector<int> rows_of_last_;
    std::size_t batch_of_last_ = 0;
    int num_rows_ = 0;
    std::vector<double> base_;
    std::vector<double> gain_;
    std::vector<double> artifact_usd_;
    std::vector<double> rest_;
    std::vector<double> rest_if_paid_;
    std::vector<double> best_;  // by block: what its best option saves, or none
};

}  // namespace allot
