#include "tree/debug_solution.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <vector>

#include "util/index.hpp"

namespace allot {

DebugSolution::DebugSolution(const CandidateTable& table, const ConvexityBlocks& blocks,
                             const Allocation* plan, double cost_usd)
    : table_(table), blocks_(blocks), plan_(plan), cost_usd_(cost_usd) {
    assert(plan == nullptr || plan->configuration.size() == plan->replicas.size());
    assert(plan == nullptr || std::is_sorted(plan->configuration.begin(), plan->configuration.end()));
    assert(plan == nullptr || std::isfinite(cost_usd));
}

bool DebugSolution::is_in(const NodeDomain& domain) const {
    if (plan_ == nullptr) return false;
    assert(domain.is_consistent(table_, blocks_));
    std::vector<char> missing = domain.block_runs;
    missing.insert(missing.end(), domain.artifact_is_kept.begin(), domain.artifact_is_kept.end());
    std::vector<double> used(domain.use_most.size(), 0);
    for (int d = 0; d < plan_->num_deployments(); ++d) {
        const int c = plan_->configuration[at(d)];
        const auto choice =
            std::find_if(domain.choices.begin(), domain.choices.end(),
                         [c](const NodeDomain::Choice& each) { return each.configuration == c; });
        if (choice == domain.choices.end()) return false;
        if (plan_->replicas[at(d)] < choice->least || plan_->replicas[at(d)] > choice->most) return false;
        missing[at(blocks_.of[at(c)])] = 0;
        missing[domain.block_runs.size() + at(table_.artifact[at(c)])] = 0;
        for (const ReplicaUse& use : table_.resources.of_configuration(c)) {
            used[at(use.resource)] += use.per_replica * plan_->replicas[at(d)];
        }
    }
    for (int r = 0; r < table_.resources.size(); ++r) {
        const bool is_outside = used[at(r)] < domain.use_least[at(r)] || used[at(r)] > domain.use_most[at(r)];
        if (table_.resources[r].is_counter && is_outside) return false;
    }
    return std::all_of(missing.begin(), missing.end(), [](char is_missing) { return is_missing == 0; });
}

void DebugSolution::enter(const NodeDomain& domain) {
    wrong_exclusion_.clear();
    is_listed_ = false;
    is_in_node_ = is_in(domain);
}

void DebugSolution::check_domain(const NodeDomain& domain, double cutoff_usd, const char* step) {
    if (must_survive(cutoff_usd) && !is_in(domain)) report(step);
}

void DebugSolution::check_closed(double cutoff_usd) {
    if (must_survive(cutoff_usd)) report("a bound");
}

void DebugSolution::check_branching(const NodeDomain& down, const NodeDomain& up) {
    if (is_in_node_ && !is_in(down) && !is_in(up)) report("branching");
}

void DebugSolution::check_closed_child(const NodeDomain& child, double cutoff_usd) {
    if (must_survive(cutoff_usd) && is_in(child)) report("a bound on a branch");
}

void DebugSolution::begin_listing() { is_listed_ = false; }

void DebugSolution::note_listed(std::span<const int> support) {
    if (!is_in_node_) return;
    is_listed_ = is_listed_ || std::equal(support.begin(), support.end(), plan_->configuration.begin(),
                                          plan_->configuration.end());
}

void DebugSolution::check_listing(double cutoff_usd) {
    if (must_survive(cutoff_usd) && !is_listed_) report("listing supports");
}

void DebugSolution::report(const char* step) {
    assert(is_followed() && is_in_node_);
    if (wrong_exclusion_.empty()) wrong_exclusion_ = step;
}

}  // namespace allot
