#pragma once

#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "cli/exit_code.hpp"
#include "cli/interrupts.hpp"
#include "cli/terminal.hpp"

namespace allot::cli {

/// What a command runs in.
struct Session {
    Terminal& terminal;
    Interrupts& interrupts;
    std::vector<std::string> words;  ///< the user's words after the command's name

    /// Reads `words` into what was declared on `arguments`. False when the user asked for help, which has then been printed.
    bool read(Arguments& arguments) const;
};

/// One line of the table of commands. `run` parses, calls and prints; it throws InputError for bad input.
struct Command {
    std::string name;  ///< one word, or two: "import azure-trace"
    std::string summary;
    int (*run)(const Session& session, const Command& self);
};

/// All commands, in the order of the help text.
const std::vector<Command>& commands();

int run_audit(const Session& session, const Command& self);
int run_catalog(const Session& session, const Command& self);
int run_compare(const Session& session, const Command& self);
int run_diff(const Session& session, const Command& self);
int run_explain(const Session& session, const Command& self);
int run_export(const Session& session, const Command& self);
int run_generate(const Session& session, const Command& self);
int run_import_azure_trace(const Session& session, const Command& self);
int run_import_solution(const Session& session, const Command& self);
int run_reopt(const Session& session, const Command& self);
int run_replay(const Session& session, const Command& self);
int run_solve(const Session& session, const Command& self);
int run_simulate(const Session& session, const Command& self);
int run_stress(const Session& session, const Command& self);
int run_sweep(const Session& session, const Command& self);
int run_validate_performance(const Session& session, const Command& self);

}  // namespace allot::cli
