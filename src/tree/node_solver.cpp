#include "tree/node_solver.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <map>
#include <utility>

#include "bounds/tolerances.hpp"
#include "tree/node_finishing.hpp"
#include "util/index.hpp"
#include "util/infinity.hpp"

namespace allot {
namespace {

/// Levels to descend after an enumeration was given up, before the next is tried: a child's bound is hardly better than its parent's,
/// and its enumeration would mostly be given up, too. With 1, every second level is tried.
constexpr int kLevelsBetweenEnumerations = 1;

/// Most iterations of column generation at a node. Nodes start from their parent's prices and patterns and take 10 to 60: this only
/// ends what does not converge, and the bound proven until then holds.
constexpr int kIterationsOfNode = 300;

/// A node below the root is branched on as soon as its bound can no longer gain a tenth of what it is short of the cutoff: its children
/// gain more in the same time. The root's bound is reported, and its prices serve the whole tree: it is worth all of it.
constexpr double kTailOfNode = 0.1;

}  // namespace

NodeSolver::NodeSolver(const CandidateTable& table, const HullBound& hull,
                       const RestrictedMaster::Reach& reach, const TreeOptions& options)
    : table_(table),
      hull_(hull),
      reach_(reach),
      options_(options),
      lagrangian_(table),
      support_solvers_(table, options.configuration_bounds, options.finds_plans, options.stop),
      debug_(table, lagrangian_.blocks(), options.debug_solution, options.debug_solution_usd) {}

NodeResult NodeSolver::solve(const TreeNode& node, double incumbent_usd, bool is_root) {
    assert(node.prices != nullptr && (node.patterns != nullptr || is_root));
    assert(node.domain.is_consistent(table_, lagrangian_.blocks()));
    result_ = NodeResult();
    result_.bound_usd = kInfinity;
    incumbent_ = NodeIncumbent(incumbent_usd, options_.gap, debug_.is_followed());
    domain_ = node.domain;
    nogoods_ = node.nogoods;
    levels_to_wait_ = node.levels_to_wait - 1;
    debug_.enter(domain_);
    lagrangian_.enter(domain_);
    process(node, is_root);
    result_.found = incumbent_.take_found();
    result_.wrong_exclusion = debug_.wrong_exclusion();
    assert(!result_.found.has_plan() || result_.found.cost_usd < incumbent_usd * (1 - options_.gap));
    return std::move(result_);
}

void NodeSolver::process(const TreeNode& node, bool is_root) {
    if (!raise_bound(node, is_root)) return;
    if (is_over()) return give_up(std::max(bound_.lower_bound_usd, node.bound_usd));
    const NodeGains gains = fix_by_reduced_cost(lagrangian_, bound_.prices, cutoff_usd(), domain_);
    debug_.check_domain(domain_, cutoff_usd(), "fixing by reduced cost");
    const bool is_tried = node.levels_to_wait <= 0 && !is_root;
    if (is_tried && finish_supports(node, gains)) return;
    if (!is_over() && branch()) return;
    if (!is_tried && !is_over() && finish_supports(node, gains)) return;
    give_up(std::max(bound_.lower_bound_usd, node.bound_usd));
}

bool NodeSolver::is_over() const { return options_.stop.is_met(); }

// ---- bounding ----

/// Column generation, then a search for plans on what it shows. False when the bound closes the node.
bool NodeSolver::raise_bound(const TreeNode& node, bool is_root) {
    bound_options_ = {};
    bound_options_.incumbent_usd = cutoff_usd();
    bound_options_.gap = 0;  // it is in the cutoff
    bound_options_.max_iterations = kIterationsOfNode;
    bound_options_.convergence = kNodeConvergence;
    bound_options_.tail = is_root ? 0 : kTailOfNode;
    bound_options_.stop = options_.stop;
    if (is_root) bound_options_.max_work = options_.max_root_work;
    master_ = std::make_unique<RestrictedMaster>(table_, lagrangian_.blocks(), reach_, hull_.prices.type_usd);
    ColumnGeneration generation(table_, lagrangian_, *master_, bound_options_);
    add_first_patterns(node, is_root, generation);
    master_->restrict_to(domain_);
    bound_ = generation.run(*node.prices, node.bound_usd);
    assert(bound_.lower_bound_usd >= node.bound_usd);
    if (!close(bound_.lower_bound_usd)) {
        look_for_plans(is_root);
        bound_options_.incumbent_usd = cutoff_usd();
    }
    result_.iterations = bound_.iterations;
    result_.root_usd = bound_.lower_bound_usd;
    result_.prices = bound_.prices;
    return !close(bound_.lower_bound_usd);
}

/// What the master begins with: the patterns that a bound before the tree has found, or else those of the hulls; below the root, those
/// that the parent has kept.
void NodeSolver::add_first_patterns(const TreeNode& node, bool is_root, ColumnGeneration& generation) {
    if (!is_root) {
        master_->add(*node.patterns);
    } else if (options_.pool != nullptr) {
        master_->add(*options_.pool);
    } else {
        generation.add_patterns_of(hull_, options_.incumbent);
    }
}

/// True when a dual bound on the node is enough to drop it.
bool NodeSolver::close(double bound_usd) {
    assert(!std::isnan(bound_usd));
    if (bound_usd < cutoff_usd()) return false;
    result_.bound_usd = std::min(result_.bound_usd, bound_usd);
    debug_.check_closed(cutoff_usd());
    return true;
}

/// Plans on the support of the LP solution, rounded; where that gives one, or nothing has been searched yet, also near it.
void NodeSolver::look_for_plans(bool is_root) {
    if (support_solvers_.is_empty() || is_over()) return;
    SupportSolver& solver = support_solvers_.solver(0);
    std::vector<int> support = support_of_lp();
    const SupportSolver::Answer rounded = solver.round(support, cutoff_usd());
    assert(!rounded.has_plan() || rounded.cost_usd < cutoff_usd());
    const bool is_promising = rounded.has_plan() || (is_root && !options_.is_searched);
    if (rounded.has_plan()) support = rounded.allocation.configuration;
    incumbent_.offer(rounded);
    if (is_promising) incumbent_.offer(solver.search(support, cutoff_usd()));
}

/// The configurations that the master uses, of each block the one with the largest weight. In the order of blocks.
std::vector<int> NodeSolver::support_of_lp() const {
    std::map<int, PatternUse> heaviest;
    for (const PatternUse& use : bound_.uses) {
        PatternUse& best = heaviest[lagrangian_.blocks().of[at(use.configuration)]];
        if (use.weight > best.weight) best = use;
    }
    std::vector<int> support;
    for (const auto& [block, use] : heaviest) support.push_back(use.configuration);
    assert(std::is_sorted(support.begin(), support.end()));
    return support;
}

// ---- finishing ----

/// True when the enumeration of its supports has closed the node.
bool NodeSolver::finish_supports(const TreeNode& node, const NodeGains& gains) {
    if (support_solvers_.is_empty()) return false;
    LagrangianCuts cuts(lagrangian_, domain_, gains);
    add_first_cuts(node, cuts);
    NodeFinishing finishing(lagrangian_.pricer(), support_solvers_, incumbent_, debug_, options_.stop);
    const bool is_finished = finishing.run(cuts);
    result_.supports += finishing.num_supports();
    if (is_finished) {
        result_.bound_usd = std::min(result_.bound_usd, cutoff_usd());
    } else {
        nogoods_ = node.nogoods.followed_by(finishing.take_nogoods());
        levels_to_wait_ = kLevelsBetweenEnumerations;
    }
    return is_finished;
}

/// The cuts that an enumeration starts with: at the prices of the node's bound; the nogoods found above; and, for each resource, at a
/// price so high that whatever exceeds the limit noticeably is beyond the cutoff. kScarcityFactor is that price, in costs of the
/// incumbent for the whole limit: a support that exceeds it by a tenth then costs as much as the incumbent too much.
void NodeSolver::add_first_cuts(const TreeNode& node, LagrangianCuts& cuts) {
    constexpr double kScarcityFactor = 10;
    cuts.add(bound_.prices);
    node.nogoods.add_to(cuts);
    const double scarce_usd = kScarcityFactor * cutoff_usd();
    if (!std::isfinite(scarce_usd)) return;
    for (int r = 0; r < table_.resources.size(); ++r) {
        const double most = domain_.use_most[at(r)];
        if (!std::isfinite(most)) continue;
        Prices prices = bound_.prices;
        prices.resource_usd[at(r)] +=
            scarce_usd / (table_.resources[r].is_whole ? std::max(1.0, most) : most);
        cuts.add(prices);
    }
}

// ---- branching ----

/// False when there is nothing left to branch on.
bool NodeSolver::branch() {
    const ConvexityBlocks& blocks = lagrangian_.blocks();
    const BranchingEffort& effort = options_.branching;
    std::vector<Branch> branches = find_branches(table_, blocks, *master_, domain_, effort.per_kind);
    if (branches.empty()) branches = any_branch(table_, blocks, domain_);
    if (branches.empty()) return false;
    StrongBranching strong(table_, lagrangian_, *master_, bound_options_, effort);
    ProbedBranch best = strong.choose(std::move(branches), domain_, bound_);
    result_.iterations += strong.iterations();
    debug_.check_branching(best.down.domain, best.up.domain);
    const auto patterns = std::make_shared<const std::vector<Pattern>>(patterns_to_keep());
    push_child(std::move(best.down), patterns);
    push_child(std::move(best.up), patterns);
    return true;
}

/// Unless the bound that strong branching proved closes it already.
void NodeSolver::push_child(Side&& side, const std::shared_ptr<const std::vector<Pattern>>& patterns) {
    assert(side.bound_usd >= bound_.lower_bound_usd);
    if (side.bound_usd < cutoff_usd()) {
        result_.children.push_back({std::move(side.domain), side.bound_usd, std::move(side.prices), patterns,
                                    nogoods_, levels_to_wait_});
        return;
    }
    result_.bound_usd = std::min(result_.bound_usd, side.bound_usd);
    debug_.check_closed_child(side.domain, cutoff_usd());
}

/// The master's patterns that may take part in a plan below the cutoff: those that are worth less than the best of their block by no
/// more than the bound is short of the cutoff. Children start with them.
std::vector<Pattern> NodeSolver::patterns_to_keep() {
    const double room_usd = cutoff_usd() - bound_.lower_bound_usd;
    assert(&lagrangian_.domain() == &domain_);
    lagrangian_.set_prices(bound_.prices);  // adding cuts has left others in it
    std::map<int, NodeDomain::Choice> choices;
    for (const NodeDomain::Choice& choice : domain_.choices) choices[choice.configuration] = choice;
    std::vector<Pattern> patterns;
    for (int n = 0; n < master_->num_patterns(); ++n) {
        const Pattern& pattern = master_->pattern(n);
        const auto found = choices.find(pattern.configuration);
        if (found == choices.end()) continue;
        const bool is_open =
            found->second.least <= pattern.replicas && pattern.replicas <= found->second.most;
        const double worth_usd = lagrangian_.pricer().gain_of(pattern);
        const double best_usd =
            lagrangian_.best_gain()[at(lagrangian_.blocks().of[at(pattern.configuration)])];
        if (is_open && best_usd - worth_usd <= room_usd) patterns.push_back(pattern);
    }
    return patterns;
}

/// The node stays open for good: nothing but its dual bound is known of it.
void NodeSolver::give_up(double bound_usd) {
    assert(result_.children.empty());
    result_.is_given_up = true;
    result_.bound_usd = bound_usd;
}

}  // namespace allot
