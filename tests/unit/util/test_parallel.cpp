#include <atomic>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <numeric>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "util/parallel.hpp"

namespace {

/// Runs `count` bodies that each wait until `wanted` of them are inside at once (or 20 s have passed) and returns the largest number
/// seen at once: how many threads really work side by side.
int threads_side_by_side(std::size_t count, int wanted) {
    std::atomic<int> inside = 0;
    std::atomic<int> most = 0;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    allot::parallel_for(0, count, 1, [&](std::size_t) {
        const int now_inside = ++inside;
        int seen = most;
        while (seen < now_inside && !most.compare_exchange_weak(seen, now_inside)) {
        }
        while (most < wanted && std::chrono::steady_clock::now() < deadline) {
            std::this_thread::yield();
        }
        --inside;
    });
    return most;
}

}  // namespace

// An index left out is a row of the candidate table with garbage in it.
TEST_CASE("parallel_for visits every index once") {
    for (const std::size_t grain : {1U, 7U, 1000U}) {
        std::vector<int> visits(500, 0);
        allot::parallel_for(100, 500, grain, [&](std::size_t i) { ++visits[i]; });
        CHECK(std::accumulate(visits.begin(), visits.begin() + 100, 0) == 0);
        CHECK(std::vector<int>(visits.begin() + 100, visits.end()) == std::vector<int>(400, 1));
    }
}

// Empty loops occur in every small instance; end below begin must not wrap round.
TEST_CASE("parallel_for over an empty range calls nothing") {
    int calls = 0;
    allot::parallel_for(5, 5, 1, [&](std::size_t) { ++calls; });
    allot::parallel_for(5, 4, 1, [&](std::size_t) { ++calls; });
    CHECK(calls == 0);
}

// Parts are summed in order to be deterministic; a gap or an overlap would lose or double work.
TEST_CASE("parallel_for_parts cuts the range into parts without gaps") {
    std::mutex mutex;
    std::set<std::pair<std::size_t, std::size_t>> parts;
    allot::parallel_for_parts(3, 1003, 16, [&](std::size_t first, std::size_t last) {
        const std::lock_guard lock(mutex);
        parts.emplace(first, last);
    });
    std::size_t expected_first = 3;
    for (const auto& [first, last] : parts) {
        CHECK(first == expected_first);
        CHECK(first < last);
        expected_first = last;
    }
    CHECK(expected_first == 1003);
}

// Input errors thrown in a loop must reach the user as such, not end the program.
TEST_CASE("a body's exception reaches the caller") {
    CHECK_THROWS_AS(allot::parallel_for(0, 100, 1,
                                        [](std::size_t i) {
                                            if (i == 42) {
                                                throw std::runtime_error("42");
                                            }
                                        }),
                    std::runtime_error);
}

// `--threads 1` is for servers with other work: no other thread may run, not even briefly.
TEST_CASE("a thread limit of one keeps the loop on the calling thread") {
    const allot::ThreadLimit limit(1);
    const std::thread::id caller = std::this_thread::get_id();
    std::atomic<int> elsewhere = 0;
    allot::parallel_for(0, 200, 1,
                        [&](std::size_t) { elsewhere += std::this_thread::get_id() != caller ? 1 : 0; });
    CHECK(elsewhere == 0);
}

// TBB caps its pool at the number of cores; tests with 8 threads would test nothing on small machines.
TEST_CASE("a thread limit above the number of cores is real, and never exceeded") {
    const allot::ThreadLimit limit(8);
    CHECK(threads_side_by_side(64, 8) == 8);
}

// Searches limit their inner loops; a limit that leaked out would leave the rest of the run on one thread.
TEST_CASE("a nested limit bounds its own loop, the outer one holds again afterwards") {
    const allot::ThreadLimit outer(4);
    {
        const allot::ThreadLimit inner(1);
        const std::thread::id caller = std::this_thread::get_id();
        std::atomic<int> elsewhere = 0;
        allot::parallel_for(0, 200, 1,
                            [&](std::size_t) { elsewhere += std::this_thread::get_id() != caller ? 1 : 0; });
        CHECK(elsewhere == 0);
    }
    CHECK(threads_side_by_side(32, 4) == 4);
}

// Bounds inside nodes inside searches all loop: a deadlock would only show under load.
TEST_CASE("loops may nest") {
    const allot::ThreadLimit limit(4);
    std::vector<std::vector<int>> visits(20, std::vector<int>(30, 0));
    allot::parallel_for(0, visits.size(), 1, [&](std::size_t i) {
        allot::parallel_for(0, visits[i].size(), 1, [&, i](std::size_t j) { ++visits[i][j]; });
    });
    CHECK(visits == std::vector<std::vector<int>>(20, std::vector<int>(30, 1)));
}
