#pragma once

#include <span>
#include <vector>

#include "allot/instance.hpp"
#include "allot/plan.hpp"
#include "performance/performance_model.hpp"

namespace allot {

/// What a plan rents, in the indices of an instance, with the nominal figures of every pair (query type, deployment): all that
/// stage 2 of the two-stage form needs (docs/formulation.md, section 5).
struct Fleet {
    /// A query type on a deployment, figures at factor 1. Not usable when the model is not allowed, the type does not fit or its
    /// error is not known.
    struct Pair {
        bool is_usable = false;
        PairFigures figures;
        double error = 0;  ///< 0 when the type has no error figure
    };
    struct Deployment {
        Shape shape;
        int concurrency = 1;
        int replicas = 0;
        int gpus = 0;  ///< of one replica
        int pool = 0;
        double rental_usd = 0;  ///< of one replica, over the horizon
        double weights_gb = 0;  ///< stored once per model and precision
    };

    /// Nothing rented yet.
    explicit Fleet(const Instance& instance_in) : instance(&instance_in) {}

    /// Takes the deployments of `plan`; its routes and figures are not looked at. The instance must outlive the fleet. Throws
    /// InputError when the plan does not belong to the instance: another name, unknown models or tiers, a configuration or group
    /// listed twice that may run once, replicas below 1.
    Fleet(const Instance& instance, const Plan& plan);

    /// Rents one more; `own` are its pairs, by type.
    void add(const Deployment& deployment, std::span<const Pair> own);

    int num_types() const { return instance->num_types(); }
    int num_deployments() const { return static_cast<int>(deployments.size()); }
    /// Position of the pair of type i and deployment d in everything that is by pair.
    std::size_t pair_at(int d, int i) const {
        return static_cast<std::size_t>(d) * static_cast<std::size_t>(num_types()) +
               static_cast<std::size_t>(i);
    }
    const Pair& pair(int d, int i) const { return pairs[pair_at(d, i)]; }
    std::span<const Pair> pairs_of(int d) const {
        return std::span(pairs).subspan(pair_at(d, 0), static_cast<std::size_t>(num_types()));
    }

    const Instance* instance;
    std::vector<Deployment> deployments;  ///< as in the plan
    std::vector<Pair> pairs;              ///< [deployment * types + type]
    double rental_usd = 0;                ///< over the horizon
    double artifacts_usd = 0;             ///< storing the weights, over the horizon
    double artifacts_gb = 0;
};

}  // namespace allot
