#pragma once

namespace allot::cli {

/// What the process tells its caller (README.md, section "Exit codes"); a run stopped by a
/// signal ends with Interrupts::exit_code().
enum ExitCode : int {
    exit_success = 0,
    exit_internal_error = 1,
    exit_bad_input = 2,
    exit_infeasible = 3,
    exit_audit_violations = 4,
};

}  // namespace allot::cli
