#include "allot/io.hpp"
#include "candidates/candidate_table.hpp"
#include "cli/options.hpp"
#include "io/mps.hpp"
#include "solvers/milp/formulation.hpp"

namespace allot::cli {

int run_export(const Session& session, const Command& self) {
    InstanceOptions instance_options;
    OutputOptions output;
    Arguments arguments(
        self.name, self.summary,
        {"allot export fleet.yaml --mps fleet.mps", "allot export fleet.yaml > fleet.mps",
         "cbc fleet.mps solve solution fleet.sol && allot import-solution fleet.yaml fleet.sol",
         "highs fleet.mps --solution_file fleet.sol"});
    instance_options.declare(arguments);
    arguments.text(output.path, "--mps", "FILE",
                   "Where to write the model; default and - are standard output");
    if (!session.read(arguments)) return exit_success;
    output.check();
    const Instance instance = instance_options.read();
    const CandidateTable table(instance);
    output.write(session, to_mps(Formulation(table).program(), instance->name));
    return exit_success;
}

}  // namespace allot::cli
