#include "io/variation.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "io/overrides.hpp"
#include "io/text_input.hpp"
#include "util/numbers.hpp"
#include "util/text.hpp"

namespace allot {
namespace {

constexpr const char* kVaryOption = "--vary";
constexpr double kMostValues = 10'000;
constexpr std::size_t kMostCells = 1'000'000;

Problem problem(std::string field, std::string value, std::string expected) {
    return {kVaryOption, 0, 0, std::move(field), std::move(value), std::move(expected)};
}

std::optional<double> number(const std::string& text) {
    double value = 0;
    if (parse_number(text, value) != NumberFault::none) return std::nullopt;
    return value;
}

/// LO:HI:N[:log]; empty when it is not that.
std::vector<double> range_values(const std::vector<std::string>& parts) {
    const bool is_log = parts.size() == 4 && parts[3] == "log";
    if (parts.size() != 3 && !is_log) return {};
    const auto low = number(parts[0]);
    const auto high = number(parts[1]);
    const auto count = number(parts[2]);
    if (!low || !high || !count || *count < 1 || *count > kMostValues || *count != std::floor(*count))
        return {};
    if (*high < *low || (*count == 1 && *low != *high) || (is_log && *low <= 0)) return {};
    std::vector<double> values;
    for (int n = 0; n < static_cast<int>(*count); ++n) {
        const double part = *count > 1 ? n / (*count - 1) : 0;
        const double value = is_log ? *low * std::pow(*high / *low, part) : *low + (*high - *low) * part;
        // Steps as people write them: 0.3, not 0.30000000000000004. None where the range is wider than numbers are.
        const auto rounded = number(fmt::format("{:.12g}", value));
        if (!rounded) return {};
        values.push_back(*rounded);
    }
    return values;
}

std::vector<double> list_values(const std::string& text) {
    std::vector<double> values;
    for (const std::string& part : split(text, ',')) {
        const auto value = number(part);
        if (!value) return {};
        values.push_back(*value);
    }
    return values;
}

}  // namespace

Variation parse_variation(const std::string& text, std::vector<Problem>& problems) {
    const std::size_t at = text.find('=');
    const bool is_named =
        at != std::string::npos && at > 0 && text.substr(0, at) != "*" && text.substr(0, at) != "+";
    if (!is_named) {
        problems.push_back(problem({}, text, "PATH=LO:HI:N, PATH*=LO:HI:N or PATH=A,B,C"));
        return {};
    }
    Variation variation{text.substr(0, at), {}};
    const std::string list = text.substr(at + 1);
    const bool is_range = list.find(':') != std::string::npos;
    variation.values = is_range ? range_values(split(list, ':')) : list_values(list);
    if (variation.values.empty()) {
        problems.push_back(problem(
            variation.name, list,
            fmt::format(
                "LO:HI:N with numbers LO <= HI and a whole N >= 1 (1 only where LO = HI, at most {}), "
                "LO:HI:N:log with LO > 0, or a list of numbers A,B,C",
                kMostValues)));
    }
    return variation;
}

VariationGrid::VariationGrid(const Instance& base, std::vector<Variation> axes)
    : base_(&base), axes_(std::move(axes)) {
    std::set<std::string> names;
    for (const Variation& axis : axes_) {
        if (!names.insert(axis.name).second)
            throw InputError({problem(axis.name, "2 axes", "one; the last would overrule the others")});
        num_cells_ *= axis.values.size();
        if (num_cells_ <= kMostCells) continue;
        throw InputError({problem({}, fmt::format("{} cells or more", num_cells_),
                                  fmt::format("at most {} cells", kMostCells))});
    }
    check_cells();
}

std::vector<double> VariationGrid::values(std::size_t cell) const {
    std::vector<double> values(axes_.size());
    for (std::size_t a = axes_.size(); a-- > 0; cell /= axes_[a].values.size()) {
        values[a] = axes_[a].values[cell % axes_[a].values.size()];
    }
    return values;
}

Instance VariationGrid::instance(std::size_t cell) const {
    const std::vector<double> values = this->values(cell);
    return base_->with([&](InstanceData& data) {
        for (std::size_t a = 0; a < axes_.size(); ++a) {
            apply_override(data, {axes_[a].name + "=" + shortest_text(values[a])});
        }
    });
}

void VariationGrid::check_cells() const {
    std::vector<Problem> problems;
    std::set<std::string> seen;
    for (std::size_t cell = 0; cell < num_cells_ && problems.size() < kMostProblems; ++cell) {
        try {
            static_cast<void>(instance(cell));
        } catch (const InputError& error) {
            for (Problem found : error.problems()) {
                found.file = kVaryOption;
                if (seen.insert(to_string(found)).second) problems.push_back(std::move(found));
            }
        }
    }
    if (!problems.empty()) throw InputError(std::move(problems));
}

}  // namespace allot
