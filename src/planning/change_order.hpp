#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "allot/plan_diff.hpp"
#include "allot/reopt.hpp"
#include "candidates/candidate_table.hpp"

namespace allot {

/// Orders a change of fleets, greedily: starts as soon as they fit; retunes as soon as nothing is lost by them; where a start does not
/// fit, a stop that makes room for it, of what loses least; what is no longer needed at the end. A surplus of many replicas is stopped
/// in sixteenths, so that the list stays readable.
class ChangePlanner {
  public:
    /// `table`: with the configurations of both fleets, mixed, without limits on plans; `instance` has the limits. Both must outlive
    /// the object.
    ChangePlanner(const Instance& instance, const CandidateTable& table, const PlanDiff& changes);

    ChangeOrder order(int surge);
    /// GPUs that all starts take together: with so much room nothing needs to stop before.
    int most_surge() const;

  private:
    /// The replicas of one change while it is under way.
    struct Deployment {
        DeploymentChange change;
        int gpus = 1;                   // of a replica
        std::string pool;               // empty: a tier that the instance does not have
        int configuration_before = -1;  // in the table; -1: serves nothing
        int configuration_after = -1;
        int as_before = 0;  // replicas at the concurrency before
        int as_after = 0;

        int running() const { return as_before + as_after; }
        int missing() const { return std::max(0, change.after - running()); }
        int surplus() const { return std::max(0, running() - change.after); }
        int to_retune() const {
            return change.retuned() > 0 ? std::max(0, std::min(as_before, change.after - as_after)) : 0;
        }
        void retune(int replicas) {
            as_before -= replicas;
            as_after += replicas;
        }
    };
    /// Stopping a surplus: of what, how many, and what that leaves unserved.
    struct Stop {
        Deployment* deployment = nullptr;
        int replicas = 0;
        double unserved = 0;
    };

    int find(const DeploymentName& name, int concurrency) const;
    void begin(int surge);
    double unserved();
    int pool_room(const Deployment& deployment) const;
    int whole_room() const;
    int room(const Deployment& each) const { return std::min(pool_room(each), whole_room()); }
    bool start_what_fits();
    bool retune_for_nothing();
    bool make_room();
    std::optional<Stop> best_stop(const Deployment& next);
    void finish();
    static void stop(Deployment& deployment, int replicas);
    void note(ChangeStep::Action action, const Deployment& deployment, int replicas);
    std::vector<std::string> overlaps() const;

    const Instance& instance_;
    const CandidateTable& table_;
    std::vector<Deployment> start_;  // before the first step
    std::vector<Deployment> deployments_;
    std::map<std::vector<int>, double> known_;  // unserved share by replicas of each configuration
    ChangeOrder order_;
};

}  // namespace allot
