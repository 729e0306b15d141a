#include "util/rounding.hpp"

#include <array>
#include <cassert>
#include <charconv>
#include <cmath>

namespace allot {

double round_significant(double value, int digits) {
    assert(std::isfinite(value) && digits >= 1 && digits <= 17);
    std::array<char, 32> text{};
    // Both conversions are correctly rounded, unlike a division by a power of ten.
    const auto written = std::to_chars(text.data(), text.data() + text.size(), value,
                                       std::chars_format::scientific, digits - 1);
    double rounded = 0;
    std::from_chars(text.data(), written.ptr, rounded);
    return rounded;
}

}  // namespace allot
