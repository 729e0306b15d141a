#pragma once

#include <array>
#include <cstddef>

/// Loops over dense vectors whose length is a multiple of 4, in blocks of 4. Sums are taken in four fixed lanes, so that every
/// vector width gives the same bits.
namespace allot::simplex {

/// y -= factor * x.
inline void subtract(double* __restrict y, const double* __restrict x, double factor, std::size_t length) {
    for (std::size_t i = 0; i < length; i += 4) {
        y[i] -= factor * x[i];
        y[i + 1] -= factor * x[i + 1];
        y[i + 2] -= factor * x[i + 2];
        y[i + 3] -= factor * x[i + 3];
    }
}

inline void scale(double* x, double factor, std::size_t length) {
    for (std::size_t i = 0; i < length; i += 4) {
        x[i] *= factor;
        x[i + 1] *= factor;
        x[i + 2] *= factor;
        x[i + 3] *= factor;
    }
}

inline double squared_norm(const double* x, std::size_t length) {
    std::array<double, 4> lane{};
    for (std::size_t i = 0; i < length; i += 4) {
        lane[0] += x[i] * x[i];
        lane[1] += x[i + 1] * x[i + 1];
        lane[2] += x[i + 2] * x[i + 2];
        lane[3] += x[i + 3] * x[i + 3];
    }
    return (lane[0] + lane[2]) + (lane[1] + lane[3]);
}

/// The sparse product of a dense row with `Count` entries, at most a handful, or `count` when Count is 0.
template <int Count>
double gather(const double* row, const int* index, const double* value, int count) {
    double sum = 0;
    if constexpr (Count > 0) {
        count = Count;
    }
    for (int e = 0; e < count; ++e) {
        sum += row[index[e]] * value[e];
    }
    return sum;
}

}  // namespace allot::simplex
