#pragma once

#include <filesystem>
#include <string>

namespace allot::testing {

/// A file or folder of the source tree, by its path from the top.
std::filesystem::path source_path(const std::string& path);

/// The program under test.
std::filesystem::path program_path();

}  // namespace allot::testing
