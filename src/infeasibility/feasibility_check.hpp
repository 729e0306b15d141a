#pragma once

#include <optional>
#include <stop_token>
#include <vector>

#include "allot/instance.hpp"
#include "allot/plan.hpp"
#include "candidates/candidate_table.hpp"

namespace allot {

/// A plan that keeps all limits of some instance, and what it runs.
struct Witness {
    Plan plan;
    std::vector<Configuration> support;
};

/// A plan of `instance` that keeps all limits, if constructions have one, or a repair of `support` or of what a lower bound runs:
/// a fraction of the time of `auto`, and none at all where the bound proves that there is no such plan.
std::optional<Witness> find_feasible(const Instance& instance, const std::vector<Configuration>& support,
                                     std::stop_token stop = {});

/// Whether `auto` at its default effort finds a plan of `instance` that keeps all limits: its starts and its phase 1, ended at the
/// first that has one.
bool is_found_by_auto(const Instance& instance, std::stop_token stop = {});

}  // namespace allot
