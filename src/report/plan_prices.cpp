#include "report/plan_prices.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "report/figures.hpp"
#include "report/table.hpp"

namespace allot {
namespace {

using OfType = MarginalPrices::OfType;

std::string usd(double price) { return price > 0 ? significant(price) : ""; }

std::string types_text(const MarginalPrices& prices, const Style& style) {
    const bool has_delay = std::any_of(prices.query_types.begin(), prices.query_types.end(),
                                       [](const OfType& type) { return type.usd_per_delay_s > 0; });
    Table table({{"query type"},
                 {"1 query/h costs", Align::right},
                 {"0.01 of error limit", Align::right},
                 {has_delay ? "1 s of mean delay limit" : "", Align::right}});
    for (const OfType& type : prices.query_types) {
        table.add({type.query_type, significant(type.usd_per_query_per_hour), usd(type.usd_per_error_point),
                   usd(type.usd_per_delay_s)});
    }
    return table.text(style);
}

}  // namespace

std::string prices_text(const Plan& plan, const Style& style) {
    if (!plan.prices) return {};
    const MarginalPrices& prices = *plan.prices;
    std::string text =
        "\n" + style.paint("Prices", Tone::heading) + " " +
        style.paint(
            "at the margin, USD over the horizon, as if replicas were fractional; real costs move in steps",
            Tone::faint) +
        "\n" + types_text(prices, style);
    for (const MarginalPrices::OfPool& pool : prices.pools) {
        if (pool.usd_per_gpu > 0)
            text += fmt::format("  one more {} saves {} USD\n", pool.gpu, significant(pool.usd_per_gpu));
    }
    if (prices.usd_per_budget_usd > 0)
        text +=
            fmt::format("  one USD more of budget saves {} USD\n", significant(prices.usd_per_budget_usd));
    if (prices.usd_per_stored_gb > 0)
        text += fmt::format("  one GB more of storage saves {} USD\n", significant(prices.usd_per_stored_gb));
    for (const MarginalPrices::OfLimit& price : prices.limits) {
        if (price.usd_per_unit > 0)
            text +=
                fmt::format("  one more of {} saves {} USD\n", price.limit, significant(price.usd_per_unit));
    }
    return text;
}

}  // namespace allot
