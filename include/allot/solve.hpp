#pragma once

#include <string>
#include <vector>

#include "allot/instance.hpp"
#include "allot/plan.hpp"
#include "allot/solve_options.hpp"

namespace allot {

/// Names of all solvers with one line on each.
struct SolverName {
    std::string name;
    std::string summary;
    bool is_available = true;  ///< false: this build lacks a library that it needs
};
std::vector<SolverName> solver_names();

/// Solves an instance. Re-entrant, without output and global state. The plan has passed the auditor: a plan of status
/// `infeasible` breaks nothing but the max_unmet limits that its `reasons` explain (the exception: mechanisms switched off).
/// Throws InputError for an unknown method.
Plan solve(const Instance& instance, const SolveOptions& options = {}, ProgressObserver* observer = nullptr);

}  // namespace allot
