#include "allot/catalog.hpp"

#include <algorithm>

#include "allot/plan.hpp"
#include "problem/enum_names.hpp"

namespace allot {

Evidence weaker(Evidence a, Evidence b) { return std::max(a, b); }

const char* to_string(Evidence evidence) { return enum_name(evidence); }

const char* to_string(Status status) { return enum_name(status); }

}  // namespace allot
