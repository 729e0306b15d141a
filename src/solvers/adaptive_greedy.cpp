#include "solvers/adaptive_greedy.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <set>

#include "cost/evaluator.hpp"
#include "patterns/branch_and_price.hpp"
#include "patterns/lower_bound.hpp"
#include "patterns/reduced_cost_fixing.hpp"
#include "problem/tolerances.hpp"
#include "search/construction.hpp"
#include "search/support_search.hpp"
#include "search/type_orders.hpp"
#include "solvers/certificate.hpp"
#include "solvers/greedy.hpp"
#include "solvers/rescue.hpp"
#include "solvers/support_plans.hpp"
#include "util/parallel.hpp"

namespace allot {
namespace {

/// Noise on the scores of constructions beyond the named orders (algorithms, step 5).
constexpr double kRestartNoise = 0.3;

/// Starts per round: between rounds results are compared and the observer has its say. A fixed number, so that a run does the
/// same on any number of threads.
constexpr int kStartsPerRound = 8;

/// Local optima of a round, the best, from which the search looks further.
constexpr int kWidePerRound = 2;

/// Admissible pairs times types up to which every start of an effort is made: what ranking takes times what an inner problem takes.
constexpr double kSizeOfFullEffort = 200'000;

/// A support, and the best plan on it once there is one.
struct Start {
    std::vector<int> support;  // ascending
    bool has_plan = false;
    Allocation allocation;
    Rank rank;
    MoveCounters counters{};

    void set_plan(const CandidateTable& table, Allocation plan) {
        has_plan = true;
        allocation = std::move(plan);
        rank = allot::rank(table, allocation);
        set_support(allocation.configuration);
    }
    void set_support(std::vector<int> configurations) {
        support = std::move(configurations);
        std::sort(support.begin(), support.end());
    }
};

bool is_better(const Start& one, const Start& other) {
    if (!one.has_plan || !other.has_plan) return one.has_plan;
    return compare(one.rank, one.allocation, other.rank, other.allocation) < 0;
}

/// How much longer than on instances of full effort a start takes.
double relative_size(const CandidateTable& table) {
    return std::max(
        1.0, table.num_pairs() * static_cast<double>(table.instance().num_types()) / kSizeOfFullEffort);
}

/// Nodes of branch and price after the starts, by effort: none where already the root takes long.
int num_nodes(const CandidateTable& table, int effort) {
    static constexpr double kNodes[] = {0, 0, 20, 200, 2000};
    const double wanted = kNodes[static_cast<std::size_t>(std::clamp(effort, 1, 5) - 1)];
    return static_cast<int>(wanted / (relative_size(table) * relative_size(table)));
}

class Run {
  public:
    Run(const CandidateTable& table, const SolveOptions& options)
        : table_(table),
          options_(options),
          construction_(table, options.mechanisms),
          orders_(named_type_orders(table)),
          started_(std::chrono::steady_clock::now()) {
        parameters_.has_local_search = options.mechanisms.local_search;
        parameters_.has_consolidation = options.mechanisms.consolidation;
        const auto set = [this](MoveKind kind, bool is_on) {
            parameters_.has_kind[static_cast<std::size_t>(kind)] = is_on;
        };
        set(MoveKind::add, options.mechanisms.add_moves);
        set(MoveKind::swap, options.mechanisms.swap_moves);
        set(MoveKind::replace, options.mechanisms.replace_moves);
        set(MoveKind::pair, options.mechanisms.pair_moves);
        stop_.token = options.stop;
        if (options.time_limit_s) {
            const std::chrono::duration<double> limit(*options.time_limit_s);
            stop_.deadline =
                started_ + std::chrono::duration_cast<std::chrono::steady_clock::duration>(limit);
        }
    }

    SolverResult run(ProgressObserver* observer) {
        const int num_starts = options_.mechanisms.multi_start ? num_agh_starts(table_, options_.effort) : 1;
        merge(make_start(0));
        merge(greedy());  // which knows priorities and has more than one try: never be worse than it
        SolverResult result;
        bound(result);
        int num_done = 0;
        while (num_done < num_starts && !is_closed(result) && may_go_on()) {
            const int end = std::min(num_starts, num_done + (has_bound_ ? kStartsPerRound : 2));
            run_round(num_done, end);
            num_done = end;
            if (!has_bound_) bound(result);
            const double bound_usd = result.lower_bound.value_or(0);
            if (observer) observer->on_progress({"agh", elapsed_s(), best_.rank.total_usd, bound_usd});
        }
        if (!best_.rank.is_feasible()) rescue();
        if (!is_closed(result)) search_tree(observer, result);
        result.is_stopped = was_cut_;
        result.allocation = std::move(best_.allocation);
        add_counters(num_done, result);
        return result;
    }

  private:
    double elapsed_s() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
    }

    /// Asked where there is work left: false, and noted, when it is to be left undone.
    bool may_go_on() {
        was_cut_ = was_cut_ || stop_.is_met();
        return !was_cut_;
    }

    /// Our own bound, as soon as there is a plan: it tells the search which configurations are not worth a look.
    void bound(SolverResult& result) {
        has_bound_ = !options_.mechanisms.local_search || best_.rank.is_feasible();
        if (!options_.mechanisms.local_search) return;
        result.allocation = best_.allocation;
        const std::optional<BoundResult> bound = certify(table_, options_, result);
        if (!bound || !std::isfinite(bound->lower_bound_usd)) return;
        floors_ = forced_bounds(table_, bound->prices);
        relaxed_support_ = support_of(*bound);
    }

    /// The first nodes of branch and price: where instances are small they prove the plan optimal, or find the one that is.
    void search_tree(ProgressObserver* observer, SolverResult& result) {
        const int max_nodes = num_nodes(table_, options_.effort);
        if (floors_.empty() || !options_.mechanisms.multi_start || max_nodes == 0 || !may_go_on()) return;
        TreeOptions tree;
        tree.gap = kOptimalityGap / 2;
        tree.max_nodes = max_nodes;
        tree.incumbent_usd = best_.rank.total_usd;
        tree.incumbent = &best_.allocation;
        tree.make_support_solver = [this] { return make_support_plans(table_); };
        tree.is_over = [this] { return stop_.is_met(); };
        tree.stop = options_.stop;
        if (observer) {
            tree.observe = [&](const TreeProgress& progress) {
                observer->on_progress({"agh", elapsed_s(), progress.incumbent_usd, progress.bound_usd});
            };
        }
        TreeResult proof = branch_and_price(table_, tree);
        was_cut_ = !proof.is_finished && proof.nodes < max_nodes && stop_.is_met();
        result.lower_bound = std::max(*result.lower_bound, proof.lower_bound_usd);
        result.counters.emplace_back("nodes", proof.nodes);
        Start found;
        found.set_plan(table_, std::move(proof.incumbent));
        result.counters.emplace_back("nodes_improved", is_better(found, best_) ? 1 : 0);
        merge(found);
    }

    /// What the relaxation of the bound runs; of a group the configuration it runs most.
    std::vector<int> support_of(const BoundResult& bound) const {
        const bool is_mixed = table_.instance()->parallelism.mixed;
        std::vector<PatternUse> uses = bound.uses;
        std::stable_sort(uses.begin(), uses.end(),
                         [](const PatternUse& a, const PatternUse& b) { return a.weight > b.weight; });
        std::set<int> groups;
        std::vector<int> support;
        for (const PatternUse& use : uses) {
            const int g = table_.group[static_cast<std::size_t>(use.configuration)];
            if (groups.insert(g).second || is_mixed) support.push_back(use.configuration);
        }
        return support;
    }

    bool is_closed(const SolverResult& result) const {
        return result.lower_bound && best_.rank.is_feasible() &&
               best_.rank.total_usd <= *result.lower_bound * (1 + kOptimalityGap);
    }

    /// The greedy on a named order, then with noise on random ones.
    Start make_start(int index) const {
        Rng rng(options_.seed, 1, static_cast<std::uint64_t>(index));
        const bool is_named = index < static_cast<int>(orders_.size());
        const std::vector<int> order =
            is_named ? orders_[static_cast<std::size_t>(index)] : random_type_order(table_, rng);
        Start start;
        start.set_plan(table_, construction_.build(order, {is_named ? 0.0 : kRestartNoise, &rng}));
        return start;
    }

    Start greedy() const {
        Start start;
        start.set_plan(table_, GreedySolver().solve(table_, options_, nullptr).allocation);
        return start;
    }

    /// What runs now; of a group the configuration with most replicas.
    std::vector<int> running_support() const {
        std::vector<int> support;
        for (int c = 0; c < table_.num_configurations(); ++c) {
            const auto running = [&](int other) { return table_.running[static_cast<std::size_t>(other)]; };
            const auto group = [&](int other) { return table_.group[static_cast<std::size_t>(other)]; };
            if (running(c) == 0) continue;
            const bool is_rival = !table_.instance()->parallelism.mixed && !support.empty() &&
                                  group(support.back()) == group(c);
            if (!is_rival) {
                support.push_back(c);
            } else if (running(c) > running(support.back())) {
                support.back() = c;
            }
        }
        return support;
    }

    /// Descends from starts that are new, and goes on from the best of where they end.
    void run_round(int begin, int end) {
        std::vector<Start> starts(static_cast<std::size_t>(end - begin));
        parallel_for(0, starts.size(), 1,
                     [&](std::size_t n) { starts[n] = make_start(begin + static_cast<int>(n)); });
        for (const Start& start : starts) merge(start);
        for (const std::vector<int>& support : {relaxed_support_, running_support()}) {
            if (!support.empty()) starts.emplace_back().set_support(support);
        }
        keep_new(starts, started_from_);
        descend(starts, SupportSearch::Reach::near);
        std::sort(starts.begin(), starts.end(), is_better);
        if (!options_.mechanisms.local_search) return;
        std::set<std::vector<int>> met = widened_;
        keep_new(starts, met);
        if (starts.size() > kWidePerRound) starts.resize(kWidePerRound);
        for (const Start& start : starts) widened_.insert(start.support);
        descend(starts, SupportSearch::Reach::wide);
    }

    /// Where no construction leads to a plan that keeps all limits, other supports may.
    void rescue() {
        if (!options_.mechanisms.multi_start || !options_.mechanisms.local_search || !may_go_on()) return;
        const std::vector<std::vector<int>> supports = rescue_supports(table_, options_.stop);
        std::vector<Start> starts;
        for (const std::vector<int>& support : supports) starts.emplace_back().set_support(support);
        descend(starts, SupportSearch::Reach::near);
    }

    /// Leaves the starts whose support has not been seen.
    static void keep_new(std::vector<Start>& starts, std::set<std::vector<int>>& seen) {
        std::erase_if(starts, [&](const Start& start) { return !seen.insert(start.support).second; });
    }

    /// Every start becomes the local optimum it leads to; what they found is merged in their order.
    void descend(std::vector<Start>& starts, SupportSearch::Reach reach) {
        std::vector<char> was_stopped(starts.size(), 0);
        parallel_for(0, starts.size(), 1, [&](std::size_t n) {
            Start& start = starts[n];
            SupportSearch search(table_, parameters_);
            search.set_floors(floors_);
            const bool has_plan = search.descend(start.support, reach, stop_);
            was_stopped[n] = search.was_stopped();
            if (!has_plan) return;
            Start improved;
            improved.set_plan(table_, search.allocation());
            start.counters = search.counters();
            improved.counters = start.counters;
            if (is_better(improved, start)) start = std::move(improved);
        });
        was_cut_ = was_cut_ || std::find(was_stopped.begin(), was_stopped.end(), 1) != was_stopped.end();
        for (Start& start : starts) {
            merge(start);
            start.counters = {};
        }
    }

    void merge(const Start& start) {
        for (std::size_t kind = 0; kind < kNumMoveKinds; ++kind) {
            counters_[kind].ranked += start.counters[kind].ranked;
            counters_[kind].evaluated += start.counters[kind].evaluated;
            counters_[kind].accepted += start.counters[kind].accepted;
        }
        if (is_better(start, best_)) best_ = start;
    }

    void add_counters(int num_done, SolverResult& result) const {
        result.counters.emplace_back("starts", num_done);
        result.counters.emplace_back("starts_distinct", static_cast<double>(started_from_.size()));
        for (std::size_t kind = 0; kind < kNumMoveKinds; ++kind) {
            const std::string name = to_string(static_cast<MoveKind>(kind));
            const MoveCounter& counter = counters_[kind];
            result.counters.emplace_back(name + "_ranked", static_cast<double>(counter.ranked));
            result.counters.emplace_back(name + "_evaluated", static_cast<double>(counter.evaluated));
            result.counters.emplace_back(name + "_accepted", static_cast<double>(counter.accepted));
        }
    }

    const CandidateTable& table_;
    const SolveOptions& options_;
    Construction construction_;
    std::vector<std::vector<int>> orders_;
    SearchParameters parameters_;
    StopCriterion stop_;
    bool was_cut_ = false;    // work was left undone
    bool has_bound_ = false;  // or will never have one
    std::vector<double> floors_;
    std::vector<int> relaxed_support_;
    std::set<std::vector<int>> started_from_;  // supports
    std::set<std::vector<int>> widened_;       // supports from which the search has looked further
    Start best_;
    MoveCounters counters_{};
    std::chrono::steady_clock::time_point started_;
};

}  // namespace

int num_agh_starts(const CandidateTable& table, int effort) {
    static constexpr double kStarts[] = {1, 2, 4, 16, 64};
    const double wanted = kStarts[static_cast<std::size_t>(std::clamp(effort, 1, 5) - 1)];
    return effort <= 1 ? 1 : std::max(2, static_cast<int>(wanted / relative_size(table)));
}

SolverResult AdaptiveGreedySolver::solve(const CandidateTable& table, const SolveOptions& options,
                                         ProgressObserver* observer) const {
    return Run(table, options).run(observer);
}

}  // namespace allot
