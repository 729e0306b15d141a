#include "tree/branching.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <functional>
#include <map>
#include <utility>

#include "bounds/tolerances.hpp"
#include "util/index.hpp"

namespace allot {
namespace {

/// What is above the whole number below; at most kIntegralityTolerance, perhaps negative, where the value counts as whole.
double fraction(double value) { return value - std::floor(value + kIntegralityTolerance); }

/// One of the block's choices has to run, and so its artifact is stored.
void force(const ConvexityBlocks& blocks, int block, NodeDomain& domain) {
    domain.block_runs[at(block)] = 1;
    domain.artifact_is_kept[at(blocks.artifact[at(block)])] = 1;
}

/// Collects what is fractional in a solution of the master, and makes branches of it.
class BranchFinder {
  public:
    BranchFinder(const CandidateTable& table, const ConvexityBlocks& blocks, const NodeDomain& domain)
        : table_(table), blocks_(blocks), domain_(domain) {
        assert(domain.is_consistent(table, blocks));
    }

    /// Sums the weights of the solution by block, artifact and counter. O(patterns).
    void read(const RestrictedMaster& master) {
        used_.assign(domain_.use_most.size(), 0);
        artifact_weight_.assign(domain_.artifact_is_kept.size(), 0);
        for (int n = 0; n < master.num_patterns(); ++n) {
            const double weight = master.weight(n);
            if (!(weight > kBranchingWeight)) continue;
            const Pattern& pattern = master.pattern(n);
            const int c = pattern.configuration;
            const int gpus = table_.gpus[at(c)] * pattern.replicas;
            Use& use = uses_[blocks_.of[at(c)]];
            use.weight += weight;
            use.gpus += weight * gpus;
            use.least_gpus = std::min(use.least_gpus, gpus);
            use.most_gpus = std::max(use.most_gpus, gpus);
            use.by_configuration[c] += weight;
            for (const ReplicaUse& taken : table_.resources.of_configuration(c)) {
                used_[at(taken.resource)] += weight * (taken.per_replica * pattern.replicas);
            }
        }
        for (const auto& [u, use] : uses_) {
            double& weight = artifact_weight_[at(blocks_.artifact[at(u)])];
            weight = std::max(weight, use.weight);
        }
    }

    /// At most `max_per_kind` of each kind, those nearest to one half first.
    std::vector<Branch> find(int max_per_kind) {
        std::vector<Branch> branches;
        const auto take = [&](void (BranchFinder::*add)()) {
            (this->*add)();
            std::stable_sort(found_.begin(), found_.end(), [](const Candidate& a, const Candidate& b) {
                return std::abs(a.fractionality - 0.5) < std::abs(b.fractionality - 0.5);
            });
            if (found_.size() > at(max_per_kind)) found_.resize(at(max_per_kind));
            for (const Candidate& candidate : found_) branches.push_back(make(candidate));
            found_.clear();
        };
        take(&BranchFinder::add_counters);
        take(&BranchFinder::add_artifacts);
        take(&BranchFinder::add_blocks);
        take(&BranchFinder::add_choices);
        take(&BranchFinder::add_gpus);
        return branches;
    }

    /// A way to divide the domain. `which` = resource, artifact or block, by kind; `value` = the last configuration, or the most that
    /// is used,
    /// of the lower side.
    struct Candidate {
        Branch::Kind kind;
        int which;
        int value;
        double fractionality;
    };

    Branch make(const Candidate& candidate) const {
        Branch branch{candidate.kind, candidate.fractionality, domain_, domain_};
        switch (candidate.kind) {
            case Branch::Kind::counter:
                branch.down.use_most[at(candidate.which)] = candidate.value;
                branch.up.use_least[at(candidate.which)] = candidate.value + 1;
                break;
            case Branch::Kind::artifact:
                std::erase_if(branch.down.choices, [&](const NodeDomain::Choice& choice) {
                    return table_.artifact[at(choice.configuration)] == candidate.which;
                });
                branch.up.artifact_is_kept[at(candidate.which)] = 1;
                break;
            case Branch::Kind::choices:
                keep_choices(
                    candidate.which, [&](int c) { return c <= candidate.value; }, branch.down);
                keep_choices(
                    candidate.which, [&](int c) { return c > candidate.value; }, branch.up);
                force(blocks_, candidate.which, branch.up);
                break;
            case Branch::Kind::block:
            case Branch::Kind::gpus:
                limit_gpus(candidate.which, 0, candidate.value, branch.down);
                limit_gpus(candidate.which, candidate.value + 1, NodeDomain::kNoLimit, branch.up);
                force(blocks_, candidate.which, branch.up);
                break;
        }
        assert(branch.down.is_consistent(table_, blocks_) && branch.up.is_consistent(table_, blocks_));
        return branch;
    }

  private:
    /// What the solution makes of a block.
    struct Use {
        double weight = 0;                      // sum over its patterns
        double gpus = 0;                        // weighted sum
        int least_gpus = NodeDomain::kNoLimit;  // of one pattern
        int most_gpus = 0;
        std::map<int, double> by_configuration;  // weight
    };

    void keep_choices(int block, const std::function<bool(int)>& keep, NodeDomain& domain) const {
        std::erase_if(domain.choices, [&](const NodeDomain::Choice& choice) {
            return blocks_.of[at(choice.configuration)] == block && !keep(choice.configuration);
        });
    }

    void limit_gpus(int block, int least, int most, NodeDomain& domain) const {
        for (NodeDomain::Choice& choice : domain.choices) {
            if (blocks_.of[at(choice.configuration)] != block) continue;
            const int gpus = table_.gpus[at(choice.configuration)];
            assert(gpus > 0);
            choice.least = std::max(choice.least, least / gpus + static_cast<int>(least % gpus > 0));
            choice.most = std::min(choice.most, most / gpus);
        }
        std::erase_if(domain.choices,
                      [](const NodeDomain::Choice& choice) { return choice.least > choice.most; });
    }

    void add_counters() {
        for (int r = 0; r < table_.resources.size(); ++r) {
            const double part = fraction(used_[at(r)]);
            if (!table_.resources[r].is_counter || part <= kIntegralityTolerance) continue;
            const int down = static_cast<int>(std::floor(used_[at(r)]));
            found_.push_back({Branch::Kind::counter, r, down, part});
        }
    }

    void add_artifacts() {
        for (int a = 0; a < static_cast<int>(artifact_weight_.size()); ++a) {
            const double weight = artifact_weight_[at(a)];
            if (domain_.artifact_is_kept[at(a)] != 0 || fraction(weight) <= kIntegralityTolerance) continue;
            found_.push_back({Branch::Kind::artifact, a, 0, weight});
        }
    }

    void add_blocks() {
        for (const auto& [u, use] : uses_) {
            if (domain_.block_runs[at(u)] != 0 || fraction(use.weight) <= kIntegralityTolerance) continue;
            found_.push_back({Branch::Kind::block, u, 0, use.weight});
        }
    }

    /// Between two configurations of a block that are in use, where the weights on both sides are most even.
    void add_choices() {
        for (const auto& [u, use] : uses_) {
            if (use.by_configuration.size() < 2) continue;
            Candidate best{Branch::Kind::choices, u, 0, 0};
            double sum = 0;
            for (const auto& [c, weight] : use.by_configuration) {
                sum += weight / use.weight;
                if (std::abs(sum - 0.5) < std::abs(best.fractionality - 0.5)) {
                    best.value = c;
                    best.fractionality = sum;
                }
            }
            if (best.value == use.by_configuration.rbegin()->first) {
                best.value = std::prev(use.by_configuration.end(), 2)->first;
            }
            found_.push_back(best);
        }
    }

    void add_gpus() {
        for (const auto& [u, use] : uses_) {
            if (use.least_gpus >= use.most_gpus) continue;
            const double mean = use.gpus / use.weight;
            const int down =
                std::clamp(static_cast<int>(std::floor(mean)), use.least_gpus, use.most_gpus - 1);
            found_.push_back({Branch::Kind::gpus, u, down, mean - std::floor(mean)});
        }
    }

    const CandidateTable& table_;
    const ConvexityBlocks& blocks_;
    const NodeDomain& domain_;
    std::vector<double> used_;             // by resource, of counters
    std::vector<double> artifact_weight_;  // by artifact: the largest weight of its blocks
    std::map<int, Use> uses_;              // by block, those in use
    std::vector<Candidate> found_;
};

}  // namespace

std::vector<Branch> find_branches(const CandidateTable& table, const ConvexityBlocks& blocks,
                                  const RestrictedMaster& master, const NodeDomain& domain,
                                  int max_per_kind) {
    assert(max_per_kind > 0);
    BranchFinder finder(table, blocks, domain);
    finder.read(master);
    return finder.find(max_per_kind);
}

std::vector<Branch> any_branch(const CandidateTable& table, const ConvexityBlocks& blocks,
                               const NodeDomain& domain) {
    const BranchFinder finder(table, blocks, domain);
    for (std::size_t n = 0; n < domain.choices.size(); ++n) {
        const NodeDomain::Choice& choice = domain.choices[n];
        const int u = blocks.of[at(choice.configuration)];
        const bool has_rival =
            n + 1 < domain.choices.size() && blocks.of[at(domain.choices[n + 1].configuration)] == u;
        if (has_rival) return {finder.make({Branch::Kind::choices, u, choice.configuration, 0.5})};
        if (domain.block_runs[at(u)] == 0) return {finder.make({Branch::Kind::block, u, 0, 0.5})};
        if (choice.least < choice.most) {
            const int middle = choice.least + (choice.most - choice.least) / 2;
            return {finder.make({Branch::Kind::gpus, u, middle * table.gpus[at(choice.configuration)], 0.5})};
        }
    }
    return {};
}

}  // namespace allot
