#pragma once

#include <string>
#include <vector>

namespace allot::cli {

/// The whole program: `words` are the arguments without the program's name. Returns the exit code; throws nothing.
int run(const std::vector<std::string>& words);

}  // namespace allot::cli
