#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "allot/instance.hpp"
#include "allot/solve.hpp"
#include "cli/command.hpp"

namespace allot::cli {

/// INSTANCE and --set: for every command that reads an instance.
struct InstanceOptions {
    std::string path;
    std::vector<std::string> overrides;

    void declare(Arguments& arguments);
    Instance read() const;
};

/// --format: for every command with a result for people and for programs.
struct FormatOptions {
    std::string format = "table";

    void declare(Arguments& arguments);
    bool is_json() const { return format == "json"; }
};

/// -o FILE: for every command whose result is worth keeping.
struct OutputOptions {
    std::string path;  ///< empty or "-" = standard output

    void declare(Arguments& arguments, const std::string& help);
    bool is_file() const { return !path.empty() && path != "-"; }
    /// A device or pipe that is there already: written to as it stands, whoever may write to its folder.
    bool is_device() const;
    /// Throws InputError now rather than after a long run when nothing can be written there.
    void check() const;
    /// To the file, whole or not at all and whatever the user interrupts, or to standard output.
    void write(const Session& session, std::string_view content) const;
};

/// --from PLAN and --max-changes: for every command that knows what runs now.
struct CurrentPlanOptions {
    std::string path;  ///< empty = no current plan

    /// --from is asked for in any case, or only with --max-changes.
    void declare(Arguments& arguments, bool is_required);
    /// Throws InputError when something is missing, or when the plan and another input would both be standard input.
    void check(const std::vector<std::string>& other_paths) const;
    std::optional<int> max_changes() const { return max_changes_; }

  private:
    bool is_required_ = false;
    std::optional<int> max_changes_;
};

/// --method, --seed, --threads, --effort, --parameters, --time-limit, --gap, --without: for every command that solves.
struct SolverOptions {
    SolveOptions options;
    std::vector<std::string> without;  ///< mechanisms switched off
    std::string parameters;            ///< file; empty = those of the effort

    void declare(Arguments& arguments);
    /// The options as the library takes them.
    SolveOptions resolve(const Interrupts& interrupts) const;
};

}  // namespace allot::cli
