#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace allot {

/// Bounds the threads of every parallel_for called from this thread, and from the bodies it runs, while the object lives:
/// the caller and `threads - 1` workers, more than the machine has cores if asked for; 0 = one per core. Fewer where the process
/// may not have so many, for want of memory or by a limit. Nested and concurrent
/// limits are allowed; while several live in the process, the lowest bounds them all. Lives and dies on one thread, innermost first.
class ThreadLimit {
  public:
    /// `threads` >= 0.
    explicit ThreadLimit(int threads);
    ~ThreadLimit();
    ThreadLimit(const ThreadLimit&) = delete;
    ThreadLimit& operator=(const ThreadLimit&) = delete;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// body(first, last) over parts of [begin, end), on several threads; returns when all are done. `grain` >= 1 is the least length
/// worth a task of its own. How the range is cut varies from run to run: a body must write only to slots of its own indices, and
/// sums over indices are taken afterwards, in index order. Calls may nest. An exception of a body is rethrown here, one of them
/// if there are several; parts not begun by then are left out.
void parallel_for_parts(std::size_t begin, std::size_t end, std::size_t grain,
                        const std::function<void(std::size_t, std::size_t)>& body);

/// body(index) for every index of [begin, end), under the rules of parallel_for_parts.
template <class Body>
void parallel_for(std::size_t begin, std::size_t end, std::size_t grain, const Body& body) {
    parallel_for_parts(begin, end, grain, [&body](std::size_t first, std::size_t last) {
        for (std::size_t index = first; index < last; ++index) {
            body(index);
        }
    });
}

}  // namespace allot
