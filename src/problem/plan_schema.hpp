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

template <>
struct Schema<MarginalPrices::OfType> {
    using Of = MarginalPrices::OfType;
    static constexpr auto parts = std::tuple(required("query_type", &Of::query_type),
                                             required("usd_per_query_per_hour", &Of::usd_per_query_per_hour),
                                             required("usd_per_error_point", &Of::usd_per_error_point),
                                             required("usd_per_delay_s", &Of::usd_per_delay_s));
};

template <>
struct Schema<MarginalPrices::OfPool> {
    using Of = MarginalPrices::OfPool;
    static constexpr auto parts =
        std::tuple(required("gpu", &Of::gpu), required("usd_per_gpu", &Of::usd_per_gpu));
};

template <>
struct Schema<MarginalPrices::OfLimit> {
    using Of = MarginalPrices::OfLimit;
    static constexpr auto parts =
        std::tuple(required("limit", &Of::limit), required("usd_per_unit", &Of::usd_per_unit));
};

template <>
struct Schema<MarginalPrices> {
    static constexpr auto parts = std::tuple(
        required("kind", &MarginalPrices::kind), required("query_types", &MarginalPrices::query_types),
        required("pools", &MarginalPrices::pools),
        required("usd_per_budget_usd", &MarginalPrices::usd_per_budget_usd),
        required("usd_per_stored_gb", &MarginalPrices::usd_per_stored_gb),
        optional("limits", &MarginalPrices::limits));
};

template <>
struct Schema<TwoStageFigures::Mean> {
    static constexpr auto parts =
        std::tuple(required("usd", &TwoStageFigures::Mean::usd),
                   required("violation_rate", &TwoStageFigures::Mean::violation_rate));
};

template <>
struct Schema<TwoStageFigures> {
    static constexpr auto parts = std::tuple(
        required("sample", &TwoStageFigures::sample), required("scenarios", &TwoStageFigures::scenarios),
        required("inflation", &TwoStageFigures::inflation), required("mean", &TwoStageFigures::mean),
        required("nominal_plan_mean", &TwoStageFigures::nominal_plan_mean));
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
                   optional("prices", &Plan::prices), optional("two_stage", &Plan::two_stage),
                   required("deployments", &Plan::deployments), required("routing", &Plan::routing),
                   required("query_types", &Plan::query_types), optional("binding", &Plan::binding),
                   optional("reasons", &Plan::reasons), optional("run", &Plan::run));
};

inline const std::string& item_name(const PlannedType& type) { return type.name; }

}  // namespace allot
