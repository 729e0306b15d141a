#pragma once

#include <string>
#include <vector>

#include "allot/catalog.hpp"

namespace allot {

/// Numbers as people read them. None of these is meant to be read back by a program.

/// "1,234.56" with the given decimals. Magnitudes of 1e15 and more are written as "1.23e+15".
std::string grouped(double value, int decimals = 0);

/// Three significant digits without an exponent where the magnitude allows: "0.0123", "5.21", "148".
std::string significant(double value);

/// A number that somebody chose, such as a limit: as written, to at most four decimals: "24", "0.5", "1,000".
std::string as_given(double value);

/// "12.3 %" of a fraction: whole percents from 10 on, one decimal below, "<0.1 %" for what rounding would hide.
std::string percent(double fraction);

/// "3.8 %", always with one decimal: for columns that are compared.
std::string percent_tenths(double fraction);

/// "0.8 ms", "12.5 ms", "3.42 s", "4 min 10 s".
std::string duration_s(double seconds);

/// "12 queries", "1 query".
std::string counted(long long count, const std::string& singular, const std::string& plural);

/// A bar of `width` characters filled to `fraction` (clamped to [0,1]): "[####------]".
std::string bar(double fraction, int width = 10);

/// What is put behind a figure that nobody measured: "~" transferred, "?" assumed, a space when measured, so that digits of a
/// right-aligned column stay in line.
char evidence_mark(Evidence evidence);

/// The lines that explain the marks in `used`; empty when all was measured.
std::vector<std::string> evidence_legend(const std::vector<Evidence>& used);

}  // namespace allot
