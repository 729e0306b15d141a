#include "search/move.hpp"

#include <algorithm>
#include <tuple>

namespace allot {
namespace {

/// A neighbour must be cheaper by this much, relative: less is noise of the simplex in the subproblem, and could cycle.
constexpr double kLeastImprovement = 1e-7;

}  // namespace

const char* to_string(MoveKind kind) {
    switch (kind) {
        case MoveKind::add:
            return "add";
        case MoveKind::remove:
            return "remove";
        case MoveKind::swap:
            return "swap";
        case MoveKind::replace:
            return "replace";
        case MoveKind::pair:
            return "pair";
    }
    return "";
}

bool is_more_promising(const Move& a, const Move& b) {
    return std::tie(a.failures, a.quota_round, a.estimated_usd, a.first_added, a.second_added, a.drop) <
           std::tie(b.failures, b.quota_round, b.estimated_usd, b.first_added, b.second_added, b.drop);
}

bool LocalIncumbent::is_member(int c) const {
    return std::find(support.begin(), support.end(), c) != support.end();
}

double LocalIncumbent::cutoff_usd() const { return cost_usd * (1 - kLeastImprovement); }

}  // namespace allot
