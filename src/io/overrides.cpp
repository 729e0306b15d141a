#include "io/overrides.hpp"

#include <cmath>
#include <set>
#include <utility>

#include "io/path_resolver.hpp"
#include "io/schema_reader.hpp"
#include "io/yaml_document.hpp"
#include "problem/range_check.hpp"
#include "util/suggest.hpp"

namespace allot {

namespace {

constexpr const char* kSetOption = "--set";

enum class Operation { assign, multiply, add };

/// An override taken apart.
struct Change {
    std::string path;
    Operation operation = Operation::assign;
    std::string value;
};

Problem problem_at(std::string field, std::string value, std::string expected) {
    return {kSetOption, 0, 0, std::move(field), std::move(value), std::move(expected)};
}

/// `prices.GPU` is short for the price of all tiers of that GPU, as `prices` is in a file.
std::string spelt_out(const std::string& path) {
    constexpr std::string_view prices = "prices.";
    if (!path.starts_with(prices)) return path;
    return "tiers." + path.substr(prices.size()) + "/*.price_usd_per_gpu_hour";
}

/// What a file says before it is an instance.
std::string why_not_set(const std::string& path) {
    if (path == "prices") return "one GPU at a time: prices.GPU=USD";
    if (path == "format" || path == "catalog")
        return "a field of the instance: this one says how its file is read";
    return {};
}

/// Splits at the first `=`; no name has one. `.*=` sets every item, it does not multiply a field without a name.
std::optional<Change> parse_change(const std::string& text) {
    const std::size_t at = text.find('=');
    if (at == std::string::npos || at == 0) return std::nullopt;
    const char before = text[at - 1];
    const bool is_wildcard = before == '*' && (at == 1 || text[at - 2] == '.');
    Change change{text.substr(0, at), Operation::assign, text.substr(at + 1)};
    if (before == '*' && !is_wildcard) change.operation = Operation::multiply;
    if (before == '+') change.operation = Operation::add;
    if (change.operation != Operation::assign) change.path.pop_back();
    if (change.path.empty() || change.value.empty()) return std::nullopt;
    change.path = spelt_out(change.path);
    return change;
}

/// What happens at the end of the path.
class ChangeAction {
  public:
    ChangeAction(const Change& change, const Catalog& catalog, std::vector<Problem>& problems)
        : change_(change), problems_(problems), reader_(kSetOption, catalog, problems) {
        if (change.operation == Operation::assign) {
            value_ = parse_yaml(change.value, kSetOption);
        } else if (parse_number(change.value, operand_) != NumberFault::none) {
            problems.push_back(problem_at(change.path, change.value, "a number to multiply by or to add"));
            is_usable_ = false;
        }
    }

    bool is_usable() const { return is_usable_; }
    int num_applied() const { return static_cast<int>(applied_.size()); }
    const std::vector<std::string>& applied() const { return applied_; }

    template <class T>
    void apply(T& value, const Range& range, const Path& path) {
        if (change_.operation == Operation::assign) {
            reader_.read_value(value, *value_.root, path, range);
            applied_.push_back(path.text());
        } else {
            compute(value, path);
        }
    }

    void unknown(const Path& path, std::string_view rest, const std::vector<std::string>& names) {
        const std::string at = path.text();
        const std::string missing(rest);
        std::string suggestion;
        for (std::size_t end = missing.find('.'); suggestion.empty(); end = missing.find('.', end + 1)) {
            suggestion = did_you_mean(missing.substr(0, end), names);
            if (end == std::string::npos) break;
        }
        problems_.push_back(problem_at(
            change_.path, {},
            names.empty()
                ? '`' + at + "` has nothing below it"
                : "no `" + missing + "` in " + (at.empty() ? "an instance" : '`' + at + '`') + suggestion));
    }

  private:
    template <class T>
    void compute(T& value, const Path& path) {
        if constexpr (std::is_same_v<T, GivenError>) {
            compute(value.value, path);
        } else if constexpr (IsOptional<T>::value) {
            if (value) compute(*value, path);
        } else if constexpr (Number<T>) {
            if (!std::isfinite(static_cast<double>(value))) return;
            set_number(value, change_.operation == Operation::multiply ? value * operand_ : value + operand_,
                       path);
        } else {
            problems_.push_back(
                problem_at(path.text(), change_.value, "`=`: only numbers can be multiplied or added to"));
        }
    }

    void set_number(double& number, double result, const Path& path) {
        number = result;
        applied_.push_back(path.text());
    }

    void set_number(int& number, double result, const Path& path) {
        constexpr double kLargest = 2147483647;
        if (!(std::abs(result) <= kLargest)) {
            problems_.push_back(
                problem_at(path.text(), number_text(result), "a whole number that can be represented"));
            return;
        }
        number = static_cast<int>(std::lround(result));
        applied_.push_back(path.text());
    }

    const Change& change_;
    std::vector<Problem>& problems_;
    SchemaReader reader_;
    Document value_;
    double operand_ = 0;
    bool is_usable_ = true;
    std::vector<std::string> applied_;
};

/// Names that may become keys of maps: models, tiers, precisions, tasks.
std::vector<std::string> names_in(const InstanceData& data) {
    std::set<std::string> names;
    for (const Model& model : data.models) names.insert(model.id);
    for (const Tier& tier : data.tiers) names.insert({tier.id, tier.precision});
    for (const auto& [task, figures] : data.accuracy.tasks) names.insert(task);
    names.erase("");
    return {names.begin(), names.end()};
}

/// Copies what is available at the tiers that were set to the others of their pools.
void share_available(InstanceData& data, const std::vector<std::string>& applied) {
    std::map<std::string, std::optional<int>> set_pools;
    std::set<std::string> set_tiers;
    for (const Tier& tier : data.tiers) {
        if (std::find(applied.begin(), applied.end(), "tiers." + tier.id + ".available") == applied.end())
            continue;
        set_pools.emplace(tier.gpu, tier.available);
        set_tiers.insert(tier.id);
    }
    for (Tier& tier : data.tiers)
        if (const auto pool = set_pools.find(tier.gpu);
            pool != set_pools.end() && !set_tiers.contains(tier.id))
            tier.available = pool->second;
}

}  // namespace

std::vector<std::string> apply_override(InstanceData& data, const Override& change, const Catalog& catalog,
                                        std::vector<Problem>& problems) {
    const std::optional<Change> parts = parse_change(change.text);
    if (!parts) {
        problems.push_back(
            problem_at({}, '\'' + change.text + '\'', "PATH=VALUE, PATH*=FACTOR or PATH+=AMOUNT"));
        return {};
    }
    if (std::string expected = why_not_set(parts->path); !expected.empty()) {
        problems.push_back(problem_at(parts->path, {}, std::move(expected)));
        return {};
    }
    std::vector<Problem> found;
    std::vector<std::string> applied;
    try {
        ChangeAction action(*parts, catalog, found);
        if (action.is_usable()) {
            PathResolver(action, names_in(data)).resolve(data, Range{}, parts->path, Path{});
            applied = action.applied();
            if (applied.empty() && found.empty())
                found.push_back(
                    problem_at(parts->path, {}, "nothing there to multiply or to add to: it is not set"));
        }
    } catch (const InputError& error) {
        found = error.problems();
        for (Problem& problem : found) problem.field = parts->path;
    }
    for (Problem& problem : found) problem.line = problem.column = 0;
    problems.insert(problems.end(), found.begin(), found.end());
    share_available(data, applied);
    return applied;
}

void apply_override(InstanceData& data, const Override& change) {
    std::vector<Problem> problems;
    apply_override(data, change, builtin_catalog(), problems);
    if (!problems.empty()) throw InputError(std::move(problems));
}

std::vector<std::string> numeric_paths(const InstanceData& data) {
    std::vector<std::string> paths;
    NumberWalk([&](double, bool, const Range&, const Path& path) {
        if (path.index < 0) paths.push_back(path.text());  // lists of numbers are set as a whole
    }).walk_parts(data, Schema<InstanceData>::parts, Path{});
    return paths;
}

}  // namespace allot
