#include "studies/executor.hpp"

#include <mutex>

#include "util/parallel.hpp"

namespace allot {

void ThreadExecutor::run(const Study& study, std::span<const std::size_t> items, const Sink& sink,
                         const std::stop_token& stop) const {
    const ThreadLimit limit(threads_);
    std::mutex mutex;
    parallel_for(0, items.size(), 1, [&](std::size_t n) {
        if (stop.stop_requested()) return;
        const std::string record = study.run(items[n]);
        const std::lock_guard lock(mutex);
        sink(items[n], record);
    });
}

}  // namespace allot
