#include "solvers/parameters.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <type_traits>

#include "problem/path.hpp"
#include "solvers/parameters_schema.hpp"

namespace allot {
namespace {

/// What an effort, 0 to 5, allows.
struct Effort {
    int starts;
    int perturbations;
    int nodes;
    double close_gap;
    int agh_starts;
    int agh_perturbations;
};
constexpr std::array kEfforts{Effort{0, 0, 0, 0, 2, 0},        Effort{1, 0, 0, 2e-2, 2, 0},
                              Effort{2, 0, 0, 1e-2, 8, 1},     Effort{8, 1, 80, 5e-3, 32, 2},
                              Effort{24, 4, 240, 5e-4, 96, 8}, Effort{96, 16, 1200, 0, 256, 16}};

/// Without a bound and a tree AGH lives on the variety of its starts. On the batched family, seeds 1000-1039, 16 starts with noise 0.3
/// miss the optimum by 0.59 % on average, with 0.6 by 0.25 %, 32 by 0.14 and 0.13 %, 64 by 0.09 %; on the paper family 8 are enough.
constexpr double kAghNoise = 0.6;

/// At effort 0, subproblems per step: the moves that promise most. On 96 windows of random demand at 20 x 20 x 20 fleets cost as
/// much rent with these limits as with the usual ones, to a part in a thousand, at a fifth of the time.
constexpr int kRepairEvaluations = 20;
constexpr int kRepairNodes = 50;

/// Beyond this effort the search is wanted whatever it takes, and a repair has no time for a linear program: no instance has so many
/// types that the fleet is sized by one.
constexpr int kLastSizedEffort = 3;
constexpr int kNeverSized = 2'000'000'000;

/// Calls visit(path, number of the first object, the same number of the others) for every number of objects of one type.
template <class Visit, class First, class... Others>
void visit_numbers(const Path& path, const Visit& visit, First& first, const Others&... others) {
    using Object = std::remove_const_t<First>;
    if constexpr (HasSchema<Object>) {
        for_each_part(Schema<Object>::parts, [&](const auto& field) {
            visit_numbers(path / field.name, visit, std::invoke(field.access, first),
                          std::invoke(field.access, others)...);
        });
    } else {
        visit(path, first, others...);
    }
}

}  // namespace

Parameters preset(int effort) {
    const Effort& allowed = kEfforts[static_cast<std::size_t>(std::clamp(effort, 0, 5))];
    Parameters parameters;
    parameters.multi_start.starts = allowed.starts;
    parameters.multi_start.close_gap = allowed.close_gap;
    parameters.perturbation.rounds = allowed.perturbations;
    parameters.tree.nodes = allowed.nodes;
    parameters.adaptive_greedy.multi_start.starts = allowed.agh_starts;
    parameters.adaptive_greedy.multi_start.noise = kAghNoise;
    parameters.adaptive_greedy.perturbation.rounds = allowed.agh_perturbations;
    if (effort <= 0) {
        parameters.local_search.max_evaluations = kRepairEvaluations;
        parameters.local_search.node_limit = kRepairNodes;
    }
    if (effort <= 0 || effort > kLastSizedEffort) parameters.lp_sizing.min_types = kNeverSized;
    return parameters;
}

Parameters parameters_of(const SolveOptions& options) {
    return options.parameters ? *options.parameters : preset(options.effort);
}

Parameters with_effort(Parameters parameters, int from, int to) {
    const Parameters before = preset(from);
    const Parameters after = preset(to);
    const auto exchange = [](const Path&, auto& number, auto old, auto other) {
        if (number == old) number = other;
    };
    visit_numbers(Path(), exchange, parameters, before, after);
    return parameters;
}

std::vector<std::pair<std::string, double>> differences(const Parameters& parameters, int effort) {
    std::vector<std::pair<std::string, double>> changed;
    const Path root;
    const Path named = root / "parameters";
    const auto compare = [&](const Path& path, auto number, auto usual) {
        if (number != usual) changed.emplace_back(path.text(), static_cast<double>(number));
    };
    visit_numbers(named, compare, parameters, preset(effort));
    return changed;
}

}  // namespace allot
