#pragma once

#include <cstddef>

/// Loops over dense vectors whose length is a multiple of 4. Sums are taken in four fixed lanes, so that every vector width
/// gives the same bits.
namespace allot::simplex {

/// y -= factor * x.
inline void subtract(double* __restrict y, const double* __restrict x, double factor, std::size_t length) {
    for (std::size_t i = 0; i < length; ++i) {
        y[i] -= factor * x[i];
    }
}

inline double dot(const double* x, const double* y, std::size_t length) {
    double lane[4] = {0, 0, 0, 0};
    for (std::size_t i = 0; i < length; i += 4) {
        for (std::size_t t = 0; t < 4; ++t) {
            lane[t] += x[i + t] * y[i + t];
        }
    }
    return (lane[0] + lane[2]) + (lane[1] + lane[3]);
}

}  // namespace allot::simplex
