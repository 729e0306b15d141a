#include "problem/path.hpp"

namespace allot {

std::string Path::text() const {
    std::string text = parent != nullptr ? parent->text() : std::string();
    if (!name.empty()) {
        if (!text.empty()) text += '.';
        text += name;
    } else if (index >= 0) {
        text += '[' + std::to_string(index) + ']';
    }
    return text;
}

}  // namespace allot
