#include "cli/output.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "allot/io.hpp"

namespace allot::cli {
namespace {

namespace fs = std::filesystem;

/// Where a link leads counts, not its name.
bool is_same_file(const std::string& output, const std::string& input) {
    std::error_code error;
    return fs::equivalent(output, input == "-" ? "/dev/stdin" : input, error) && !error;
}

/// As much as tells what a file is.
std::string beginning_of(const std::string& path) {
    std::array<char, 4096> buffer{};
    std::ifstream file(path, std::ios::binary);
    file.read(buffer.data(), buffer.size());
    return {buffer.data(), static_cast<std::size_t>(file.gcount())};
}

/// Does `format: KIND` stand there, in YAML or JSON?
bool names_format(std::string_view text, std::string_view kind) {
    constexpr std::string_view key = "format";
    for (std::size_t at = text.find(kind); at != std::string_view::npos; at = text.find(kind, at + 1)) {
        const std::string_view before = text.substr(0, at);
        const std::size_t end = before.find_last_not_of("\"': ");
        if (end != std::string_view::npos && before.substr(0, end + 1).ends_with(key)) return true;
    }
    return false;
}

bool is_of_kind(std::string_view text, std::string_view kind) {
    return kind.starts_with("allot-") ? names_format(text, kind) : text.find(kind) != std::string_view::npos;
}

/// Of an existing file and its folder, as far as can be told without writing.
void check_permissions(const std::string& path, bool is_device) {
    std::error_code error;
    const fs::path folder = fs::path(path).has_parent_path() ? fs::path(path).parent_path() : fs::path(".");
    if (fs::is_directory(path, error)) throw file_error(path, "is a directory, expected a file to write");
    if (!is_device && !fs::is_directory(folder, error)) {
        throw file_error(path, fmt::format("cannot be written: there is no folder '{}'", folder.string()));
    }
    if (!is_device && access(folder.c_str(), W_OK) != 0) {
        throw file_error(path, fmt::format("cannot be written: no permission in '{}'", folder.string()));
    }
    if (fs::exists(path, error) && access(path.c_str(), W_OK) != 0) {
        throw file_error(path, "cannot be written: no permission");
    }
}

}  // namespace

void OutputOptions::declare(Arguments& arguments, const std::string& help, std::vector<std::string> kinds,
                            const std::string& names) {
    kinds_ = std::move(kinds);
    arguments.text(path, names, "FILE", help);
    arguments.flag(is_forced_, "--force", "Write FILE over whatever it holds");
    arguments.only("--force", "with a FILE to write", [this] { return is_file(); });
    arguments.check([this, &arguments] { check(arguments.inputs()); });
}

bool OutputOptions::is_device() const {
    std::error_code error;
    return is_file() && fs::is_other(path, error);
}

Style OutputOptions::style(const Session& session) const {
    return is_file() ? Style() : session.terminal.output_style();
}

void OutputOptions::check(const std::vector<std::string>& inputs) const {
    if (!is_file()) return;
    const bool is_input = std::any_of(inputs.begin(), inputs.end(),
                                      [&](const std::string& input) { return is_same_file(path, input); });
    if (is_input && !is_device()) {
        throw file_error(path, "is read by this command, which would write over it; name another file");
    }
    check_permissions(path, is_device());
    std::error_code error;
    if (is_forced_ || !fs::is_regular_file(path, error)) return;
    const std::string text = beginning_of(path);
    const bool is_known = std::any_of(kinds_.begin(), kinds_.end(),
                                      [&](const std::string& kind) { return is_of_kind(text, kind); });
    if (text.empty() || is_known) return;
    throw file_error(path, (kinds_.empty() ? "is there already, and may be somebody's work"
                                           : "holds something else than this command writes") +
                               std::string("; name another file, or write over it with --force"));
}

void OutputOptions::write(const Session& session, std::string_view content) const {
    if (!is_file()) return session.terminal.print(content);
    const Interrupts::Scope whole(session.interrupts);
    try {
        write_file(path, Style().cleared(content));
    } catch (const InputError&) {
        session.terminal.print(content);
        throw;
    }
}

}  // namespace allot::cli
