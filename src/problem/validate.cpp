#include "problem/validate.hpp"

#include <algorithm>
#include <iterator>
#include <unordered_set>
#include <utility>

#include "problem/enum_names.hpp"
#include "problem/range_check.hpp"

namespace allot {

namespace {

constexpr std::size_t kLongestName = 200;

/// Lists whose items are known by name: not empty, every name a good one and used once.
template <class T>
void check_names(const std::vector<T>& list, const Path& path, const char* what, ProblemList& problems) {
    if (list.empty()) problems.add(path, "none", std::string("at least one ") + what);
    std::unordered_set<std::string_view> seen;
    for (std::size_t n = 0; n < list.size(); ++n) {
        const std::string& name = item_name(list[n]);
        const char* key = std::is_same_v<T, QueryType> ? "name" : "id";
        const Path item = path[n];
        if (const std::string fault = name_fault(name); !fault.empty())
            problems.add(item / key, '\'' + name + '\'', fault);
        if (!name.empty() && !seen.insert(name).second)
            problems.add(item / key, '\'' + name + '\'',
                         std::string("another name: an earlier ") + what + " has this one");
    }
}

template <class T, class Check>
void check_each(const std::vector<T>& list, const Path& path, ProblemList& problems, Check check) {
    const ItemNames names(list, [](const T& item) -> const std::string& { return item_name(item); });
    for (std::size_t n = 0; n < list.size(); ++n) check(list[n], names.path(path, n), problems);
}

void check_performance(const InstanceData& data, const Path& root, ProblemList& problems) {
    if (data.performance == PerformanceKind::two_phase) return;
    problems.add(root / "performance", enum_name(data.performance),
                 "two_phase: the figures that the other performance models need have no place in this "
                 "version of the format");
}

}  // namespace

void ProblemList::add(const Path& path, std::string value, std::string expected) {
    Problem problem;
    problem.field = path.text();
    problem.value = std::move(value);
    problem.expected = std::move(expected);
    items_.push_back(std::move(problem));
}

std::string name_fault(std::string_view name) {
    if (name.empty()) return "a name";
    if (name.size() > kLongestName) return "a name of at most 200 characters";
    const auto is_bad = [](char c) {
        return static_cast<unsigned char>(c) <= ' ' || c == '\x7f' ||
               std::string_view("*=[]{},\"'`").find(c) != std::string_view::npos;
    };
    if (std::any_of(name.begin(), name.end(), is_bad))
        return "a name without blanks and without * = [ ] { } , \" ' `";
    return {};
}

std::vector<Problem> find_problems(const InstanceData& data) {
    const Path root;
    ProblemList problems;
    check_ranges(data, root, problems.items());
    if (data.name.empty()) problems.add(root / "name", "''", "a name");
    check_performance(data, root, problems);
    if (const std::string fault = name_fault(data.engine.id); !fault.empty())
        problems.add(root / "engine" / "id", '\'' + data.engine.id + '\'', fault);
    check_names(data.query_types, root / "query_types", "query type", problems);
    check_names(data.models, root / "models", "model", problems);
    check_names(data.tiers, root / "tiers", "tier", problems);
    check_each(data.models, root / "models", problems, check_model);
    check_each(data.tiers, root / "tiers", problems, check_tier);
    check_query_types(data, problems);
    check_parallelism(data, problems);
    check_pools(data, problems);
    check_uncertainty(data, problems);
    check_running(data, problems);
    return std::move(problems.items());
}

}  // namespace allot
