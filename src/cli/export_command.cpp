#include "allot/io.hpp"
#include "bounds/lower_bound.hpp"
#include "candidates/candidate_table.hpp"
#include "cli/options.hpp"
#include "cost/evaluator.hpp"
#include "io/mps.hpp"
#include "milp/formulation.hpp"
#include "milp/presolve.hpp"
#include "solvers/portfolio.hpp"
#include "solvers/search_context.hpp"

namespace allot::cli {
namespace {

/// The configurations that `solve --method milp` would give to its solver at first.
std::vector<char> needed_configurations(const CandidateTable& table) {
    const SolveOptions options;
    SearchContext context(table, options);
    context.offer(Portfolio().solve(table, options, nullptr).allocation);
    const Incumbent& best = context.incumbent;
    if (!best.is_feasible()) return drop_replaceable(table, best.allocation).keep;
    const BoundResult bound = lower_bound(table, context.bound_options(BoundParameters()));
    return reduce(table, best.allocation, best.rank.total_usd, bound.prices).keep;
}

}  // namespace

int run_export(const Session& session, const Command& self) {
    InstanceOptions instance_options;
    OutputOptions output;
    Arguments arguments(
        self.name, self.summary,
        {"allot export fleet.yaml --mps fleet.mps", "allot export fleet.yaml > fleet.mps",
         "cbc fleet.mps solve solution fleet.sol && allot import-solution fleet.yaml fleet.sol",
         "allot export fleet.yaml --reduced --mps small.mps && highs small.mps --solution_file small.sol"});
    instance_options.declare(arguments);
    output.declare(arguments, "Where to write the model; default and - are standard output",
                   {"* Free-format MPS"}, "-o,--output,--mps");
    bool is_reduced = false;
    arguments.flag(is_reduced, "--reduced",
                   "Only the configurations that a plan better than that of the default method may need");
    if (!session.read(arguments)) return exit_success;
    const Instance instance = instance_options.read();
    const CandidateTable table(instance);
    FormulationOptions options;
    if (is_reduced) options.keep = needed_configurations(table);
    output.write(session, to_mps(Formulation(table, options).program(), instance->name));
    return exit_success;
}

}  // namespace allot::cli
