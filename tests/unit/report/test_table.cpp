#include <doctest/doctest.h>

#include "report/table.hpp"

using allot::Align;
using allot::Cell;
using allot::Style;
using allot::Table;
using allot::Tone;

// Trailing blanks break tests that compare output, and ragged columns are misread by one row.
TEST_CASE("columns are as wide as their widest cell and lines have no trailing spaces") {
    Table table({{"name"}, {"USD", Align::right}, {"note"}});
    table.add({"chat", "1.5", "binds"});
    table.add({"summaries", "12.25"});
    CHECK(table.text(Style()) ==
          "  name         USD  note\n"
          "  chat         1.5  binds\n"
          "  summaries  12.25\n");
}

// Names with accents are longer in bytes than on screen: every later column would shift.
TEST_CASE("width counts characters, not bytes") {
    CHECK(allot::display_width("caf\xc3\xa9") == 4);
    Table table({{"x"}, {"y", Align::right}});
    table.add({"caf\xc3\xa9", "1"});
    table.add({"tea", "22"});
    CHECK(table.text(Style(), 0) == "x      y\ncaf\xc3\xa9   1\ntea   22\n");
}

// Escape codes have no width; counted, a red cell would move its row.
TEST_CASE("colours do not disturb the columns") {
    Table table({{"x", Align::right}, {"y"}});
    table.add({Cell("1", Tone::bad), "a"});
    table.add({"22", "b"});
    CHECK(table.text(Style(true), 0) ==
          " \033[2mx\033[0m  \033[2my\033[0m\n"
          " \033[31m1\033[0m  a\n"
          "22  b\n");
}

// A name with a line end or an escape sequence would break the row, and its width is that of what is shown.
TEST_CASE("cells are escaped before they are measured") {
    Table table({{"x"}, {"y"}});
    table.add({"a\nb\x1b", "1"});
    CHECK(table.text(Style(), 0) == "x         y\na\\nb\\x1b  1\n");
}

// Our own colours pass, those of others do not, and without colour nothing does.
TEST_CASE("a report is cleared of all that a terminal would obey but line ends and its own colours") {
    const std::string report =
        Style(true).paint("x\x1b[31m", Tone::good) + "\n\x1b]0;title\a\x1b[5m\x1b[31mred\xff";
    CHECK(Style(true).cleared(report) ==
          "\x1b[32mx\\x1b[31m\x1b[0m\n\\x1b]0;title\\x07\\x1b[5m\x1b[31mred\\xff");
    CHECK(Style().cleared("a\nb\x1b[31m\n") == "a\nb\\x1b[31m\n");
    CHECK(Style().cleared("").empty());
}

// Logs get no escape codes, and empty cells no pair of codes around nothing.
TEST_CASE("a style without colour leaves text alone") {
    CHECK(Style().paint("x", Tone::bad) == "x");
    CHECK(Style(true).paint("x", Tone::plain) == "x");
    CHECK(Style(true).paint("", Tone::bad).empty());
    CHECK(Style(true).paint("x", Tone::good) == "\033[32mx\033[0m");
}
