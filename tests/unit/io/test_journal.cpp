#include <doctest/doctest.h>

#include "allot/error.hpp"
#include "io/journal.hpp"
#include "support/process.hpp"

namespace allot {
namespace {

using testing::read_text;
using testing::TemporaryFolder;

// A sweep may be killed between any two bytes; every prefix must resume,
// without a record lost, doubled or made up.
TEST_CASE("a journal gives back what was finished, but for a line that was cut off") {
    const TemporaryFolder folder;
    const std::string path = folder.file("study.partial");
    {
        Journal journal(path, "study A");
        CHECK(journal.records().empty());
        journal.add(7, "seven,7");
        journal.add(2, "two,2");
    }
    const std::string whole = read_text(path);
    const std::size_t head = whole.find('\n') + 1;
    for (std::size_t length = 0; length <= whole.size(); ++length) {
        CAPTURE(length);
        folder.write("study.partial", whole.substr(0, length));
        const std::size_t num_whole = length == whole.size() ? 2 : length >= whole.find("2 two") ? 1 : 0;
        {
            Journal journal(path, "study A");
            CHECK(journal.records().size() == num_whole);
            journal.add(9, "nine,9");
        }
        const Journal again(path, "study A");
        CHECK(again.records().size() == num_whole + 1);
        CHECK(again.records().at(9) == "nine,9");
        if (num_whole > 0) CHECK(again.records().at(7) == "seven,7");
    }
    CHECK(head > 0);
}

// Taking up a foreign or damaged journal would mix studies,
// and overwriting it would destroy hours of results.
TEST_CASE("a journal of another study, a damaged one and another file are refused and left alone") {
    const TemporaryFolder folder;
    const std::string path = folder.file("study.partial");
    { Journal(path, "study A").add(1, "one"); }
    const std::string text = read_text(path);
    CHECK_THROWS_AS(Journal(path, "study B"), InputError);
    CHECK(read_text(path) == text);
    for (const std::string& other : {std::string("budget,cost\n1,2\n"), std::string("no line end"),
                                     text + "x nonsense\n", text + "12\n"}) {
        folder.write("study.partial", other);
        CHECK_THROWS_AS(Journal(path, "study A"), InputError);
        CHECK(read_text(path) == other);
    }
}

// --restart must not remove what somebody else keeps under that name.
TEST_CASE("a journal is discarded, any other file is not") {
    const TemporaryFolder folder;
    const std::string path = folder.file("study.partial");
    Journal::discard(path);
    { Journal(path, "study A").add(1, "one"); }
    Journal::discard(path);
    CHECK(folder.names().empty());
    folder.write("study.partial", "budget,cost\n");
    CHECK_THROWS_AS(Journal::discard(path), InputError);
    CHECK(read_text(path) == "budget,cost\n");
}

// A journal that cannot be written must stop the sweep at once, not let it run unprotected.
TEST_CASE("a journal that cannot be written is an error") {
    CHECK_THROWS_AS(Journal("/nowhere/study.partial", "study"), InputError);
}

}  // namespace
}  // namespace allot
