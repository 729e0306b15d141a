#include "allot/io.hpp"
#include "allot/validation.hpp"
#include "cli/options.hpp"
#include "report/validation_report.hpp"

namespace allot::cli {

int run_validate_performance(const Session& session, const Command& self) {
    std::string path;
    FormatOptions format;
    Arguments arguments(self.name, self.summary, {"allot validate-performance measurements.csv"});
    arguments.operand(
        path, "CSV",
        "Measurements, one per row, - for standard input; columns: docs/format.md, section Measurements");
    format.declare(arguments);
    if (!session.read(arguments)) return exit_success;
    const ValidationReport report = validate_performance(read_measurements(path), builtin_catalog(), path);
    session.terminal.print(format.is_json() ? validation_json(report)
                                            : validation_text(report, session.terminal.output_style()));
    return exit_success;
}

}  // namespace allot::cli
