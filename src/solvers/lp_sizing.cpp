#include "solvers/lp_sizing.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "bounds/hull_bound.hpp"
#include "bounds/lower_bound.hpp"
#include "bounds/reduced_cost_fixing.hpp"
#include "cost/evaluator.hpp"
#include "lp/clp_solver.hpp"
#include "milp/fleet_routing.hpp"
#include "milp/formulation.hpp"
#include "problem/tolerances.hpp"
#include "search/local_search.hpp"
#include "solvers/certificate.hpp"
#include "solvers/greedy.hpp"
#include "util/index.hpp"
#include "util/parallel.hpp"

namespace allot {
namespace {

/// What a type would run if nothing coupled it to others.
struct Want {
    int type = 0;
    int configuration = 0;
    double gpus = 0;
};

std::vector<Want> wants_of(const CandidateTable& table, const HullBound& hull) {
    std::vector<Want> wants;
    const auto add = [&](int pair, double share) {
        if (pair < 0) return;
        const std::size_t p = at(pair);
        const int c = table.pair_configuration[p];
        const double load = std::max(table.pair_slot_load[p], table.pair_kv_load[p]);
        wants.push_back({table.pair_type[p], c, share * table.gpus[at(c)] * load});
    };
    for (const HullBound::Support& support : hull.support) {
        add(support.inside, support.share_inside);
        add(support.outside, 1 - support.share_inside);
    }
    return wants;
}

/// By configuration: GPUs that types want of it.
std::vector<double> wanted_gpus(const CandidateTable& table, const std::vector<Want>& wants) {
    std::vector<double> gpus(at(table.num_configurations()), 0);
    for (const Want& want : wants) gpus[at(want.configuration)] += want.gpus;
    return gpus;
}

/// By configuration: GPUs that types want of its group which it admits; of those that admit the same, more where it is wanted itself.
std::vector<double> admitted_gpus(const CandidateTable& table, const std::vector<Want>& wants) {
    constexpr double kTieBreakWeight = 1e-6;
    std::vector<double> gpus = wanted_gpus(table, wants);
    for (double& each : gpus) each *= kTieBreakWeight;
    for (const Want& want : wants) {
        const std::size_t g = at(table.group[at(want.configuration)]);
        for (int c = table.group_begin[g]; c < table.group_begin[g + 1]; ++c) {
            if (table.find_pair(want.type, c) >= 0) gpus[at(c)] += want.gpus;
        }
    }
    return gpus;
}

/// Of each group the configuration with most of these GPUs, or that of the plan where there are none.
std::vector<int> joint_support(const CandidateTable& table, const std::vector<double>& gpus,
                               const Allocation& plan) {
    std::map<int, int> by_group;
    for (const int c : plan.configuration) by_group[table.group[at(c)]] = c;
    for (int g = 0; g < table.num_groups(); ++g) {
        const auto first = gpus.begin() + table.group_begin[at(g)];
        const auto most = std::max_element(first, gpus.begin() + table.group_begin[at(g) + 1]);
        if (*most > 0) by_group[g] = static_cast<int>(most - gpus.begin());
    }
    std::vector<int> support;
    for (const auto& [group, c] : by_group) support.push_back(c);
    return support;
}

/// Takes off every resource what rounding up the replicas of the support, and storing all its weights, can add at most.
void leave_room(const CandidateTable& table, const std::vector<int>& support, const Formulation& model,
                LinearProgram& program) {
    std::vector<double> added(at(table.resources.size()), 0);
    std::set<int> artifacts;
    for (const int c : support) {
        for (const ReplicaUse& use : table.resources.of_configuration(c))
            added[at(use.resource)] += use.per_replica + use.per_start;
        artifacts.insert(table.artifact[at(c)]);
    }
    for (const int a : artifacts) {
        for (const ResourceUse& use : table.resources.of_artifact(a)) added[at(use.resource)] += use.amount;
    }
    for (int r = 0; r < table.resources.size(); ++r) {
        const Resource& resource = table.resources[r];
        const int column = model.columns().counter[at(r)];
        if (column >= 0 && resource.is_limited()) {
            const double most = std::clamp(resource.limit - added[at(r)], 0.0, program.column(column).upper);
            program.set_column_bounds(column, 0, most);
        }
        const int row = model.resource_row(r);
        if (row < 0) continue;
        const LpRow& its = program.row(row);
        program.set_row_bounds(row, its.lower, its.upper - added[at(r)] * resource.scale());
    }
}

/// Replicas by configuration: what the linear relaxation on a support runs, rounded up. Empty when that has no solution, does not
/// fit, or was stopped, which is noted.
std::vector<int> size_fleet(const CandidateTable& table, const std::vector<int>& support,
                            const LpLimits& limits, bool& is_stopped) {
    std::vector<char> keep(at(table.num_configurations()), 0);
    for (const int c : support) keep[at(c)] = 1;
    const Formulation model(table, {.elastic = false, .keep = std::move(keep), .fixed_replicas = {}},
                            limits.stop);
    is_stopped = !model.is_complete();
    if (is_stopped) return {};
    std::vector<int> replicas(at(table.num_configurations()), 0);
    for (const bool has_room : {false, true}) {
        LinearProgram program = model.program();
        if (has_room) leave_room(table, support, model, program);
        ClpSolver solver(program);
        const LpStatus status = solver.solve(LpMethod::dual, limits);
        is_stopped = status == LpStatus::stopped;
        if (status != LpStatus::optimal) break;
        for (const int c : support) {
            const int column = model.columns().replicas[at(c)];
            if (column < 0) continue;
            const double count = solver.values()[at(column)];
            const int least = model.serves(c, solver.values()) ? 1 : 0;
            replicas[at(c)] = std::max(least, static_cast<int>(std::ceil(count - kShareTolerance)));
        }
        if (fleet_violations(table, replicas).empty()) return replicas;
    }
    return {};
}

/// By configuration: GPUs that the relaxation of a bound runs.
std::vector<double> relaxed_gpus(const CandidateTable& table, const std::vector<PatternUse>& uses) {
    std::vector<double> gpus(at(table.num_configurations()), 0);
    for (const PatternUse& use : uses) {
        gpus[at(use.configuration)] = use.replicas * table.gpus[at(use.configuration)];
    }
    return gpus;
}

/// Makes the incumbent better, from supports on which a linear program sizes the fleet.
class Planner {
  public:
    explicit Planner(SearchContext& context)
        : context_(context), table_(context.table()), parameters_(context.parameters().lp_sizing) {}

    void run(const HullBound& hull) {
        const std::vector<Want> wants = wants_of(table_, hull);
        // The first is cheaper, but what a configuration does not admit may be all that a type can use.
        if (!plan_on(wanted_gpus(table_, wants))) plan_on(admitted_gpus(table_, wants));
        if (size() <= parameters_.max_refined_size && !context_.was_cut()) refine();
    }

  private:
    double size() const { return table_.num_pairs() * static_cast<double>(table_.instance().num_types()); }

    void keep_better(const Allocation& found) {
        context_.offer(found);
        context_.report();
    }

    /// Where the linear program has a solution that can be rounded up.
    bool plan_on(const std::vector<double>& gpus) {
        if (context_.was_cut()) return false;
        LpLimits limits;
        limits.stop = context_.stop();
        const std::vector<int> support = joint_support(table_, gpus, context_.incumbent.allocation);
        bool is_stopped = false;
        const std::vector<int> replicas = size_fleet(table_, support, limits, is_stopped);
        context_.note_cut(is_stopped);
        if (replicas.empty()) return false;
        const std::optional<Allocation> routed = route_on_fleet(table_, replicas, context_.stop());
        if (routed) keep_better(*routed);
        context_.note_cut(context_.stop().is_met());
        return routed.has_value();
    }

    /// From the support of the LP solution of a bound, and by short searches.
    void refine() {
        if (certify(context_)) {
            plan_on(relaxed_gpus(table_, context_.bound.uses));
            context_.bound.configuration_usd = forced_bounds(table_, *context_.bound.prices);
        }
        std::vector<std::vector<int>> supports{context_.incumbent.allocation.configuration};
        if (size() <= parameters_.max_twice_refined_size) supports.push_back(greedy_support_);
        search_from(supports);
    }

    /// In parallel; merged in their order.
    void search_from(const std::vector<std::vector<int>>& supports) {
        SearchParameters parameters;
        parameters.max_evaluations = parameters_.evaluations;
        parameters.node_limit = parameters_.node_limit;
        std::vector<std::optional<Allocation>> found(supports.size());
        std::vector<char> was_stopped(supports.size(), 0);
        parallel_for(0, supports.size(), 1, [&](std::size_t n) {
            LocalSearch search(table_, parameters);
            search.set_configuration_bounds(context_.bound.configuration_usd);
            if (search.descend(supports[n], LocalSearch::Neighbourhood::near, context_.stop()))
                found[n] = search.allocation();
            was_stopped[n] = search.was_stopped();
        });
        for (const std::optional<Allocation>& each : found) {
            if (each) keep_better(*each);
        }
        context_.note_cut(std::find(was_stopped.begin(), was_stopped.end(), 1) != was_stopped.end());
    }

    SearchContext& context_;
    const CandidateTable& table_;
    const LpSizingParameters& parameters_;
    std::vector<int> greedy_support_ = context_.incumbent.allocation.configuration;
};

}  // namespace

void size_by_lp(SearchContext& context) {
    context.offer(GreedySolver().solve(context.table(), context.remaining_options(), nullptr).allocation);
    if (!context.may_go_on()) return;
    const HullBound hull = hull_bound(context.table());
    Planner(context).run(hull);
    if (!context.bound.prices && context.mechanisms().bounds && std::isfinite(hull.lower_bound_usd)) {
        context.bound.usd = hull.lower_bound_usd;
        context.bound.prices = hull.prices;
    }
}

}  // namespace allot
