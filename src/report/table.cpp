#include "report/table.hpp"

#include <algorithm>
#include <cassert>

#include "util/text.hpp"

namespace allot {

std::size_t display_width(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char byte) {
        return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
    }));
}

void Table::add(std::vector<Cell> cells) {
    assert(cells.size() <= columns_.size());
    cells.resize(columns_.size());
    for (Cell& cell : cells) cell.text = printable(cell.text);  // names of users; here, as it changes widths
    rows_.push_back(std::move(cells));
}

std::vector<std::size_t> Table::widths() const {
    std::vector<std::size_t> widths;
    for (const Column& column : columns_) widths.push_back(display_width(column.title));
    for (const auto& row : rows_) {
        for (std::size_t c = 0; c < row.size(); ++c)
            widths[c] = std::max(widths[c], display_width(row[c].text));
    }
    return widths;
}

std::string Table::line(const std::vector<Cell>& cells, const std::vector<std::size_t>& widths,
                        const Style& style, int indent) const {
    std::string line;
    auto pending = static_cast<std::size_t>(indent);  // spaces not yet written: a line must not end with any
    for (std::size_t c = 0; c < cells.size(); ++c) {
        const std::size_t padding = widths[c] - display_width(cells[c].text);
        const std::size_t length = cells[c].text.find_last_not_of(' ') + 1;
        if (columns_[c].align == Align::right) pending += padding;
        if (length > 0) {
            line.append(pending, ' ');
            line += style.paint(cells[c].text.substr(0, length), cells[c].tone);
            pending = 0;
        }
        pending += cells[c].text.size() - length + 2;
        if (columns_[c].align == Align::left) pending += padding;
    }
    return line + "\n";
}

std::string Table::text(const Style& style, int indent) const {
    const std::vector<std::size_t> widths = this->widths();
    std::vector<Cell> titles;
    for (const Column& column : columns_) titles.emplace_back(column.title, Tone::faint);
    std::string text = line(titles, widths, style, indent);
    for (const auto& row : rows_) text += line(row, widths, style, indent);
    return text;
}

}  // namespace allot
