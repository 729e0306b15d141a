#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "allot/instance.hpp"
#include "allot/solve.hpp"
#include "cli/command.hpp"
#include "cli/output.hpp"

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

    /// What an option is for besides the method: when, and in words: ", or with --samples".
    struct OtherUse {
        std::string where;
        std::function<bool()> is_made;
    };
    void declare(Arguments& arguments, const OtherUse& seed_use = {}, const OtherUse& effort_use = {});
    /// The options as the library takes them.
    SolveOptions resolve(const Interrupts& interrupts) const;

  private:
    void check_mechanisms() const;
};

}  // namespace allot::cli
