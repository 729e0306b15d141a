#include <filesystem>
#include <string>

#include <doctest/doctest.h>

#include "allot/error.hpp"
#include "io/text_input.hpp"
#include "support/paths.hpp"

// A short read that passes for the whole would cut an instance where it happens to be valid.
TEST_CASE("a file is read whole") {
    const std::string path = allot::testing::source_path("configs/catalog/models.yaml").string();
    CHECK(allot::read_input(path, allot::kLargestYaml).size() == std::filesystem::file_size(path));
}

// Reading a folder succeeds on some systems with no bytes: users would be told that their file is empty.
TEST_CASE("what cannot be read is said") {
    CHECK_THROWS_WITH_AS(allot::read_input("/nowhere/x.yaml", 100), "/nowhere/x.yaml: no such file",
                         allot::InputError);
    CHECK_THROWS_WITH_AS(allot::read_input("/", 100), "/: a directory, not a file", allot::InputError);
    CHECK_THROWS_WITH_AS(allot::read_input("", 100), "no such file", allot::InputError);
}

// /dev/zero, a runaway pipe or a wrong file of 100 GB must not fill the memory.
TEST_CASE("no more is read than allowed, even where there is no end") {
    CHECK_THROWS_WITH_AS(allot::read_input("/dev/zero", 1U << 20U),
                         "/dev/zero: larger than 1 MiB, the most that is read", allot::InputError);
}
