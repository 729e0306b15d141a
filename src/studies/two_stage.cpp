#include "allot/two_stage.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <utility>

#include "candidates/candidate_table.hpp"
#include "planning/finish_plan.hpp"
#include "studies/guarded.hpp"
#include "studies/two_stage_search.hpp"
#include "util/clock.hpp"
#include "util/index.hpp"
#include "util/parallel.hpp"

namespace allot {
namespace {

/// Factors on the inflation for which fleets are planned: scenarios scatter around the inflation, and a fleet that is good on average
/// over them is often the plan of a somewhat harder case.
constexpr std::array kInflationMargins{1.0, 1.05, 1.1, 1.2, 1.35};

/// Uncertainty budgets Gamma for which fleets are planned: from one deviation at a time to nearly all.
constexpr std::array kDeviationBudgets{1.0, 2.0, 5.0};

/// The instance with all delays and errors multiplied: dividing a limit admits the same pairs as multiplying the figure, and
/// multiplying the rate loads replicas as multiplying the delay does. Where unserved queries have a price, it decides what is worth
/// serving.
Instance inflated(const Instance& instance, double delay, double error) {
    return instance.with([&](InstanceData& data) {
        for (QueryType& type : data.query_types) {
            type.rate_per_hour *= delay;
            for (std::optional<double>* limit : {&type.slo.delay_s, &type.slo.ttft_s, &type.slo.tpot_s}) {
                if (*limit) **limit /= delay;
            }
            if (type.slo.error) *type.slo.error /= error;
            if (type.unmet_usd_per_query > 0) type.max_unmet = 1;
        }
    });
}

/// Instances whose plans may be good fleets for the scenarios.
std::vector<Instance> harder_instances(const Instance& instance, const std::vector<double>& inflation) {
    std::vector<std::pair<double, double>> factors;
    for (const double factor : inflation) {
        for (const double margin : kInflationMargins) {
            factors.emplace_back(factor * margin, factor * margin);
            factors.emplace_back(factor * margin, factor);
            factors.emplace_back(factor, factor * margin);
        }
    }
    std::sort(factors.begin(), factors.end());
    factors.erase(std::unique(factors.begin(), factors.end()), factors.end());
    std::vector<Instance> harder;
    for (const auto& [delay, error] : factors) harder.push_back(inflated(instance, delay, error));
    for (const double budget : kDeviationBudgets) harder.push_back(guarded(instance, budget));
    return harder;
}

/// The nominal plan first; the others in the time that is left.
std::vector<Plan> find_plans(const Instance& instance, const SolveOptions& solver, Plan nominal,
                             const std::vector<double>& inflation, const StopCriterion& stop) {
    const std::vector<Instance> harder = harder_instances(instance, inflation);
    SolveOptions quick = solver;
    quick.method = solver.method == "gh" ? "gh" : SolveOptions().method;
    quick.mechanisms.bounds = false;
    quick.has_limit_changes = false;
    std::vector<Plan> plans(harder.size() + 1);
    plans[0] = std::move(nominal);
    parallel_for(0, harder.size(), 1, [&](std::size_t n) {
        SolveOptions rest = quick;
        rest.time_limit_s = stop.seconds_left();
        plans[n + 1] = solve(harder[n], rest);
    });
    return plans;
}

/// Every deployment of the plans once, and the fleets of the plans in terms of these.
struct Choices {
    Choices(const CandidateTable& table, const std::vector<Plan>& plans) : all(table.instance()) {
        for (const Plan& plan : plans) {
            FleetChoice& start = starts.emplace_back(configurations.size(), 0);
            const Fleet fleet(table.instance(), plan);
            for (int d = 0; d < fleet.num_deployments(); ++d) add(table, fleet, d, start);
        }
        for (FleetChoice& start : starts) start.resize(configurations.size(), 0);
    }

    /// Deployment d of a plan, unless it is not in the table: a configuration that can serve no type at nominal figures is none of
    /// its rows.
    void add(const CandidateTable& table, const Fleet& fleet, int d, FleetChoice& start) {
        const Fleet::Deployment& deployment = fleet.deployments[at(d)];
        const int c = table.find_configuration({deployment.shape, deployment.concurrency});
        if (c < 0) return;
        const auto known = std::find(configurations.begin(), configurations.end(), c);
        const auto position = static_cast<std::size_t>(known - configurations.begin());
        if (known == configurations.end()) {
            configurations.push_back(c);
            all.add(deployment, fleet.pairs_of(d));
            start.push_back(0);
        }
        start[position] = deployment.replicas;
    }

    std::vector<int> configurations;
    Fleet all;
    std::vector<FleetChoice> starts;
};

/// Adds, for every plan, the union with the nominal plan, the larger replica count of each deployment, as far as groups allow both: what
/// a harder case needs on top of what the nominal one needs.
void add_unions(const CandidateTable& table, Choices& choices) {
    const std::size_t num_plans = choices.starts.size();
    for (std::size_t n = 1; n < num_plans; ++n) {
        FleetChoice both = choices.starts[n];
        for (std::size_t d = 0; d < both.size(); ++d) {
            const int nominal = choices.starts[0][d];
            const auto is_alternative = [&](std::size_t other) {
                return both[other] > 0 && other != d &&
                       table.group[at(choices.configurations[other])] ==
                           table.group[at(choices.configurations[d])];
            };
            bool has_alternative = false;
            for (std::size_t other = 0; other < both.size(); ++other)
                has_alternative |= is_alternative(other);
            if (has_alternative && !table.instance()->parallelism.mixed) continue;
            both[d] = std::max(both[d], nominal);
        }
        choices.starts.push_back(std::move(both));
    }
    std::vector<FleetChoice> distinct;
    for (FleetChoice& start : choices.starts) {
        if (std::find(distinct.begin(), distinct.end(), start) == distinct.end())
            distinct.push_back(std::move(start));
    }
    choices.starts = std::move(distinct);
}

TwoStageFigures::Mean mean_of(const SampleScore& score) {
    return {score.mean_usd, score.mean_violation_rate};
}

void check(const ScenarioOptions& options) {
    std::vector<Problem> problems;
    if (options.count < 1) {
        problems.push_back({"", 0, 0, "scenarios", std::to_string(options.count), "at least 1"});
    }
    const bool is_fine = std::all_of(options.inflation.begin(), options.inflation.end(),
                                     [](double factor) { return factor > 0 && factor < kUnlimited; });
    if (options.inflation.empty() || !is_fine) {
        problems.push_back({"", 0, 0, "inflation", "", "one or more finite numbers above 0"});
    }
    if (!problems.empty()) throw InputError(std::move(problems));
}

}  // namespace

Plan solve_two_stage(const Instance& instance, const SolveOptions& solver, const ScenarioOptions& scenarios,
                     ProgressObserver* observer) {
    check(scenarios);
    const ThreadLimit limit(solver.threads);
    const Clock::time_point start = Clock::now();
    const StopCriterion stop = StopCriterion::after(solver.stop, solver.time_limit_s);
    const std::vector<Plan> plans =
        find_plans(instance, solver, solve(instance, solver, observer), scenarios.inflation, stop);
    const Plan& nominal = plans[0];
    TableOptions table_options;
    table_options.drop_dominated = false;  // dominated at nominal figures, perhaps not in a scenario
    const CandidateTable table(instance, table_options);
    Choices choices(table, plans);
    const FleetChoice nominal_choice = choices.starts[0];
    add_unions(table, choices);
    const ScenarioSample sample(std::move(choices.all), scenarios);
    TwoStageSearch search(table, sample, stop);
    Plan plan = nominal;
    FleetChoice choice = nominal_choice;
    if (!nominal.is_short() && search.run(choices.starts)) {
        choice = search.best();
        SolverResult found;
        found.allocation = *search.nominal_allocation(choice);
        found.lower_bound = nominal.lower_bound;
        found.is_stopped = search.was_stopped() || nominal.status == Status::stopped;
        plan = finish_plan(table, nominal.method, solver, found, stop);
        plan.prices = nominal.prices;
        // Proven is only what the nominal cost is.
        if (plan.status == Status::optimal) plan.status = Status::feasible;
    }
    plan.two_stage = TwoStageFigures{};
    plan.two_stage->scenarios = scenarios.count;
    plan.two_stage->inflation = scenarios.inflation;
    plan.two_stage->mean = mean_of(search.score(choice));
    plan.two_stage->nominal_plan_mean = mean_of(search.score(nominal_choice));
    plan.run = nominal.run;
    for (auto& [name, value] : plan.run) {
        if (name == "solve_ms") value = ms_since(start);
    }
    plan.run.emplace_back("two_stage_fleets", static_cast<double>(search.num_scored()));
    return plan;
}

}  // namespace allot
