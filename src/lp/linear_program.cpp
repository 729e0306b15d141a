#include "lp/linear_program.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

namespace allot {

namespace {

bool is_defective(double lower, double upper) {
    return !(lower <= upper) || lower == kLpInfinity || upper == -kLpInfinity;
}

}  // namespace

int LinearProgram::add_row(LpRow row) {
    rows_.push_back(std::move(row));
    return num_rows() - 1;
}

int LinearProgram::add_column(LpColumn column, std::span<const LpEntry> entries) {
    if (column.is_integer) ++num_integers_;
    columns_.push_back(std::move(column));
    for (const LpEntry& entry : entries) {
        assert(entry.index >= 0 && entry.index < num_rows());
        if (entry.value != 0) entries_.push_back(entry);
    }
    const auto by_row = [](const LpEntry& a, const LpEntry& b) { return a.index < b.index; };
    std::sort(entries_.begin() + static_cast<std::ptrdiff_t>(begin_.back()), entries_.end(), by_row);
    assert(std::adjacent_find(entries_.begin() + static_cast<std::ptrdiff_t>(begin_.back()), entries_.end(),
                              [](const LpEntry& a, const LpEntry& b) { return a.index == b.index; }) ==
           entries_.end());
    begin_.push_back(entries_.size());
    return num_columns() - 1;
}

std::span<const LpEntry> LinearProgram::entries(int c) const {
    assert(c >= 0 && c < num_columns());
    const std::size_t begin = begin_[static_cast<std::size_t>(c)];
    return {entries_.data() + begin, begin_[static_cast<std::size_t>(c) + 1] - begin};
}

void LinearProgram::set_column_bounds(int c, double lower, double upper) {
    columns_[static_cast<std::size_t>(c)].lower = lower;
    columns_[static_cast<std::size_t>(c)].upper = upper;
}

void LinearProgram::set_row_bounds(int r, double lower, double upper) {
    rows_[static_cast<std::size_t>(r)].lower = lower;
    rows_[static_cast<std::size_t>(r)].upper = upper;
}

double LinearProgram::objective(std::span<const double> x) const {
    assert(static_cast<int>(x.size()) == num_columns());
    double sum = 0;
    for (int c = 0; c < num_columns(); ++c) sum += column(c).cost * x[static_cast<std::size_t>(c)];
    return sum;
}

std::string LinearProgram::find_defect() const {
    for (int c = 0; c < num_columns(); ++c) {
        const LpColumn& col = column(c);
        if (is_defective(col.lower, col.upper) || !std::isfinite(col.cost)) return "column " + col.name;
        for (const LpEntry& entry : entries(c)) {
            if (!std::isfinite(entry.value)) return "column " + col.name + " in row " + row(entry.index).name;
        }
    }
    for (int r = 0; r < num_rows(); ++r) {
        if (is_defective(row(r).lower, row(r).upper)) return "row " + row(r).name;
    }
    return {};
}

double dual_bound(const LinearProgram& lp, std::span<const double> duals) {
    assert(static_cast<int>(duals.size()) == lp.num_rows());
    std::vector<double> price(duals.begin(), duals.end());
    double bound = 0;
    for (int r = 0; r < lp.num_rows(); ++r) {
        double& y = price[static_cast<std::size_t>(r)];
        const double side = y > 0 ? lp.row(r).lower : lp.row(r).upper;
        if (!std::isfinite(side)) y = 0;
        if (y != 0) bound += y * side;
    }
    for (int c = 0; c < lp.num_columns(); ++c) {
        double reduced = lp.column(c).cost;
        for (const LpEntry& entry : lp.entries(c)) {
            reduced -= entry.value * price[static_cast<std::size_t>(entry.index)];
        }
        if (reduced != 0) bound += reduced * (reduced > 0 ? lp.column(c).lower : lp.column(c).upper);
    }
    return bound;
}

}  // namespace allot
