#include <doctest/doctest.h>

#include "util/suggest.hpp"

// Swapped letters are the commonest slip; counted as two, "slove" would find nothing.
TEST_CASE("edit distance counts one for each insertion, deletion, replacement and swap") {
    CHECK(allot::edit_distance("", "") == 0);
    CHECK(allot::edit_distance("solve", "solve") == 0);
    CHECK(allot::edit_distance("", "abc") == 3);
    CHECK(allot::edit_distance("solve", "solv") == 1);
    CHECK(allot::edit_distance("slove", "solve") == 1);
    CHECK(allot::edit_distance("kitten", "sitting") == 3);
    CHECK(allot::edit_distance("abcdef", "badcfe") == 3);
}

// Hints must be right or absent: a far-fetched one is worse than none, and garbage must cost no time.
TEST_CASE("a slip of the finger finds the word that was meant") {
    const std::vector<std::string> commands{"solve", "audit", "explain", "generate", "catalog"};
    CHECK(allot::closest_word("slove", commands) == "solve");
    CHECK(allot::closest_word("adit", commands) == "audit");
    CHECK(allot::closest_word("explian", commands) == "explain");
    CHECK(allot::closest_word("gen", commands) == "generate");
    CHECK(allot::closest_word("xyzzy", commands).empty());
    CHECK(allot::closest_word("", commands).empty());
    CHECK(allot::closest_word("x", {"o"}).empty());
    CHECK(allot::closest_word(std::string(1000, 's'), commands).empty());
}

// Guessing between two equally good beginnings would be wrong half the time; the choice must not vary.
TEST_CASE("a beginning that fits two words is no suggestion, and a tie goes to the earlier word") {
    CHECK(allot::closest_word("out", {"output_tokens", "outage_limits"}).empty());
    CHECK(allot::closest_word("bat", {"cat", "hat"}) == "cat");
}

// The sentence ends dozens of messages; without a suggestion it must leave nothing behind.
TEST_CASE("the suggestion is worded to end a message") {
    CHECK(allot::did_you_mean("--sed", {"--seed", "--set"}) == "; did you mean '--seed'?");
    CHECK(allot::did_you_mean("zzz", {"--seed"}).empty());
}
