#include "tree/strong_branching.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

#include "bounds/column_generation.hpp"
#include "bounds/tolerances.hpp"
#include "util/index.hpp"

namespace allot {
namespace {

/// Column generation for each side in the second phase is ended after a dozen iterations, and when the side's bound can gain no more
/// than a tenth of what it is short of the cutoff. The bounds only have to rank candidates: the first iterations raise them most, and a
/// side that becomes a node goes on from the patterns found here.
constexpr int kIterationsOfSide = 12;
constexpr double kTailOfSide = 0.1;

/// Product of what the bounds of both sides rise by, each as a part of `room_usd`, which closes a side (Achterberg et al. 2005).
/// A side that does not rise counts as a thousandth, so that the other side still decides between candidates. No side counts as more
/// than `max_part`.
double score(double down_usd, double up_usd, double room_usd, double max_part) {
    constexpr double kLeastPart = 1e-3;
    assert(room_usd >= 0 && max_part >= 1);
    return std::clamp(down_usd / room_usd, kLeastPart, max_part) *
           std::clamp(up_usd / room_usd, kLeastPart, max_part);
}

/// By how much a bound has to rise to reach the cutoff; positive also where rounding has taken it there.
double room(double cutoff_usd, double bound_usd) {
    return std::max(cutoff_usd - bound_usd, kLeastRoom * std::abs(bound_usd));
}

}  // namespace

/// First phase: candidates, best first by the objective that the master has on their sides without new patterns.
std::vector<std::size_t> StrongBranching::rank(const std::vector<Branch>& branches,
                                               const NodeDomain& domain) {
    // New patterns take away much of what the objective rises by: twice the room is still worth more than just the room.
    constexpr double kMaxPartOfRoom = 2;
    const double base_usd = master_.objective_usd();
    const double room_usd = room(cutoff_usd(), base_usd);
    std::vector<std::pair<double, std::size_t>> scores;
    const auto rise_of = [&](const NodeDomain& side) {
        return master_.probe(side, domain, effort_.probe_pivots, options_.stop) - base_usd;
    };
    for (std::size_t n = 0; n < branches.size() && !options_.stop.is_met(); ++n) {
        const double down = rise_of(branches[n].down);
        const double up = rise_of(branches[n].up);
        scores.emplace_back(-score(down, up, room_usd, kMaxPartOfRoom), n);
    }
    assert(
        std::none_of(scores.begin(), scores.end(), [](const auto& each) { return std::isnan(each.first); }));
    std::stable_sort(scores.begin(), scores.end());
    std::vector<std::size_t> order;
    for (const auto& [score, n] : scores) order.push_back(n);
    return order;
}

/// Second phase, one side: the bound that a little column generation proves of it.
Side StrongBranching::bound_side(NodeDomain&& domain, const BoundResult& bound) {
    lagrangian_.enter(domain);
    master_.restrict_to(domain);
    BoundResult side =
        ColumnGeneration(table_, lagrangian_, master_, options_).run(bound.prices, bound.lower_bound_usd);
    iterations_ += side.iterations;
    assert(side.lower_bound_usd >= bound.lower_bound_usd);
    return {std::move(domain), side.lower_bound_usd, std::make_shared<const Prices>(std::move(side.prices))};
}

ProbedBranch StrongBranching::choose(std::vector<Branch>&& branches, const NodeDomain& domain,
                                     const BoundResult& bound) {
    assert(!branches.empty());
    const std::vector<std::size_t> order =
        branches.size() > 1 ? rank(branches, domain) : std::vector<std::size_t>();
    if (order.empty() || options_.stop.is_met()) {  // nothing to choose, or no time: bounded as nodes
        Branch& first = branches[order.empty() ? 0 : order[0]];
        const auto prices = std::make_shared<const Prices>(bound.prices);
        return {{std::move(first.down), bound.lower_bound_usd, prices},
                {std::move(first.up), bound.lower_bound_usd, prices}};
    }
    options_.max_iterations = kIterationsOfSide;
    options_.tail = kTailOfSide;
    const double room_usd = room(cutoff_usd(), bound.lower_bound_usd);
    assert(effort_.no_better >= 0 && &lagrangian_.domain() == &domain);
    const LpBasis basis = master_.basis();
    ProbedBranch best;
    double best_score = -1;
    std::size_t place_of_best = 0;
    for (std::size_t k = 0; k < order.size() && k <= place_of_best + at(effort_.no_better); ++k) {
        if (k > 0 && options_.stop.is_met()) break;
        Branch& branch = branches[order[k]];
        ProbedBranch probed;
        for (const bool is_up : {false, true}) {
            master_.set_basis(basis);
            (is_up ? probed.up : probed.down) = bound_side(std::move(is_up ? branch.up : branch.down), bound);
        }
        const double its_score = score(probed.down.bound_usd - bound.lower_bound_usd,
                                       probed.up.bound_usd - bound.lower_bound_usd, room_usd, 1);
        if (its_score <= best_score) continue;
        best_score = its_score;
        place_of_best = k;
        best = std::move(probed);
    }
    assert(best_score >= 0);
    lagrangian_.enter(domain);
    return best;
}

}  // namespace allot
