#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "allot/error.hpp"
#include "allot/instance.hpp"
#include "problem/path.hpp"

namespace allot {

/// What is wrong with a text as the name of a query type, model or tier, or empty. Names are 1 to 200 characters without blanks,
/// control characters and those that paths and file formats give a meaning: * = [ ] { } , " ' `.
std::string name_fault(std::string_view name);

/// Collects problems of data in memory: fields by path, no file or line.
class ProblemList {
  public:
    void add(const Path& path, std::string value, std::string expected);
    std::vector<Problem>& items() { return items_; }

  private:
    std::vector<Problem> items_;
};

/// Consistency inside one catalogue entry: what ranges alone do not say.
void check_model(const Model& model, const Path& path, ProblemList& problems);
void check_tier(const Tier& tier, const Path& path, ProblemList& problems);

/// References of query types to models, tasks and precisions; what a type needs besides single numbers.
void check_query_types(const InstanceData& data, ProblemList& problems);

/// Parallel degrees: ascending, and for every tensor degree a tier that can run it.
void check_parallelism(const InstanceData& data, ProblemList& problems);

/// Can a tier run a tensor-parallel degree: it fits the node and its all-reduce is known.
bool can_run_tensor(const Tier& tier, int degree);

/// Leaves the tensor-parallel degrees that some tier can run: how a default list becomes one that fits. Nothing without tiers.
void drop_impossible_degrees(InstanceData& data);

/// Pools: tiers of one GPU type agree on what is available.
void check_pools(const InstanceData& data, ProblemList& problems);

void check_uncertainty(const InstanceData& data, ProblemList& problems);
void check_running(const InstanceData& data, ProblemList& problems);

}  // namespace allot
