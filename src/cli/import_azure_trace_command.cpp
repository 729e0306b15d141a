#include "cli/options.hpp"
#include "io/importers/azure_import.hpp"

namespace allot::cli {

int run_import_azure_trace(const Session& session, const Command& self) {
    AzureImportOptions options;
    OutputOptions output;
    Arguments arguments(self.name, self.summary,
                        {"allot import azure-trace code.csv conv.csv --peak 5m -o azure.yaml",
                         "allot import azure-trace conv.csv --classes 5 --scale 2 | allot solve -"});
    arguments.operands(options.files, "CSV",
                       "One trace per service: TIMESTAMP, ContextTokens, GeneratedTokens");
    arguments.whole(options.classes, "--classes", 1, 100, "Most query types per service; default 3");
    arguments.positive(options.scale, "--scale", "FACTOR", "Multiply all rates; default 1");
    arguments.duration(options.peak_window_s, "--peak",
                       "Plan for the busiest window this long, not for the mean");
    output.declare(arguments, "Write the instance to FILE instead of standard output", {});
    if (!session.read(arguments)) return exit_success;
    output.write(session, import_azure_trace(options));
    return exit_success;
}

}  // namespace allot::cli
