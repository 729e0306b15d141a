#include "cli/parameters_file.hpp"

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include "io/schema_reader.hpp"
#include "io/text_input.hpp"
#include "io/yaml_document.hpp"
#include "problem/range_check.hpp"
#include "solvers/parameters_schema.hpp"

namespace allot::cli {
namespace {

constexpr const char* kFormat = "allot-parameters/1";

void require_format(const Document& document) {
    const Node* format = document.root->find("format");
    if (format != nullptr && format->text == kFormat) return;
    const Mark mark = format == nullptr ? Mark{1, 1} : format->mark;
    throw InputError({{document.file, mark.line, mark.column, "format",
                       format == nullptr ? "" : format->shown(), std::string("`format: ") + kFormat + '`'}});
}

/// Numbers out of their range, at their places.
void check_values(const Parameters& parameters, const Document& document, std::vector<Problem>& problems) {
    std::vector<Problem> faults;
    check_ranges(parameters, Path{}, faults);
    for (Problem& fault : faults) {
        const Mark mark = locate(document, fault.field);
        fault.file = document.file;
        fault.line = mark.line;
        fault.column = mark.column;
        problems.push_back(std::move(fault));
    }
}

}  // namespace

std::shared_ptr<const Parameters> read_parameters(const std::string& path, int effort) {
    if (path == "-") {
        throw InputError({{"", 0, 0, "--parameters", "-", "a file, as the instance may be standard input"}});
    }
    Document document = parse_yaml(read_input(path, kLargestYaml), path);
    require_format(document);
    static constexpr auto parts = std::tuple_cat(std::tuple(note("format")), Schema<Parameters>::parts);
    std::vector<Problem> problems = std::move(document.problems);
    Parameters parameters = preset(effort);
    SchemaReader(path, problems).read_parts(parameters, parts, *document.root, Path{});
    check_values(parameters, document, problems);
    std::stable_sort(problems.begin(), problems.end(), [](const Problem& a, const Problem& b) {
        return std::tie(a.line, a.column) < std::tie(b.line, b.column);
    });
    if (!problems.empty()) throw InputError(std::move(problems));
    return std::make_shared<const Parameters>(parameters);
}

}  // namespace allot::cli
