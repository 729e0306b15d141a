#include "io/mps.hpp"

#include <cmath>
#include <initializer_list>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "util/numbers.hpp"

namespace allot {
namespace {

/// COIN-OR readers cut fields at 160 characters.
constexpr std::size_t kLongestName = 120;

std::string readable(std::string_view name) {
    std::string result;
    for (const char c : name.substr(0, kLongestName)) {
        const bool is_plain = c > ' ' && c < '\x7f';
        result += is_plain ? c : '_';
    }
    return result.empty() ? "_" : result;
}

std::string unique(const std::string& name, std::unordered_set<std::string>& taken) {
    std::string candidate = name;
    for (int n = 2; !taken.insert(candidate).second; ++n) candidate = name + "~" + std::to_string(n);
    return candidate;
}

bool is_free(const LpRow& row) { return std::isinf(row.lower) && std::isinf(row.upper); }
bool is_range(const LpRow& row) {
    return std::isfinite(row.lower) && std::isfinite(row.upper) && row.lower != row.upper;
}

class MpsWriter {
  public:
    explicit MpsWriter(const LinearProgram& lp)
        : lp_(lp), columns_(mps_column_names(lp)), rows_(mps_row_names(lp)) {}

    std::string write(const std::string& name) {
        text_ =
            "* Free-format MPS, to be minimised. Columns: x share of a query type on a configuration, r "
            "replicas,\n"
            "* w configuration in use, u share unserved, s weights stored. See docs/milp.md of allot.\n";
        // COIN-OR readers take a field for one of the fixed format where it begins in the same place, unless told.
        text_ += "NAME " + readable(name) + " FREE\n";
        write_rows();
        write_columns();
        write_sides();
        write_bounds();
        text_ += "ENDATA\n";
        return std::move(text_);
    }

  private:
    const std::string& column_name(int c) const { return columns_[static_cast<std::size_t>(c)]; }
    const std::string& row_name(int r) const { return rows_[static_cast<std::size_t>(r)]; }

    void line(std::string_view first, std::string_view second, std::string_view third, double value) {
        text_ += ' ';
        for (const std::string_view field : {first, second, third}) {
            if (field.empty()) continue;
            text_ += field;
            text_ += ' ';
        }
        text_ += shortest_text(value);
        text_ += '\n';
    }

    void write_rows() {
        text_ += "ROWS\n N cost\n";
        for (int r = 0; r < lp_.num_rows(); ++r) {
            const LpRow& row = lp_.row(r);
            if (is_free(row)) continue;
            const char* kind = row.lower == row.upper ? " E " : std::isfinite(row.upper) ? " L " : " G ";
            text_ += kind + row_name(r) + "\n";
        }
    }

    void write_columns() {
        text_ += "COLUMNS\n";
        bool is_integer = false;
        int markers = 0;
        const auto mark = [&](bool begin) {
            text_ += " marker" + std::to_string(++markers) + " 'MARKER' " +
                     (begin ? "'INTORG'" : "'INTEND'") + "\n";
            is_integer = begin;
        };
        for (int c = 0; c < lp_.num_columns(); ++c) {
            if (lp_.column(c).is_integer != is_integer) mark(lp_.column(c).is_integer);
            // Named in every case: a column without any entry would be unknown to the reader.
            line(column_name(c), "cost", "", lp_.column(c).cost);
            for (const LpEntry& entry : lp_.entries(c)) {
                if (!is_free(lp_.row(entry.index)))
                    line(column_name(c), row_name(entry.index), "", entry.value);
            }
        }
        if (is_integer) mark(false);
    }

    void write_sides() {
        text_ += "RHS\n";
        for (int r = 0; r < lp_.num_rows(); ++r) {
            const LpRow& row = lp_.row(r);
            if (is_free(row)) continue;
            const double side = std::isfinite(row.upper) ? row.upper : row.lower;
            if (side != 0) line("RHS", row_name(r), "", side);
        }
        bool has_header = false;
        for (int r = 0; r < lp_.num_rows(); ++r) {
            const LpRow& row = lp_.row(r);
            if (!is_range(row)) continue;
            if (!has_header) text_ += "RANGES\n";
            has_header = true;
            line("RNG", row_name(r), "", row.upper - row.lower);
        }
    }

    /// Both bounds are written for integers: readers differ in what they take for granted there.
    void write_bounds() {
        text_ += "BOUNDS\n";
        for (int c = 0; c < lp_.num_columns(); ++c) {
            const LpColumn& column = lp_.column(c);
            if (column.lower == column.upper) {
                line("FX", "BND", column_name(c), column.lower);
                continue;
            }
            if (std::isinf(column.lower)) text_ += " MI BND " + column_name(c) + "\n";
            if (std::isfinite(column.lower) && (column.lower != 0 || column.is_integer)) {
                line("LO", "BND", column_name(c), column.lower);
            }
            if (std::isfinite(column.upper)) {
                line("UP", "BND", column_name(c), column.upper);
            } else if (column.is_integer) {
                text_ += " PL BND " + column_name(c) + "\n";
            }
        }
    }

    const LinearProgram& lp_;
    std::vector<std::string> columns_, rows_;
    std::string text_;
};

}  // namespace

std::vector<std::string> mps_column_names(const LinearProgram& lp) {
    std::unordered_set<std::string> taken;
    std::vector<std::string> names;
    for (int c = 0; c < lp.num_columns(); ++c) names.push_back(unique(readable(lp.column(c).name), taken));
    return names;
}

std::vector<std::string> mps_row_names(const LinearProgram& lp) {
    std::unordered_set<std::string> taken{"cost"};
    std::vector<std::string> names;
    for (int r = 0; r < lp.num_rows(); ++r) names.push_back(unique(readable(lp.row(r).name), taken));
    return names;
}

std::string to_mps(const LinearProgram& lp, const std::string& name) { return MpsWriter(lp).write(name); }

}  // namespace allot
