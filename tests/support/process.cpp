#include "support/process.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <poll.h>
#include <stdexcept>
#include <unistd.h>

#include <sys/resource.h>
#include <sys/wait.h>

#include "support/paths.hpp"

namespace allot::testing {
namespace {

constexpr unsigned kSecondsToLive = 60;

struct Pipe {
    int read_end = -1;
    int write_end = -1;
};

Pipe make_pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe");
    return {ends[0], ends[1]};
}

/// Both ends of a pseudo terminal: what the program writes to `write_end` is read from `read_end`.
Pipe make_terminal() {
    const int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0) throw std::runtime_error("posix_openpt");
    return {master, open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC)};
}

Pipe make_output(const ProcessOptions& options) {
    if (options.has_terminal) return make_terminal();
    if (options.output_path.empty()) return make_pipe();
    return {-1, open(options.output_path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)};
}

/// While it lives, the signals that tests send wait: between fork and exec they must not reach a handler of the test program.
class SignalsHeld {
  public:
    SignalsHeld() {
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    ~SignalsHeld() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    SignalsHeld(const SignalsHeld&) = delete;
    SignalsHeld& operator=(const SignalsHeld&) = delete;

  private:
    sigset_t before_{};
};

[[noreturn]] void become_allot(const std::vector<std::string>& words, const ProcessOptions& options) {
    for (const auto& [name, value] : options.environment) setenv(name.c_str(), value.c_str(), 1);
    std::vector<char*> arguments{const_cast<char*>("allot")};
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    for (const int signal_number : {SIGINT, SIGTERM, SIGHUP}) signal(signal_number, SIG_DFL);
    if (options.memory_limit_mib > 0) {
        const rlimit limit{options.memory_limit_mib << 20U, options.memory_limit_mib << 20U};
        setrlimit(RLIMIT_AS, &limit);
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    alarm(kSecondsToLive);
    execv(program_path().c_str(), arguments.data());
    _exit(127);
}

void write_all(int descriptor, const std::string& text) {
    for (std::size_t at = 0; at < text.size();) {
        const ssize_t written = write(descriptor, text.data() + at, text.size() - at);
        if (written <= 0) return;
        at += static_cast<std::size_t>(written);
    }
}

/// False at the end of what `descriptor` has to say.
bool append_from(int descriptor, std::string& text) {
    std::array<char, 65536> buffer{};
    const ssize_t count = read(descriptor, buffer.data(), buffer.size());
    if (count > 0) text.append(buffer.data(), static_cast<std::size_t>(count));
    return count > 0;
}

void close_one(int& descriptor) {
    if (descriptor >= 0) close(descriptor);
    descriptor = -1;
}

}  // namespace

Process::Process(const std::vector<std::string>& words, const ProcessOptions& options) {
    signal(SIGPIPE, SIG_IGN);  // a program that leaves without reading its input must not end the tests
    Pipe in = make_pipe();
    Pipe out = make_output(options);
    Pipe err = make_pipe();
    {
        const SignalsHeld held;
        pid_ = fork();
        if (pid_ == 0) {
            dup2(in.read_end, STDIN_FILENO);
            dup2(out.write_end, STDOUT_FILENO);
            dup2(err.write_end, STDERR_FILENO);
            become_allot(words, options);
        }
    }
    close_one(in.read_end);
    close_one(out.write_end);
    close_one(err.write_end);
    input_ = in.write_end;
    out_ = out.read_end;
    err_ = err.read_end;
    write_all(input_, options.input);
    if (!options.keeps_input_open) close_one(input_);
}

Process::~Process() {
    if (pid_ > 0) {
        kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
    }
    close_one(input_);
    close_one(out_);
    close_one(err_);
}

void Process::send(int signal_number) const { kill(pid_, signal_number); }

bool Process::read_some() {
    std::array<pollfd, 2> polled{{{out_, POLLIN, 0}, {err_, POLLIN, 0}}};
    if (out_ < 0 && err_ < 0) return false;
    poll(polled.data(), polled.size(), -1);
    if (out_ >= 0 && polled[0].revents != 0 && !append_from(out_, result_.out)) close_one(out_);
    if (err_ >= 0 && polled[1].revents != 0 && !append_from(err_, result_.err)) close_one(err_);
    return true;
}

bool Process::wait_for_message(const std::string& text) {
    while (result_.err.find(text) == std::string::npos) {
        if (!read_some()) return false;
    }
    return true;
}

ProcessResult Process::finish() {
    close_one(input_);
    while (read_some()) {
    }
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = -1;
    if (WIFEXITED(status)) result_.exit_code = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) result_.signal = WTERMSIG(status);
    return result_;
}

ProcessResult run_allot(const std::vector<std::string>& words, const ProcessOptions& options) {
    return Process(words, options).finish();
}

TemporaryFolder::TemporaryFolder() {
    path_ = (std::filesystem::temp_directory_path() / "allot test XXXXXX").string();
    if (mkdtemp(path_.data()) == nullptr) throw std::runtime_error("mkdtemp");
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string TemporaryFolder::write(const std::string& name, const std::string& content) const {
    std::ofstream(file(name), std::ios::binary) << content;
    return file(name);
}

std::vector<std::string> TemporaryFolder::names() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(path_))
        names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
}

std::string read_text(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace allot::testing
