#include "util/huge_pages.hpp"

#include <memory>

#include <sys/mman.h>

namespace allot {

void prefer_huge_pages([[maybe_unused]] void* begin, [[maybe_unused]] std::size_t num_bytes) {
#ifdef MADV_HUGEPAGE
    // The whole large pages inside: what is around them belongs to others.
    constexpr std::size_t kPage = std::size_t{1} << 21U;
    if (std::align(kPage, kPage, begin, num_bytes) != nullptr)
        madvise(begin, num_bytes / kPage * kPage, MADV_HUGEPAGE);
#endif
}

}  // namespace allot
