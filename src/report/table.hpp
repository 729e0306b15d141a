#pragma once

#include <string>
#include <vector>

#include "report/style.hpp"

namespace allot {

enum class Align { left, right };

struct Column {
    std::string title;
    Align align = Align::left;
};

struct Cell {
    Cell(std::string text_in = {}, Tone tone_in = Tone::plain) : text(std::move(text_in)), tone(tone_in) {}
    Cell(const char* text_in) : text(text_in) {}

    std::string text;  ///< UTF-8
    Tone tone = Tone::plain;
};

/// Aligned text: a line of titles, then the rows, two spaces between columns, no trailing spaces.
class Table {
  public:
    explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

    /// As many cells as there are columns; missing ones stay empty.
    void add(std::vector<Cell> cells);
    bool is_empty() const { return rows_.empty(); }

    /// Every line starts with `indent` spaces and ends with a newline.
    std::string text(const Style& style, int indent = 2) const;

  private:
    std::vector<std::size_t> widths() const;
    std::string line(const std::vector<Cell>& cells, const std::vector<std::size_t>& widths,
                     const Style& style, int indent) const;

    std::vector<Column> columns_;
    std::vector<std::vector<Cell>> rows_;
};

/// Number of characters of a UTF-8 text, which is its width for the alphabets that names are written in.
std::size_t display_width(const std::string& text);

}  // namespace allot
