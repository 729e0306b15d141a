#include <cmath>
#include <fstream>
#include <string>
#include <tuple>
#include <vector>

#include <doctest/doctest.h>

#include "problem/instance_schema.hpp"
#include "problem/plan_schema.hpp"
#include "problem/range_check.hpp"
#include "support/paths.hpp"

// docs/format.md must list every key of the formats, numbers with the range that is enforced.

namespace {

using allot::Field;
using allot::Group;
using allot::Inlined;
using allot::Note;
using allot::Schema;

std::vector<std::string> lines_of_doc() {
    std::ifstream file(allot::testing::source_path("docs/format.md"));
    REQUIRE(file);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
}

/// "> 0 and <= 1", as messages and tables have it; empty when there is no range.
std::string range_text(const allot::Range& range) {
    if (!std::isfinite(range.min)) return {};
    const std::string text = allot::expected_number(range, false);
    return text.substr(text.find('>'));
}

class DocChecker {
  public:
    template <class Parts>
    void check(const Parts& parts) {
        allot::for_each_part(parts, [&](const auto& part) { check_part(part); });
    }

  private:
    template <class Access>
    void check_part(const Field<Access>& field) {
        const std::string start = std::string("| `") + field.name + "` |";
        const std::string range = range_text(field.range);
        bool is_listed = false;
        for (const std::string& line : lines_)
            is_listed = is_listed || (line.find(start) == 0 && line.find(range) != std::string::npos);
        CHECK_MESSAGE(is_listed, start, " with ", range);
    }
    template <class... Parts>
    void check_part(const Group<Parts...>& group) {
        check(group.parts);
    }
    template <class Access>
    void check_part(const Inlined<Access>&) {}
    void check_part(const Note& note) {
        bool is_named = false;
        for (const std::string& line : lines_)
            is_named = is_named || line.find(std::string("`") + note.name + '`') != std::string::npos;
        CHECK_MESSAGE((is_named || std::string(note.name) == "schema" || std::string(note.name) == "sources"),
                      note.name);
    }

    std::vector<std::string> lines_ = lines_of_doc();
};

}  // namespace

// docs/format.md is what people write instances from;
// a key or range that changed in code only would mislead them.
TEST_CASE("the format's documentation lists every key of an instance with its range") {
    DocChecker doc;
    doc.check(Schema<allot::InstanceData>::parts);
    doc.check(Schema<allot::ParallelismGrid>::parts);
    doc.check(Schema<allot::Storage>::parts);
    doc.check(Schema<allot::QueryType>::parts);
    doc.check(Schema<allot::Slo>::parts);
    doc.check(Schema<allot::Model>::parts);
    doc.check(Schema<allot::Experts>::parts);
    doc.check(Schema<allot::Tier>::parts);
    doc.check(Schema<allot::AllReduce>::parts);
    doc.check(Schema<allot::EngineProfile>::parts);
    doc.check(Schema<allot::AccuracyTable>::parts);
    doc.check(Schema<allot::UncertaintyBudget>::parts);
    doc.check(Schema<allot::Switching>::parts);
}

// Dashboards parse plans by this page;
// a key that is written but not documented is one that nobody dares to use.
TEST_CASE("the format's documentation lists every key of a plan") {
    DocChecker doc;
    doc.check(std::tuple(allot::note("cost")));
    doc.check(Schema<allot::PlannedDeployment>::parts);
    doc.check(Schema<allot::PlannedRoute>::parts);
    doc.check(Schema<allot::PlannedType>::parts);
    doc.check(Schema<allot::MarginalPrices>::parts);
    doc.check(Schema<allot::MarginalPrices::OfType>::parts);
    doc.check(Schema<allot::MarginalPrices::OfPool>::parts);
    doc.check(Schema<allot::MarginalPrices::OfLimit>::parts);
    for (const char* key : {"total", "rental", "storage", "delay", "unmet", "switching", "lower_bound", "gap",
                            "prices", "deployments", "routing", "query_types", "binding", "reasons", "run"})
        doc.check(std::tuple(allot::note(key)));
}
