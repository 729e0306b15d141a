#include "report/frontier_report.hpp"

#include <fmt/format.h>

#include "report/figures.hpp"
#include "report/table.hpp"

namespace allot {

std::string frontier_text(const Instance& instance, const std::vector<FrontierPoint>& points,
                          const Style& style) {
    Table table({{"budget", Align::right},
                 {"status"},
                 {"rent USD", Align::right},
                 {"inflation", Align::right},
                 {"nominal USD", Align::right},
                 {"violations", Align::right},
                 {"mean USD", Align::right},
                 {"p95 USD", Align::right},
                 {"mean viol.", Align::right},
                 {"p95 viol.", Align::right}});
    int count = 0;
    for (const FrontierPoint& point : points) {
        for (const StressCell& cell : point.cells) {
            const StressSamples& samples = *cell.samples;
            count = samples.count;
            table.add({as_given(point.budget), to_string(point.plan.status),
                       grouped(point.plan.cost.rental, 2), as_given(cell.factors.delay),
                       grouped(cell.outcome.cost.total(), 2), percent_tenths(cell.outcome.violation_rate),
                       grouped(samples.mean_usd, 2), grouped(samples.p95_usd, 2),
                       percent_tenths(samples.mean_violation_rate),
                       percent_tenths(samples.p95_violation_rate)});
        }
    }
    return style.paint(instance->name, Tone::heading) + ": price of robustness\n\n" + table.text(style) +
           fmt::format(
               "\n  budget: how many of a type's delays and errors the plan lets deviate at once.\n"
               "  nominal: routed at the inflation as it is; mean, p95: over {} random worlds around it.\n",
               grouped(count));
}

}  // namespace allot
