#pragma once

#include <map>
#include <string>
#include <vector>

#include <sys/types.h>

namespace allot::testing {

struct ProcessOptions {
    std::string input{};            ///< written to its standard input, which is then closed
    bool keeps_input_open = false;  ///< until finish()
    std::map<std::string, std::string> environment{};  ///< in addition to ours
    bool has_terminal = false;         ///< standard output is a terminal; `out` is what it shows
    std::string output_path{};         ///< standard output goes to this file, `out` stays empty
    std::size_t memory_limit_mib = 0;  ///< on its address space; 0 = none
};

struct ProcessResult {
    int exit_code = -1;  ///< -1 when a signal ended it
    int signal = 0;      ///< that ended it, or 0
    std::string out;
    std::string err;
};

/// A running program of ours. Killed after a minute, so that a test that would
/// hang fails.
class Process {
  public:
    /// The allot program with these words.
    explicit Process(const std::vector<std::string>& words, const ProcessOptions& options = {});
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    void send(int signal_number) const;
    /// Reads on until `text` has been seen on standard error; false when the
    /// program ended first.
    bool wait_for_message(const std::string& text);
    /// Closes its input and waits for the end.
    ProcessResult finish();

  private:
    bool read_some();

    pid_t pid_ = -1;
    int input_ = -1;
    int out_ = -1;
    int err_ = -1;
    ProcessResult result_;
};

/// Runs the allot program to its end.
ProcessResult run_allot(const std::vector<std::string>& words, const ProcessOptions& options = {});

/// A fresh folder, removed with all it contains at the end of the scope.
class TemporaryFolder {
  public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    std::string file(const std::string& name) const { return path_ + "/" + name; }
    /// Writes a file there and returns its path.
    std::string write(const std::string& name, const std::string& content) const;
    const std::string& path() const { return path_; }
    /// Names of the files in it, sorted.
    std::vector<std::string> names() const;

  private:
    std::string path_;
};

/// The whole content of a file; empty when there is none.
std::string read_text(const std::string& path);

}  // namespace allot::testing
