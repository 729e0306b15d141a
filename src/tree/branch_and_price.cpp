#include "tree/branch_and_price.hpp"

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

#include "bounds/hull_bound.hpp"
#include "tree/tree_node.hpp"
#include "util/index.hpp"
#include "util/infinity.hpp"
#include "util/parallel.hpp"

namespace allot {
namespace {

/// Nodes of a round, whatever the number of threads: the result must not depend on it.
constexpr std::size_t kNodesPerRound = 4;

/// More than any plan costs that is worth having: a bound above it says that there is none.
double most_usd(const CandidateTable& table, const Lagrangian& lagrangian) {
    const NodeDomain& domain = lagrangian.domain();
    const ConvexityBlocks& blocks = lagrangian.blocks();
    std::vector<double> rent(at(blocks.size()), 0);
    std::vector<double> starts = rent;
    for (const NodeDomain::Choice& choice : domain.choices) {
        const std::size_t c = at(choice.configuration);
        double& most = rent[at(blocks.of[c])];
        most = std::max(most, table.rent_usd[c] * choice.most);
        double& most_starts = starts[at(blocks.of[c])];
        most_starts = std::max(most_starts, table.start_usd[c] * choice.most);
    }
    double usd = std::min(std::accumulate(rent.begin(), rent.end(), 0.0), table.instance()->budget_usd);
    usd = std::accumulate(starts.begin(), starts.end(), usd);
    for (const double stored : table.artifact_usd) usd += stored;
    std::vector<double> dearest = table.unmet_usd;
    for (std::size_t p = 0; p < table.pair_usd.size(); ++p) {
        const std::size_t i = at(table.pair_type[p]);
        const int g = table.group[at(table.pair_configuration[p])];
        const double worst = table.group_delay_deviation[at(g)].worst();
        dearest[i] = std::max(dearest[i], table.pair_usd[p] * (1 + worst));
    }
    for (const double each : dearest) usd += each;
    constexpr double kMargin = 1.01;
    return usd * kMargin;
}

class Tree {
  public:
    Tree(const CandidateTable& table, const TreeOptions& options)
        : table_(table), options_(options), hull_(hull_bound(table)), reach_(table) {
        reach_.all_counters = true;
        result_.incumbent_usd = options.incumbent_usd;
        if (options.incumbent != nullptr) result_.incumbent = *options.incumbent;
        result_.prices = hull_.prices;
    }

    TreeResult run() {
        if (hull_.lower_bound_usd == kInfinity) {
            result_.lower_bound_usd = result_.root_bound_usd = kInfinity;
            result_.is_finished = true;
            return std::move(result_);
        }
        start();
        while (!open_.empty() && !is_over()) solve_round();
        result_.is_finished = open_.empty() && !is_given_up_;
        result_.lower_bound_usd = bound_usd();
        return std::move(result_);
    }

  private:
    void start() {
        solvers_.push_back(std::make_unique<NodeSolver>(table_, hull_, reach_, options_));
        Lagrangian lagrangian(table_);
        most_usd_ = most_usd(table_, lagrangian);
        const Prices& prices = options_.prices != nullptr ? *options_.prices : hull_.prices;
        push({lagrangian.domain(), hull_.lower_bound_usd, std::make_shared<const Prices>(prices), nullptr,
              nullptr});
    }

    void push(TreeNode&& node) {
        open_.emplace(node.bound_usd, static_cast<int>(nodes_.size()));
        nodes_.push_back(std::make_unique<TreeNode>(std::move(node)));
    }

    bool is_over() const {
        return options_.stop.stop_requested() || result_.nodes >= options_.max_nodes ||
               !result_.wrong_exclusion.empty() || (options_.is_over && options_.is_over());
    }

    /// What plans have to stay below to be looked for.
    double limit_usd() const { return std::min(result_.incumbent_usd, most_usd_); }

    void solve_round() {
        std::vector<std::unique_ptr<TreeNode>> round;
        while (round.size() < kNodesPerRound && !open_.empty()) {
            round.push_back(std::move(nodes_[at(open_.begin()->second)]));
            open_.erase(open_.begin());
        }
        while (solvers_.size() < round.size()) {
            solvers_.push_back(std::make_unique<NodeSolver>(table_, hull_, reach_, options_));
        }
        const bool is_root = result_.nodes == 0;
        const double limit = limit_usd();
        std::vector<NodeResult> results(round.size());
        parallel_for(0, round.size(), 1,
                     [&](std::size_t n) { results[n] = solvers_[n]->solve(*round[n], limit, is_root); });
        for (NodeResult& result : results) merge(std::move(result), is_root);
        drop_closed();
        if (options_.observe) options_.observe({result_.nodes, result_.incumbent_usd, bound_usd()});
    }

    void merge(NodeResult&& result, bool is_root) {
        ++result_.nodes;
        result_.iterations += result.iterations;
        result_.supports += result.supports;
        closed_usd_ = std::min(closed_usd_, result.bound_usd);
        is_given_up_ = is_given_up_ || result.is_given_up;
        if (is_root) {
            result_.root_bound_usd = result.root_usd;
            result_.prices = std::move(result.prices);
        }
        if (result.found.cost_usd < result_.incumbent_usd) {
            result_.incumbent_usd = result.found.cost_usd;
            result_.incumbent = std::move(result.found.allocation);
        }
        if (!result.wrong_exclusion.empty()) result_.wrong_exclusion = std::move(result.wrong_exclusion);
        for (TreeNode& child : result.children) push(std::move(child));
    }

    /// Nodes that the incumbent has overtaken.
    void drop_closed() {
        const double cutoff_usd = limit_usd() * (1 - options_.gap);
        while (!open_.empty() && open_.rbegin()->first >= cutoff_usd) {
            const auto last = std::prev(open_.end());
            closed_usd_ = std::min(closed_usd_, last->first);
            nodes_[at(last->second)].reset();
            open_.erase(last);
        }
    }

    /// Nothing that was closed, fixed or is open can hold a plan that costs less.
    double bound_usd() const {
        const bool has_plan = result_.incumbent_usd < kInfinity;
        double usd = std::min(closed_usd_, open_.empty() ? kInfinity : open_.begin()->first);
        if (has_plan) usd = std::min(usd, result_.incumbent_usd * (1 - options_.gap));
        return !has_plan && usd >= most_usd_ * (1 - options_.gap) ? kInfinity : usd;
    }

    const CandidateTable& table_;
    const TreeOptions& options_;
    HullBound hull_;
    RestrictedMaster::Reach reach_;
    double most_usd_ = kInfinity;
    std::vector<std::unique_ptr<NodeSolver>> solvers_;  // by place in a round
    std::vector<std::unique_ptr<TreeNode>> nodes_;
    std::set<std::pair<double, int>> open_;  // bound, node
    double closed_usd_ = kInfinity;
    bool is_given_up_ = false;
    TreeResult result_;
};

}  // namespace

TreeResult branch_and_price(const CandidateTable& table, const TreeOptions& options) {
    return Tree(table, options).run();
}

}  // namespace allot
