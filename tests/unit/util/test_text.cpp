#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "util/text.hpp"

using namespace allot;

// "1,,2" has an empty field that must be reported; a splitter that skips it hides the mistake.
TEST_CASE("a text is split at every separator, also at its ends") {
    using Parts = std::vector<std::string>;
    CHECK(split("", ',') == Parts{""});
    CHECK(split("a", ',') == Parts{"a"});
    CHECK(split("a,b:c", ',') == Parts{"a", "b:c"});
    CHECK(split(",a,,", ',') == Parts{"", "a", "", ""});
}

// One comma in a file name shifts every figure of its row.
TEST_CASE("a CSV field is quoted where it would not be read back as one field") {
    CHECK(csv_field("plain text; 5") == "plain text; 5");
    CHECK(csv_field("") == "");
    CHECK(csv_field("a,b") == "\"a,b\"");
    CHECK(csv_field("the \"large\" one") == "\"the \"\"large\"\" one\"");
}

// Spreadsheets run what begins like a formula, and terminals obey what is no text.
TEST_CASE("a CSV field is no formula and holds no control characters") {
    CHECK(csv_field("two\r\nlines") == "two\\r\\nlines");
    CHECK(csv_field("=1+1") == "'=1+1");
    CHECK(csv_field("+1,2") == "\"'+1,2\"");
    CHECK(csv_field("-x") == "'-x");
    CHECK(csv_field("@sum") == "'@sum");
    CHECK(csv_field("\tx") == "'\\tx");
    CHECK(csv_field("\rx") == "'\\rx");
    CHECK(csv_field("a=1") == "a=1");
}

// Each of these makes some terminal do something, or shows a name as another one; all else must stay as it was written.
TEST_CASE("what is no text is escaped for terminals, once") {
    CHECK(printable("caf\xc3\xa9 \xe6\xbc\xa2\xf0\x9f\x99\x82 \\n") ==
          "caf\xc3\xa9 \xe6\xbc\xa2\xf0\x9f\x99\x82 \\n");
    CHECK(printable(std::string("\0\x1b[2J\x7f\n\r\t", 9)) == "\\x00\\x1b[2J\\x7f\\n\\r\\t");
    CHECK(printable("\xc2\x80\xc2\x9b\xc2\x9f\xc2\xa0") == "\\x80\\x9b\\x9f\xc2\xa0");
    CHECK(printable("\xe2\x80\xae\xe2\x80\x8f\xe2\x81\xa6\xd8\x9c\xe2\x80\xa8") ==
          "\\u202e\\u200f\\u2066\\u061c\\u2028");
    CHECK(printable("\xff\xc3(\xed\xa0\x80") == "\\xff\\xc3(\\xed\\xa0\\x80");
    const std::string once = printable("\x1b\xff\n");
    CHECK(printable(once) == once);
}

// JSON and YAML must stay readable by every parser, and give the very text back.
TEST_CASE("a quoted text escapes what terminals obey, in the notation of JSON") {
    CHECK(quoted_text("a\"b\\c\n\t\r") == R"("a\"b\\c\n\t\r")");
    CHECK(quoted_text("\x1b\x7f\xc2\x9b\xe2\x80\xae") == R"("\u001b\u007f\u009b\u202e")");
    CHECK(quoted_text("\xff") == R"("\ufffd")");
}
