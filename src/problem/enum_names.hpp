#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "allot/instance.hpp"
#include "allot/plan.hpp"

namespace allot {

/// Names of an enumeration in files and messages.
template <class Enum>
struct EnumNames;

template <>
struct EnumNames<Evidence> {
    static constexpr std::array<std::pair<Evidence, const char*>, 3> all{
        {{Evidence::measured, "measured"},
         {Evidence::transferred, "transferred"},
         {Evidence::assumed, "assumed"}}};
};

template <>
struct EnumNames<PerformanceKind> {
    static constexpr std::array<std::pair<PerformanceKind, const char*>, 3> all{
        {{PerformanceKind::two_phase, "two_phase"},
         {PerformanceKind::queueing, "queueing"},
         {PerformanceKind::tabulated, "tabulated"}}};
};

template <>
struct EnumNames<DelaySlo> {
    static constexpr std::array<std::pair<DelaySlo, const char*>, 2> all{
        {{DelaySlo::per_query, "per_query"}, {DelaySlo::mean, "mean"}}};
};

template <>
struct EnumNames<Status> {
    static constexpr std::array<std::pair<Status, const char*>, 5> all{{{Status::optimal, "optimal"},
                                                                        {Status::feasible, "feasible"},
                                                                        {Status::infeasible, "infeasible"},
                                                                        {Status::unserved, "unserved"},
                                                                        {Status::stopped, "stopped"}}};
};

template <class Enum>
constexpr const char* enum_name(Enum value) {
    for (const auto& [candidate, name] : EnumNames<Enum>::all)
        if (candidate == value) return name;
    return "?";
}

}  // namespace allot
