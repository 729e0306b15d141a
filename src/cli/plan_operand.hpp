#pragma once

#include <string>

#include "allot/instance.hpp"
#include "allot/plan.hpp"
#include "cli/command.hpp"

namespace allot::cli {

/// The plan in a file, of that instance. A fleet that was written by hand is routed, and the user told so.
Plan read_routed_plan(const Session& session, const Instance& instance, const std::string& path);

}  // namespace allot::cli
