#include <array>
#include <csignal>
#include <functional>
#include <unistd.h>

#include <doctest/doctest.h>
#include <sys/wait.h>

#include "cli/interrupts.hpp"

using allot::cli::Interrupts;

namespace {

/// What became of a child process that runs `body`, to which `num_signals` interrupts were sent: one when it says that it is ready,
/// the others when it says that it has been asked to stop.
int status_of_child(const std::function<void(int ready)>& body, int num_signals) {
    std::array<int, 2> ends{};
    REQUIRE(pipe(ends.data()) == 0);
    const pid_t child = fork();
    if (child == 0) {
        close(STDERR_FILENO);  // the notice of the first interrupt is not for the test's output
        alarm(30);
        body(ends[1]);
        _exit(0);
    }
    close(ends[1]);
    char said = 0;
    for (int sent = 0; sent < num_signals; ++sent) {
        REQUIRE(read(ends[0], &said, 1) == 1);
        kill(child, SIGINT);
    }
    int status = 0;
    waitpid(child, &status, 0);
    close(ends[0]);
    return status;
}

void say(int descriptor) { (void)!write(descriptor, "x", 1); }

}  // namespace

// The first Ctrl-C must let the search hand over its best plan, and 130 tells scripts that it was cut short.
TEST_CASE("inside a scope the first interrupt asks to stop and the exit code tells of it") {
    const int status = status_of_child(
        [](int ready) {
            Interrupts interrupts;
            const Interrupts::Scope scope(interrupts);
            say(ready);
            while (!interrupts.stop_token().stop_requested()) usleep(1000);
            _exit(interrupts.exit_code());
        },
        1);
    REQUIRE(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 130);
}

// When stopping takes too long, the second Ctrl-C is the way out; it must never be swallowed.
TEST_CASE("inside a scope the second interrupt ends the process") {
    const int status = status_of_child(
        [](int ready) {
            Interrupts interrupts;
            const Interrupts::Scope scope(interrupts);
            say(ready);
            while (!interrupts.was_interrupted()) usleep(1000);
            say(ready);
            while (true) pause();
        },
        2);
    REQUIRE(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == SIGINT);
}

// Outside a search nobody polls the stop request:
// a handler left behind would make the program unkillable by Ctrl-C.
TEST_CASE("outside any scope the first interrupt ends the process") {
    const int status = status_of_child(
        [](int ready) {
            Interrupts interrupts;
            { const Interrupts::Scope over(interrupts); }
            say(ready);
            while (true) pause();
        },
        1);
    REQUIRE(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == SIGINT);
}

// The waiting thread must end with its object, or every normal run would hang at exit.
TEST_CASE("without an interrupt the waiting ends with the object") {
    const int status = status_of_child(
        [](int) {
            const Interrupts interrupts;
            _exit(interrupts.was_interrupted() ? 1 : 0);
        },
        0);
    REQUIRE(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
}
