#include "allot/io.hpp"
#include "cli/options.hpp"
#include "report/catalog_report.hpp"

namespace allot::cli {

int run_catalog(const Session& session, const Command& self) {
    std::string part = "all";
    std::string folder;
    FormatOptions format;
    Arguments arguments(self.name, self.summary,
                        {"allot catalog", "allot catalog tiers", "allot catalog models --format json"});
    arguments.optional_choice(part, "PART", {"models", "tiers", "engines", "all"}, "Which list; default all");
    arguments.text(folder, "--catalog", "FOLDER",
                   "A folder with hardware.yaml, models.yaml, accuracy.yaml; default built in");
    format.declare(arguments);
    if (!session.read(arguments)) return exit_success;
    const Catalog& catalog = folder.empty() ? builtin_catalog() : read_catalog(folder);
    const bool is_all = part == "all";
    const CatalogParts parts{is_all || part == "models", is_all || part == "tiers",
                             is_all || part == "engines"};
    session.terminal.print(format.is_json() ? catalog_json(catalog, parts)
                                            : catalog_text(catalog, parts, session.terminal.output_style()));
    return exit_success;
}

}  // namespace allot::cli
