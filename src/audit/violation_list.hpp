#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "allot/audit.hpp"

namespace allot::auditing {

/// Is amount <= limit up to kConstraintTolerance of the limit? False for NaN.
bool is_within(double amount, double limit);

/// Are the figures the same up to kFigureTolerance of the implied one? False for NaN.
bool agrees(double reported, double implied);

/// A figure for a message: eight significant digits, so that an excess of 1e-6 can be seen.
std::string text(double value);

/// "deployments[2]".
std::string element(std::string_view list, std::size_t index);

/// Collects violations in the order in which they are added.
class ViolationList {
  public:
    void add(std::string_view constraint, std::string subject, double amount, double limit,
             std::string message);

    /// Adds a violation with the message "WHAT AMOUNT UNIT, limit LIMIT UNIT" unless the amount is within the limit.
    void require_at_most(std::string_view constraint, std::string subject, double amount, double limit,
                         std::string_view what, std::string_view unit);

    bool has(std::string_view constraint) const;
    bool is_empty() const { return violations_.empty(); }
    std::vector<Violation> take() { return std::move(violations_); }

  private:
    std::vector<Violation> violations_;
};

}  // namespace allot::auditing
