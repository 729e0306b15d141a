#include "solvers/lp_sizing.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "bounds/lagrangian.hpp"
#include "bounds/pair_relaxation.hpp"
#include "bounds/price_ascent.hpp"
#include "bounds/reduced_cost_fixing.hpp"
#include "milp/fleet_routing.hpp"
#include "problem/tolerances.hpp"
#include "search/construction.hpp"
#include "search/local_search.hpp"
#include "solvers/greedy.hpp"
#include "solvers/support_choice.hpp"
#include "subproblem/fleet_program.hpp"
#include "util/clock.hpp"
#include "util/index.hpp"
#include "util/parallel.hpp"

namespace allot {
namespace {

/// Significant digits of what would be enough, rounded up.
constexpr int kDigits = 5;
/// Of those that go short so many are named.
constexpr std::size_t kMaxNamed = 10;
/// Shares of types: what a relaxation leaves unserved below this is rounding.
constexpr double kNoShortfall = 1e-6;
/// Of raising the bound: steps, and pairs that they may look at in all. A second at 100 types, 20 models and 30 tiers.
constexpr int kAscentSteps = 150;
constexpr double kAscentWork = 6e8;

class Sizing {
  public:
    explicit Sizing(SearchContext& context)
        : context_(context), table_(context.table()), parameters_(context.parameters().lp_sizing) {}

    std::vector<std::string> run() {
        offer_first();
        if (!context_.may_go_on()) return {};
        const Clock::time_point start = Clock::now();
        PairRelaxation relaxation(table_);
        overfull_ = relaxation.overfull();
        scarce_.insert(overfull_.begin(), overfull_.end());
        context_.bound.is_infeasible = !overfull_.empty();
        if (solve(relaxation)) {
            note_scarce(relaxation);
            if (!context_.bound.is_infeasible && relaxation.shortfall() > kNoShortfall) prove_infeasible();
            if (!context_.bound.is_infeasible) note_bound(relaxation);
            context_.counters.emplace_back("bound_ms", ms_since(start));
            plan_from(relaxation);
        }
        raise_bound();
        if (wants_greedy()) offer_greedy();
        context_.report();
        std::vector<std::string> enough;
        if (!context_.incumbent.is_feasible()) enough = enough_alone();
        if (context_.incumbent.is_feasible()) {
            if (!is_close() && scarce_.empty() && !is_large()) refine();
            return {};
        }
        return enough.empty() ? enough : with_shortfall(std::move(enough));
    }

  private:
    void offer_greedy() {
        has_greedy_ = true;
        context_.offer(GreedySolver().solve(table_, context_.remaining_options(), nullptr).allocation);
    }

    /// So that whoever stops the linear programs has a plan. Where it goes short the greedy's will be needed, and comes now, if it does
    /// not take longer than they do; else it comes after them, if at all.
    void offer_first() {
        context_.offer(Allocation(table_.instance().num_types()));
        if (!context_.may_go_on()) return;
        const Construction construction(table_, context_.mechanisms());
        Steering steering;
        steering.stop = context_.stop();
        context_.offer(construction.build(construction.order_by_rate(), steering));
        context_.report();
        if (!context_.incumbent.is_feasible() && !is_large()) offer_greedy();
    }

    bool solve(PairRelaxation& relaxation) {
        const LpStatus status = relaxation.solve(context_.stop());
        context_.note_cut(status == LpStatus::stopped);
        return status == LpStatus::optimal;
    }

    double size() const { return table_.num_pairs() * static_cast<double>(table_.instance().num_types()); }
    bool is_large() const { return size() > parameters_.max_refined_size; }
    bool is_close() const { return context_.is_within(context_.parameters().multi_start.close_gap); }

    void note_scarce(const PairRelaxation& relaxation) {
        for (int r = 0; r < table_.resources.size(); ++r) {
            if (relaxation.prices().resource_usd[at(r)] > 0) scarce_.insert(r);
        }
    }

    void prove_infeasible() {
        PairRelaxation shortfall(table_, {RelaxationAim::Kind::shortfall});
        if (!solve(shortfall)) return;
        note_scarce(shortfall);
        context_.bound.is_infeasible = shortfall.lower_bound() > kNoShortfall;
        if (context_.bound.is_infeasible) shortfall_.emplace(std::move(shortfall));
    }

    /// The relaxation bounds with artifacts as a whole, the Lagrangian with whole replicas: whichever is more.
    void note_bound(const PairRelaxation& relaxation) {
        if (!context_.mechanisms().bounds || !context_.mechanisms().feasible_parallelism) return;
        Lagrangian lagrangian(table_);
        context_.bound.raise(lagrangian.evaluate(relaxation.prices()));
        context_.bound.raise(relaxation.lower_bound());
        context_.bound.prices = lagrangian.prices();
    }

    /// Towards the plan, where that is not near: the relaxation lets a group run several configurations.
    void raise_bound() {
        if (!context_.incumbent.is_feasible() || !context_.bound.prices || is_close()) return;
        Lagrangian lagrangian(table_);
        Prices prices = *context_.bound.prices;
        const double steps = std::min(double(kAscentSteps), kAscentWork / table_.num_pairs());
        context_.bound.raise(ascend(table_, lagrangian, prices,
                                    {.steps = static_cast<int>(steps),
                                     .target_usd = context_.incumbent.rank.total_usd,
                                     .gap = context_.parameters().multi_start.close_gap,
                                     .stop = context_.stop()}));
        context_.note_cut(context_.stop().is_met());
    }

    /// Large tables take it long, and where the relaxation proves that demand goes short it has not been seen to serve more.
    bool wants_greedy() const {
        const bool has_plan = context_.incumbent.has_plan && context_.bound.is_infeasible && is_large();
        return !has_greedy_ && !is_close() && !has_plan;
    }

    std::vector<int> support_of(PairRelaxation& relaxation) {
        SupportChoice choice(table_, relaxation, context_.stop());
        std::vector<int> support = choice.support();
        context_.note_cut(choice.is_stopped());
        return support;
    }

    void plan_from(PairRelaxation& relaxation) {
        const std::vector<int> support = support_of(relaxation);
        if (support.empty() || !context_.may_go_on()) return;
        route_on(FleetProgram(table_, support).whole_fleet(context_.stop()));
    }

    void route_on(const std::vector<int>& replicas) {
        if (replicas.empty() || !context_.may_go_on()) return;
        if (const std::optional<Allocation> routed = route_on_fleet(table_, replicas, context_.stop()))
            context_.offer(*routed);
        context_.report();
    }

    /// What would be enough of each scarce resource on its own, from the fleet that takes least of it, or else what is needed at least. Where
    /// there is enough, that fleet is a plan.
    std::vector<std::string> enough_alone() {
        std::vector<std::string> lines;
        for (const int r : overfull_.size() > 1 ? overfull_ : may_be_enough()) {
            if (!context_.may_go_on() || context_.incumbent.is_feasible()) break;
            PairRelaxation use(table_, {RelaxationAim::Kind::use, r});
            const Resource& resource = table_.resources[r];
            double needed = use.least_use(r);
            double used = kUnlimited;
            std::vector<int> replicas;
            if (overfull_.size() <= 1) {
                if (!solve(use) || use.shortfall() > kNoShortfall) continue;
                needed = std::max(needed, use.lower_bound());
                // Storing artifacts as a whole takes a large table ten times as long as this bound, and next to nothing of it.
                if (overfull_.empty() || !is_large()) std::tie(replicas, used) = least_fleet(use, r);
            }
            if (used <= resource.limit * (1 + kConstraintTolerance)) {
                route_on(replicas);
            } else if (used < kUnlimited) {
                lines.push_back(enough_line(resource, used));
            } else if (needed > resource.limit * (1 + kConstraintTolerance)) {
                lines.push_back(needed_line(resource, needed));
            }
        }
        return lines;
    }

    /// Scarce resources of which more might do on its own: not where another is overfull, nor where there is a shortfall at the same
    /// prices without it.
    std::vector<int> may_be_enough() {
        if (!overfull_.empty()) return overfull_;
        std::vector<int> resources;
        for (const int r : scarce_) {
            if (!shortfall_ || shortfall_->lower_bound_without(r) <= kNoShortfall) resources.push_back(r);
        }
        return resources;
    }

    /// The whole fleet that takes least of a resource, and how much; kUnlimited where none was found that serves what it must.
    std::pair<std::vector<int>, double> least_fleet(PairRelaxation& use, int resource) {
        const std::vector<int> support = support_of(use);
        if (support.empty()) return {{}, kUnlimited};
        FleetProgram program(table_, support, resource);
        std::vector<int> replicas = program.whole_fleet(context_.stop());
        if (replicas.empty() || program.shortfall() > kNoShortfall) return {{}, kUnlimited};
        return {std::move(replicas), program.counted_use()};
    }

    /// As all advice reads (infeasibility/feasibility_relaxation.hpp).
    static std::string enough_line(const Resource& resource, double amount) {
        if (!resource.more.empty()) {
            const double whole = std::ceil(amount - kConstraintTolerance);
            return fmt::format("enough on its own: {:.0f} more {} ({:.0f} instead of {:.0f})",
                               whole - resource.limit, resource.more, whole, resource.limit);
        }
        const double unit = std::pow(10, std::floor(std::log10(amount)) - (kDigits - 1));
        return fmt::format("enough on its own: {} to at least {:.6g} (now {:.6g})", resource.field,
                           std::ceil(amount / unit) * unit, resource.limit);
    }

    static std::string needed_line(const Resource& resource, double amount) {
        return fmt::format("no plan with less than this: {} to at least {:.6g} (now {:.6g})", resource.field,
                           amount, resource.limit);
    }

    /// Who goes short, the first few, before these lines.
    std::vector<std::string> with_shortfall(std::vector<std::string> enough) const {
        std::vector<std::string> lines = shortfall_reasons(table_, context_.incumbent.allocation);
        if (lines.size() > kMaxNamed) {
            const std::size_t left = lines.size() - kMaxNamed;
            lines.resize(kMaxNamed);
            lines.push_back(fmt::format("{} more query types are short", left));
        }
        lines.insert(lines.end(), enough.begin(), enough.end());
        return lines;
    }

    /// A short search, in which the bound rules configurations out. Not where limits bind: dense subproblems of hundreds of rows then take
    /// long, and gain a part in a thousand.
    void refine() {
        if (context_.bound.prices)
            context_.bound.configuration_usd = forced_bounds(table_, *context_.bound.prices, context_.stop());
        SearchParameters parameters;
        parameters.max_evaluations = parameters_.evaluations;
        parameters.node_limit = parameters_.node_limit;
        LocalSearch search(table_, parameters);
        search.set_configuration_bounds(context_.bound.configuration_usd);
        const std::vector<int> support = context_.incumbent.allocation.configuration;
        if (search.descend(support, LocalSearch::Neighbourhood::near, context_.stop()))
            context_.offer(search.allocation());
        context_.note_cut(search.was_stopped());
        context_.report();
    }

    SearchContext& context_;
    const CandidateTable& table_;
    const LpSizingParameters& parameters_;
    std::set<int> scarce_;                     // resources with a price
    std::vector<int> overfull_;                // those of which there is too little whatever else there is
    std::optional<PairRelaxation> shortfall_;  // where it proves that no plan keeps all limits
    bool has_greedy_ = false;
};

}  // namespace

std::vector<std::string> size_by_lp(SearchContext& context) { return Sizing(context).run(); }

}  // namespace allot
