#pragma once

#include "allot/instance.hpp"
#include "problem/catalog_schema.hpp"
#include "problem/schema.hpp"

namespace allot {

template <>
struct Schema<Slo> {
    static constexpr auto parts = std::tuple(
        optional(
            "delay_s", &Slo::delay_s,
            Range{.min = 1e-6, .max = 3600, .unit = "seconds", .hint_above = "in seconds, not milliseconds"}),
        optional(
            "ttft_s", &Slo::ttft_s,
            Range{.min = 1e-6, .max = 600, .unit = "seconds", .hint_above = "in seconds, not milliseconds"}),
        optional("tpot_s", &Slo::tpot_s,
                 Range{.min = 1e-6,
                       .max = 10,
                       .unit = "seconds per output token",
                       .hint_above = "in seconds, not milliseconds"}),
        optional("error", &Slo::error, Range{.min = 0, .max = 1, .hint_above = "a share: 31 % is 0.31"}));
};

template <>
struct Schema<QueryType> {
    static constexpr Range tokens{.min = 1, .max = 1e7, .unit = "tokens"};
    static constexpr auto parts = std::tuple(
        required("name", &QueryType::name),
        required("rate_per_hour", &QueryType::rate_per_hour,
                 Range{.min = 0, .max = 1e10, .unit = "queries per hour"}),
        required("input_tokens", &QueryType::input_tokens, tokens),
        required("output_tokens", &QueryType::output_tokens, tokens), optional("task", &QueryType::task),
        optional("error", &QueryType::error,
                 Range{.min = 0, .max = 1, .hint_above = "a share: 31 % is 0.31"}),
        optional("slo", &QueryType::slo), optional("delay_slo", &QueryType::delay_slo),
        optional("max_unmet", &QueryType::max_unmet,
                 Range{.min = 0, .max = 1, .hint_above = "a share: 5 % is 0.05"}),
        group("penalty",
              optional("unmet_usd_per_query", &QueryType::unmet_usd_per_query,
                       Range{.min = 0, .max = 1e6, .unit = "USD per query"}),
              optional("delay_usd_per_query_s", &QueryType::delay_usd_per_query_s,
                       Range{.min = 0, .max = 1e4, .unit = "USD per query and second"})),
        optional("models", &QueryType::models),
        optional("priority", &QueryType::priority, range::count(1000)),
        optional("token_bytes", &QueryType::token_bytes,
                 Range{.min = 0, .max = 1e9, .unit = "bytes per token"}));
};

template <>
struct Schema<ParallelismGrid> {
    static constexpr auto parts =
        std::tuple(optional("tensor", &ParallelismGrid::tensor, range::count(1024, "GPUs")),
                   optional("pipeline", &ParallelismGrid::pipeline, range::count(1024, "stages")),
                   optional("concurrency", &ParallelismGrid::concurrency, range::count(65536, "sequences")),
                   optional("mixed", &ParallelismGrid::mixed));
};

template <>
struct Schema<Storage> {
    static constexpr auto parts =
        std::tuple(optional("capacity_gb", &Storage::capacity_gb,
                            Range{.min = 0, .max = 1e12, .above_min = true, .unlimited = true, .unit = "GB"}),
                   optional("price_usd_per_gb_hour", &Storage::price_usd_per_gb_hour,
                            Range{.min = 0, .max = 100, .unit = "USD per GB and hour"}));
};

template <>
struct Schema<UncertaintyBudget> {
    static constexpr auto parts =
        std::tuple(optional("deviation", &UncertaintyBudget::deviation,
                            Range{.min = 0, .max = 5, .hint_above = "relative: 15 % is 0.15"}),
                   optional("budget", &UncertaintyBudget::budget, Range{.min = 0, .max = 1e6}),
                   optional("caps", &UncertaintyBudget::caps, range::fraction));
};

template <>
struct Schema<Uncertainty> {
    static constexpr auto parts =
        std::tuple(optional("delay", &Uncertainty::delay), optional("error", &Uncertainty::error));
};

template <>
struct Schema<Switching> {
    static constexpr auto parts = std::tuple(
        optional("warmup_hours", &Switching::warmup_hours,
                 Range{.min = 0, .max = 168, .unit = "hours", .hint_above = "in hours, not seconds"}),
        optional("usd_per_start", &Switching::usd_per_start,
                 Range{.min = 0, .max = 1e6, .unit = "USD per start"}));
};

/// The keys of allot-instance/1. `format` and `catalog` belong to the file, not to the data.
template <>
struct Schema<InstanceData> {
    static constexpr auto parts = std::tuple(
        note("format"), required("name", &InstanceData::name),
        optional("horizon_hours", &InstanceData::horizon_hours,
                 Range{.min = 0, .max = 87600, .above_min = true, .unit = "hours"}),
        optional("performance", &InstanceData::performance), optional("engine", &InstanceData::engine),
        note("catalog"), optional("accuracy", &InstanceData::accuracy),
        optional("parallelism", &InstanceData::parallelism),
        optional("target_utilisation", &InstanceData::target_utilisation, range::positive_fraction),
        optional(
            "budget_usd", &InstanceData::budget_usd,
            Range{.min = 0, .max = 1e12, .above_min = true, .unlimited = true, .unit = "USD per horizon"}),
        optional("max_gpus", &InstanceData::max_gpus, Range{.min = 0, .max = 1e9, .unit = "GPUs"}),
        optional("storage", &InstanceData::storage), required("query_types", &InstanceData::query_types),
        required("models", &InstanceData::models), required("tiers", &InstanceData::tiers), note("prices"),
        optional("uncertainty", &InstanceData::uncertainty), optional("switching", &InstanceData::switching));
};

/// Names by which paths and references know the items of a list.
inline const std::string& item_name(const QueryType& type) { return type.name; }
inline const std::string& item_name(const Model& model) { return model.id; }
inline const std::string& item_name(const Tier& tier) { return tier.id; }

}  // namespace allot
