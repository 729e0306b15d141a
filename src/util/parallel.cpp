#include "util/parallel.hpp"

#include <algorithm>
#include <cassert>
#include <latch>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#include <vector>

#ifdef ALLOT_TSAN
#include <atomic>
#include <exception>
#else
#include <tbb/blocked_range.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>
#endif

namespace allot {

namespace {

/// How many threads can live at once, the caller among them: `wanted`, or as many as the first attempt to start more has left. oneTBB
/// ends the process when it cannot start one, under a limit on memory or processes, so this tries first, once in a process.
int affordable_threads(int wanted) {
    static std::mutex mutex;
    static int num_tried = 1;
    static int num_found = 1;
    const std::lock_guard lock(mutex);
    if (wanted <= num_tried) return std::min(wanted, num_found);
    std::vector<std::thread> threads;
    std::latch is_over(1);
    try {
        threads.reserve(static_cast<std::size_t>(wanted));
        for (int n = 1; n < wanted; ++n) {
            threads.emplace_back([&is_over] {
                const std::vector<char> own(1);  // malloc reserves memory for each thread that calls it
                is_over.wait();
            });
        }
    } catch (const std::system_error&) {  // no more to be had
    } catch (const std::bad_alloc&) {
    }
    is_over.count_down();
    for (std::thread& thread : threads) thread.join();
    const int num_started = 1 + static_cast<int>(threads.size());
    num_tried = wanted;
    num_found = num_started == wanted ? wanted : std::max(1, num_started / 2);  // room for what they work on
    return num_found;
}

int resolved(int threads) {
    assert(threads >= 0);
    return affordable_threads(
        threads > 0 ? threads : std::max(1, static_cast<int>(std::thread::hardware_concurrency())));
}

}  // namespace

#ifdef ALLOT_TSAN

namespace {

thread_local int thread_limit = 0;
thread_local bool is_worker = false;

/// One parallel loop: threads take parts from a counter until it runs out or a body has thrown.
class Loop {
  public:
    Loop(std::size_t begin, std::size_t end, std::size_t grain,
         const std::function<void(std::size_t, std::size_t)>& body)
        : next_(begin), end_(end), grain_(grain), body_(body) {}

    void work() {
        for (std::size_t first = next_.fetch_add(grain_); first < end_; first = next_.fetch_add(grain_)) {
            try {
                body_(first, std::min(first + grain_, end_));
            } catch (...) {
                const std::lock_guard lock(mutex_);
                error_ = std::current_exception();
                next_ = end_;
            }
        }
    }

    void rethrow() const {
        if (error_) {
            std::rethrow_exception(error_);
        }
    }

  private:
    std::atomic<std::size_t> next_;
    std::size_t end_;
    std::size_t grain_;
    const std::function<void(std::size_t, std::size_t)>& body_;
    std::mutex mutex_;
    std::exception_ptr error_;
};

}  // namespace

struct ThreadLimit::State {
    int outer;
};

ThreadLimit::ThreadLimit(int threads) : state_(std::make_unique<State>(State{thread_limit})) {
    thread_limit = resolved(threads);
}

ThreadLimit::~ThreadLimit() { thread_limit = state_->outer; }

void parallel_for_parts(std::size_t begin, std::size_t end, std::size_t grain,
                        const std::function<void(std::size_t, std::size_t)>& body) {
    assert(grain >= 1);
    if (begin >= end) {
        return;
    }
    if (is_worker) {  // a nested loop: the outer one already keeps the threads busy
        body(begin, end);
        return;
    }
    Loop loop(begin, end, grain, body);
    {
        std::vector<std::jthread> workers;
        for (int i = 1; i < resolved(thread_limit); ++i) {
            workers.emplace_back([&loop] {
                is_worker = true;
                loop.work();
            });
        }
        loop.work();
    }
    loop.rethrow();
}

#else

namespace {

/// The arena that loops of this thread run in. Workers need none: they are inside the arena already.
thread_local tbb::task_arena* current_arena = nullptr;

}  // namespace

/// An arena alone never has more threads than the machine has cores, a global control alone does not bound one loop: both are set.
struct ThreadLimit::State {
    explicit State(int threads)
        : control(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(threads)),
          arena(threads) {}

    tbb::global_control control;
    tbb::task_arena arena;
    tbb::task_arena* outer = nullptr;
};

ThreadLimit::ThreadLimit(int threads) : state_(std::make_unique<State>(resolved(threads))) {
    state_->outer = current_arena;
    current_arena = &state_->arena;
}

ThreadLimit::~ThreadLimit() {
    assert(current_arena == &state_->arena);
    current_arena = state_->outer;
}

void parallel_for_parts(std::size_t begin, std::size_t end, std::size_t grain,
                        const std::function<void(std::size_t, std::size_t)>& body) {
    assert(grain >= 1);
    if (begin >= end) {
        return;
    }
    const auto loop = [&] {
        tbb::parallel_for(tbb::blocked_range<std::size_t>(begin, end, grain),
                          [&body](const auto& range) { body(range.begin(), range.end()); });
    };
    if (current_arena != nullptr) {
        current_arena->execute(loop);
    } else {
        loop();
    }
}

#endif

}  // namespace allot
