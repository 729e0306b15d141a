#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "solvers/parameters.hpp"

using namespace allot;

// `run` of a plan has to show whatever could make it differ from that of another run, and nothing else.
TEST_CASE("parameters: what differs from the preset is named by its path, with its value") {
    for (const int effort : {0, 1, 2, 3, 4, 5}) CHECK(differences(preset(effort), effort).empty());
    Parameters parameters = preset(2);
    parameters.tree.branching.per_kind = 3;
    parameters.multi_start.noise = 0.25;
    const std::vector<std::pair<std::string, double>> expected{{"parameters.multi_start.noise", 0.25},
                                                               {"parameters.tree.branching.per_kind", 3}};
    CHECK(differences(parameters, 2) == expected);
}

// Efforts are promised to be ordered: more effort is never a smaller budget.
TEST_CASE("parameters: budgets grow with the effort") {
    for (int effort = 0; effort < 5; ++effort) {
        const Parameters less = preset(effort);
        const Parameters more = preset(effort + 1);
        CHECK(less.multi_start.starts <= more.multi_start.starts);
        CHECK(less.perturbation.rounds <= more.perturbation.rounds);
        CHECK(less.tree.nodes <= more.tree.nodes);
        CHECK(less.local_search.max_evaluations <= more.local_search.max_evaluations);
        CHECK(less.adaptive_greedy.multi_start.starts <= more.adaptive_greedy.multi_start.starts);
        CHECK(less.adaptive_greedy.perturbation.rounds <= more.adaptive_greedy.perturbation.rounds);
    }
    CHECK(differences(preset(-1), 0).empty());
    CHECK(differences(preset(9), 5).empty());
}

// `exact` begins with a search of little effort: numbers that the user has set have to hold there too.
TEST_CASE("parameters: at another effort what the user has changed stays") {
    Parameters parameters = preset(5);
    parameters.multi_start.noise = 0.1;
    parameters.tree.nodes = 7;
    Parameters expected = preset(1);
    expected.multi_start.noise = 0.1;
    expected.tree.nodes = 7;
    CHECK(differences(with_effort(parameters, 5, 1), 1) == differences(expected, 1));
    CHECK(differences(with_effort(preset(3), 3, 1), 1).empty());
}
