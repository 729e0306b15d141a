#pragma once

#include <optional>
#include <string>
#include <vector>

#include "allot/audit.hpp"
#include "allot/instance.hpp"
#include "allot/plan.hpp"
#include "allot/solve.hpp"

namespace allot {

/// An instance with the name by which the user knows it, usually its file.
struct NamedInstance {
    std::string file;
    Instance instance;
};

struct ComparisonOptions {
    std::vector<std::string> methods;  ///< names in solver_names(), each once
    SolveOptions solve;  ///< of every run; its `method` is not used, its time limit is for one run
};

/// One method on one instance. Gaps are those of plans that meet all limits; others have none.
struct ComparisonRow {
    std::string method;
    Plan plan;
    AuditReport audit;
    bool meets_limits = false;
    int gpus = 0;
    double unmet = 0;                    ///< share of all queries left unserved, in [0,1]
    std::optional<double> gap_to_bound;  ///< (total - best bound) / total: what is left to prove or to find
    std::optional<double> gap_to_best;   ///< (total - best known) / best known, >= 0
    double wall_s = 0;                   ///< of all of solve(): candidate table, method, audit

    bool is_proven() const;  ///< is gap_to_bound at most kOptimalityGap
    bool is_best() const;    ///< is gap_to_best at most kOptimalityGap: ties are wins of all who tie
};

struct InstanceComparison {
    std::string file;
    std::string name;
    std::optional<double> best_known;  ///< least total of the plans that meet all limits [USD]
    double best_bound =
        0;  ///< largest of what the methods proved and the bound by patterns [USD]; +infinity: proven infeasible
    std::vector<ComparisonRow> rows;  ///< in the order of the methods
};

/// One method on all instances. Means are over the runs whose plans meet all limits; none when there are no such runs.
struct MethodSummary {
    std::string method;
    int runs = 0;
    int served = 0;                    ///< runs whose plan meets all limits
    int wins = 0;                      ///< runs with is_best()
    int proven = 0;                    ///< runs with is_proven()
    std::optional<double> mean_total;  ///< [USD]
    std::optional<double> mean_gap_to_bound;
    std::optional<double> mean_gap_to_best;
    std::optional<double> geometric_cost_ratio;  ///< geometric mean of total / best known, >= 1
    double mean_wall_s = 0;                      ///< over all runs
    double geometric_wall_s = 0;                 ///< geometric mean over all runs
};

/// From the rows of each method.
std::vector<MethodSummary> summarise(const std::vector<InstanceComparison>& instances,
                                     const std::vector<std::string>& methods);

struct Comparison {
    std::vector<InstanceComparison> instances;
    std::vector<MethodSummary> summary;  ///< in the order of the methods
    bool is_stopped = false;             ///< ended by the stop token: the last rows may be missing
};

/// Runs every method on every instance, one after the other, audits each plan anew and measures it against the best bound and the
/// best plan that came out for its instance. The phase that the observer hears names the run: "3/12 fleet.yaml agh".
/// Throws InputError for an unknown method.
Comparison compare(const std::vector<NamedInstance>& instances, const ComparisonOptions& options,
                   ProgressObserver* observer = nullptr);

}  // namespace allot
