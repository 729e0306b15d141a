#include "tree/branching.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <utility>

#include "util/index.hpp"

namespace allot {
namespace {

/// Less than this from a whole number is whole: far above the master's tolerances.
constexpr double kWhole = 1e-5;

double fraction(double value) { return value - std::floor(value + kWhole); }

void force(const ConvexityBlocks& blocks, int block, NodeDomain& domain) {
    domain.block_runs[at(block)] = 1;
    domain.artifact_is_kept[at(blocks.artifact[at(block)])] = 1;
}

class BranchFinder {
  public:
    BranchFinder(const CandidateTable& table, const ConvexityBlocks& blocks, const NodeDomain& domain)
        : table_(table), blocks_(blocks), domain_(domain) {}

    void read(const RestrictedMaster& master) {
        constexpr double kNoWeight = 1e-9;
        used_.assign(domain_.use_most.size(), 0);
        artifact_weight_.assign(domain_.artifact_is_kept.size(), 0);
        for (int n = 0; n < master.num_patterns(); ++n) {
            const double weight = master.weight(n);
            if (!(weight > kNoWeight)) continue;
            const Pattern& pattern = master.pattern(n);
            const int c = pattern.configuration;
            const int gpus = table_.gpus[at(c)] * pattern.replicas;
            Use& use = uses_[blocks_.of[at(c)]];
            use.weight += weight;
            use.gpus += weight * gpus;
            use.least_gpus = std::min(use.least_gpus, gpus);
            use.most_gpus = std::max(use.most_gpus, gpus);
            use.by_configuration[c] += weight;
            for (const ReplicaUse& its : table_.resources.of_configuration(c)) {
                used_[at(its.resource)] += weight * (its.per_replica * pattern.replicas);
            }
        }
        for (const auto& [u, use] : uses_) {
            double& weight = artifact_weight_[at(blocks_.artifact[at(u)])];
            weight = std::max(weight, use.weight);
        }
    }

    std::vector<Branch> find(int most) {
        std::vector<Branch> branches;
        const auto take = [&](void (BranchFinder::*add)()) {
            (this->*add)();
            std::stable_sort(found_.begin(), found_.end(), [](const Cut& a, const Cut& b) {
                return std::abs(a.fractionality - 0.5) < std::abs(b.fractionality - 0.5);
            });
            if (found_.size() > at(most)) found_.resize(at(most));
            for (Cut& cut : found_) branches.push_back(make(cut));
            found_.clear();
        };
        take(&BranchFinder::cut_counters);
        take(&BranchFinder::cut_artifacts);
        take(&BranchFinder::cut_units);
        take(&BranchFinder::cut_choices);
        take(&BranchFinder::cut_gpus);
        return branches;
    }

    /// `which` = the counter, artifact or block; `value` = the last configuration, or the number of units or GPUs, of the lower part.
    struct Cut {
        Branch::Kind kind;
        int which;
        int value;
        double fractionality;
    };

    Branch make(const Cut& cut) const {
        Branch branch{cut.kind, cut.fractionality, domain_, domain_};
        switch (cut.kind) {
            case Branch::Kind::counter:
                branch.down.use_most[at(cut.which)] = cut.value;
                branch.up.use_least[at(cut.which)] = cut.value + 1;
                break;
            case Branch::Kind::artifact:
                std::erase_if(branch.down.choices, [&](const NodeDomain::Choice& choice) {
                    return table_.artifact[at(choice.configuration)] == cut.which;
                });
                branch.up.artifact_is_kept[at(cut.which)] = 1;
                break;
            case Branch::Kind::choices:
                keep_choices(
                    cut.which, [&](int c) { return c <= cut.value; }, branch.down);
                keep_choices(
                    cut.which, [&](int c) { return c > cut.value; }, branch.up);
                force(blocks_, cut.which, branch.up);
                break;
            case Branch::Kind::block:
            case Branch::Kind::gpus:
                limit_gpus(cut.which, 0, cut.value, branch.down);
                limit_gpus(cut.which, cut.value + 1, NodeDomain::kNoLimit, branch.up);
                force(blocks_, cut.which, branch.up);
                break;
        }
        return branch;
    }

  private:
    struct Use {
        double weight = 0;
        double gpus = 0;
        int least_gpus = NodeDomain::kNoLimit;
        int most_gpus = 0;
        std::map<int, double> by_configuration;
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
            choice.least = std::max(choice.least, least / gpus + static_cast<int>(least % gpus > 0));
            choice.most = std::min(choice.most, most / gpus);
        }
        std::erase_if(domain.choices,
                      [](const NodeDomain::Choice& choice) { return choice.least > choice.most; });
    }

    void cut_counters() {
        for (int r = 0; r < table_.resources.size(); ++r) {
            const double used = used_[at(r)];
            if (!table_.resources[r].is_counter || fraction(used) <= kWhole) continue;
            const int down = static_cast<int>(std::floor(used));
            found_.push_back({Branch::Kind::counter, r, down, fraction(used)});
        }
    }

    void cut_artifacts() {
        for (int a = 0; a < static_cast<int>(artifact_weight_.size()); ++a) {
            const double weight = artifact_weight_[at(a)];
            if (domain_.artifact_is_kept[at(a)] != 0 || fraction(weight) <= kWhole) continue;
            found_.push_back({Branch::Kind::artifact, a, 0, weight});
        }
    }

    void cut_units() {
        for (const auto& [u, use] : uses_) {
            if (domain_.block_runs[at(u)] != 0 || fraction(use.weight) <= kWhole) continue;
            found_.push_back({Branch::Kind::block, u, 0, use.weight});
        }
    }

    /// Between two configurations in use, where the weights are most even.
    void cut_choices() {
        for (const auto& [u, use] : uses_) {
            if (use.by_configuration.size() < 2) continue;
            Cut best{Branch::Kind::choices, u, 0, 0};
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

    void cut_gpus() {
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
    std::vector<double> used_;  // by resource, counters only
    std::vector<double> artifact_weight_;
    std::map<int, Use> uses_;
    std::vector<Cut> found_;
};

}  // namespace

std::vector<Branch> find_branches(const CandidateTable& table, const ConvexityBlocks& blocks,
                                  const RestrictedMaster& master, const NodeDomain& domain, int most) {
    BranchFinder finder(table, blocks, domain);
    finder.read(master);
    return finder.find(most);
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
