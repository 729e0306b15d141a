#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "bounds/lagrangian.hpp"
#include "bounds/node_domain.hpp"
#include "bounds/node_fixing.hpp"
#include "cost/dual_certificate.hpp"

namespace allot {

/// Lower bounds on what the supports of a domain cost, by several dual certificates side by side. At given prices the Lagrangian is a
/// sum over the members of a support: prices that put one support beyond the cutoff put others there, too, for the cost of a sum
/// (Geoffrion 1974 for one set of prices, Benders 1962 for many). A certificate becomes a cut; one by cases is a disjunctive cut, which
/// rules out the supports that every one of its cases rules out.
///
/// Memory is laid out for loops over all cuts: each number of an option or a block is a line of kMaxRows numbers, a row for each case of
/// a cut. Eight cuts with as many cases make a batch: the rows of their first cases, those of their second, and so on, so that the
/// least over the cases is taken for eight cuts at once.
class LagrangianCuts {
  public:
    /// Rows for all cuts together. Every step of an enumeration may read a line of all of them, 2 KB: more would rule out more supports
    /// and make every step slower; those found when it is full are not added.
    static constexpr int kMaxRows = 256;
    /// Cuts in a batch: doubles of one AVX-512 register or two of AVX2. A cut alone in its batch takes as much room as eight.
    static constexpr int kLanes = 8;

    /// Cuts of equally many cases: case n of cut l is row first_row + n * kLanes + l.
    struct Batch {
        int first_row = 0;
        int num_cases = 1;  ///< a power of two
        int num_cuts = 0;   ///< lanes in use; the rows of the others exclude nothing
    };

    /// A convexity block of the domain with its options, best first: [first, end). The blocks of an artifact, [artifact_first,
    /// artifact_end), are neighbours.
    struct Block {
        int artifact = 0;
        bool must_run = false;
        int first = 0;  ///< option, as configuration() and gain() take it
        int end = 0;
        int artifact_first = 0;  ///< block
        int artifact_end = 0;
    };

    /// No cuts yet. The Lagrangian is in the domain; both must outlive the object, and the domain must not change. `gains` (by choice of
    /// the domain) put blocks and options into an order in which good supports come early. O(choices log choices).
    LagrangianCuts(Lagrangian& lagrangian, const NodeDomain& domain, const NodeGains& gains);

    int num_blocks() const { return static_cast<int>(blocks_.size()); }
    const Block& block(int u) const { return blocks_[static_cast<std::size_t>(u)]; }
    int configuration(int option) const { return configuration_[static_cast<std::size_t>(option)]; }
    bool is_last_of_artifact(int u) const { return u + 1 == block(u).artifact_end; }
    /// Whether some block has to run and has no choices: the domain has no support.
    bool is_empty() const { return is_empty_; }

    /// Adds a certificate of at least one case; a set of prices is one of a single case. False when there is no room. Leaves its prices in
    /// the Lagrangian. O(cases x options x pairs of one).
    bool add(std::span<const CertificateCase> certificate);
    bool add(const Prices& prices);
    /// Excludes the options that no support below the cutoff has, by the cut added last or by all of them. O(options x rows).
    void exclude_by_last(double cutoff_usd);
    void exclude_by_all(double cutoff_usd);
    bool is_excluded(int option) const { return is_excluded_[static_cast<std::size_t>(option)] != 0; }
    /// Dual bound [USD] that a certificate proves of one support alone, configurations ascending. O(cases x pairs of the members).
    double bound_of(std::span<const int> support, std::span<const CertificateCase> certificate);

    const std::vector<Batch>& batches() const { return batches_; }
    /// Rows of the cut added last, by case; unused cases included.
    const std::vector<int>& rows_of_last() const { return rows_of_last_; }

    // Lines of kMaxRows numbers [USD]. The bound of a support is its base, plus artifact_usd() of the first block of each artifact that
    // runs, less the gains of its options.
    const double* base() const { return base_.data(); }
    const double* gain(int option) const { return line(gain_, option); }
    const double* artifact_usd(int u) const { return line(artifact_usd_, u); }
    /// The least that block u and those after it add to the bound, if the artifact of u is paid for by a block before it or is not.
    /// u = num_blocks(): nothing.
    const double* rest(int u, bool is_paid) const { return line(is_paid ? rest_if_paid_ : rest_, u); }

  private:
    static const double* line(const std::vector<double>& lines, int n) {
        return lines.data() + static_cast<std::size_t>(n) * kMaxRows;
    }
    static double& cell(std::vector<double>& lines, int n, int row) {
        return lines[static_cast<std::size_t>(n) * kMaxRows + static_cast<std::size_t>(row)];
    }
    void collect(const NodeGains& gains);
    bool find_room(int num_cases);
    void fill(const CertificateCase& certificate_case, int row);
    void find_rests(int row);
    double best_gain(int u, int row) const;
    template <typename IsBeyondCutoff>
    void exclude_if(IsBeyondCutoff is_beyond_cutoff);
    double least_usd(int u, int option, const Batch& batch, int lane) const;
    double bound_in_case(std::span<const int> support, const CertificateCase& certificate_case);

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
    std::vector<double> best_;  // by block: the gain of its best option, or of none
};

}  // namespace allot
