#include "solvers/shortfall.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "cost/mean_limit.hpp"
#include "solvers/phase_one.hpp"
#include "solvers/portfolio.hpp"
#include "subproblem/fixed_support_mip.hpp"
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
constexpr double kLeastPart = 1e-2;

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
    explicit ShortfallSearch(SearchContext& context)
        : context_(context), table_(context.table()), mip_(context.table()) {
        for (int i = 0; i < table_.instance().num_types(); ++i)
            priorities_.insert(table_.instance().type(i).priority);
    }

    void run() {
        int level = 0;
        for (const int priority : priorities_) {
            if (is_feasible() || !context_.may_go_on()) return;
            if (context_.incumbent.rank.excess_unmet[at(level++)] > 0) minimise_level(priority);
        }
        if (!is_feasible() && context_.may_go_on()) minimise_cost();
    }

  private:
    bool is_feasible() const { return context_.incumbent.is_feasible(); }

    /// The default method at its default effort, whoever asks: what it finds must not depend on that.
    SolveOptions options() const {
        SolveOptions options;
        options.seed = context_.options().seed;
        return options;
    }

    void minimise_level(int priority) {
        const Instance instance = elastic(table_.instance());
        CandidateTable table(instance);
        set_prices(priority, table);
        const SolveOptions options = this->options();
        SearchContext elastic_context(table, options, context_.stop());
        run_portfolio(elastic_context);
        context_.note_cut(elastic_context.was_cut());
        offer_support(configurations_of(table, elastic_context.incumbent.allocation.configuration));
    }

    void set_prices(int priority, CandidateTable& table) const {
        const double plan_usd = cost_apart_usd(table_);
        const Instance& instance = table.instance();
        double largest = 0;
        for (int i = 0; i < instance.num_types(); ++i) {
            if (instance.type(i).priority == priority)
                largest = std::max(largest, instance.type(i).rate_per_hour);
        }
        for (int i = 0; i < instance.num_types(); ++i) {
            const int its = instance.type(i).priority;
            const double weight =
                its < priority ? kEarlierWeight : (its > priority ? kLaterWeight : kLevelWeight);
            const double part = std::clamp(instance.type(i).rate_per_hour / largest, kLeastPart, 1.0);
            const bool is_needed = table_.instance().type(i).max_unmet < 1;
            table.unmet_usd[at(i)] = is_needed ? weight * part * plan_usd : 0;
        }
    }

    /// The exact objective on a support.
    void offer_support(const std::vector<Configuration>& support) {
        FixedSupportOptions options;
        options.min_replicas = 0;
        options.node_limit = kLevelNodes;
        options.allow_shortfall = true;
        if (mip_.solve(known_of(table_, support), options).has_allocation()) context_.offer(mip_.allocation());
    }

    /// What each type is short of becomes its limit.
    void minimise_cost() {
        const std::vector<double> unmet = context_.incumbent.allocation.unmet;
        const Instance instance = table_.instance().with([&](InstanceData& data) {
            for (std::size_t i = 0; i < unmet.size(); ++i) {
                double& most = data.query_types[i].max_unmet;
                most = std::min(1.0, std::max(most, unmet[i]));
            }
        });
        const CandidateTable table(instance);
        const SolveOptions options = this->options();
        SearchContext cost_context(table, options, context_.stop());
        const std::optional<Allocation> start = translated(context_.incumbent.allocation, table_, table);
        if (!start || !(cost_context.offer(*start), cost_context.incumbent.is_feasible())) return;
        run_portfolio(cost_context);
        context_.note_cut(cost_context.was_cut());
        const std::optional<Allocation> found =
            translated(cost_context.incumbent.allocation, table, table_);
        if (found) context_.offer(*found);
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
    std::set<int> priorities_;
};

}  // namespace

void reduce_shortfall(SearchContext& context) {
    const Mechanisms& mechanisms = context.mechanisms();
    const bool does_all = mechanisms.multi_start && mechanisms.local_search && mechanisms.pair_moves;
    if (context.incumbent.is_feasible() || !does_all || !context.may_go_on()) return;
    const double size = context.table().num_pairs() * static_cast<double>(context.table().instance().num_types());
    if (size <= context.parameters().phase_one.max_shortfall_size) ShortfallSearch(context).run();
}

}  // namespace allot
