#include "bounds/artifact_cover.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>
#include <vector>

#include "cost/mean_limit.hpp"
#include "cost/replica_limit.hpp"
#include "problem/tolerances.hpp"
#include "util/index.hpp"

namespace allot {
namespace {

/// Artifacts, ascending.
using Choices = std::vector<int>;

/// Nodes of the branch and bound: a type decides most of the others, as what serves the strictest serves many.
constexpr int kMaxNodes = 20'000;

bool keeps_means(const CandidateTable& table, int i, int pair) {
    for (const MeanRow row : {MeanRow::error, MeanRow::delay}) {
        const auto limit = mean_limit(table, row, i);
        if (limit && limit->value(table, pair) > limit->limit * kWider) return false;
    }
    return true;
}

/// By type that has to be served: artifacts with a pair inside its limits, as a mean beyond all its parts there is none. One pass over
/// the pairs.
std::set<Choices> choices_of_types(const CandidateTable& table) {
    const std::size_t num_types = at(table.instance().num_types());
    const std::size_t num_artifacts = at(table.num_artifacts());
    std::vector<char> may_use(num_types * num_artifacts, 0);
    for (int c = 0; c < table.num_configurations(); ++c) {
        if (replica_limit(table, c) == 0) continue;
        for (auto p = table.pair_begin[at(c)]; p < table.pair_begin[at(c) + 1]; ++p) {
            const int i = table.pair_type[p];
            char& its = may_use[at(i) * num_artifacts + at(table.artifact[at(c)])];
            if (its == 0) its = keeps_means(table, i, static_cast<int>(p));
        }
    }
    std::set<Choices> all;
    for (std::size_t i = 0; i < num_types; ++i) {
        if (table.instance().type(static_cast<int>(i)).max_unmet * kWider >= 1) continue;
        Choices choices;
        for (std::size_t a = 0; a < num_artifacts; ++a) {
            if (may_use[i * num_artifacts + a] != 0) choices.push_back(static_cast<int>(a));
        }
        all.insert(std::move(choices));
    }
    return all;
}

class CoverSearch {
  public:
    CoverSearch(std::vector<double> amount, const std::set<Choices>& types) : amount_(std::move(amount)) {
        // What a stricter type needs serves the others, too.
        for (const Choices& choices : types) {
            const bool is_implied = std::any_of(types.begin(), types.end(), [&](const Choices& stricter) {
                return stricter.size() < choices.size() &&
                       std::includes(choices.begin(), choices.end(), stricter.begin(), stricter.end());
            });
            if (!is_implied) types_.push_back(choices);
        }
        std::stable_sort(types_.begin(), types_.end(),
                         [](const Choices& a, const Choices& b) { return a.size() < b.size(); });
        is_stored_.assign(amount_.size(), 0);
    }

    ArtifactCover least() {
        branch(0, 0);
        ArtifactCover cover{nodes_ <= kMaxNodes ? best_ : most_demanding(), {}};
        for (std::size_t a = 0; a < best_stored_.size(); ++a) {
            if (best_stored_[a] != 0) cover.artifacts.push_back(static_cast<int>(a));
        }
        return cover;
    }

  private:
    double least_of(const Choices& choices) const {
        double least = std::numeric_limits<double>::infinity();
        for (const int a : choices) least = std::min(least, amount_[at(a)]);
        return least;
    }

    double most_demanding() const {
        double most = 0;
        for (const Choices& choices : types_) most = std::max(most, least_of(choices));
        return most;
    }

    /// Types before `next` are covered.
    void branch(std::size_t next, double taken) {
        const auto is_covered = [&](const Choices& choices) {
            return std::any_of(choices.begin(), choices.end(), [&](int a) { return is_stored_[at(a)] != 0; });
        };
        while (next < types_.size() && is_covered(types_[next])) ++next;
        if (next == types_.size()) {
            if (taken < best_) best_stored_ = is_stored_;
            best_ = std::min(best_, taken);
            return;
        }
        if (++nodes_ > kMaxNodes || taken + least_of(types_[next]) >= best_) return;
        for (const int a : types_[next]) {
            if (taken + amount_[at(a)] >= best_) continue;
            is_stored_[at(a)] = 1;
            branch(next + 1, taken + amount_[at(a)]);
            is_stored_[at(a)] = 0;
        }
    }

    std::vector<double> amount_;  // by artifact
    std::vector<Choices> types_;  // fewest choices first
    std::vector<char> is_stored_, best_stored_;
    double best_ = std::numeric_limits<double>::infinity();
    int nodes_ = 0;
};

}  // namespace

ArtifactCover least_cover(const CandidateTable& table, int resource) {
    std::vector<double> amount(at(table.num_artifacts()), 0);
    for (int a = 0; a < table.num_artifacts(); ++a) {
        for (const ResourceUse& use : table.resources.of_artifact(a)) {
            if (use.resource == resource) amount[at(a)] += use.amount;
        }
    }
    if (std::all_of(amount.begin(), amount.end(), [](double its) { return its == 0; })) return {};
    return CoverSearch(std::move(amount), choices_of_types(table)).least();
}

}  // namespace allot
