#include "support/allocation_count.hpp"

#include <cstdlib>
#include <new>

namespace {

thread_local std::int64_t allocations = 0;

}  // namespace

namespace allot::testing {

std::int64_t num_allocations() { return allocations; }

}  // namespace allot::testing

// The global operators of the test program, so that tests can see whether code allocates. The thread sanitizer has its own, beside
// which no others can be linked: nothing is counted there.
#ifndef ALLOT_TSAN
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    ++allocations;
    return std::malloc(size == 0 ? 1 : size);
}

void* operator new(std::size_t size) {
    if (void* memory = operator new(size, std::nothrow)) return memory;
    throw std::bad_alloc();
}

void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
#endif
