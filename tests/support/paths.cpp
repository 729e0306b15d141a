#include "support/paths.hpp"

// The places differ between checkouts: known to this one file, the others compile to the same anywhere.

namespace allot::testing {

std::filesystem::path source_path(const std::string& path) {
    return std::filesystem::path(ALLOT_SOURCE_DIR) / path;
}

std::filesystem::path program_path() { return ALLOT_PROGRAM; }

}  // namespace allot::testing
