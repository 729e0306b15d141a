#include "io/path_resolver.hpp"

namespace allot {

std::string_view leading_name(std::string_view path, const std::vector<std::string>& known) {
    std::size_t length = 0;
    for (const std::string& name : known) {
        const bool fits = path.starts_with(name) && (path.size() == name.size() || path[name.size()] == '.');
        if (fits) length = std::max(length, name.size());
    }
    return path.substr(0, length);
}

std::string_view leading_pattern(std::string_view path) {
    const std::size_t star = path.find('*');
    const bool ends_link =
        star != std::string_view::npos && (star + 1 == path.size() || path[star + 1] == '.');
    return ends_link ? path.substr(0, star + 1) : std::string_view();
}

std::string_view without_link(std::string_view path, std::size_t length) {
    path.remove_prefix(length);
    if (path.starts_with('.')) path.remove_prefix(1);
    return path;
}

}  // namespace allot
