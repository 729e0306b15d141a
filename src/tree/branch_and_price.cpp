#include "tree/branch_and_price.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <set>
#include <utility>

#include "bounds/cost_ceiling.hpp"
#include "bounds/hull_bound.hpp"
#include "tree/node_solver.hpp"
#include "tree/tree_node.hpp"
#include "util/index.hpp"
#include "util/infinity.hpp"
#include "util/parallel.hpp"

namespace allot {
namespace {

/// Nodes that are solved at the same time in a round, whatever the number of threads: the result must not depend on it. More would
/// keep more cores busy, but the later nodes of a round are solved without the incumbent that the earlier ones find.
constexpr std::size_t kNodesPerRound = 4;

/// Open nodes by their dual bound, the incumbent, and what is proven so far.
class Tree {
  public:
    Tree(const CandidateTable& table, const TreeOptions& options)
        : table_(table), options_(options), hull_(hull_bound(table, options.stop)), reach_(table) {
        assert(options.gap >= 0 && options.gap < 1);
        assert(options.incumbent == nullptr || options.incumbent_usd < kInfinity);
        reach_.all_counters = true;  // branching may limit any of them
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
        if (options_.stop.is_met()) {  // a root takes a while to set up
            closed_usd_ = result_.root_bound_usd = hull_.lower_bound_usd;
            is_given_up_ = true;
        } else {
            start();
        }
        while (!open_.empty() && !is_over()) solve_round();
        result_.is_finished = open_.empty() && !is_given_up_;
        result_.lower_bound_usd = bound_usd();
        assert(!(result_.incumbent_usd < kInfinity) || result_.lower_bound_usd <= result_.incumbent_usd);
        return std::move(result_);
    }

  private:
    void start() {
        solvers_.push_back(std::make_unique<NodeSolver>(table_, hull_, reach_, options_));
        Lagrangian lagrangian(table_);
        cost_ceiling_usd_ = cost_ceiling_usd(table_, lagrangian);
        const Prices& prices = options_.prices != nullptr ? *options_.prices : hull_.prices;
        push({lagrangian.domain(),
              hull_.lower_bound_usd,
              std::make_shared<const Prices>(prices),
              nullptr,
              {}});
    }

    void push(TreeNode&& node) {
        assert(!std::isnan(node.bound_usd) && node.prices != nullptr);
        open_.emplace(node.bound_usd, static_cast<int>(nodes_.size()));
        nodes_.push_back(std::make_unique<TreeNode>(std::move(node)));
    }

    bool is_over() const {
        return options_.stop.is_met() || result_.nodes >= options_.max_nodes ||
               !result_.wrong_exclusion.empty();
    }

    /// What a plan has to cost less than [USD], before the gap is taken off.
    double limit_usd() const { return std::min(result_.incumbent_usd, cost_ceiling_usd_); }

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
        assert(!is_root || round.size() == 1);
        const double limit = limit_usd();
        std::vector<NodeResult> results(round.size());
        parallel_for(0, round.size(), 1,
                     [&](std::size_t n) { results[n] = solvers_[n]->solve(*round[n], limit, is_root); });
        for (NodeResult& result : results) {
            assert(std::all_of(result.children.begin(), result.children.end(), [&](const TreeNode& child) {
                return child.bound_usd >= round.front()->bound_usd;  // the least of the round
            }));
            merge(std::move(result), is_root);
        }
        drop_closed();
        if (options_.observe) options_.observe({result_.nodes, result_.incumbent_usd, bound_usd()});
    }

    void merge(NodeResult&& result, bool is_root) {
        assert(!result.is_given_up || result.children.empty());
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
            assert(result.found.has_plan() && result.found.cost_usd >= 0);
            result_.incumbent_usd = result.found.cost_usd;
            result_.incumbent = std::move(result.found.allocation);
        }
        if (!result.wrong_exclusion.empty()) result_.wrong_exclusion = std::move(result.wrong_exclusion);
        for (TreeNode& child : result.children) push(std::move(child));
    }

    /// Takes out the nodes whose dual bound the cutoff of the new incumbent has reached.
    void drop_closed() {
        const double cutoff_usd = limit_usd() * (1 - options_.gap);
        while (!open_.empty() && open_.rbegin()->first >= cutoff_usd) {
            const auto last = std::prev(open_.end());
            closed_usd_ = std::min(closed_usd_, last->first);
            nodes_[at(last->second)].reset();
            open_.erase(last);
        }
    }

    /// No plan costs less: the least bound of what was closed and of what is open. Reduced-cost fixing and enumeration have left out plans
    /// at or above the cutoff only. +infinity when there is no incumbent and nothing below the cost ceiling.
    double bound_usd() const {
        const bool has_plan = result_.incumbent_usd < kInfinity;
        double usd = std::min(closed_usd_, open_.empty() ? kInfinity : open_.begin()->first);
        if (has_plan) usd = std::min(usd, result_.incumbent_usd * (1 - options_.gap));
        return !has_plan && usd >= cost_ceiling_usd_ * (1 - options_.gap) ? kInfinity : usd;
    }

    const CandidateTable& table_;
    const TreeOptions& options_;
    HullBound hull_;
    RestrictedMaster::Reach reach_;
    double cost_ceiling_usd_ = kInfinity;
    std::vector<std::unique_ptr<NodeSolver>>
        solvers_;  // by place in a round; solver and node do not belong together
    std::vector<std::unique_ptr<TreeNode>> nodes_;  // by number; null once solved or dropped
    std::set<std::pair<double, int>> open_;  // dual bound, number: the earlier node first at equal bounds
    double closed_usd_ = kInfinity;          // least bound of all that was closed
    bool is_given_up_ = false;
    TreeResult result_;
};

}  // namespace

TreeResult branch_and_price(const CandidateTable& table, const TreeOptions& options) {
    return Tree(table, options).run();
}

}  // namespace allot
