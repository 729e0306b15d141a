#pragma once

#include <set>
#include <string>
#include <vector>

#include "allot/instance.hpp"
#include "io/document.hpp"

namespace allot {

/// Gives problems of the data their places: those of fields that an override has set stand in "--set", the others in the document.
/// Problems of fields that could not even be read are left out, they would only repeat what `problems` says already. Appends to
/// `problems` and sorts them by place.
void merge_problems(const Document& document, const std::set<std::string>& overridden,
                    std::vector<Problem> found, std::vector<Problem>& problems);

}  // namespace allot
