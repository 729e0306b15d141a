#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "allot/mechanisms.hpp"

namespace allot::cli {

/// What --without can switch off, by name.
struct Mechanism {
    const char* name;
    bool Mechanisms::*part;
};

extern const std::array<Mechanism, 12> kMechanisms;

/// An option that only some methods heed.
enum class MethodOption { seed, effort, gap };

/// Is it known what the method goes by? All methods are; another one is taken to go by everything.
bool is_listed(std::string_view method);
/// Does the method go by the option?
bool heeds(std::string_view method, MethodOption option);
/// Does it have the mechanism that --without can switch off?
bool has_mechanism(std::string_view method, std::string_view mechanism);
/// "with --method auto, exact or milp": those that heed it.
std::string methods_that_heed(MethodOption option, const std::string& option_name = "--method");

}  // namespace allot::cli
