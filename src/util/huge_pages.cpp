#include "util/huge_pages.hpp"

#include <cstdint>

#include <sys/mman.h>

namespace allot {

void prefer_huge_pages([[maybe_unused]] void* begin, [[maybe_unused]] std::size_t num_bytes) {
#ifdef MADV_HUGEPAGE
    // The whole large pages inside: what is around them belongs to others.
    constexpr std::uintptr_t kPage = std::uintptr_t{1} << 21;
    const auto first = (reinterpret_cast<std::uintptr_t>(begin) + kPage - 1) / kPage * kPage;
    const auto last = (reinterpret_cast<std::uintptr_t>(begin) + num_bytes) / kPage * kPage;
    if (first < last) madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE);
#endif
}

}  // namespace allot
