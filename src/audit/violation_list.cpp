#include "audit/violation_list.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "problem/tolerances.hpp"

namespace allot::auditing {

bool is_within(double amount, double limit) {
    return amount <= limit + std::max(kConstraintTolerance * std::abs(limit), kZeroTolerance);
}

bool agrees(double reported, double implied) {
    return std::abs(reported - implied) <= std::max(kFigureTolerance * std::abs(implied), kZeroTolerance);
}

std::string text(double value) { return fmt::format("{:.8g}", value); }

std::string element(std::string_view list, std::size_t index) {
    return std::string(list) + '[' + std::to_string(index) + ']';
}

void ViolationList::add(std::string_view constraint, std::string subject, double amount, double limit,
                        std::string message) {
    violations_.push_back({std::string(constraint), std::move(subject), amount, limit, std::move(message)});
}

void ViolationList::require_at_most(std::string_view constraint, std::string subject, double amount,
                                    double limit, std::string_view what, std::string_view unit) {
    if (is_within(amount, limit)) return;
    const std::string with_unit = unit.empty() ? std::string() : ' ' + std::string(unit);
    add(constraint, std::move(subject), amount, limit,
        std::string(what) + ' ' + text(amount) + with_unit + ", limit " + text(limit) + with_unit);
}

bool ViolationList::has(std::string_view constraint) const {
    return std::any_of(violations_.begin(), violations_.end(),
                       [&](const Violation& violation) { return violation.constraint == constraint; });
}

}  // namespace allot::auditing
