#include "tree/strong_branching.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "bounds/column_generation.hpp"
#include "util/index.hpp"

namespace allot {
namespace {

/// Of column generation, for each part in the second.
constexpr int kMostIterationsOfPart = 12;
constexpr double kTailOfPart = 0.1;

/// Both parts should become dear. `room_usd` = what closes one.
double score(double down_usd, double up_usd, double room_usd, double most) {
    constexpr double kLittle = 1e-3;
    return std::clamp(down_usd / room_usd, kLittle, most) * std::clamp(up_usd / room_usd, kLittle, most);
}

double room(double cutoff_usd, double bound_usd) {
    return std::max(cutoff_usd - bound_usd, 1e-9 * std::abs(bound_usd));
}

}  // namespace

/// Candidates, best first by what the master becomes without new patterns.
std::vector<std::size_t> StrongBranching::rank(const std::vector<Branch>& branches,
                                               const NodeDomain& domain) {
    // New patterns take away much of a rise: one beyond what closes a part is still worth more than one that just does.
    constexpr double kMost = 2;
    const double base_usd = master_.objective_usd();
    const double room_usd = room(cutoff_usd(), base_usd);
    std::vector<std::pair<double, std::size_t>> scores;
    for (std::size_t n = 0; n < branches.size(); ++n) {
        const double down = master_.probe(branches[n].down, domain, effort_.probe_pivots) - base_usd;
        const double up = master_.probe(branches[n].up, domain, effort_.probe_pivots) - base_usd;
        scores.emplace_back(-score(down, up, room_usd, kMost), n);
    }
    std::stable_sort(scores.begin(), scores.end());
    std::vector<std::size_t> order;
    for (const auto& [score, n] : scores) order.push_back(n);
    return order;
}

/// What some column generation proves of a part.
Side StrongBranching::look_into(NodeDomain&& domain, const BoundResult& bound) {
    lagrangian_.enter(domain);
    master_.restrict_to(domain);
    BoundResult part =
        ColumnGeneration(table_, lagrangian_, master_, options_).run(bound.prices, bound.lower_bound_usd);
    iterations_ += part.iterations;
    return {std::move(domain), part.lower_bound_usd, std::make_shared<const Prices>(std::move(part.prices))};
}

ProbedBranch StrongBranching::choose(std::vector<Branch>&& branches, const NodeDomain& domain,
                                     const BoundResult& bound) {
    if (branches.size() == 1) {
        const auto prices = std::make_shared<const Prices>(bound.prices);
        return {{std::move(branches[0].down), bound.lower_bound_usd, prices},
                {std::move(branches[0].up), bound.lower_bound_usd, prices}};
    }
    const std::vector<std::size_t> order = rank(branches, domain);
    options_.max_iterations = kMostIterationsOfPart;
    options_.tail = kTailOfPart;
    const double room_usd = room(cutoff_usd(), bound.lower_bound_usd);
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
            (is_up ? probed.up : probed.down) = look_into(std::move(is_up ? branch.up : branch.down), bound);
        }
        const double its_score = score(probed.down.bound_usd - bound.lower_bound_usd,
                                       probed.up.bound_usd - bound.lower_bound_usd, room_usd, 1);
        if (its_score <= best_score) continue;
        best_score = its_score;
        place_of_best = k;
        best = std::move(probed);
    }
    lagrangian_.enter(domain);
    return best;
}

}  // namespace allot
