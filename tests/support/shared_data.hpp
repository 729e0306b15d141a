#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>

#include <doctest/doctest.h>

#include "support/paths.hpp"

namespace allot::testing {

/// A file of the data that tests may read but the repository does not hold: under $ALLOT_SHARED_DATA, else ../shared/data beside
/// the source tree. None, and a message by which CTest
/// counts the test as skipped, when it is not there.
inline std::optional<std::string> shared_file(const std::string& path) {
    const char* folder = std::getenv("ALLOT_SHARED_DATA");
    const std::filesystem::path root =
        folder != nullptr ? std::filesystem::path(folder) : source_path("../shared/data");
    const std::filesystem::path file = root / path;
    if (std::filesystem::exists(file)) {
        return file.string();
    }
    MESSAGE("skipped: no ", file.string(), " (set ALLOT_SHARED_DATA)");
    return std::nullopt;
}

inline std::string file_text(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

}  // namespace allot::testing
