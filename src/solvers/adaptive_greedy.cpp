#include "solvers/adaptive_greedy.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <set>
#include <utility>

#include "bounds/lower_bound.hpp"
#include "bounds/reduced_cost_fixing.hpp"
#include "cost/evaluator.hpp"
#include "problem/tolerances.hpp"
#include "search/construction.hpp"
#include "search/local_search.hpp"
#include "search/type_orders.hpp"
#include "solvers/certificate.hpp"
#include "solvers/greedy.hpp"
#include "solvers/lp_sizing.hpp"
#include "solvers/phase_one.hpp"
#include "tree/branch_and_price.hpp"
#include "tree/support_plans.hpp"
#include "util/parallel.hpp"

namespace allot {
namespace {

/// Noise on the scores of constructions beyond the named orders (docs/algorithms.md, section 6).
constexpr double kRestartNoise = 0.3;

/// Starts per round: between rounds results are compared and the observer has its say. A fixed number, so that a run does the
/// same on any number of threads.
constexpr int kStartsPerRound = 8;

/// The same at first where the greedy's plan is not good enough for the tree to begin with.
constexpr int kFirstStarts = 2;

/// Local optima of a round, the best, from which the search looks further.
constexpr int kWidePerRound = 2;

/// What an effort, 0 to 5, allows on instances up to a size: admissible pairs times types, what ranking takes times what an inner
/// problem takes. On larger ones starts become fewer in proportion, nodes with its square; a few nodes are not worth having.
struct Effort {
    int starts;
    int perturbations;  // at most, on instances of full size or less
    int nodes;          // of branch and price
    double close_gap;   // to the bound, relative: nearer than that no more starts are made
};
constexpr std::array kEfforts{Effort{0, 0, 0, 0},     Effort{1, 0, 0, 2e-2},    Effort{2, 0, 0, 1e-2},
                              Effort{8, 1, 80, 5e-3}, Effort{24, 4, 240, 5e-4}, Effort{96, 16, 1200, 0}};
constexpr double kFullSize = 200'000;
constexpr double kFewNodes = 5;

/// At effort 0, subproblems per step: the moves that promise most. On 96 windows of random demand at 20 x 20 x 20 fleets cost as
/// much rent with these limits as with the usual ones, to a part in a thousand, at a fifth of the time.
constexpr int kRepairEvaluations = 20;
constexpr int kRepairNodes = 50;

/// Where more than this part of what the best plan costs is for queries that stay unserved, limits are tight, and supports that
/// serve more hard to find: the tree, led by relaxations that know the limits, is worth these nodes at any effort.
constexpr double kMuchUnserved = 0.1;
constexpr int kNodesOfTight = 30;

/// From so many types on the search takes minutes: size_by_lp() is enough unless more effort is wanted.
constexpr int kManyTypes = 100;
constexpr int kUsualEffort = 3;

const Effort& effort_of(int effort) { return kEfforts[static_cast<std::size_t>(std::clamp(effort, 0, 5))]; }

double size_of(const CandidateTable& table) {
    return table.num_pairs() * static_cast<double>(table.instance().num_types());
}

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
        if (is_repair()) {
            parameters_.max_evaluations = kRepairEvaluations;
            parameters_.node_limit = kRepairNodes;
        }
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
        if (!is_repair()) bound(result);
        descend_from_known(result);
        report(observer, result);
        if (!is_tight() || is_close(result)) search_tree(observer, result);
        int num_done = 0;
        while (num_done < num_starts && !is_close(result) && may_go_on()) {
            const bool is_first = num_done == 0 && !has_tree_;
            const int end = std::min(num_starts, num_done + (is_first ? kFirstStarts : kStartsPerRound));
            run_round(num_done, end);
            num_done = end;
            search_tree(observer, result);  // unless it has been
            if (!is_close(result) && may_go_on()) widen();
            report(observer, result);
        }
        perturb(result);
        if (!best_.rank.is_feasible() && !is_repair()) {
            phase_one();
            bound(result);
            if (!is_tight()) search_tree(observer, result);  // else nodes take long, and close nothing
        }
        result.is_stopped = was_cut_;
        result.wants_branching =
            result.prices && !has_tree_ && affordable_nodes(table_, effort_of(kUsualEffort).nodes) > 0;
        result.allocation = std::move(best_.allocation);
        add_counters(num_done, result);
        return result;
    }

  private:
    /// No more than a step on from what runs now.
    bool is_repair() const { return options_.effort <= 0; }

    void report(ProgressObserver* observer, const SolverResult& result) const {
        const double bound_usd = result.lower_bound.value_or(0);
        if (observer) observer->on_progress({"agh", elapsed_s(), best_.rank.total_usd, bound_usd});
    }

    double elapsed_s() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
    }

    /// Asked where there is work left: false, and noted, when it is to be left undone.
    bool may_go_on() {
        was_cut_ = was_cut_ || stop_.is_met();
        return !was_cut_;
    }

    /// Our own bound: it tells the search which configurations are not worth a look, and where to begin.
    void bound(SolverResult& result) {
        if (!options_.mechanisms.local_search) return;
        result.allocation = best_.allocation;
        const std::optional<BoundResult> bound = certify_early(table_, options_, result);
        if (!bound) return;
        configuration_bounds_ = forced_bounds(table_, bound->prices);
        relaxed_support_ = support_of(*bound);
    }

    bool is_tight() const {
        return evaluate_cost(table_, best_.allocation).unmet > kMuchUnserved * best_.rank.total_usd;
    }

    int num_nodes() const {
        const int nodes = affordable_nodes(table_, effort_of(options_.effort).nodes);
        return is_tight() ? std::max(nodes, affordable_nodes(table_, kNodesOfTight)) : nodes;
    }

    /// Once: the first nodes of branch and price. Where instances are small they find the optimum and prove it sooner than starts
    /// would.
    void search_tree(ProgressObserver* observer, SolverResult& result) {
        const bool is_wanted = !has_tree_ && !configuration_bounds_.empty() &&
                               options_.mechanisms.multi_start && best_.rank.is_feasible();
        const int max_nodes = is_wanted && !is_closed(result) ? num_nodes() : 0;
        if (max_nodes == 0 || !may_go_on()) return;
        has_tree_ = true;
        TreeOptions tree;
        tree.gap = kOptimalityGap / 2;
        tree.max_nodes = max_nodes;
        tree.incumbent_usd = best_.rank.total_usd;
        tree.incumbent = &best_.allocation;
        tree.prices = &*result.prices;
        tree.pool = &result.pool;
        tree.is_searched = true;
        tree.make_support_solver = [this] { return make_support_plans(table_, configuration_bounds_); };
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

    bool is_within(double gap, const SolverResult& result) const {
        return result.lower_bound && best_.rank.is_feasible() &&
               best_.rank.total_usd <= *result.lower_bound * (1 + gap);
    }
    bool is_closed(const SolverResult& result) const { return is_within(kOptimalityGap, result); }
    /// Further starts would gain little.
    bool is_close(const SolverResult& result) const {
        return is_within(effort_of(options_.effort).close_gap, result);
    }

    /// The greedy on a named order, or with noise on a random one: two named orders, then one after every two random ones.
    Start make_start(int index) const {
        Rng rng(options_.seed, 1, static_cast<std::uint64_t>(index));
        const int name = index < 2 ? index : 1 + (index - 1) / 3;
        const bool is_named = (index < 2 || index % 3 == 1) && name < static_cast<int>(orders_.size());
        const std::vector<int> order =
            is_named ? orders_[static_cast<std::size_t>(name)] : random_type_order(table_, rng);
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

    /// Descends from what runs now, and from what the relaxation runs.
    void descend_from_known(const SolverResult& result) {
        for (const std::vector<int>& support : {running_support(), relaxed_support_}) {
            if (support.empty() || is_close(result) || !may_go_on()) continue;
            std::vector<Start> starts(1);
            starts.front().set_support(support);
            improve(std::move(starts));
        }
    }

    /// Descends from constructions.
    void run_round(int begin, int end) {
        std::vector<Start> starts(static_cast<std::size_t>(end - begin));
        parallel_for(0, starts.size(), 1,
                     [&](std::size_t n) { starts[n] = make_start(begin + static_cast<int>(n)); });
        for (const Start& start : starts) merge(start);
        improve(std::move(starts));
    }

    /// The best plan without each of its configurations in turn: from where that leads the search, with all configurations again,
    /// finds what starts of another kind do not. Again while that helps.
    void perturb(const SolverResult& result) {
        if (!options_.mechanisms.multi_start || !options_.mechanisms.local_search) return;
        const int most = size_of(table_) > kFullSize ? 0 : effort_of(options_.effort).perturbations;
        bool has_helped = best_.rank.is_feasible();
        for (int n = 0; n < most && has_helped && !is_close(result) && may_go_on(); ++n) {
            const double before_usd = best_.rank.total_usd;
            perturb_once();
            has_helped = best_.rank.total_usd < before_usd;
        }
    }

    void perturb_once() {
        const std::vector<int> support = best_.support;
        std::vector<Start> starts(support.size());
        std::vector<char> was_stopped(support.size(), 0);
        parallel_for(0, support.size(), 1, [&](std::size_t n) {
            std::vector<double> configuration_bounds = configuration_bounds_;
            configuration_bounds.resize(static_cast<std::size_t>(table_.num_configurations()), 0.0);
            configuration_bounds[static_cast<std::size_t>(support[n])] = kUnlimited;
            std::vector<int> rest = support;
            rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(n));
            starts[n].set_support(std::move(rest));
            was_stopped[n] = descend(starts[n], LocalSearch::Neighbourhood::near, configuration_bounds);
        });
        note_stops(was_stopped);
        for (const Start& start : starts) merge(start);
        improve(std::move(starts));
        widen();
    }

    /// From new supports to local optima.
    void improve(std::vector<Start>&& starts) {
        for (Start& start : starts) start.counters = {};  // they are merged already
        keep_new(starts, started_from_);
        descend(starts, LocalSearch::Neighbourhood::near);
        local_optima_.insert(local_optima_.end(), starts.begin(), starts.end());
    }

    /// On from the best of the local optima since the last time, best first, by wide steps.
    void widen() {
        std::vector<Start> starts = std::exchange(local_optima_, {});
        if (!options_.mechanisms.local_search) return;
        std::stable_sort(starts.begin(), starts.end(), is_better);
        std::set<std::vector<int>> met = widened_;
        keep_new(starts, met);
        if (starts.size() > kWidePerRound) starts.resize(kWidePerRound);
        for (const Start& start : starts) widened_.insert(start.support);
        descend(starts, LocalSearch::Neighbourhood::wide);
    }

    /// Where no construction leads to a plan that keeps all limits, other supports may.
    void phase_one() {
        if (!options_.mechanisms.multi_start || !options_.mechanisms.local_search || !may_go_on()) return;
        const std::vector<std::vector<int>> supports = phase_one_supports(table_, stop_);
        std::vector<Start> starts;
        for (const std::vector<int>& support : supports) starts.emplace_back().set_support(support);
        descend(starts, LocalSearch::Neighbourhood::near);
    }

    /// Leaves the starts whose support has not been seen.
    static void keep_new(std::vector<Start>& starts, std::set<std::vector<int>>& seen) {
        std::erase_if(starts, [&](const Start& start) { return !seen.insert(start.support).second; });
    }

    /// Every start becomes the local optimum it leads to; what they found is merged in their order.
    void descend(std::vector<Start>& starts, LocalSearch::Neighbourhood neighbourhood) {
        std::vector<char> was_stopped(starts.size(), 0);
        parallel_for(0, starts.size(), 1, [&](std::size_t n) {
            was_stopped[n] = descend(starts[n], neighbourhood, configuration_bounds_);
        });
        note_stops(was_stopped);
        for (Start& start : starts) {
            merge(start);
            start.counters = {};
        }
    }

    /// Returns whether the descent was cut short.
    bool descend(Start& start, LocalSearch::Neighbourhood neighbourhood,
                 std::span<const double> configuration_bounds) const {
        LocalSearch search(table_, parameters_);
        search.set_configuration_bounds(configuration_bounds);
        search.set_cache(&cache_);
        if (search.descend(start.support, neighbourhood, stop_)) {
            Start improved;
            improved.set_plan(table_, search.allocation());
            start.counters = search.counters();
            improved.counters = start.counters;
            if (is_better(improved, start)) start = std::move(improved);
        }
        return search.was_stopped();
    }

    void note_stops(const std::vector<char>& was_stopped) {
        was_cut_ = was_cut_ || std::find(was_stopped.begin(), was_stopped.end(), 1) != was_stopped.end();
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
    bool was_cut_ = false;  // work was left undone
    bool has_tree_ = false;
    std::vector<double> configuration_bounds_;
    std::vector<int> relaxed_support_;
    mutable SupportCache cache_;               // shared by descents on all threads
    std::set<std::vector<int>> started_from_;  // supports
    std::set<std::vector<int>> widened_;       // supports from which the search has looked further
    std::vector<Start> local_optima_;          // from which it may yet do so
    Start best_;
    MoveCounters counters_{};
    std::chrono::steady_clock::time_point started_;
};

}  // namespace

int num_agh_starts(const CandidateTable& table, int effort) {
    const double relative_size = std::max(1.0, size_of(table) / kFullSize);
    const int least = std::min(2, effort_of(effort).starts);
    return std::max(least, static_cast<int>(effort_of(effort).starts / relative_size));
}

int affordable_nodes(const CandidateTable& table, int wanted) {
    const double relative_size = std::max(1.0, size_of(table) / kFullSize);
    const double nodes = wanted / (relative_size * relative_size);
    return nodes < kFewNodes ? 0 : static_cast<int>(nodes);
}

SolverResult AdaptiveGreedySolver::solve(const CandidateTable& table, const SolveOptions& options,
                                         ProgressObserver* observer) const {
    const bool does_all = options.mechanisms.multi_start && options.mechanisms.local_search;
    const bool is_usual = options.effort > 0 && options.effort <= kUsualEffort;
    if (table.instance().num_types() >= kManyTypes && does_all && is_usual) {
        SolverResult result = size_by_lp(table, options, observer);
        if (result.is_stopped || rank(table, result.allocation).is_feasible()) return result;
    }
    return Run(table, options).run(observer);
}

}  // namespace allot
