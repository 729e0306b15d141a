#include "tree/tree_node.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

#include "tree/support_enumeration.hpp"
#include "util/index.hpp"
#include "util/infinity.hpp"
#include "util/parallel.hpp"

namespace allot {
namespace {

/// A node is finished by looking at its supports where that takes no longer than many nodes would. What is learned on the way makes
/// the enumeration faster: it may look as if it took far longer than it will.
constexpr SupportEnumeration::Limits kSupportLimits{.steps = 1e6, .first_check = 4e4, .steps_to_come = 1e8};

/// Steps of the enumeration in the time that looking at a support took: 300 ns a step, 3000 a node, and 1 for every number.
double steps_of(const SupportSolver::Answer& answer) {
    constexpr double kStepsOfNode = 10;
    constexpr double kWorkOfStep = 300;
    return kStepsOfNode * std::max(1, answer.nodes) + answer.work / kWorkOfStep;
}

/// Nodes of the subproblem of a support at first, and supports for which that may not be enough.
constexpr int kFewNodes = 200;
constexpr std::size_t kMaxDeferred = 50;

/// What is spent on all of these, in steps of the enumeration.
constexpr double kStepsOfHard = 120'000;

/// Levels of the tree from a list that was given up to the next: in between bounds get better for less.
constexpr int kLevelsToWait = 1;

}  // namespace

NodeSolver::NodeSolver(const CandidateTable& table, const HullBound& hull,
                       const RestrictedMaster::Reach& reach, const TreeOptions& options)
    : table_(table), hull_(hull), reach_(reach), options_(options), lagrangian_(table) {
    if (options.make_support_solver) support_solvers_.push_back(options.make_support_solver());
}

NodeResult NodeSolver::solve(const TreeNode& node, double incumbent_usd, bool is_root) {
    result_ = NodeResult();
    result_.bound_usd = kInfinity;
    incumbent_usd_ = incumbent_usd;
    domain_ = node.domain;
    holds_debug_solution_ = contains_debug_solution(domain_);
    lagrangian_.enter(domain_);
    if (!generate(node, is_root)) return std::move(result_);
    const NodeGains gains = fix_by_reduced_cost(lagrangian_, bound_.prices, cutoff_usd(), domain_);
    check_debug_solution("fixing by reduced cost");
    cuts_ = node.cuts;
    levels_to_wait_ = node.levels_to_wait - 1;
    const bool is_listed = node.levels_to_wait <= 0 && !is_root;  // its parts are, in parallel
    if (is_listed && finish_supports(node, gains)) return std::move(result_);
    if (!is_over() && branch()) return std::move(result_);
    const bool is_left = is_listed || is_over() || !finish_supports(node, gains);
    if (is_left) give_up(std::max(bound_.lower_bound_usd, node.bound_usd));
    return std::move(result_);
}

bool NodeSolver::is_over() const {
    return options_.stop.stop_requested() || (options_.is_over && options_.is_over());
}

/// False when the bound closes the node.
bool NodeSolver::generate(const TreeNode& node, bool is_root) {
    constexpr int kMostIterations = 300;
    constexpr double kTail = 0.1;
    bound_options_ = {};
    bound_options_.incumbent_usd = cutoff_usd();
    bound_options_.gap = 0;
    bound_options_.max_iterations = kMostIterations;
    bound_options_.convergence = 1e-6;
    bound_options_.tail = is_root ? 0 : kTail;
    bound_options_.stop = options_.stop;
    if (is_root) bound_options_.max_work = options_.max_root_work;
    master_ = std::make_unique<RestrictedMaster>(table_, lagrangian_.blocks(), reach_, hull_.prices.type_usd);
    ColumnGeneration generation(table_, lagrangian_, *master_, bound_options_);
    if (is_root && options_.pool != nullptr) {
        master_->add(*options_.pool);
    } else if (is_root) {
        generation.add_patterns_of(hull_, options_.incumbent);
    } else {
        master_->add(*node.patterns);
    }
    master_->restrict_to(domain_);
    bound_ = generation.run(*node.prices, node.bound_usd);
    if (!close(bound_.lower_bound_usd)) {
        look_for_plans(is_root);
        bound_options_.incumbent_usd = cutoff_usd();
    }
    result_.iterations = bound_.iterations;
    result_.root_usd = bound_.lower_bound_usd;
    result_.prices = bound_.prices;
    return !close(bound_.lower_bound_usd);
}

/// True when a bound on the node is enough to drop it.
bool NodeSolver::close(double bound_usd) {
    if (bound_usd < cutoff_usd()) return false;
    result_.bound_usd = std::min(result_.bound_usd, bound_usd);
    check_debug_solution("a bound");
    return true;
}

/// Plans on the configurations that the master uses, the heaviest of each block.
void NodeSolver::look_for_plans(bool is_root) {
    if (support_solvers_.empty()) return;
    std::map<int, PatternUse> heaviest;
    for (const PatternUse& use : bound_.uses) {
        PatternUse& best = heaviest[lagrangian_.blocks().of[at(use.configuration)]];
        if (use.weight > best.weight) best = use;
    }
    std::vector<int> support;
    for (const auto& [block, use] : heaviest) support.push_back(use.configuration);
    SupportSolver& solver = *support_solvers_.front();
    SupportSolver::Answer answer = solver.round(support, cutoff_usd());
    const bool is_promising = answer.has_plan() || (is_root && !options_.is_searched);
    if (answer.has_plan()) support = answer.allocation.configuration;
    take(answer);
    if (is_promising) take(solver.search(support, cutoff_usd()));
}

void NodeSolver::take(const SupportSolver::Answer& answer) {
    if (options_.debug_solution != nullptr || !(answer.cost_usd < incumbent_usd_)) return;
    incumbent_usd_ = answer.cost_usd;
    result_.found = answer;
}

/// True when all plans of the node have been looked at.
bool NodeSolver::finish_supports(const TreeNode& node, const NodeGains& gains) {
    if (support_solvers_.empty()) return false;
    LagrangianCuts cuts(lagrangian_, domain_, gains);
    add_first_cuts(node, cuts);
    SupportEnumeration supports(cuts, kSupportLimits);
    has_listed_debug_solution_ = !holds_debug_solution_;
    deferred_.clear();
    bool is_finished =
        supports.run(cutoff_usd(), [this](std::span<SupportEnumeration::Leaf> leaves) { look_at(leaves); });
    // With the best plan of all the others hard ones are easier.
    double steps_left = kStepsOfHard;
    for (const auto& [support, steps_of_node] : deferred_) {
        if (!is_finished) break;
        const int most_nodes = std::max(1, static_cast<int>(steps_left / steps_of_node));
        const SupportSolver::Answer answer = look_at(*support_solvers_.front(), support, most_nodes);
        ++result_.supports;
        take(answer);
        is_finished = answer.is_proven && !is_over();
        steps_left -= steps_of(answer);
    }
    if (!is_finished) {
        keep_cuts(node, std::move(supports.nogoods()));
        levels_to_wait_ = kLevelsToWait;
        return false;
    }
    if (!has_listed_debug_solution_) result_.wrong_exclusion = "listing supports";
    result_.bound_usd = std::min(result_.bound_usd, cutoff_usd());
    return true;
}

/// In parallel: each with a solver of its own, below the same cutoff.
void NodeSolver::look_at(std::span<SupportEnumeration::Leaf> leaves) {
    while (support_solvers_.size() < leaves.size()) {
        support_solvers_.push_back(options_.make_support_solver());
    }
    std::array<SupportSolver::Answer, SupportEnumeration::kLeavesPerLook> answers;
    parallel_for(0, leaves.size(), 1, [&](std::size_t n) {
        answers[n] = look_at(*support_solvers_[n], leaves[n].support, kFewNodes);
    });
    result_.supports += static_cast<int>(leaves.size());
    for (std::size_t n = 0; n < leaves.size(); ++n) {
        const auto& [support, finding] = leaves[n];
        has_listed_debug_solution_ =
            has_listed_debug_solution_ || support == options_.debug_solution->configuration;
        const SupportSolver::Answer& answer = answers[n];
        if (!answer.is_proven) deferred_.push_back({support, steps_of(answer) / std::max(1, answer.nodes)});
        take(answer);
    }
    const bool goes_on = deferred_.size() <= kMaxDeferred && !is_over();
    for (std::size_t n = 0; n < leaves.size(); ++n) {
        leaves[n].finding = {goes_on, steps_of(answers[n]), cutoff_usd(), answers[n].proof};
    }
}

SupportSolver::Answer NodeSolver::look_at(SupportSolver& solver, std::span<const int> support,
                                          int node_limit) const {
    std::vector<ReplicaRange> ranges;
    for (const int c : support) {
        ranges.push_back({lagrangian_.pricer().least(c), lagrangian_.pricer().most(c)});
    }
    return solver.solve(support, ranges, cutoff_usd(), node_limit);
}

/// Of the node's bound, and of each limit on all deployments at a price that rules out what breaks it.
void NodeSolver::add_first_cuts(const TreeNode& node, LagrangianCuts& cuts) {
    constexpr double kDear = 10;  // costs of the best plan for all that there is
    cuts.add(bound_.prices);
    if (node.cuts) {
        for (const DualCertificate& proof : *node.cuts) cuts.add(proof);
    }
    const double dear_usd = kDear * cutoff_usd();
    if (!std::isfinite(dear_usd)) return;
    for (int r = 0; r < table_.resources.size(); ++r) {
        const Resource& resource = table_.resources[r];
        const double most = domain_.use_most[at(r)];
        if (std::isinf(most)) continue;
        Prices prices = bound_.prices;
        prices.resource_usd[at(r)] += dear_usd / (resource.is_whole ? std::max(1.0, most) : most);
        cuts.add(prices);
    }
}

/// The last of the nogoods found here and above.
void NodeSolver::keep_cuts(const TreeNode& node, std::vector<DualCertificate>&& nogoods) {
    constexpr std::size_t kMost = 24;
    std::vector<DualCertificate> kept = std::move(nogoods);
    if (kept.size() > kMost) kept.erase(kept.begin(), kept.end() - kMost);
    if (node.cuts && kept.size() < kMost) {
        const std::size_t more = std::min(kMost - kept.size(), node.cuts->size());
        kept.insert(kept.begin(), node.cuts->end() - static_cast<std::ptrdiff_t>(more), node.cuts->end());
    }
    cuts_ = std::make_shared<const std::vector<DualCertificate>>(std::move(kept));
}

// ---- branching ----

/// False when there is nothing left to branch on.
bool NodeSolver::branch() {
    const ConvexityBlocks& blocks = lagrangian_.blocks();
    const BranchingEffort& effort = options_.branching;
    std::vector<Branch> branches = find_branches(table_, blocks, *master_, domain_, effort.per_kind);
    if (branches.empty()) branches = any_branch(table_, blocks, domain_);
    if (branches.empty()) return false;
    StrongBranching strong(table_, lagrangian_, *master_, bound_options_, effort,
                           [this] { return is_over(); });
    ProbedBranch best = strong.choose(std::move(branches), domain_, bound_);
    result_.iterations += strong.iterations();
    if (holds_debug_solution_ && !contains_debug_solution(best.down.domain) &&
        !contains_debug_solution(best.up.domain)) {
        result_.wrong_exclusion = "branching";
    }
    const auto patterns = std::make_shared<const std::vector<Pattern>>(patterns_to_keep());
    push_child(std::move(best.down), patterns);
    push_child(std::move(best.up), patterns);
    return true;
}

void NodeSolver::give_up(double bound_usd) {
    result_.is_given_up = true;
    result_.bound_usd = bound_usd;
}

/// Unless what is known of it already closes it.
void NodeSolver::push_child(Side&& side, const std::shared_ptr<const std::vector<Pattern>>& patterns) {
    if (side.bound_usd < cutoff_usd()) {
        result_.children.push_back({std::move(side.domain), side.bound_usd, std::move(side.prices), patterns,
                                    cuts_, levels_to_wait_});
        return;
    }
    result_.bound_usd = std::min(result_.bound_usd, side.bound_usd);
    const bool is_wrong = holds_debug_solution_ && cutoff_usd() > options_.debug_solution_usd;
    if (is_wrong && contains_debug_solution(side.domain)) result_.wrong_exclusion = "a bound on a branch";
}

/// Patterns that may take part in a plan below the cutoff, at the present prices.
std::vector<Pattern> NodeSolver::patterns_to_keep() {
    const double room_usd = cutoff_usd() - bound_.lower_bound_usd;
    lagrangian_.set_prices(bound_.prices);  // cuts have left others
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

// ---- following a plan ----

bool NodeSolver::contains_debug_solution(const NodeDomain& domain) const {
    if (options_.debug_solution == nullptr) return false;
    const Allocation& plan = *options_.debug_solution;
    std::vector<char> missing = domain.block_runs;
    missing.insert(missing.end(), domain.artifact_is_kept.begin(), domain.artifact_is_kept.end());
    std::vector<double> used(domain.use_most.size(), 0);
    for (int d = 0; d < plan.num_deployments(); ++d) {
        const int c = plan.configuration[at(d)];
        const auto choice =
            std::find_if(domain.choices.begin(), domain.choices.end(),
                         [c](const NodeDomain::Choice& each) { return each.configuration == c; });
        if (choice == domain.choices.end()) return false;
        if (plan.replicas[at(d)] < choice->least || plan.replicas[at(d)] > choice->most) return false;
        missing[at(lagrangian_.blocks().of[at(c)])] = 0;
        missing[domain.block_runs.size() + at(table_.artifact[at(c)])] = 0;
        for (const ReplicaUse& use : table_.resources.of_configuration(c)) {
            used[at(use.resource)] += use.per_replica * plan.replicas[at(d)];
        }
    }
    for (int r = 0; r < table_.resources.size(); ++r) {
        const bool is_outside = used[at(r)] < domain.use_least[at(r)] || used[at(r)] > domain.use_most[at(r)];
        if (table_.resources[r].is_counter && is_outside) return false;
    }
    return std::all_of(missing.begin(), missing.end(), [](char is_missing) { return is_missing == 0; });
}

/// A node that holds the debug_solution plan must not be closed, nor lose it, while the cutoff is above its cost.
void NodeSolver::check_debug_solution(const char* step) {
    if (!holds_debug_solution_ || cutoff_usd() <= options_.debug_solution_usd) return;
    const bool is_closed = result_.bound_usd < kInfinity;
    if (is_closed || !contains_debug_solution(domain_)) result_.wrong_exclusion = step;
}

}  // namespace allot
