#include "cli/method_options.hpp"

#include <algorithm>

namespace allot::cli {
namespace {

using Names = std::vector<std::string_view>;

/// Which options a method goes by, and which mechanisms it has; without a list, all of them.
struct Heeded {
    std::string_view method;
    bool seed;
    bool effort;
    bool gap;
    const Names* mechanisms = nullptr;
};

const Names kOfGreedy{"m1", "m2", "m3", "pre-allocation", "bounds"};
const Names kOfAll{"m1", "bounds"};  // the table of configurations and the bound behind every plan

/// `exact` searches shortly whatever the effort.
const std::array<Heeded, 8> kHeeded{{
    {"auto", true, true, false},
    {"gh", false, false, false, &kOfGreedy},
    {"agh", true, true, false},
    {"exact", true, false, true},
    {"milp", true, true, true},
    {"lpr", false, false, false, &kOfAll},
    {"dvr", false, false, false, &kOfAll},
    {"hf", false, false, false, &kOfGreedy},
}};

const Heeded* find(std::string_view method) {
    const auto* found = std::find_if(kHeeded.begin(), kHeeded.end(),
                                     [&](const Heeded& known) { return known.method == method; });
    return found == kHeeded.end() ? nullptr : found;
}

bool heeds(const Heeded& method, MethodOption option) {
    if (option == MethodOption::seed) return method.seed;
    return option == MethodOption::effort ? method.effort : method.gap;
}

}  // namespace

const std::array<Mechanism, 12> kMechanisms{{
    {"m1", &Mechanisms::feasible_parallelism},
    {"m2", &Mechanisms::coverage_cost},
    {"m3", &Mechanisms::parallelism_upgrade},
    {"multistart", &Mechanisms::multi_start},
    {"local-search", &Mechanisms::local_search},
    {"consolidation", &Mechanisms::consolidation},
    {"pre-allocation", &Mechanisms::pre_allocation},
    {"bounds", &Mechanisms::bounds},
    {"add", &Mechanisms::add_moves},
    {"swap", &Mechanisms::swap_moves},
    {"replace", &Mechanisms::replace_moves},
    {"pairs", &Mechanisms::pair_moves},
}};

bool is_listed(std::string_view method) { return find(method) != nullptr; }

bool heeds(std::string_view method, MethodOption option) {
    const Heeded* known = find(method);
    return known == nullptr || heeds(*known, option);
}

bool has_mechanism(std::string_view method, std::string_view mechanism) {
    const Heeded* known = find(method);
    if (known == nullptr || known->mechanisms == nullptr) return true;
    return std::find(known->mechanisms->begin(), known->mechanisms->end(), mechanism) !=
           known->mechanisms->end();
}

std::string methods_that_heed(MethodOption option, const std::string& option_name) {
    Names names;
    for (const Heeded& method : kHeeded) {
        if (heeds(method, option)) names.push_back(method.method);
    }
    std::string text = "with " + option_name + " ";
    for (std::size_t n = 0; n < names.size(); ++n) {
        if (n > 0) text += n + 1 == names.size() ? " or " : ", ";
        text += names[n];
    }
    return text;
}

}  // namespace allot::cli
