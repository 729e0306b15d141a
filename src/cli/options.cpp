#include "cli/options.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "allot/io.hpp"
#include "cli/method_options.hpp"
#include "cli/parameters_file.hpp"
#include "cli/terminal.hpp"

namespace allot::cli {
namespace {

std::vector<std::string> mechanism_names() {
    std::vector<std::string> names;
    for (const Mechanism& mechanism : kMechanisms) names.emplace_back(mechanism.name);
    return names;
}

}  // namespace

void InstanceOptions::declare(Arguments& arguments) {
    arguments.operand(path, "INSTANCE", "Instance file (allot-instance/1), - for standard input");
    arguments.texts(overrides, "--set", "PATH=VALUE",
                    "Change a field of the instance; also PATH*=FACTOR and PATH+=AMOUNT; may be repeated");
}

Instance InstanceOptions::read() const {
    std::vector<Override> typed;
    for (const std::string& text : overrides) typed.push_back({text});
    Instance instance = read_instance(path, typed);
    for (const std::string& doubt : find_doubts(instance.data()))
        Terminal().message("allot: " + doubt + "\n");
    return instance;
}

void FormatOptions::declare(Arguments& arguments) {
    arguments.choice(format, "--format", {"table", "json"},
                     "What to print: for people (default) or for programs");
}

void CurrentPlanOptions::declare(Arguments& arguments, bool is_required) {
    is_required_ = is_required;
    arguments.file(path, "--from", "PLAN",
                   "What runs now (allot-plan/1 or allot-fleet/1), - for standard input");
    arguments.whole(max_changes_, "--max-changes", 0, 1'000'000'000, "Start at most N replicas beyond it");
}

void CurrentPlanOptions::check(const std::vector<std::string>& other_paths) const {
    Problem problem;
    problem.field = "--from";
    if (path.empty() && (is_required_ || max_changes_)) {
        problem.expected = "is missing: the plan of what runs now";
    } else if (path == "-" && std::find(other_paths.begin(), other_paths.end(), "-") != other_paths.end()) {
        problem.expected = "cannot be standard input: another file is already";
    } else {
        return;
    }
    throw InputError({problem});
}

void SolverOptions::declare(Arguments& arguments, const OtherUse& seed_use, const OtherUse& effort_use) {
    std::vector<std::string> names;
    for (const SolverName& solver : solver_names()) names.push_back(solver.name);
    arguments.choice(options.method, "--method", names, "Algorithm; default " + options.method);
    arguments.whole(options.seed, "--seed", 0, kLargestSeed, "Seed of everything random; default 0");
    arguments.whole(options.threads, "--threads", 0, 1024,
                    "Threads, 0 = all (default); the result does not depend on it");
    arguments.whole(options.effort, "--effort", 1, 5,
                    "Size of the search, 1 (quick) to 5 (thorough); default 3; methods auto, agh and milp");
    arguments.file(
        parameters, "--parameters", "FILE",
        "Change single numbers of the methods (allot-parameters/1); the rest is as --effort has it");
    arguments.positive(options.time_limit_s, "--time-limit", "SECONDS",
                       "Stop after this long with the best plan so far");
    arguments.number_in(
        options.relative_gap, "--gap", 1e-6, 1,
        "Exact methods: stop when the plan is proven to cost at most this part too much; default 1e-06");
    arguments.choices(
        without, "--without", mechanism_names(),
        fmt::format("Ablation: switch off {} (comma-separated)", fmt::join(mechanism_names(), ", ")));
    const auto only = [&](const char* name, MethodOption option, const OtherUse& other) {
        arguments.only(name, methods_that_heed(option) + other.where,
                       [this, option, is_made = other.is_made] {
                           return heeds(options.method, option) || (is_made && is_made());
                       });
    };
    only("--seed", MethodOption::seed, seed_use);
    only("--effort", MethodOption::effort, effort_use);
    only("--gap", MethodOption::gap, {});
    arguments.check([this] { check_mechanisms(); });
}

void SolverOptions::check_mechanisms() const {
    std::vector<Problem> problems;
    for (const std::string& name : without) {
        if (!has_mechanism(options.method, name))
            problems.push_back({"", 0, 0, "--without", name, "what method " + options.method + " has"});
    }
    if (!problems.empty()) throw InputError(std::move(problems));
}

SolveOptions SolverOptions::resolve(const Interrupts& interrupts) const {
    SolveOptions resolved = options;
    for (const Mechanism& mechanism : kMechanisms) {
        if (std::find(without.begin(), without.end(), mechanism.name) == without.end()) continue;
        resolved.mechanisms.*mechanism.part = false;
    }
    if (!parameters.empty()) resolved.parameters = read_parameters(parameters, resolved.effort);
    resolved.stop = interrupts.stop_token();
    return resolved;
}

}  // namespace allot::cli
