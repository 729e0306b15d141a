#include <cmath>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "allot/io.hpp"
#include "io/flow_writer.hpp"
#include "io/json_document.hpp"
#include "io/schema_reader.hpp"
#include "io/text_input.hpp"
#include "problem/plan_schema.hpp"

namespace allot {

namespace {

constexpr const char* kPlanFormat = "allot-plan/1";

const FlowWriter kJson(Notation::json);

/// Writes each key of a plan on a line, and each object of a list.
class PlanWriter {
  public:
    explicit PlanWriter(const Plan& plan) : plan_(plan) { plan_.reported_total = plan.cost.total(); }

    std::string write() {
        line(kJson.key("format") + quoted_text(kPlanFormat));
        for_each_part(Schema<Plan>::parts, [&](const auto& part) { write_part(part); });
        return "{\n" + text_ + "\n}\n";
    }

  private:
    void line(const std::string& entry) { text_ += (text_.empty() ? "  " : ",\n  ") + entry; }

    void write_part(const Note&) {}

    template <class... Parts>
    void write_part(const Group<Parts...>& group) {
        const std::vector<std::string> entries = kJson.entries(plan_, group.parts, Plan{}, false);
        line(kJson.key(group.name) + '{' + FlowWriter::joined(entries) + '}');
    }

    template <class Access>
    void write_part(const Field<Access>& field) {
        const auto& value = std::invoke(field.access, plan_);
        const std::string written = kJson.value(value);
        const bool is_default = written == kJson.value(std::invoke(field.access, Plan{}));
        if (field.need == Need::optional && is_default) return;
        line(kJson.key(field.name) + block(value, written));
    }

    template <class T>
    static std::string block(const T&, const std::string& written) {
        return written;
    }
    template <HasSchema T>
    static std::string block(const std::vector<T>& list, const std::string& written) {
        if (list.empty()) return written;
        std::string text;
        for (const T& item : list) text += (text.empty() ? "[\n    " : ",\n    ") + kJson.value(item);
        return text + "\n  ]";
    }

    Plan plan_;
    std::string text_;
};

/// A figure that is no number is an error of the program, not of a user: no file may come of it.
void require_finite(const Plan& plan) {
    NumberWalk([](double value, bool, const Range&, const Path& path) {
        if (!std::isfinite(value)) throw std::logic_error("plan." + path.text() + " is not finite");
    }).walk_parts(plan, Schema<Plan>::parts, Path{});
    for (const auto& [name, value] : plan.run)
        if (!std::isfinite(value)) throw std::logic_error("plan.run." + name + " is not finite");
}

void check_format(const Document& document) {
    const Node* format = document.root->find("format");
    if (document.root->kind == Node::Kind::map && format != nullptr && format->text == kPlanFormat) return;
    const Node& place = format != nullptr ? *format : *document.root;
    throw InputError({{document.file, place.mark.line, place.mark.column, "format",
                       format != nullptr ? format->shown() : "",
                       std::string(format != nullptr ? "" : "missing: ") + kPlanFormat}});
}

}  // namespace

std::string to_json(const Plan& plan) {
    require_finite(plan);
    return PlanWriter(plan).write();
}

Plan parse_plan(std::string_view text, const std::string& file) {
    const Document document = parse_json(text, file);
    check_format(document);
    std::vector<Problem> problems = document.problems;
    SchemaReader reader(file, problems);
    reader.require_quoted_texts();
    Plan plan;
    reader.read_parts(plan, Schema<Plan>::parts, *document.root, Path{});
    if (!problems.empty()) throw InputError(std::move(problems));
    return plan;
}

Plan read_plan(const std::string& path) { return parse_plan(read_input(path, kLargestJson), path); }

}  // namespace allot
