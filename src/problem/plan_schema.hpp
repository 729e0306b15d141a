#pragma once

#include "allot/plan.hpp"
#include "problem/schema.hpp"

namespace allot {

template <>
struct Schema<PlannedDeployment> {
    static constexpr auto parts = std::tuple(
        required("model", &PlannedDeployment::model), required("tier", &PlannedDeployment::tier),
        required("tensor", &PlannedDeployment::tensor), required("pipeline", &PlannedDeployment::pipeline),
        required("concurrency", &PlannedDeployment::concurrency),
        required("replicas", &PlannedDeployment::replicas), required("gpus", &PlannedDeployment::gpus),
        required("usd_per_hour", &PlannedDeployment::usd_per_hour),
        required("utilisation", &PlannedDeployment::utilisation),
        required("kv_utilisation", &PlannedDeployment::kv_utilisation));
};

template <>
struct Schema<PlannedRoute> {
    static constexpr auto parts =
        std::tuple(required("query_type", &PlannedRoute::query_type),
                   required("deployment", &PlannedRoute::deployment), required("share", &PlannedRoute::share),
                   required("delay_s", &PlannedRoute::delay_s), required("ttft_s", &PlannedRoute::ttft_s),
                   required("tpot_s", &PlannedRoute::tpot_s), required("error", &PlannedRoute::error));
};

template <>
struct Schema<PlannedType> {
    static constexpr auto parts = std::tuple(
        required("name", &PlannedType::name), required("unmet", &PlannedType::unmet),
        required("mean_delay_s", &PlannedType::mean_delay_s),
        required("mean_error", &PlannedType::mean_error), required("binding", &PlannedType::binding));
};

/// The keys of allot-plan/1 in their order.
template <>
struct Schema<Plan> {
    static constexpr auto parts =
        std::tuple(note("format"), required("instance", &Plan::instance), required("method", &Plan::method),
                   required("status", &Plan::status),
                   group("cost", required("total", &Plan::reported_total),
                         required("rental", Chain<&Plan::cost, &CostBreakdown::rental>{}),
                         required("storage", Chain<&Plan::cost, &CostBreakdown::storage>{}),
                         required("delay", Chain<&Plan::cost, &CostBreakdown::delay>{}),
                         required("unmet", Chain<&Plan::cost, &CostBreakdown::unmet>{}),
                         required("switching", Chain<&Plan::cost, &CostBreakdown::switching>{})),
                   optional("lower_bound", &Plan::lower_bound), optional("gap", &Plan::gap),
                   required("deployments", &Plan::deployments), required("routing", &Plan::routing),
                   required("query_types", &Plan::query_types), optional("binding", &Plan::binding),
                   optional("reasons", &Plan::reasons), optional("run", &Plan::run));
};

inline const std::string& item_name(const PlannedType& type) { return type.name; }

}  // namespace allot
