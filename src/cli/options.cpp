#include "cli/options.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <unistd.h>

#include <fmt/format.h>

#include "allot/io.hpp"
#include "cli/parameters_file.hpp"

namespace allot::cli {
namespace {

struct Mechanism {
    const char* name;
    bool Mechanisms::*part;
};

constexpr std::array<Mechanism, 12> kMechanisms{{
    {"m1", &Mechanisms::feasible_parallelism},
    {"m2", &Mechanisms::coverage_cost},
    {"m3", &Mechanisms::parallelism_upgrade},
    {"multistart", &Mechanisms::multi_start},
    {"local-search", &Mechanisms::local_search},
    {"consolidation", &Mechanisms::consolidation},
    {"pre-allocation", &Mechanisms::pre_allocation},
    {"bounds", &Mechanisms::bounds},
    {"add", &Mechanisms::add_moves},
    {"swap", &Mechanisms::swap_moves},
    {"replace", &Mechanisms::replace_moves},
    {"pairs", &Mechanisms::pair_moves},
}};

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
    return read_instance(path, typed);
}

void FormatOptions::declare(Arguments& arguments) {
    arguments.choice(format, "--format", {"table", "json"},
                     "What to print: for people (default) or for programs");
}

void OutputOptions::declare(Arguments& arguments, const std::string& help) {
    arguments.text(path, "-o,--output", "FILE", help);
}

bool OutputOptions::is_device() const {
    namespace fs = std::filesystem;
    std::error_code error;
    return is_file() && fs::is_other(path, error);
}

void OutputOptions::check() const {
    if (!is_file()) return;
    namespace fs = std::filesystem;
    std::error_code error;
    const fs::path file(path);
    const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
    if (fs::is_directory(file, error)) throw file_error(path, "is a directory, expected a file to write");
    if (is_device() && access(path.c_str(), W_OK) == 0) return;
    if (!fs::is_directory(folder, error)) {
        throw file_error(path, fmt::format("cannot be written: there is no folder '{}'", folder.string()));
    }
    if (access(folder.c_str(), W_OK) != 0) {
        throw file_error(path, fmt::format("cannot be written: no permission in '{}'", folder.string()));
    }
}

void OutputOptions::write(const Session& session, std::string_view content) const {
    if (!is_file()) return session.terminal.print(content);
    const Interrupts::Scope whole(session.interrupts);
    write_file(path, content);
}

void CurrentPlanOptions::declare(Arguments& arguments, bool is_required) {
    is_required_ = is_required;
    arguments.text(path, "--from", "PLAN", "What runs now (allot-plan/1 or allot-fleet/1), - for standard input");
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

void SolverOptions::declare(Arguments& arguments) {
    std::vector<std::string> names;
    for (const SolverName& solver : solver_names()) names.push_back(solver.name);
    arguments.choice(options.method, "--method", names, "Algorithm; default " + options.method);
    arguments.whole(options.seed, "--seed", 0, kLargestSeed, "Seed of everything random; default 0");
    arguments.whole(options.threads, "--threads", 0, 1024,
                    "Threads, 0 = all (default); the result does not depend on it");
    arguments.whole(options.effort, "--effort", 1, 5,
                    "Size of the search, 1 (quick) to 5 (thorough); default 3; methods auto and agh");
    arguments.text(
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
