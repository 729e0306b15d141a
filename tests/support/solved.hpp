#pragma once

#include <doctest/doctest.h>

#include "allot/audit.hpp"
#include "allot/solve.hpp"

namespace allot::testing {

/// The plan of a method, audited, without a search for what would help.
inline Plan solved(const Instance& instance, const char* method) {
    SolveOptions options;
    options.method = method;
    options.has_limit_changes = false;
    Plan plan = solve(instance, options);
    CHECK(audit(instance, plan).is_acceptable(plan.status));
    return plan;
}

}  // namespace allot::testing
