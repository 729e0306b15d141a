#pragma once

#include <algorithm>
#include <vector>

#include "candidates/candidate_table.hpp"
#include "cost/allocation.hpp"
#include "cost/mean_limit.hpp"

namespace allot {

/// Serve more of a type: the pair (i, c), how much of the type, and the replicas to open for it. With `upgrade_from` >= 0 the
/// group's deployment of that configuration is moved to c first, with all it serves.
struct Assignment {
    int pair = -1;
    double share = 0;
    int new_replicas =
        0;  ///< on top of those running on c; with an upgrade: on top of those of the old configuration
    int upgrade_from = -1;
};

/// The mutable twin of Allocation: a plan under construction, private to one search. Loads and uses of resources are recomputed for
/// what a change touches, never drifted.
class SearchState {
  public:
    explicit SearchState(const CandidateTable& table);

    struct Deployment {
        int configuration = 0;
        int replicas = 0;
        double slot_load = 0;  ///< sum a_ic x_ic
        double kv_load = 0;
        std::vector<double> share;  ///< by type
        double load() const { return slot_load > kv_load ? slot_load : kv_load; }
        double spare() const { return replicas - load(); }
        bool serves() const {
            return std::any_of(share.begin(), share.end(), [](double each) { return each > 0; });
        }
    };

    const CandidateTable& table() const { return *table_; }
    const std::vector<Deployment>& deployments() const { return deployments_; }

    double unmet(int i) const { return unmet_[static_cast<std::size_t>(i)]; }
    /// The deployment that runs configuration c, or null.
    const Deployment* find(int c) const;
    /// The configuration a group runs, or -1; with `mixed` groups may run several and this is always -1.
    int active_configuration(int g) const { return active_of_group_[static_cast<std::size_t>(g)]; }

    /// Left-hand side of a mean row of type i, protection included; 0 without such a limit. In the unit of the row.
    double mean_row_excess(MeanRow row, int i) const;

    /// Of a resource, by what runs, is stored and is served.
    double used(int resource) const {
        const auto r = static_cast<std::size_t>(resource);
        return used_by_replicas_[r] + used_by_storage_[r];
    }
    bool is_artifact_stored(int artifact) const {
        return artifact_uses_[static_cast<std::size_t>(artifact)] > 0;
    }

    /// Opens a configuration that does not run yet, serving nothing.
    void open(int c, int replicas);
    void apply(const Assignment& assignment);
    /// Replicas down to what the loads need; deployments that serve nothing are closed.
    void trim();
    /// Takes all of type i out; replicas stay.
    void withdraw(int i);
    /// Closes the deployment of configuration c, and takes out all of the types that it serves: what is left of them elsewhere may not
    /// keep their mean limits alone.
    void close(int c);

    Allocation unload() const;

  private:
    Deployment& at_configuration(int c);
    void move_deployment(int from, int to);
    void erase_idle();
    void recompute_loads(Deployment& deployment);
    void recompute_totals();
    void check() const;

    const CandidateTable* table_;
    std::vector<Deployment> deployments_;
    std::vector<int> position_;         // by configuration: index into deployments_, or -1
    std::vector<int> active_of_group_;  // by group: configuration, or -1; unused when groups may be mixed
    std::vector<double> unmet_;
    std::vector<double> used_by_replicas_;  // by resource
    std::vector<double> used_by_storage_;   // by resource: artifacts and what is served
    std::vector<int> artifact_uses_;        // by artifact: deployments
};

/// Whole replicas that carry a load, rounding noise aside.
int replicas_for(double load);

}  // namespace allot
