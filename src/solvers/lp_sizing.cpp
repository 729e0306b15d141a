#include "solvers/lp_sizing.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "bounds/lagrangian.hpp"
#include "bounds/pair_relaxation.hpp"
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

class Sizing {
  public:
    explicit Sizing(SearchContext& context)
        : context_(context), table_(context.table()), parameters_(context.parameters().lp_sizing) {}

    std::vector<std::string> run() {
        offer_first();
        if (!context_.may_go_on()) return {};
        const Clock::time_point start = Clock::now();
        PairRelaxation relaxation(table_);
        for (const int r : relaxation.overfull()) {
            scarce_.insert(r);
            context_.bound.is_infeasible = true;
        }
        if (!context_.bound.is_infeasible && solve(relaxation)) {
            note_scarce(relaxation);
            if (relaxation.shortfall() > kNoShortfall) prove_infeasible();
            if (!context_.bound.is_infeasible) note_bound(relaxation);
            context_.counters.emplace_back("bound_ms", ms_since(start));
            plan_from(relaxation);
        }
        if (!is_close() && !has_greedy_) offer_greedy();
        context_.report();
        std::vector<std::string> enough;
        if (!context_.incumbent.is_feasible()) enough = enough_alone();
        if (context_.incumbent.is_feasible()) {
            if (!is_close() && scarce_.empty() && size() <= parameters_.max_refined_size) refine();
            return {};
        }
        return enough.empty() ? enough : with_shortfall(std::move(enough));
    }

  private:
    void offer_greedy() {
        has_greedy_ = true;
        context_.offer(GreedySolver().solve(table_, context_.remaining_options(), nullptr).allocation);
    }

    /// So that whoever stops the linear programs has a plan. Where it goes short the greedy's will be needed, and comes now; else the
    /// greedy comes after them, if at all.
    void offer_first() {
        context_.offer(Allocation(table_.instance().num_types()));
        if (!context_.may_go_on()) return;
        const Construction construction(table_, context_.mechanisms());
        Steering steering;
        steering.stop = context_.stop();
        context_.offer(construction.build(construction.order_by_rate(), steering));
        context_.report();
        if (!context_.incumbent.is_feasible()) offer_greedy();
    }

    bool solve(PairRelaxation& relaxation) {
        const LpStatus status = relaxation.solve(context_.stop());
        context_.note_cut(status == LpStatus::stopped);
        return status == LpStatus::optimal;
    }

    double size() const { return table_.num_pairs() * static_cast<double>(table_.instance().num_types()); }
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
    }

    /// The relaxation bounds with artifacts as a whole, the Lagrangian with whole replicas: whichever is more.
    void note_bound(const PairRelaxation& relaxation) {
        if (!context_.mechanisms().bounds || !context_.mechanisms().feasible_parallelism) return;
        Lagrangian lagrangian(table_);
        context_.bound.raise(lagrangian.evaluate(relaxation.prices()));
        context_.bound.raise(relaxation.lower_bound());
        context_.bound.prices = lagrangian.prices();
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
        for (const int r : scarce_) {
            if (!context_.may_go_on() || context_.incumbent.is_feasible()) break;
            PairRelaxation use(table_, {RelaxationAim::Kind::use, r});
            if (!solve(use) || use.shortfall() > kNoShortfall) continue;
            const Resource& resource = table_.resources[r];
            const double needed = use.lower_bound();
            const auto [replicas, used] = least_fleet(use, r);
            if (used <= resource.limit * (1 + kConstraintTolerance)) {
                route_on(replicas);
            } else if (used < kUnlimited) {
                lines.push_back(enough_line(resource, used));
            } else if (needed > resource.limit * (1 + kConstraintTolerance)) {
                lines.push_back(fmt::format("no plan with less than this: {} to at least {:.6g} (now {:.6g})",
                                            resource.field, needed, resource.limit));
            }
        }
        return lines;
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
    std::set<int> scarce_;  // resources with a price
    bool has_greedy_ = false;
};

}  // namespace

std::vector<std::string> size_by_lp(SearchContext& context) { return Sizing(context).run(); }

}  // namespace allot
