#pragma once

#include <cstddef>
#include <vector>

namespace allot {

/// Asks for few large pages in place of many small ones where memory is about to be written for the first time: at gigabytes that
/// takes a third of the time, and passes over it are quicker. Only a hint, without effect where the system has none of it.
void prefer_huge_pages(void* begin, std::size_t num_bytes);

/// values.reserve(size) of an empty vector, on such pages.
template <class T>
void reserve_on_huge_pages(std::vector<T>& values, std::size_t size) {
    values.reserve(size);
    prefer_huge_pages(values.data(), size * sizeof(T));
}

}  // namespace allot
