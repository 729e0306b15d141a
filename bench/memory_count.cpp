#include "memory_count.hpp"

#include <atomic>
#include <cstdlib>
#include <new>

#include <sys/resource.h>

namespace {

std::atomic<std::int64_t> allocations{0};

}  // namespace

// Replacing these two is enough: the array and nothrow forms call them.
void* operator new(std::size_t size) {
    allocations.fetch_add(1, std::memory_order_relaxed);
    if (void* memory = std::malloc(size > 0 ? size : 1)) return memory;
    throw std::bad_alloc();
}

void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace allot::bench {

std::int64_t num_allocations() { return allocations.load(std::memory_order_relaxed); }

double peak_memory_mb() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) * 1024 / 1e6;
}

}  // namespace allot::bench
