#pragma once

#include <string>
#include <vector>

namespace allot {

/// A ready-made sensitivity study (allot-study/1, YAML): what is changed before it, and what is varied.
struct StudyFile {
    std::string name;
    std::vector<std::string> set;   ///< as after --set
    std::vector<std::string> vary;  ///< as after --vary, at least one
};

/// Reads a file, or standard input when `path` is "-". What the lines say is not looked at. Throws InputError with all problems.
StudyFile read_study(const std::string& path);

}  // namespace allot
