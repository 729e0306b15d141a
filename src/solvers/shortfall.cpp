#include "solvers/shortfall.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "cost/mean_limit.hpp"
#include "problem/tolerances.hpp"
#include "solvers/phase_one.hpp"
#include "solvers/portfolio.hpp"
#include "subproblem/fixed_support_mip.hpp"
#include "tree/branch_and_price.hpp"
#include "util/index.hpp"

namespace allot {
namespace {

/// Nodes of the subproblem that shares out, level by level, what a support can serve.
constexpr int kLevelNodes = 2000;

/// Prices of leaving all of a type unserved, in units of what a plan costs: of the level that is minimised, of those before it and
/// after it. Apart by enough that no saving pays for a shortfall, together within what the simplex tells apart.
constexpr double kLevelWeight = 1e4;
constexpr double kEarlierWeight = 1e7;
constexpr double kLaterWeight = 1e2;

/// Of a small type, against the largest of its level, at least: by queries alone it would not be worth a replica.
constexpr double kLeastWeight = 1e-2;

/// Every type at the rate that must be served, none of which is asked for.
Instance elastic(const Instance& instance) {
    return instance.with([](InstanceData& data) {
        for (QueryType& type : data.query_types) {
            if (type.max_unmet < 1) type.rate_per_hour *= 1 - type.max_unmet;
            type.max_unmet = 1;
        }
    });
}

class ShortfallSearch {
  public:
    /// `has_tree`: also where elastic instances are planned; without it they take a fraction of the time.
    explicit ShortfallSearch(SearchContext& context, bool has_tree = true)
        : context_(context), table_(context.table()), mip_(context.table()), has_tree_(has_tree) {
        mip_.set_stop(context.stop());
        for (int i = 0; i < table_.instance().num_types(); ++i)
            priorities_.insert(table_.instance().type(i).priority);
    }

    /// A plan, or often the proof that there is none.
    void find_plan() {
        plan_all_alike();
        if (!is_settled()) search_tree();
    }

    /// No type before others, unless there is but one level.
    void plan_all_alike() {
        if (is_settled()) return;
        const std::size_t num_types = at(table_.instance().num_types());
        plan_elastic(has_levels() ? std::vector<double>(num_types, kLevelWeight)
                                  : weights_of(*priorities_.begin()));
        is_planned_by_level_ = !has_levels();
    }

    void minimise_levels() {
        if (is_planned_by_level_) return;
        int level = 0;
        for (const int priority : priorities_) {
            if (is_feasible() || !context_.may_go_on()) return;
            if (context_.incumbent.rank.excess_unmet[at(level++)] > 0) plan_elastic(weights_of(priority));
        }
    }

    /// What each type is short of becomes its limit.
    void minimise_cost() {
        if (is_feasible() || !context_.may_go_on()) return;
        const std::vector<double> unmet = context_.incumbent.allocation.unmet;
        const Instance instance = table_.instance().with([&](InstanceData& data) {
            for (std::size_t i = 0; i < unmet.size(); ++i) {
                double& most = data.query_types[i].max_unmet;
                most = std::min(1.0, std::max(most, unmet[i]));
            }
        });
        const CandidateTable table(instance, {.stop = context_.stop()});
        if (!table.is_complete()) return context_.note_cut(true);
        const SolveOptions options = this->options();
        SearchContext cost_context(table, options, context_.stop());
        const std::optional<Allocation> start = translated(context_.incumbent.allocation, table_, table);
        if (!start) return;
        cost_context.offer(*start);
        if (!cost_context.incumbent.is_feasible()) return;
        run_portfolio(cost_context);
        context_.note_cut(cost_context.was_cut());
        const std::optional<Allocation> found = translated(cost_context.incumbent.allocation, table, table_);
        if (found) context_.offer(*found);
    }

  private:
    bool is_feasible() const { return context_.incumbent.is_feasible(); }
    bool has_levels() const { return priorities_.size() > 1; }
    bool is_settled() { return is_feasible() || context_.bound.is_infeasible || !context_.may_go_on(); }

    /// The default method at its default effort, whoever asks: what it finds must not depend on that.
    SolveOptions options() const {
        SolveOptions options;
        options.seed = context_.options().seed;
        if (!has_tree_) {
            Parameters parameters;
            parameters.tree.nodes = parameters.tree.nodes_when_tight = 0;
            options.parameters = std::make_shared<const Parameters>(parameters);
        }
        return options;
    }

    /// `weights`: by type, the price of leaving all of it unserved, in units of what a plan costs.
    void plan_elastic(const std::vector<double>& weights) {
        const Instance instance = elastic(table_.instance());
        CandidateTable table(instance, {.stop = context_.stop()});
        if (!table.is_complete()) return context_.note_cut(true);
        const double plan_usd = cost_apart_usd(table_);
        for (std::size_t i = 0; i < weights.size(); ++i) {
            const bool is_needed = table_.instance()->query_types[i].max_unmet < 1;
            table.unmet_usd[i] = is_needed ? weights[i] * plan_usd : 0;
        }
        const SolveOptions options = this->options();
        SearchContext elastic_context(table, options, context_.stop());
        run_portfolio(elastic_context);
        context_.note_cut(elastic_context.was_cut());
        offer_support(configurations_of(table, elastic_context.incumbent.allocation.configuration));
    }

    /// By queries, the types of one priority first.
    std::vector<double> weights_of(int priority) const {
        double largest = 0;
        for (const QueryType& type : table_.instance()->query_types) {
            if (type.priority == priority) largest = std::max(largest, type.rate_per_hour);
        }
        std::vector<double> weights;
        for (const QueryType& type : table_.instance()->query_types) {
            const double weight = type.priority < priority   ? kEarlierWeight
                                  : type.priority > priority ? kLaterWeight
                                                             : kLevelWeight;
            weights.push_back(weight * std::clamp(type.rate_per_hour / largest, kLeastWeight, 1.0));
        }
        return weights;
    }

    /// The first nodes of branch and price on the instance as it is.
    void search_tree() {
        if (!context_.mechanisms().bounds) return;
        const SolveOptions options = this->options();
        const SearchContext fresh(table_, options, context_.stop());
        TreeParameters parameters;
        parameters.gap = kOptimalityGap / 2;
        parameters.max_nodes = fresh.affordable_nodes(fresh.parameters().phase_one.nodes);
        if (parameters.max_nodes == 0) return;
        const TreeResult tree = branch_and_price(table_, fresh.tree_options(parameters));
        const bool has_plan = !tree.incumbent.configuration.empty();
        if (has_plan) context_.offer(tree.incumbent);
        context_.bound.is_infeasible = tree.is_finished && !has_plan;
        context_.note_cut(context_.stop().is_met());
    }

    /// The exact objective on a support.
    void offer_support(const std::vector<Configuration>& support) {
        FixedSupportOptions options;
        options.min_replicas = 0;
        options.node_limit = kLevelNodes;
        options.allow_shortfall = true;
        if (mip_.solve(known_of(table_, support), options).has_allocation())
            context_.offer(mip_.allocation());
    }

    /// The same plan in the indices of another table; none where that lacks a configuration of it.
    static std::optional<Allocation> translated(const Allocation& plan, const CandidateTable& from,
                                                const CandidateTable& to) {
        Allocation same = plan;
        for (int& c : same.configuration) {
            c = to.find_configuration(from.configuration[at(c)]);
            if (c < 0) return std::nullopt;
        }
        return same;
    }

    SearchContext& context_;
    const CandidateTable& table_;
    FixedSupportMip mip_;
    bool has_tree_;
    std::set<int> priorities_;
    bool is_planned_by_level_ = false;  // the only level
};

/// An ablation does without, and where it takes long it is left undone.
bool is_worth_while(SearchContext& context) {
    const Mechanisms& mechanisms = context.mechanisms();
    const bool does_all = mechanisms.multi_start && mechanisms.local_search && mechanisms.pair_moves;
    const double size =
        context.table().num_pairs() * static_cast<double>(context.table().instance().num_types());
    const bool is_small = size <= context.parameters().phase_one.max_shortfall_size;
    return !context.incumbent.is_feasible() && does_all && is_small && context.may_go_on();
}

}  // namespace

void reduce_shortfall(SearchContext& context) {
    if (!is_worth_while(context)) return;
    ShortfallSearch search(context);
    search.find_plan();
    search.minimise_levels();
    search.minimise_cost();
}

void minimise_shortfall(SearchContext& context) {
    if (!is_worth_while(context)) return;
    ShortfallSearch search(context);
    search.plan_all_alike();
    search.minimise_levels();
}

std::optional<Allocation> plan_within_limits(const CandidateTable& table, std::uint64_t seed,
                                             const StopCriterion& stop) {
    SolveOptions options;
    options.seed = seed;
    SearchContext context(table, options, stop);
    context.offer(Allocation(table.instance().num_types()));
    if (is_worth_while(context)) ShortfallSearch(context, false).plan_all_alike();
    if (!context.incumbent.is_feasible()) return std::nullopt;
    return std::move(context.incumbent.allocation);
}

}  // namespace allot
