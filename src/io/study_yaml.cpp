#include "io/study_yaml.hpp"

#include <utility>

#include "allot/io.hpp"
#include "io/schema_reader.hpp"
#include "io/text_input.hpp"
#include "io/yaml_document.hpp"
#include "problem/schema.hpp"

namespace allot {

template <>
struct Schema<StudyFile> {
    static constexpr auto parts =
        std::tuple(note("format"), required("name", &StudyFile::name), optional("set", &StudyFile::set),
                   required("vary", &StudyFile::vary));
};

StudyFile read_study(const std::string& path) {
    constexpr const char* kStudyFormat = "allot-study/1";
    Document document = parse_yaml(read_input(path, kLargestYaml), path);
    std::vector<Problem> problems = std::move(document.problems);
    const Node& root = *document.root;
    const Node* format = root.find("format");
    if (format == nullptr || format->text != kStudyFormat) {
        const Mark mark = format == nullptr ? Mark{1, 1} : format->mark;
        throw InputError({{path, mark.line, mark.column, "format", format == nullptr ? "" : format->shown(),
                           std::string("`format: ") + kStudyFormat + '`'}});
    }
    StudyFile study;
    SchemaReader reader(path, builtin_catalog(), problems);
    reader.read_parts(study, Schema<StudyFile>::parts, root, Path{});
    if (problems.empty() && study.vary.empty()) {
        const Mark mark = root.find("vary")->mark;
        problems.push_back({path, mark.line, mark.column, "vary", "", "at least one PATH=LO:HI:N"});
    }
    if (!problems.empty()) throw InputError(std::move(problems));
    return study;
}

}  // namespace allot
