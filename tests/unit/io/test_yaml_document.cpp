#include <string>

#include <doctest/doctest.h>

#include "allot/error.hpp"
#include "io/text_input.hpp"
#include "io/yaml_document.hpp"

namespace {

std::string yaml_problems(const std::string& text) {
    try {
        const allot::Document document = allot::parse_yaml(text, "t.yaml");
        std::string found;
        for (const allot::Problem& problem : document.problems) found += allot::to_string(problem) + '\n';
        return found.empty() ? "none" : found;
    } catch (const allot::InputError& error) {
        return error.what();
    }
}

std::string repeated(const std::string& part, int times) {
    std::string text;
    for (int n = 0; n < times; ++n) text += part;
    return text;
}

}  // namespace

// All messages carry line and column from here; one off, and users search in the wrong place.
TEST_CASE("nodes know their kind, text and place") {
    const allot::Document document = allot::parse_yaml("a: 1\nb:\n  - 'two'\n  - {c: ~}\n", "t.yaml");
    const allot::Node& root = *document.root;
    REQUIRE(root.kind == allot::Node::Kind::map);
    CHECK(root.find("a")->text == "1");
    CHECK_FALSE(root.find("a")->is_quoted);
    const allot::Node& list = *root.find("b");
    REQUIRE(list.items.size() == 2);
    CHECK(list.items[0]->is_quoted);
    CHECK(list.items[0]->mark.line == 3);
    CHECK(list.items[0]->mark.column == 5);
    CHECK(list.items[1]->find("c")->kind == allot::Node::Kind::null);
    CHECK(root.find("d") == nullptr);
    CHECK(root.entries[1].mark.line == 2);
}

// Names with dots make paths ambiguous (a, a.b, a.b.c):
// messages must find the object that was meant, or its parent.
TEST_CASE("a path is located by names, ids and positions, or by the innermost object there is") {
    const allot::Document document = allot::parse_yaml(
        "list:\n  - {id: a, name: x, v: 1}\n  - {id: a.b, v: 1}\n  - a.b.c\nmap:\n  k.l: {m: [1, 2]}\n",
        "t.yaml");
    const auto line_of = [&](const char* path) { return allot::locate(document, path).line; };
    const auto column_of = [&](const char* path) { return allot::locate(document, path).column; };
    CHECK(line_of("list.a.v") == 2);
    CHECK(line_of("list.a.b.v") == 3);
    CHECK(line_of("list.a.b.c") == 4);
    CHECK(line_of("list.a.b.c.v") == 4);
    CHECK(line_of("list[1].v") == 3);
    CHECK(column_of("map.k.l.m[1]") == 16);
    CHECK(column_of("map.k.l.m[7]") == 12);
    CHECK(line_of("map.missing") == 6);
    CHECK(line_of("elsewhere") == 1);
}

// Aliases share a node: a copy that lost its content would make every repeated SLO empty.
TEST_CASE("aliases repeat values") {
    const allot::Document document = allot::parse_yaml("a: &x {b: 1}\nc: *x\nd: [*x, *x]\n", "t.yaml");
    CHECK(document.root->find("c") == document.root->find("a"));
    CHECK(document.root->find("d")->items[1]->find("b")->text == "1");
}

// A cycle of aliases would recurse until the stack is gone.
TEST_CASE("an alias of the value it stands in is refused, not followed") {
    CHECK(yaml_problems("&a [*a]") == "t.yaml:1:5: no alias of the value that it stands in");
    CHECK(yaml_problems("x: &a {y: {z: *a}}") == "t.yaml:1:15: no alias of the value that it stands in");
    CHECK(yaml_problems("x: *nowhere").find("not YAML") != std::string::npos);
}

// Thirty levels of ten aliases are 10^30 values in two kilobytes: counted before, not while, they are walked.
TEST_CASE("aliases that multiply are refused before anybody walks them") {
    std::string bomb = "l0: &l0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n";
    for (int n = 1; n < 30; ++n) {
        const std::string below = "*l" + std::to_string(n - 1);
        bomb += "l" + std::to_string(n) + ": &l" + std::to_string(n) + " [" + below +
                repeated(", " + below, 9) + "]\n";
    }
    CHECK(yaml_problems(bomb) == "t.yaml:6:55: more than 1000000 values, aliases followed");
}

// Merge keys, tags and complex keys mean different things to different readers;
// a refusal is the same everywhere.
TEST_CASE("what the formats do not use is refused") {
    CHECK(yaml_problems("a: &x {b: 1}\nc: {<<: *x}") ==
          "t.yaml:2:5: the keys themselves: merge keys (<<) are no part of the format");
    CHECK(yaml_problems("a: !!int 5") == "t.yaml:1:4: a plain value: tags are no part of the format");
    CHECK(yaml_problems("a: !own {b: 1}") == "t.yaml:1:4: a plain value: tags are no part of the format");
    CHECK(yaml_problems("? [a, b]\n: 1") ==
          "t.yaml:1:3: a plain key, not a list or a map (is a bracket left open?)");
    CHECK(yaml_problems("{: 1}") == "t.yaml:1:2: a key");
    CHECK(yaml_problems("a: 1\n---\nb: 2\n") == "t.yaml: more than one YAML document in it");
}

// YAML libraries keep one of two equal keys in silence: which budget counts would be theirs to choose.
TEST_CASE("a key stands once in a map") {
    CHECK(yaml_problems("a: 1\nb: {c: 1, d: 2, c: 3}\na: 2\n") ==
          "t.yaml:2:17: b.c: a key once in a map; an earlier line has it\n"
          "t.yaml:3:1: a: a key once in a map; an earlier line has it\n");
    CHECK(yaml_problems("l: [{x: 1}, {x: 1, x: 2}]") ==
          "t.yaml:1:20: l[1].x: a key once in a map; an earlier line has it\n");
}

// Quotes left open and binary files are read somehow by lenient parsers;
// they must fail at their first bad byte.
TEST_CASE("what is no YAML, or nothing, is said") {
    CHECK(yaml_problems("") == "t.yaml: nothing in it");
    CHECK(yaml_problems("# only a comment\n") == "t.yaml: nothing in it");
    CHECK(yaml_problems("a: b: c\n").find("t.yaml:1:5: not YAML: ") == 0);
    CHECK(yaml_problems("a: [1, 2\nb: 3\n").find("t.yaml:") == 0);
    for (const char* open :
         {"a: \"x\n", "a: 'x\nb: 1\n", "a: \"x\\\"\n", "'a", "\ufeffa: 'x", "a: [\"\xc3\xa9\", \"b]\n"})
        CHECK(yaml_problems(open).find("t.yaml:") == 0);
    CHECK(yaml_problems("a: 'x\nb: 1\n") == "t.yaml:1:4: a quote that is closed");
    for (const char* closed : {"a: \"x\"", "a: \"\\\\\"", "a: 'it''s'", "a: |\n  'x\n", "\ufeffa: 'x'",
                               "a: [\"\xc3\xa9\", \"b\"]\n"})
        CHECK(yaml_problems(closed) == "none");
    CHECK(yaml_problems("\tb: 1\n").find("t.yaml:1:") == 0);
    CHECK(yaml_problems(std::string("a: 1\nb: \0\n", 10)) ==
          "t.yaml:2:4: not a text: a byte that is no UTF-8 or a control character");
    CHECK(yaml_problems("a: \xff\xfe") ==
          "t.yaml:1:4: not a text: a byte that is no UTF-8 or a control character");
    CHECK(yaml_problems("a: \xc0\x80") ==
          "t.yaml:1:4: not a text: a byte that is no UTF-8 or a control character");
    CHECK(yaml_problems("\x1f\x8b\x08") ==
          "t.yaml:1:1: not a text: a byte that is no UTF-8 or a control character");
}

// Files from Windows look the same to users and must give the same lines and texts.
TEST_CASE("line ends of Windows and a byte order mark are no fault") {
    const allot::Document document = allot::parse_yaml(
        "\xef\xbb\xbf"
        "a: 1\r\nb: x\r\n",
        "t.yaml");
    CHECK(document.root->find("b")->text == "x");
    CHECK(document.root->find("b")->mark.line == 2);
}

// A million brackets would overflow the parser's stack: depth is limited before the parser sees them.
TEST_CASE("deep nesting and huge texts fail fast") {
    const std::string too_deep = "lists and maps nested deeper than 32";
    CHECK(yaml_problems(std::string(1'000'000, '[')) == "t.yaml:1:33: " + too_deep);
    CHECK(yaml_problems(repeated("[\n", 1'000'000)) == "t.yaml:33:1: " + too_deep);
    CHECK(yaml_problems(repeated("{a: ", 1'000'000)) == "t.yaml:1:129: " + too_deep);
    CHECK(yaml_problems(repeated("- ", 1'000'000)) == "t.yaml:1:65: lists and maps nested at most 32 deep");
    std::string indented;
    for (int n = 0; n < 1000; ++n) indented += std::string(static_cast<std::size_t>(n), ' ') + "a:\n";
    CHECK(yaml_problems(indented) == "t.yaml:33:33: lists and maps nested at most 32 deep");
    CHECK(yaml_problems(std::string(allot::kLargestYaml + 1, ' ')) ==
          "t.yaml: larger than 8 MiB, the most that is read");
}

// The depth check reads text itself; a name or comment with brackets must not be refused as nesting.
TEST_CASE("brackets in quotes and comments do not nest") {
    CHECK(yaml_problems("a: \"" + std::string(100, '[') + "\"\n# " + std::string(100, '[') + "\nb: '" +
                        std::string(100, '{') + "'\n") == "none");
    CHECK(yaml_problems("a: \"\\\"" + std::string(100, '[') + "\"\n") == "none");
    CHECK(yaml_problems("a: it's " + std::string(100, '[')) ==
          "t.yaml:1:41: "
          "lists and maps nested deeper than 32");
}
