#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include <doctest/doctest.h>

#include "cost/type_mixture.hpp"
#include "util/rng.hpp"

namespace allot {
namespace {

struct Point {
    double excess;
    double usd;
};

/// The optimum of the two-row program over all of its bases: every point inside alone, every pair across the limit mixed.
double brute_force_usd(const std::vector<Point>& points) {
    double best = kInfinity;
    for (const Point& a : points) {
        if (a.excess <= 0) best = std::min(best, a.usd);
        for (const Point& b : points) {
            if (a.excess > 0 || b.excess <= 0) continue;
            const double part = -a.excess / (b.excess - a.excess);  // of b: the mean excess is 0
            best = std::min(best, (1 - part) * a.usd + part * b.usd);
        }
    }
    return best;
}

std::vector<Point> random_points(Rng& rng) {
    std::vector<Point> points;
    const int count = rng.integer(0, 9);
    // Few distinct errors and some on the limit, as models have them: ties and degenerate mixtures come up.
    for (int n = 0; n < count; ++n) points.push_back({0.05 * rng.integer(-3, 4), rng.uniform(1, 100)});
    return points;
}

/// Up to rounding; two infinite ones are equal, too, which they are not to doctest.
bool is_equal(double a, double b) { return a == b || std::abs(a - b) <= 1e-12 * std::abs(a); }

double mean_excess(const std::vector<Point>& points, const TypeMixture& mixture) {
    const auto part = [&](int n, double share) { return share * points[static_cast<std::size_t>(n)].excess; };
    const double other = mixture.other < 0 ? 0 : part(mixture.other, mixture.other_part);
    return part(mixture.one, 1 - mixture.other_part) + other;
}

}  // namespace

// Four bounds and estimates rest on this optimum; one pair overlooked would cut off good plans or weaken a bound unseen.
TEST_CASE("the cheapest mixture is the optimum over all pairs of points") {
    int num_mixed = 0;
    for (std::uint64_t seed = 0; seed < 2000; ++seed) {
        CAPTURE(seed);
        Rng rng(seed);
        const std::vector<Point> points = random_points(rng);
        const PricedMixture best = cheapest_mixture(std::span<const Point>(points));
        const double usd = brute_force_usd(points);
        if (usd == kInfinity) {
            CHECK(best.mixture.one == -1);
            CHECK(best.mixture.usd == kInfinity);
            continue;
        }
        CHECK(best.mixture.usd == doctest::Approx(usd).epsilon(1e-12));
        CHECK(mean_excess(points, best.mixture) <= 1e-12);
        // Strong duality: at the price of error no point costs less.
        for (const Point& point : points) {
            CHECK(point.usd + best.usd_per_excess * point.excess >= usd * (1 - 1e-12));
        }
        num_mixed += best.mixture.other >= 0;
    }
    CHECK(num_mixed > 200);
}

// The insertion bound adds points one by one and never looks at old pairs again: it must end where a fresh start ends.
TEST_CASE("points that join one by one lead to the same optimum and the same price of error") {
    for (std::uint64_t seed = 0; seed < 2000; ++seed) {
        CAPTURE(seed);
        Rng rng(seed);
        const std::vector<Point> points = random_points(rng);
        TypeMixture best;
        double price = 0;
        std::vector<Point> joined;
        for (const Point& point : points) {
            const int index = static_cast<int>(joined.size());
            const TypeMixture with = mixture_with(std::span<const Point>(joined), best, price, point, index);
            CHECK(with.usd <= best.usd);
            joined.push_back(point);
            best = with;
            price = error_price(std::span<const Point>(joined), best.usd);
            CHECK(is_equal(best.usd, brute_force_usd(joined)));
            if (best.one >= 0) CHECK(mean_excess(joined, best) <= 1e-12);
        }
        const PricedMixture fresh = cheapest_mixture(std::span<const Point>(points));
        CHECK(is_equal(best.usd, fresh.mixture.usd));
    }
}

// Without a limit every excess is 0: the answer is the cheapest point, and error has no price.
TEST_CASE("a type without an error limit is served by its cheapest point alone") {
    const std::vector<Point> points{{0, 3}, {0, 1}, {0, 2}};
    const PricedMixture best = cheapest_mixture(std::span<const Point>(points));
    CHECK(best.mixture.usd == 1);
    CHECK(best.mixture.one == 1);
    CHECK(best.mixture.other == -1);
    CHECK(best.usd_per_excess == 0);
}

}  // namespace allot
