#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <span>

#include "util/index.hpp"
#include "util/infinity.hpp"

namespace allot {

/// The cheapest way to serve one query type alone, once every load has a fixed price:
///
///     min  sum_n usd_n x_n   subject to   sum_n x_n = 1,   sum_n excess_n x_n <= 0,   x >= 0.
///
/// Its points are the pairs of the type: `usd` is what serving all of the type there costs [USD], `excess` by how much the error
/// there is above the limit (<= 0: inside the limit; 0 without a limit). Two rows, so an optimal basis has at most two points: one
/// inside alone, or one inside and one outside mixed such that the mean error meets the limit. Geometrically it is where the lower
/// convex hull of price over error crosses the limit; the slope of that edge is the dual of the error row, a price of error.
///
/// A point is any type with members `excess` and `usd`. Nothing here allocates.
struct TypeMixture {
    double usd = kInfinity;  ///< infinite: no point is inside the limit
    int one = -1;            ///< index of a point; inside the limit when it is alone
    int other = -1;  ///< index of the point on the other side of the limit that it is mixed with; -1: none
    double other_part = 0;  ///< share of the type that `other` serves, in [0, 1]; `one` serves the rest
};

/// The share of a second point at which two points, one inside and one outside the limit, meet it together.
constexpr double part_on_other_side(double excess, double other_excess) {
    return excess / (excess - other_excess);
}

/// The point that is cheapest at a price per unit of excess [USD]; of equals the one with the least excess. -1 without points. O(n).
template <typename Point>
int cheapest_point(std::span<const Point> points, double usd_per_excess) {
    int best = -1;
    double least = kInfinity;
    for (std::size_t n = 0; n < points.size(); ++n) {
        const double total = points[n].usd + usd_per_excess * points[n].excess;
        if (total < least || (total == least && best >= 0 && points[n].excess < points[at(best)].excess)) {
            least = total;
            best = static_cast<int>(n);
        }
    }
    return best;
}

/// The point of least excess; of equals the cheapest. -1 without points. O(n).
template <typename Point>
int innermost_point(std::span<const Point> points) {
    int best = points.empty() ? -1 : 0;
    for (std::size_t n = 1; n < points.size(); ++n) {
        const Point& point = points[n];
        const Point& least = points[at(best)];
        const bool is_cheaper = point.excess == least.excess && point.usd < least.usd;
        if (point.excess < least.excess || is_cheaper) best = static_cast<int>(n);
    }
    return best;
}

/// The optimum over all points, with its dual.
struct PricedMixture {
    TypeMixture mixture;  ///< `one` is inside the limit, `other` outside
    double usd_per_excess =
        0;  ///< dual of the error row: at this price no point costs less than `mixture.usd`
};

/// By cutting planes on the dual: between the cheapest point found so far inside the limit and outside, the price at which both cost
/// the same either is optimal or shows a better point. `mixture.usd` is the Lagrangian value at the last price, hence a lower bound
/// whatever was rounded. Each step is one pass and each point comes up at most once: O(n) times a few steps, no sorting.
template <typename Point>
PricedMixture cheapest_mixture(std::span<const Point> points) {
    const int cheapest = cheapest_point(points, 0.0);
    if (cheapest < 0) return {};
    if (points[at(cheapest)].excess <= 0) return {{points[at(cheapest)].usd, cheapest}};
    int inside = innermost_point(points);
    int outside = cheapest;
    if (points[at(inside)].excess > 0) return {};
    const auto excess = [points](int n) { return points[at(n)].excess; };
    const auto cost_at = [points](int n, double price) {
        return points[at(n)].usd + price * points[at(n)].excess;
    };
    double price = 0;
    for (std::size_t step = 0; step < points.size(); ++step) {
        price = (points[at(inside)].usd - points[at(outside)].usd) / (excess(outside) - excess(inside));
        const int next = cheapest_point(points, price);
        const double gain = cost_at(inside, price) - cost_at(next, price);
        if (next == inside || next == outside || gain <= 0) break;
        (excess(next) <= 0 ? inside : outside) = next;
    }
    const double part = part_on_other_side(excess(inside), excess(outside));
    assert(price >= 0 && part >= 0 && part <= 1);
    return {{cost_at(cheapest_point(points, price), price), inside, outside, part}, price};
}

/// The optimum once `point`, of index `index`, joins `points`, whose optimum is `best` with the dual `usd_per_excess`: `best` itself
/// where the new point does not improve on it, or else the new point alone or mixed with one of the others. O(n), O(1) where the dual
/// shows that nothing is gained.
template <typename Point>
TypeMixture mixture_with(std::span<const Point> points, const TypeMixture& best, double usd_per_excess,
                         const Point& point, int index) {
    if (point.usd + usd_per_excess * point.excess >= best.usd) return best;
    TypeMixture with = best;
    const bool is_inside = point.excess <= 0;
    if (is_inside && point.usd < with.usd) with = {point.usd, index};
    for (std::size_t n = 0; n < points.size(); ++n) {
        const Point& other = points[n];
        if ((other.excess <= 0) == is_inside) continue;
        const double part = part_on_other_side(point.excess, other.excess);
        const double usd = part * other.usd + (1 - part) * point.usd;
        if (usd < with.usd) with = {usd, index, static_cast<int>(n), part};
    }
    return with;
}

/// The least price per unit of excess at which no point costs less than `usd`, the value of their best mixture: its dual. O(n).
template <typename Point>
double error_price(std::span<const Point> points, double usd) {
    double price = 0;
    if (usd == kInfinity) return price;
    for (const Point& point : points) {
        if (point.excess > 0) price = std::max(price, (usd - point.usd) / point.excess);
    }
    return price;
}

}  // namespace allot
