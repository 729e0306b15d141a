#include "report/limit_steps_report.hpp"

#include <cmath>

#include <fmt/format.h>

#include "report/figures.hpp"
#include "report/table.hpp"

namespace allot {
namespace {

/// "saves 23.0", "costs 0.12", "nothing": differences of two proven costs, each known to a millionth.
std::string effect(double saves_usd, double cost_usd) {
    constexpr double kNoticed = 2e-6;
    if (std::abs(saves_usd) <= kNoticed * cost_usd) return "nothing";
    return fmt::format("{} {}", saves_usd > 0 ? "saves" : "costs", significant(std::abs(saves_usd)));
}

}  // namespace

std::string limit_steps_text(const LimitSteps& steps, const Style& style) {
    std::string text = "\n" + style.paint("What a step is worth", Tone::heading) + " " +
                       style.paint("USD over the horizon, solved again for each", Tone::faint) + "\n";
    if (!steps.cost_usd && steps.is_stopped)
        return text + "  stopped before a plan was proven to be the cheapest: nothing to compare with\n";
    if (!steps.cost_usd) return text + "  nothing to compare with: no plan is proven to be the cheapest\n";
    Table table(
        {{"limit"}, {"now", Align::right}, {"then", Align::right}, {"solved again"}, {"at the margin"}});
    for (const LimitStep& step : steps.steps) {
        table.add({step.field, as_given(step.from), as_given(step.to),
                   step.saves_usd ? Cell(effect(*step.saves_usd, *steps.cost_usd))
                                  : Cell("not proven", Tone::faint),
                   effect(step.marginal_usd, *steps.cost_usd)});
    }
    text += table.text(style) + "  at the margin: as if replicas were fractional\n";
    if (steps.is_stopped) text += "  stopped early: steps that are not proven may be so with more time\n";
    return text;
}

void write_limit_steps(JsonWriter& json, const LimitSteps& steps) {
    json.begin_object().member("cost_usd", steps.cost_usd).key("steps").begin_array();
    for (const LimitStep& step : steps.steps) {
        json.begin_line_object().member("field", step.field).member("from", step.from).member("to", step.to);
        json.member("saves_usd", step.saves_usd).member("marginal_usd", step.marginal_usd).end_object();
    }
    json.end_array().end_object();
}

}  // namespace allot
