#pragma once

#include <optional>
#include <vector>

#include "allot/instance.hpp"
#include "allot/plan.hpp"
#include "candidates/candidate_table.hpp"
#include "util/stop_criterion.hpp"

namespace allot {

/// A plan that keeps all limits of some instance, and what it runs.
struct Witness {
    Plan plan;
    std::vector<Configuration> support;
};

/// A plan of `instance` that keeps all limits, if constructions have one, or a repair of `support` or of what a lower bound runs:
/// a fraction of the time of `auto`, and none at all where the bound proves that there is no such plan. None when
/// `stop` is met before.
std::optional<Witness> find_feasible(const Instance& instance, const std::vector<Configuration>& support,
                                     const StopCriterion& stop = {});

/// A plan of `instance` that keeps all limits, if `auto` at its default effort is sure to find one: by its constructions, the support of its bound, its
/// elastic instance or its search, ended at the first that has one.
std::optional<Witness> find_as_auto(const Instance& instance, const StopCriterion& stop = {});

/// The least share of type i left unserved by a plan that keeps all other limits, as `auto` minimises shortfalls; none where no such plan
/// is found.
std::optional<double> least_unmet(const Instance& instance, int i, const StopCriterion& stop = {});

}  // namespace allot
