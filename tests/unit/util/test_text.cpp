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
    CHECK(csv_field("two\nlines") == "\"two\nlines\"");
    CHECK(csv_field("two\rlines") == "\"two\rlines\"");
}
