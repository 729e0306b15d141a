#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/command.hpp"

namespace allot::cli {

/// -o FILE and --force: for every command whose result is worth keeping. Looked at with the other arguments, before any work: a file
/// that the command reads is never written to, and one that holds anything else than what the command writes only with --force.
struct OutputOptions {
    std::string path;  ///< empty or "-" = standard output

    /// `kinds`: what tells the files that the command writes, one for each of its formats: the name of a format, "allot-plan/1",
    /// or words that its files have near their beginning. None: what people write by hand looks the same, and no file is written over.
    void declare(Arguments& arguments, const std::string& help, std::vector<std::string> kinds,
                 const std::string& names = "-o,--output");

    bool is_given() const { return !path.empty(); }
    bool is_standard_output() const { return path == "-" || path == "/dev/stdout"; }
    bool is_file() const { return is_given() && !is_standard_output(); }
    /// A device or pipe that is there already: written to as it stands, whoever may write to its folder.
    bool is_device() const;
    /// Without paint in a file.
    Style style(const Session& session) const;

    /// To the file, whole or not at all and whatever the user interrupts, or to standard output. What cannot be written to the file
    /// goes to standard output, before InputError is thrown.
    void write(const Session& session, std::string_view content) const;

  private:
    void check(const std::vector<std::string>& inputs) const;

    bool is_forced_ = false;
    std::vector<std::string> kinds_;
};

}  // namespace allot::cli
