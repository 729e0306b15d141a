#pragma once

#include <doctest/doctest.h>

namespace allot::testing {

/// Equal but for rounding, relative to the value: also a small one.
inline doctest::Approx approx(double value, double relative = 1e-12) {
    return doctest::Approx(value).scale(0).epsilon(relative);
}

}  // namespace allot::testing
