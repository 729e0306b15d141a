#pragma once

#include <string>

#include "allot/instance.hpp"
#include "performance/performance_model.hpp"

namespace allot::auditing {

/// W_j at the precision of the tier: quantised layer weights, embedding and head at 16 bit [GB].
double weights_gb(const Model& model, const Tier& tier);

/// Are the degrees and the concurrency among those the instance allows? They may be any integers.
bool is_in_grid(const Instance& instance, const Shape& shape, int concurrency);

/// Why no replica of this shape, which is in the grid, can run at all, or none. Node, all-reduce table and weights are checked
/// here, what else the performance model needs is asked of it.
MisfitDetail shape_misfit(const Instance& instance, const PerformanceModel& performance, const Shape& shape);

/// Why a query of type i cannot run on a shape that can: KV memory of one query and context are checked here, what else the
/// performance model needs is asked of it.
MisfitDetail type_misfit(const Instance& instance, const PerformanceModel& performance, const Shape& shape,
                         int i);

/// Replicas needed for all queries of a type.
struct Loads {
    double slots = 0;
    double kv_memory = 0;
};

/// a_ic and k_ic (docs/formulation.md, section 2) from the pair's delay. Instances with another performance model than two_phase
/// take them from it: there they are data, not arithmetic.
Loads loads(const Instance& instance, const Shape& shape, int concurrency, int i, const PairFigures& figures);

/// "needs 141.1 GB for weights, has 81.4 GB".
std::string describe(const MisfitDetail& detail);

}  // namespace allot::auditing
