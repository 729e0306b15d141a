#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "patterns/lagrangian.hpp"
#include "patterns/node_fixing.hpp"
#include "patterns/scope.hpp"

namespace allot {

/// What the supports of a scope cost at least, at several sets of prices side by side. At given prices the Lagrangian is a sum over
/// the members of a support: whatever prices prove one support too dear prove it of others, too, for next to nothing. One set of
/// prices is a cut (Geoffrion 1974 for one, Benders 1962 for many).
///
/// Memory is laid out for loops over all cuts: what belongs to an option or a unit is a row of kMost numbers.
class SupportCuts {
  public:
    static constexpr int kMost = 128;
    /// Rows are filled up to a multiple of it with cuts that exclude nothing.
    static constexpr int kBlock = 8;

    /// A unit of the scope with its choices, best first. Those of an artifact are neighbours.
    struct Unit {
        int artifact = 0;
        bool must_run = false;
        int first = 0;  ///< option
        int end = 0;
    };

    /// The scope stays as it is; its Lagrangian is in it. `gains` put units and options into an order in which good supports come
    /// early.
    SupportCuts(Lagrangian& lagrangian, const Scope& scope, const NodeGains& gains);

    int num_units() const { return static_cast<int>(units_.size()); }
    const Unit& unit(int u) const { return units_[static_cast<std::size_t>(u)]; }
    int configuration(int option) const { return configuration_[static_cast<std::size_t>(option)]; }
    bool is_first_of_artifact(int u) const { return u == 0 || unit(u - 1).artifact != unit(u).artifact; }
    /// Whether some unit has to run and cannot.
    bool is_empty() const { return is_empty_; }

    /// False when there is no room. O(options x pairs of one).
    bool add(const Prices& prices);
    /// What these prices prove of one support alone, ascending configurations [USD]. O(pairs of the members).
    double bound_of(std::span<const int> support, const Prices& prices);

    int num_cuts() const { return num_cuts_; }
    /// The cuts filled up to whole blocks.
    int num_padded() const { return (num_cuts_ + kBlock - 1) / kBlock * kBlock; }

    // Rows of kMost numbers [USD]:
    const double* base() const { return base_.data(); }                  ///< of the empty support
    const double* gain(int option) const { return row(gain_, option); }  ///< what an option saves
    const double* artifact_usd(int u) const {
        return row(artifact_usd_, u);
    }  ///< of the first of its artifact to run
    /// The least that units u and those after it add, num_units() included, if the artifact of u is paid for by units before it or
    /// is not.
    const double* rest(int u, bool is_paid) const { return row(is_paid ? rest_if_paid_ : rest_, u); }

  private:
    static const double* row(const std::vector<double>& rows, int n) {
        return rows.data() + static_cast<std::size_t>(n) * kMost;
    }
    static double& cell(std::vector<double>& rows, int n, int cut) {
        return rows[static_cast<std::size_t>(n) * kMost + static_cast<std::size_t>(cut)];
    }
    void collect(const NodeGains& gains);
    void find_rests(int cut);
    double best_gain(int u, int cut) const;

    Lagrangian& lagrangian_;
    const Scope& scope_;
    std::vector<Unit> units_;
    std::vector<int> configuration_;  // by option
    bool is_empty_ = false;
    int num_cuts_ = 0;
    std::vector<double> base_;
    std::vector<double> gain_;
    std::vector<double> artifact_usd_;
    std::vector<double> rest_;
    std::vector<double> rest_if_paid_;
};

}  // namespace allot
