#pragma once

#include <cstddef>
#include <vector>

namespace allot {

/// A plan in indices of a candidate table: what searches exchange. Deployments are in ascending order of configuration.
struct Allocation {
    explicit Allocation(int num_types_in = 0)
        : num_types(num_types_in), unmet(static_cast<std::size_t>(num_types_in), 1.0) {}

    int num_types = 0;
    std::vector<int> configuration;  ///< by deployment
    std::vector<int> replicas;       ///< by deployment, >= 1
    std::vector<double> share;       ///< [deployment * num_types + i]
    std::vector<double> unmet;       ///< u_i

    int num_deployments() const { return static_cast<int>(configuration.size()); }
    double& share_of(int d, int i) { return share[index_of(d, i)]; }
    double share_of(int d, int i) const { return share[index_of(d, i)]; }
    std::size_t index_of(int d, int i) const {
        return static_cast<std::size_t>(d) * static_cast<std::size_t>(num_types) +
               static_cast<std::size_t>(i);
    }
};

}  // namespace allot
