#pragma once

#include <memory>
#include <string>

#include "solvers/parameters.hpp"

namespace allot::cli {

/// Reads a parameters file (allot-parameters/1, YAML; docs/parameters.md): what it does not name is as the effort has it. Throws
/// InputError with all problems, each with its place.
std::shared_ptr<const Parameters> read_parameters(const std::string& path, int effort);

}  // namespace allot::cli
