#include "cli/interrupts.hpp"

#include <csignal>
#include <pthread.h>
#include <string_view>
#include <unistd.h>

namespace allot::cli {
namespace {

/// What the destructor sends to the waiting thread; a user has no reason to send it.
constexpr int kLeave = SIGUSR1;

/// A caller that had a signal ignored (a job in the background of a script) wants it to stay so.
void add_unless_ignored(sigset_t& set, int signal_number) {
    struct sigaction action {};
    sigaction(signal_number, nullptr, &action);
    if (action.sa_handler != SIG_IGN) sigaddset(&set, signal_number);
}

sigset_t signals_taken() {
    sigset_t set;
    sigemptyset(&set);
    add_unless_ignored(set, SIGINT);
    add_unless_ignored(set, SIGTERM);
    add_unless_ignored(set, SIGHUP);
    sigaddset(&set, kLeave);
    return set;
}

/// Ends the process the way a process without any handling ends, so that a calling shell sees it and stops its script too.
[[noreturn]] void die_of(int signal_number) {
    signal(signal_number, SIG_DFL);
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, signal_number);
    pthread_sigmask(SIG_UNBLOCK, &one, nullptr);
    raise(signal_number);
    _exit(128 + signal_number);
}

}  // namespace

Interrupts::Interrupts() {
    const sigset_t set = signals_taken();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    waiter_ = std::thread([this] { wait_for_signals(); });
}

Interrupts::~Interrupts() {
    pthread_kill(waiter_.native_handle(), kLeave);
    waiter_.join();
}

void Interrupts::wait_for_signals() {
    const sigset_t set = signals_taken();
    while (true) {
        int received = 0;
        if (sigwait(&set, &received) != 0) continue;
        if (received == kLeave) return;
        if (depth_.load() == 0 || stop_.stop_requested()) die_of(received);
        received_.store(received);
        stop_.request_stop();
        constexpr std::string_view notice = "\nallot: stopping; once more to end at once\n";
        (void)!write(STDERR_FILENO, notice.data(), notice.size());
    }
}

}  // namespace allot::cli
