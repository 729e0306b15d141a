#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace allot::testing {

/// How many seeds a property test runs: `usual` of them, times the environment variable ALLOT_SEEDS if that is set (0.1: a tenth,
/// 50: fifty times as many). Sanitizers make code 5 to 20 times slower: under them a fifth, unless the variable says otherwise.
/// Never less than `least`, which a test asks for that counts what its seeds must bring up.
inline std::uint64_t num_seeds(std::uint64_t usual, std::uint64_t least = 1) {
#ifdef ALLOT_IS_SANITIZED
    double factor = 0.2;
#else
    double factor = 1;
#endif
    if (const char* text = std::getenv("ALLOT_SEEDS")) factor = std::strtod(text, nullptr);
    return std::max(least, static_cast<std::uint64_t>(static_cast<double>(usual) * factor));
}

}  // namespace allot::testing
