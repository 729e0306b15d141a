#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace allot {

/// Path of a field such as "query_types.chat.slo.delay_s" or "parallelism.tensor[0]", as a chain of links on the stack: only a
/// problem turns it into text. Every link must outlive the links made from it.
struct Path {
    const Path* parent = nullptr;
    std::string_view name;  ///< empty for the root and for list items by position
    int index = -1;         ///< position in a list, when name is empty

    Path operator/(std::string_view child) const { return {this, child, -1}; }
    Path operator[](std::size_t position) const { return {this, {}, static_cast<int>(position)}; }
    std::string text() const;
};

/// How the items of a list are named in paths: by name, or by position when the name is empty or an earlier item has it already.
class ItemNames {
  public:
    template <class List, class NameOf>
    ItemNames(const List& list, NameOf name_of) {
        std::unordered_set<std::string_view> seen;
        for (const auto& item : list) {
            const std::string_view name = name_of(item);
            names_.push_back(seen.insert(name).second ? name : std::string_view());
        }
    }
    Path path(const Path& list, std::size_t position) const {
        return names_[position].empty() ? list[position] : list / names_[position];
    }

  private:
    std::vector<std::string_view> names_;
};

}  // namespace allot
