#include "solvers/support_plans.hpp"

#include <vector>

#include "cost/evaluator.hpp"
#include "search/inner_mip.hpp"
#include "search/support_bound.hpp"
#include "search/support_search.hpp"

namespace allot {
namespace {

class SupportPlans final : public SupportSolver {
  public:
    explicit SupportPlans(const CandidateTable& table)
        : table_(table), inner_(table), bound_(table), search_(table, {}) {}

    Answer solve(std::span<const int> support, double cutoff_usd) override {
        constexpr int kManyNodes = 100'000;
        if (!bound_.reaches(support, cutoff_usd, 0)) return ask(support, cutoff_usd, 1, kManyNodes);
        Answer none;
        none.is_proven = true;
        return none;
    }

    Answer round(std::span<const int> support, double cutoff_usd) override {
        constexpr int kRoundingNodes = 60;
        return ask(support, cutoff_usd, 0, kRoundingNodes);
    }

    Answer search(std::span<const int> support, double cutoff_usd) override {
        if (!search_.descend({support.begin(), support.end()})) return Answer();
        return answer(search_.allocation(), cutoff_usd);
    }

  private:
    Answer ask(std::span<const int> support, double cutoff_usd, int min_replicas, int node_limit) {
        InnerMipOptions options;
        options.cutoff_usd = cutoff_usd;
        options.min_replicas = min_replicas;
        options.node_limit = node_limit;
        const InnerResult& result = inner_.solve(support, options);
        Answer found;
        if (!result.has_allocation()) {
            found.is_proven = result.is_proven();
            return found;
        }
        const Allocation allocation = inner_.allocation();
        found = answer(allocation, cutoff_usd);
        found.is_proven = result.is_proven() && rank(table_, allocation).is_feasible();
        return found;
    }

    Answer answer(const Allocation& allocation, double cutoff_usd) const {
        const Rank found = rank(table_, allocation);
        if (!found.is_feasible() || found.total_usd >= cutoff_usd) return Answer();
        Answer plan;
        plan.cost_usd = found.total_usd;
        plan.allocation = allocation;
        return plan;
    }

    const CandidateTable& table_;
    InnerMip inner_;
    SupportBound bound_;
    SupportSearch search_;
};

}  // namespace

std::unique_ptr<SupportSolver> make_support_plans(const CandidateTable& table) {
    return std::make_unique<SupportPlans>(table);
}

}  // namespace allot
