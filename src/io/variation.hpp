#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "allot/instance.hpp"

namespace allot {

/// One axis of a sensitivity study: a field, or all that a path with wildcards stands for, and the values or factors it takes.
struct Variation {
    std::string
        name;  ///< as typed before the '=': "budget_usd" (values), "tiers.*.price_usd_per_gpu_hour*" (factors)
    std::vector<double> values;
};

/// Reads PATH=LO:HI:N (N values in equal steps, both ends included), PATH=LO:HI:N:log (in equal ratios) or PATH=A,B,C; with `*=` or
/// `+=` instead of `=`, factors on or additions to what the instance says. Appends problems, with the field "--vary", to `problems`.
Variation parse_variation(const std::string& text, std::vector<Problem>& problems);

/// The product of axes, the last one varying fastest.
class VariationGrid {
  public:
    /// Checks that every cell is a valid instance. Throws InputError with the problems of all cells, each once.
    VariationGrid(const Instance& base, std::vector<Variation> axes);

    std::size_t num_cells() const { return num_cells_; }
    const std::vector<Variation>& axes() const { return axes_; }
    /// The value of every axis in a cell.
    std::vector<double> values(std::size_t cell) const;
    Instance instance(std::size_t cell) const;

  private:
    void check_cells() const;

    const Instance* base_;
    std::vector<Variation> axes_;
    std::size_t num_cells_ = 1;
};

}  // namespace allot
