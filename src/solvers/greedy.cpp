#include "solvers/greedy.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "cost/evaluator.hpp"
#include "cost/resource_use.hpp"
#include "search/construction.hpp"
#include "search/reconstruction.hpp"
#include "util/index.hpp"
#include "util/stop_criterion.hpp"

namespace allot {
namespace {

/// What an unfilled last replica counts for: half of its rest. Of 1, 1/2 and 0 the half alone comes nearest to the optimum on small
/// fleets, where whole replicas are dear and types that come later fill them; large ones do not care.
constexpr double kWholePart = 0.5;
/// Passes of repair; a third one changes next to nothing.
constexpr int kPasses = 2;
/// Pairs that repair may look at in all: a tenth of a second on large instances. 6 types, 6 models, 10 tiers take a tenth of it.
constexpr std::int64_t kRepairWork = 4'000'000;

/// Constructions with prices on what runs short, the first at a quarter of what a unit costs on average, each twice as dear.
constexpr int kMaxPriced = 6;
constexpr double kFirstPrice = 0.25;
constexpr double kPriceGrowth = 2;
/// A resource runs short from this part of its limit: less, and prices drive plans away from what they have enough of.
constexpr double kScarceUse = 0.95;
/// Where more than this part of the cost is for queries that may stay unserved, limits are in the way of serving them.
constexpr double kTightUnmet = 0.1;

class GreedyRun {
  public:
    GreedyRun(const CandidateTable& table, const SolveOptions& options, StopCriterion stop)
        : table_(table),
          construction_(table, options.mechanisms),
          has_further_starts_(options.mechanisms.multi_start),
          stop_(std::move(stop)),
          best_state_(table) {}

    SolverResult run() {
        const std::vector<int> order = construction_.order_by_rate();
        build(order, steering(kWholePart));
        if (goes_short()) {
            build_with_prices(order);
        } else if (has_further_starts_ && work_left_ > 0) {
            build(order, steering(1));
            build({order.rbegin(), order.rend()}, steering(kWholePart));
        }
        SolverResult result;
        result.allocation = std::move(allocation_);
        result.is_stopped = stop_.is_met();
        result.counters.emplace_back("constructions", num_constructions_);
        return result;
    }

  private:
    Steering steering(double whole_part, std::vector<double> resource_usd = {}) const {
        return {whole_part, std::move(resource_usd), {}, stop_};
    }

    Allocation build(const std::vector<int>& order, const Steering& steering) {
        ++num_constructions_;
        return repair(construction_.construct(order, steering), order, steering);
    }

    /// What repair makes of a plan; the best of all is kept.
    Allocation repair(SearchState state, const std::vector<int>& order, const Steering& steering) {
        const Reconstruction reconstruction(table_, construction_, steering, stop_);
        state = reconstruction.improve(std::move(state), order, kPasses, work_left_);
        Allocation allocation = state.unload();
        const Rank rank = allot::rank(table_, allocation);
        const bool is_first = num_constructions_ == 1;
        if (is_first || compare(rank, allocation, rank_, allocation_) < 0) {
            rank_ = rank;
            allocation_ = allocation;
            best_state_ = std::move(state);
        }
        return allocation;
    }

    /// Again with those first who went short, and with prices on what is used up: others learn to do without it. In the end the best plan
    /// is repaired without these prices.
    void build_with_prices(std::vector<int> order) {
        Allocation last = allocation_;
        double factor = kFirstPrice;
        for (int n = 0; n < kMaxPriced && goes_short() && !stop_.is_met(); ++n, factor *= kPriceGrowth) {
            put_short_first(last, order);
            last = build(order, steering(n % 2 == 0 ? kWholePart : 0, prices(last, factor)));
        }
        repair(best_state_, order, steering(kWholePart));
    }

    bool goes_short() const {
        return !rank_.is_feasible() ||
               evaluate_cost(table_, allocation_).unmet > kTightUnmet * rank_.total_usd;
    }

    void put_short_first(const Allocation& allocation, std::vector<int>& order) const {
        std::stable_partition(order.begin(), order.end(), [&](int i) {
            return allocation.unmet[at(i)] > table_.instance().type(i).max_unmet;
        });
    }

    /// Of what a plan uses up, this many times what its replicas and weights cost per unit of it.
    std::vector<double> prices(const Allocation& allocation, double factor) const {
        const std::vector<double> used = resource_use(table_, allocation);
        const CostBreakdown cost = evaluate_cost(table_, allocation);
        std::vector<double> usd(used.size(), 0);
        for (std::size_t r = 0; r < used.size(); ++r) {
            const Resource& resource = table_.resources[static_cast<int>(r)];
            const bool is_scarce = resource.is_limited() && used[r] > kScarceUse * resource.limit;
            if (is_scarce) usd[r] = factor * (cost.rental + cost.storage) / used[r];
        }
        return usd;
    }

    const CandidateTable& table_;
    Construction construction_;
    bool has_further_starts_;
    StopCriterion stop_;
    std::int64_t work_left_ = kRepairWork;
    int num_constructions_ = 0;
    SearchState best_state_;
    Allocation allocation_;  // of the best state, with its rank
    Rank rank_;
};

}  // namespace

SolverResult GreedySolver::solve(const CandidateTable& table, const SolveOptions& options,
                                 ProgressObserver*) const {
    SolverResult nothing;
    nothing.allocation = Allocation(table.instance().num_types());
    nothing.is_stopped = true;
    const StopCriterion stop = StopCriterion::after(options.stop, options.time_limit_s);
    return stop.is_met() ? nothing : GreedyRun(table, options, stop).run();
}

}  // namespace allot
