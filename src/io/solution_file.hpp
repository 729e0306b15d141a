#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lp/linear_program.hpp"

namespace allot {

/// What another solver made of a program that was written with to_mps.
struct SolutionFile {
    std::vector<double> values;       ///< by column; what the file leaves out is 0
    std::optional<double> objective;  ///< as the file states it
};

/// Reads a solution file ("-" = standard input) of CBC ("cbc model.mps solve solu FILE"), of HiGHS ("--solution_file FILE") or of
/// Gurobi and others that write "name value" per line with '#' comments. Names are those of mps_column_names. Throws InputError with all
/// problems: no solution in it, names that are no columns of the program, text that is no number.
SolutionFile read_solution(const std::string& path, const LinearProgram& lp);
SolutionFile parse_solution(std::string_view text, const std::string& file, const LinearProgram& lp);

}  // namespace allot
