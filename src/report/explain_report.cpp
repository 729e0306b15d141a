#include "report/explain_report.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "report/figures.hpp"
#include "report/limit_steps_report.hpp"
#include "report/table.hpp"
#include "util/json_writer.hpp"

namespace allot {
namespace {

/// Groups in a table for people, those that a plan runs aside.
constexpr std::size_t kMaxListedGroups = 12;

std::string full_name(const ConfigurationName& c) {
    return fmt::format("{} on {} TP {} PP {} concurrency {}", c.model, c.tier, c.tensor, c.pipeline,
                       c.concurrency);
}

/// Three significant digits, rounded up: a limit raised to this is enough.
std::string rounded_up(double value) {
    const double step = std::pow(10.0, std::floor(std::log10(value)) - 2);
    return fmt::format("{:.6g}", std::ceil(value / step) * step);
}

std::string raising(const std::vector<RequiredLimit>& limits) {
    std::string text;
    for (const RequiredLimit& limit : limits) {
        if (!text.empty()) text += " and ";
        text += fmt::format("{} >= {}", limit.field, rounded_up(limit.at_least));
    }
    return text;
}

/// What would admit the nearest configuration, in words, for reasons that no limit of the query type is to blame for.
std::string advice(const RejectionGroup& group, const std::string& query_type) {
    if (!group.raise.empty()) return raising(group.raise);
    const std::string& model = group.nearest.model;
    const std::map<std::string, std::string> advices{
        {"no_demand", fmt::format("query_types.{}.rate_per_hour above 0", query_type)},
        {"model_not_allowed", fmt::format("{} among query_types.{}.models", model, query_type)},
        {"no_error_figure",
         fmt::format("query_types.{}.error.{}, or a task graded for it", query_type, model)},
        {"tensor_exceeds_node",
         fmt::format("nodes of {} GPUs, or a smaller parallelism.tensor", group.needed)},
        {"no_allreduce_figure",
         fmt::format("an all-reduce figure of {} for {} GPUs", group.nearest.tier, group.needed)},
        {"heads_not_divisible", fmt::format("a tensor degree that divides its {} heads", group.available)},
        {"weights_exceed_memory",
         "more GPUs per replica (TP, PP), a lower precision, or a GPU with more memory"},
        {"kv_exceeds_memory", "more GPUs per replica (TP, PP), shorter queries, or a GPU with more memory"},
        {"context_too_long",
         fmt::format("queries of at most {} tokens, or another model", grouped(group.available))},
        {"layers_below_stages", fmt::format("at most {} pipeline stages", group.available)},
        {"not_tabulated", "a figure for it in the profile"},
    };
    const auto found = advices.find(group.reason);
    return found == advices.end() ? "" : found->second;
}

std::string figure(double value, const std::string& unit) {
    if (unit.empty()) return {};
    const bool is_measured = unit == "s" || unit == "GB";  // the others are counts
    return (is_measured ? significant(value) : as_given(value)) + " " + unit;
}

/// A limit of the query type stands as its owner wrote it.
std::string limit_of(const RejectionGroup& group) {
    return group.raise.empty() ? figure(group.available, group.unit)
                               : as_given(group.available) + " " + group.unit;
}

std::string rejections_text(const TypeExplanation& explanation, const Style& style) {
    if (explanation.rejections.empty()) return {};
    Table table({{"count", Align::right},
                 {"reason"},
                 {"needs ", Align::right},
                 {"limit", Align::right},
                 {"nearest miss"}});
    std::string cures = style.paint("  what would admit the nearest miss", Tone::faint) + "\n";
    for (const RejectionGroup& group : explanation.rejections) {
        table.add({grouped(static_cast<double>(group.count)), Cell(group.reason, Tone::warning),
                   figure(group.needed, group.unit) + evidence_mark(group.evidence), limit_of(group),
                   full_name(group.nearest)});
        cures += fmt::format("    {}: {}\n", group.reason, advice(group, explanation.query_type));
    }
    return table.text(style) + cures;
}

std::string type_text(const TypeExplanation& explanation, const Style& style) {
    std::string text = fmt::format("{}: {} of {} configurations admissible\n",
                                   style.paint(explanation.query_type, Tone::heading),
                                   style.paint(grouped(static_cast<double>(explanation.admissible)),
                                               explanation.admissible == 0 ? Tone::bad : Tone::good),
                                   grouped(static_cast<double>(explanation.configurations)));
    if (explanation.cheapest) {
        text += fmt::format("  cheapest replica: {}: {} USD/h, delay {} s", full_name(*explanation.cheapest),
                            grouped(explanation.usd_per_hour, 2), significant(explanation.delay_s));
        const bool is_measured = explanation.delay_evidence == Evidence::measured;
        text += (is_measured ? "" : std::string(1, evidence_mark(explanation.delay_evidence))) + "\n";
    }
    if (explanation.raise_error) {
        text +=
            style.paint(
                fmt::format("  no admissible configuration reaches the error limit of {}: the best has {}; "
                            "it would take {}",
                            percent(explanation.raise_error->limit),
                            percent(explanation.raise_error->at_least), raising({*explanation.raise_error})),
                Tone::bad) +
            "\n";
    }
    return text + rejections_text(explanation, style);
}

void write_configuration(JsonWriter& json, const ConfigurationName& c) {
    json.begin_line_object().member("model", c.model).member("tier", c.tier).member("tensor", c.tensor);
    json.member("pipeline", c.pipeline).member("concurrency", c.concurrency).end_object();
}

void write_limit(JsonWriter& json, const RequiredLimit& limit) {
    json.begin_line_object().member("field", limit.field).member("limit", limit.limit);
    json.member("at_least", limit.at_least).end_object();
}

void write_group(JsonWriter& json, const RejectionGroup& group, const std::string& query_type) {
    json.begin_object().member("reason", group.reason).member("count", group.count).key("nearest");
    write_configuration(json, group.nearest);
    if (!group.unit.empty()) {
        json.member("needed", group.needed).member("available", group.available).member("unit", group.unit);
        json.member("evidence", to_string(group.evidence));
    }
    json.key("raise").begin_array();
    for (const RequiredLimit& limit : group.raise) write_limit(json, limit);
    json.end_array().member("advice", advice(group, query_type)).end_object();
}

void write_type(JsonWriter& json, const TypeExplanation& explanation) {
    json.begin_object()
        .member("name", explanation.query_type)
        .member("configurations", explanation.configurations);
    json.member("admissible", explanation.admissible);
    if (explanation.cheapest) {
        json.key("cheapest").begin_object().key("configuration");
        write_configuration(json, *explanation.cheapest);
        json.member("usd_per_hour", explanation.usd_per_hour).member("delay_s", explanation.delay_s);
        json.member("evidence", to_string(explanation.delay_evidence)).end_object();
    }
    if (explanation.least_error) json.member("least_error", *explanation.least_error);
    if (explanation.raise_error) {
        json.key("raise_error");
        write_limit(json, *explanation.raise_error);
    }
    json.key("rejections").begin_array();
    for (const RejectionGroup& group : explanation.rejections)
        write_group(json, group, explanation.query_type);
    json.end_array().end_object();
}

/// What would have to happen to the price of a tier.
Cell verdict(const GroupReducedCost& group) {
    switch (group.known) {
        case BreakEven::planned:
            return Cell("in the plan", Tone::good);
        case BreakEven::worth:
            return Cell("worth its price", Tone::good);
        case BreakEven::tier_in_use:
            return Cell("tier in use", Tone::faint);
        case BreakEven::never:
            return Cell("not even for nothing", Tone::faint);
        case BreakEven::unknown:
            return Cell("not looked at", Tone::faint);
        case BreakEven::resolved:
        case BreakEven::not_above:
            break;
    }
    const double usd = *group.break_even_usd_per_gpu_hour;
    const std::string figure = significant(usd) + evidence_mark(group.evidence);
    if (group.known == BreakEven::not_above) return "not above " + figure;
    const double cheaper = group.usd_per_gpu_hour > 0 ? 1 - usd / group.usd_per_gpu_hour : 0;
    return fmt::format("{} cheaper: {}", percent(cheaper), figure);
}

void write_reduced_costs(JsonWriter& json, const ReducedCosts& costs) {
    json.begin_object().member("kind", costs.kind).member("lower_bound_usd", costs.lower_bound_usd);
    if (costs.best_usd) json.member("best_usd", *costs.best_usd).member("is_proven", costs.is_proven);
    if (costs.plan_usd) json.member("plan_usd", *costs.plan_usd);
    json.key("groups").begin_array();
    for (const GroupReducedCost& group : costs.groups) {
        json.begin_object().key("nearest");
        write_configuration(json, group.nearest);
        json.member("is_planned", group.is_planned).member("at_least_usd", group.at_least_usd);
        json.member("usd_per_gpu_hour", group.usd_per_gpu_hour);
        json.member("break_even_usd_per_gpu_hour", group.break_even_usd_per_gpu_hour);
        json.member("break_even", to_string(group.known));
        json.member("evidence", to_string(group.evidence)).end_object();
    }
    json.end_array().end_object();
}

/// What the words of the table mean, those that it has.
std::string legend(const ReducedCosts& costs, std::size_t num_shown) {
    const auto has = [&](BreakEven known) {
        return std::any_of(costs.groups.begin(),
                           costs.groups.begin() + static_cast<std::ptrdiff_t>(num_shown),
                           [known](const GroupReducedCost& group) { return group.known == known; });
    };
    std::string text;
    if (has(BreakEven::resolved))
        text +=
            "  cheaper: solved again at that price, where a plan with it costs less; 1 % above it none "
            "does\n";
    if (has(BreakEven::not_above))
        text += "  not above: from that price on no plan with it costs less; it may have to be far lower\n";
    if (costs.is_stopped) text += "  stopped early: more may be known of these prices with more time\n";
    if (has(BreakEven::tier_in_use))
        text += "  tier in use: the cheapest plan rents it, too, so its price decides nothing between them\n";
    return text;
}

std::string reduced_costs_text(const ReducedCosts& costs, std::size_t num_shown, const Style& style) {
    std::string text = style.paint("Prices that would bring in the rest", Tone::heading) + " " +
                       style.paint("of one tier at a time, the others unchanged", Tone::faint) + "\n";
    text += fmt::format("  no plan costs less than {} USD", grouped(costs.lower_bound_usd, 2));
    if (costs.best_usd && !costs.is_proven)
        text += fmt::format("; the cheapest known costs {}", grouped(*costs.best_usd, 2));
    if (costs.plan_usd) text += fmt::format("; this one costs {}", grouped(*costs.plan_usd, 2));
    Table table({{"configuration, the nearest of its model and tier"},
                 {"USD/GPU-h", Align::right},
                 {"would have to be"},
                 {"a plan with it costs at least", Align::right}});
    for (std::size_t n = 0; n < num_shown; ++n) {
        const GroupReducedCost& group = costs.groups[n];
        table.add({full_name(group.nearest), significant(group.usd_per_gpu_hour), verdict(group),
                   grouped(group.at_least_usd, 2)});
    }
    text += "\n" + table.text(style);
    const std::size_t num_left = costs.groups.size() - num_shown;
    if (num_left > 0) text += fmt::format("  and {} more, in --format json\n", num_left);
    return text + legend(costs, num_shown);
}

/// All that the plan runs, which come first, and some of the others.
std::size_t num_groups_shown(const ReducedCosts& costs) {
    const auto planned = std::count_if(costs.groups.begin(), costs.groups.end(),
                                       [](const GroupReducedCost& group) { return group.is_planned; });
    return std::min(costs.groups.size(), static_cast<std::size_t>(planned) + kMaxListedGroups);
}

}  // namespace

std::string explain_text(const std::vector<TypeExplanation>& explanations, const Style& style,
                         const std::optional<ReducedCosts>& costs) {
    std::string text;
    std::vector<Evidence> used;
    for (const TypeExplanation& explanation : explanations) {
        text += (text.empty() ? "" : "\n") + type_text(explanation, style);
        used.push_back(explanation.delay_evidence);
        for (const RejectionGroup& group : explanation.rejections) used.push_back(group.evidence);
    }
    if (costs && !costs->groups.empty()) {
        const std::size_t num_shown = num_groups_shown(*costs);
        text += "\n" + reduced_costs_text(*costs, num_shown, style);
        for (std::size_t n = 0; n < num_shown; ++n) used.push_back(costs->groups[n].evidence);
    }
    for (const std::string& line : evidence_legend(used)) text += "\n  " + line;
    return text.ends_with('\n') ? text : text + "\n";
}

std::string explain_json(const std::vector<TypeExplanation>& explanations,
                         const std::optional<ReducedCosts>& costs, const std::optional<LimitSteps>& steps) {
    JsonWriter json;
    json.begin_object().member("format", "allot-explain/1").key("query_types").begin_array();
    for (const TypeExplanation& explanation : explanations) write_type(json, explanation);
    json.end_array();
    if (costs) {
        json.key("reduced_costs");
        write_reduced_costs(json, *costs);
    }
    if (steps) {
        json.key("limit_steps");
        write_limit_steps(json, *steps);
    }
    json.end_object();
    return json.text() + "\n";
}

}  // namespace allot
