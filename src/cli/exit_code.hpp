#pragma once

#include "allot/plan.hpp"

namespace allot::cli {

/// What the process tells its caller (README.md, section "Exit codes"); a run stopped by a
/// signal ends with Interrupts::exit_code().
enum ExitCode : int {
    exit_success = 0,
    exit_internal_error = 1,
    exit_bad_input = 2,
    exit_infeasible = 3,
    exit_audit_violations = 4,
    exit_unserved = 5,
};

/// Of a plan that the auditor has passed: does it keep all limits, and if not, is it proven that none does?
inline int exit_code_of(const Plan& plan) {
    if (plan.status == Status::infeasible) return exit_infeasible;
    return plan.is_short() ? exit_unserved : exit_success;
}

}  // namespace allot::cli
