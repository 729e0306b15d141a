#pragma once

#include <string>
#include <vector>

#include "allot/instance.hpp"
#include "allot/plan.hpp"
#include "problem/shape.hpp"

namespace allot::auditing {

/// A deployment of a plan in the indices of the instance. Degrees are as the plan states them, not yet checked.
struct Deployment {
    Shape shape;
    int concurrency = 1;
    double replicas = 0;
    double gpus_each = 0;  ///< g_c = n m
    std::string name;      ///< "llama-3.1-8b on h100-80/fp8 (TP 2, PP 1, 16 sequences)"

    bool is_same_configuration(const Deployment& other) const;
};

struct Route {
    int type = 0;
    int deployment = 0;
    double share = 0;
};

/// The decisions of a plan in the indices of an instance.
struct Decisions {
    std::vector<Deployment> deployments;  ///< as in the plan
    std::vector<Route> routes;            ///< as in the plan
    std::vector<int> entry_of_type;  ///< first entry of a type in Plan::query_types, -1 when it is not listed
    std::vector<int> entries_of_type;  ///< how many there are
};

/// Replaces names by indices. Throws InputError with all names that the instance does not know and all routes to deployments
/// that the plan does not list.
Decisions resolve(const Instance& instance, const Plan& plan);

}  // namespace allot::auditing
