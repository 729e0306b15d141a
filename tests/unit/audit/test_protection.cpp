#include <algorithm>
#include <vector>

#include <boost/random/mersenne_twister.hpp>
#include <boost/random/uniform_01.hpp>
#include <doctest/doctest.h>

#include "audit/protection.hpp"

using allot::auditing::Deviant;
using allot::auditing::worst_deviation;

namespace {

/// The same by linear-programming duality: min over tau >= 0 of budget * tau + sum cap max(0, amount - tau).
double by_duality(const std::vector<Deviant>& deviants, double budget) {
    std::vector<double> corners{0};
    for (const Deviant& deviant : deviants) {
        corners.push_back(deviant.amount);
    }
    double least = 1e300;
    for (const double tau : corners) {
        double value = budget * tau;
        for (const Deviant& deviant : deviants) {
            value += deviant.cap * std::max(0.0, deviant.amount - tau);
        }
        least = std::min(least, value);
    }
    return least;
}

}  // namespace

// Sorted by hand: caps and the fractional last one are where a greedy fill goes wrong.
TEST_CASE("worst_deviation takes the largest amounts first") {
    const std::vector<Deviant> deviants{{1, 1}, {5, 0.5}, {3, 1}};
    CHECK(worst_deviation(deviants, 0) == 0);
    CHECK(worst_deviation(deviants, 0.25) == doctest::Approx(1.25));  // 0.25 x 5
    CHECK(worst_deviation(deviants, 1) == doctest::Approx(4));        // 0.5 x 5 + 0.5 x 3
    CHECK(worst_deviation(deviants, 2) == doctest::Approx(6));        // 0.5 x 5 + 3 + 0.5 x 1
    CHECK(worst_deviation(deviants, 9) == doctest::Approx(6.5));      // all, each up to its cap
    CHECK(worst_deviation({}, 3) == 0);
}

// Greedy is optimal only for this shape of problem;
// strong duality shows it on 200 random cases, without trusting us.
TEST_CASE("worst_deviation is optimal: it equals its dual") {
    boost::random::mt19937 engine(7);
    boost::random::uniform_01<double> uniform;
    for (int round = 0; round < 200; ++round) {
        std::vector<Deviant> deviants(static_cast<std::size_t>(round % 8));
        for (Deviant& deviant : deviants) {
            deviant = {uniform(engine), uniform(engine)};
        }
        const double budget = 4 * uniform(engine);
        CAPTURE(round);
        CHECK(worst_deviation(deviants, budget) ==
              doctest::Approx(by_duality(deviants, budget)).epsilon(1e-12));
    }
}
