#include "solvers/adaptive_greedy.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include "cost/evaluator.hpp"
#include "search/construction.hpp"
#include "search/support_search.hpp"
#include "search/type_orders.hpp"
#include "util/parallel.hpp"

namespace allot {
namespace {

/// Noise on the scores of constructions beyond the named orders (algorithms, step 5).
constexpr double kRestartNoise = 0.3;

/// Starts per round: between rounds the clock, the stop token and the observer have their say. A fixed number, so that a run of
/// unlimited time does the same on any number of threads.
constexpr int kStartsPerRound = 8;

/// Admissible pairs up to which every start of an effort is made.
constexpr double kPairsOfFullEffort = 400'000;

struct Start {
    Allocation allocation;
    Rank rank;
    MoveCounters counters{};
};

class Run {
  public:
    Run(const CandidateTable& table, const SolveOptions& options)
        : table_(table),
          options_(options),
          construction_(table, options.mechanisms),
          orders_(named_type_orders(table)),
          started_(std::chrono::steady_clock::now()) {
        parameters_.has_single_moves = options.mechanisms.local_search;
        parameters_.has_consolidation = options.mechanisms.consolidation;
        if (!options.mechanisms.local_search) parameters_.pair_candidates = 0;
    }

    SolverResult run(ProgressObserver* observer) {
        const int num_starts = this->num_starts();
        SolverResult result;
        int num_done = 0;
        while (num_done < num_starts && !result.is_stopped) {
            const int end = std::min(num_starts, num_done + (num_done == 0 ? 1 : kStartsPerRound));
            std::vector<Start> starts(static_cast<std::size_t>(end - num_done));
            parallel_for(0, starts.size(), 1,
                         [&](std::size_t n) { run_start(num_done + static_cast<int>(n), starts[n]); });
            for (Start& start : starts) merge(std::move(start));
            num_done = end;
            if (observer) observer->on_progress({"agh", elapsed_s(), best_.rank.total_usd, 0});
            const bool is_out_of_time = options_.time_limit_s && elapsed_s() >= *options_.time_limit_s;
            result.is_stopped = num_done < num_starts && (is_out_of_time || options_.stop.stop_requested());
        }
        result.allocation = std::move(best_.allocation);
        result.counters.emplace_back("starts", num_done);
        for (std::size_t kind = 0; kind < kNumMoveKinds; ++kind) {
            const std::string name = to_string(static_cast<MoveKind>(kind));
            result.counters.emplace_back(name + "_ranked", static_cast<double>(best_.counters[kind].ranked));
            result.counters.emplace_back(name + "_evaluated",
                                         static_cast<double>(best_.counters[kind].evaluated));
            result.counters.emplace_back(name + "_accepted",
                                         static_cast<double>(best_.counters[kind].accepted));
        }
        return result;
    }

  private:
    double elapsed_s() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
    }

    /// By effort, fewer where a start takes long; two at least, for two threads to work on.
    int num_starts() const {
        if (!options_.mechanisms.multi_start || options_.effort <= 1) return 1;
        static constexpr double kStarts[] = {1, 3, 8, 32, 128};
        const double wanted = kStarts[static_cast<std::size_t>(std::min(options_.effort, 5) - 1)];
        const double size = std::max(1.0, table_.num_pairs() / kPairsOfFullEffort);
        return std::max(2, static_cast<int>(wanted / size));
    }

    void run_start(int index, Start& start) const {
        Rng rng(options_.seed, 1, static_cast<std::uint64_t>(index));
        const bool is_named = index < static_cast<int>(orders_.size());
        const std::vector<int> order =
            is_named ? orders_[static_cast<std::size_t>(index)] : random_type_order(table_, rng);
        start.allocation = construction_.build(order, {is_named ? 0.0 : kRestartNoise, &rng});
        start.rank = rank(table_, start.allocation);
        SupportSearch search(table_, parameters_);
        if (!search.descend(start.allocation.configuration, options_.stop)) return;
        start.counters = search.counters();
        const Allocation& improved = search.allocation();
        const Rank improved_rank = rank(table_, improved);
        if (compare(improved_rank, improved, start.rank, start.allocation) < 0) {
            start.allocation = improved;
            start.rank = improved_rank;
        }
    }

    void merge(Start&& start) {
        for (std::size_t kind = 0; kind < kNumMoveKinds; ++kind) {
            start.counters[kind].ranked += best_.counters[kind].ranked;
            start.counters[kind].evaluated += best_.counters[kind].evaluated;
            start.counters[kind].accepted += best_.counters[kind].accepted;
        }
        const MoveCounters counters = start.counters;
        if (!has_best_ || compare(start.rank, start.allocation, best_.rank, best_.allocation) < 0)
            best_ = std::move(start);
        has_best_ = true;
        best_.counters = counters;
    }

    const CandidateTable& table_;
    const SolveOptions& options_;
    Construction construction_;
    std::vector<std::vector<int>> orders_;
    SearchParameters parameters_;
    Start best_;
    bool has_best_ = false;
    std::chrono::steady_clock::time_point started_;
};

}  // namespace

SolverResult AdaptiveGreedySolver::solve(const CandidateTable& table, const SolveOptions& options,
                                         ProgressObserver* observer) const {
    return Run(table, options).run(observer);
}

}  // namespace allot
