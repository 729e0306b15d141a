#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "allot/io.hpp"
#include "allot/studies.hpp"
#include "cli/method_options.hpp"
#include "cli/options.hpp"
#include "cli/parameters_file.hpp"
#include "cli/progress_line.hpp"
#include "report/comparison_report.hpp"

namespace allot::cli {
namespace {

/// All instances, or the problems of all of them at once.
std::vector<NamedInstance> read_all(const std::vector<std::string>& files,
                                    const std::vector<std::string>& overrides) {
    std::vector<NamedInstance> instances;
    std::vector<Problem> problems;
    if (std::count(files.begin(), files.end(), "-") > 1) {
        throw file_error("-", "standard input can be one instance only");
    }
    for (const std::string& file : files) {
        try {
            instances.push_back({file, InstanceOptions{file, overrides}.read()});
        } catch (const InputError& error) {
            problems.insert(problems.end(), error.problems().begin(), error.problems().end());
        }
    }
    if (!problems.empty()) throw InputError(problems);
    return instances;
}

int exit_code(const Comparison& comparison) {
    int code = exit_success;
    for (const InstanceComparison& instance : comparison.instances) {
        for (const ComparisonRow& row : instance.rows) {
            if (!row.audit.is_acceptable(row.plan.status)) return exit_audit_violations;
        }
        if (instance.best_known) continue;
        code = std::max<int>(code, std::isinf(instance.best_bound) ? exit_infeasible : exit_unserved);
    }
    return code;
}

std::string formatted(const Comparison& comparison, const std::string& format, const Style& style) {
    if (format == "json") return comparison_json(comparison);
    if (format == "csv") return comparison_csv(comparison);
    return comparison_text(comparison, style);
}

/// All methods, or those that this build has.
std::vector<std::string> method_names(bool only_available) {
    std::vector<std::string> names;
    for (const SolverName& solver : solver_names()) {
        if (solver.is_available || !only_available) names.push_back(solver.name);
    }
    return names;
}

/// Before the first run rather than after an hour.
void require_available(const std::vector<std::string>& methods) {
    std::vector<Problem> problems;
    for (const SolverName& solver : solver_names()) {
        const bool is_wanted = std::find(methods.begin(), methods.end(), solver.name) != methods.end();
        if (is_wanted && !solver.is_available)
            problems.push_back(
                {"", 0, 0, "--methods", solver.name, "other methods: " + solver.name + " " + solver.summary});
    }
    if (!problems.empty()) throw InputError(problems);
}

}  // namespace

int run_compare(const Session& session, const Command& self) {
    std::vector<std::string> files, overrides;
    std::vector<std::string> methods = method_names(true);
    std::string format = "table";
    std::string parameters;
    OutputOptions output;
    ComparisonOptions options;
    options.solve.time_limit_s = 60;
    Arguments arguments(
        self.name, self.summary,
        {"allot compare fleet.yaml", "allot compare fleet.yaml big.yaml --methods gh,agh,auto",
         "allot compare instances/*.yaml --time-limit 20 --format csv -o compare.csv"});
    arguments.operands(files, "INSTANCE", "Instance files (allot-instance/1), - for standard input");
    arguments.texts(overrides, "--set", "PATH=VALUE", "Change a field of every instance; as for solve");
    arguments.choices(methods, "--methods", method_names(false),
                      "Methods, comma-separated; default all that this build has");
    arguments.positive(options.solve.time_limit_s, "--time-limit", "SECONDS",
                       "Stop each run after this long with its best plan so far; default 60");
    arguments.whole(options.solve.effort, "--effort", 1, 5,
                    "Size of the search, 1 (quick) to 5 (thorough); default 3; methods auto, agh and milp");
    arguments.file(parameters, "--parameters", "FILE", "Change single numbers of the methods; as for solve");
    arguments.whole(options.solve.seed, "--seed", 0, kLargestSeed, "Seed of everything random; default 0");
    arguments.whole(options.solve.threads, "--threads", 0, 1024,
                    "Threads, 0 = all (default); the result does not depend on it");
    arguments.choice(
        format, "--format", {"table", "json", "csv"},
        "What to print: for people (default), for programs, or the rows alone for a spreadsheet");
    output.declare(arguments, "Write the result to FILE instead of standard output",
                   {"allot-comparison/1", "file,instance,method,status,", "Runs\n  instance"});
    for (const auto& [name, option] :
         {std::pair("--seed", MethodOption::seed), std::pair("--effort", MethodOption::effort)}) {
        arguments.only(name, methods_that_heed(option, "--methods"), [&methods, option = option] {
            return std::any_of(methods.begin(), methods.end(),
                               [option](const std::string& method) { return heeds(method, option); });
        });
    }
    if (!session.read(arguments)) return exit_success;
    require_available(methods);
    options.methods = methods;
    if (!parameters.empty()) options.solve.parameters = read_parameters(parameters, options.solve.effort);
    options.solve.stop = session.interrupts.stop_token();
    const std::vector<NamedInstance> instances = read_all(files, overrides);

    const Interrupts::Scope stoppable(session.interrupts);
    Comparison comparison;
    {
        ProgressLine progress(session.terminal);
        comparison = compare(instances, options, &progress);
    }
    output.write(session, formatted(comparison, format, output.style(session)));
    return exit_code(comparison);
}

}  // namespace allot::cli
