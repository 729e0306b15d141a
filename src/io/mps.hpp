#pragma once

#include <string>
#include <vector>

#include "lp/linear_program.hpp"

namespace allot {

/// The names under which a program's columns and rows stand in an MPS file: their own, with what a free-format reader would trip
/// over (spaces, control characters, non-ASCII) replaced by '_', cut to 120 characters, and made unique by "~2", "~3" ...
std::vector<std::string> mps_column_names(const LinearProgram& lp);
std::vector<std::string> mps_row_names(const LinearProgram& lp);

/// The program in free-format MPS, minimising "cost", numbers exact: the same bytes on every platform. Read by CBC, HiGHS, GLPK,
/// Gurobi, SCIP and others. Rows without any limit are left out. The first lines are comments that say so.
std::string to_mps(const LinearProgram& lp, const std::string& name);

}  // namespace allot
