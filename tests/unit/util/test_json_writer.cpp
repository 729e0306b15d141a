#include <limits>
#include <optional>
#include <string_view>

#include <doctest/doctest.h>

#include "util/json_writer.hpp"

using allot::JsonWriter;

// Plans are read in diffs: one deployment per line is what makes a change visible.
TEST_CASE("objects and arrays put one member on a line, and those asked for on one line stay there") {
    JsonWriter json;
    json.begin_object().member("name", "x").key("rows").begin_array();
    json.begin_line_object()
        .member("a", 1)
        .key("b")
        .begin_array()
        .value(true)
        .value(false)
        .end_array()
        .end_object();
    json.begin_line_object().member("a", 2).end_object().end_array().key("none").begin_array().end_array();
    json.key("nothing").null().end_object();
    CHECK(json.text() ==
          "{\n"
          "  \"name\": \"x\",\n"
          "  \"rows\": [\n"
          "    {\"a\": 1, \"b\": [true, false]},\n"
          "    {\"a\": 2}\n"
          "  ],\n"
          "  \"none\": [],\n"
          "  \"nothing\": null\n"
          "}");
}

// Figures must come back bit by bit, and one NaN would make the whole file unreadable.
TEST_CASE(
    "numbers are written with the fewest digits that read back, and what JSON cannot say becomes null") {
    JsonWriter json;
    json.begin_line_array().value(0.1).value(3.0).value(1e300).value(-0.25).value(1.0 / 3);
    json.value(std::numeric_limits<double>::infinity()).value(std::numeric_limits<double>::quiet_NaN());
    json.value(9007199254740993LL).value(std::optional<double>()).value(std::optional<double>(2));
    json.end_array();
    CHECK(json.text() ==
          "[0.1, 3, 1e+300, -0.25, 0.3333333333333333, null, null, 9007199254740993, null, 2]");
}

// Names from users hold quotes and line breaks; unescaped, one name makes the file invalid.
TEST_CASE("quotes, backslashes and control characters are escaped, other bytes pass") {
    JsonWriter json;
    json.value(std::string_view("\"a\\b\"\n\t\r\x01\x1f caf\xc3\xa9"));
    CHECK(json.text() == "\"\\\"a\\\\b\\\"\\n\\t\\r\\u0001\\u001f caf\xc3\xa9\"");
}
