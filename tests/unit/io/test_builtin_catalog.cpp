#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "io/builtin_catalog.hpp"
#include "support/paths.hpp"

namespace {

std::string file_content(const std::string& name) {
    std::ifstream file(allot::testing::source_path("configs/catalog/" + name), std::ios::binary);
    REQUIRE(file);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

// The figures compiled in are generated; a stale copy would plan with other prices than the file people read.
TEST_CASE("the built-in catalogue is the files of configs/catalog, byte for byte") {
    CHECK(allot::builtin_hardware_yaml() == file_content("hardware.yaml"));
    CHECK(allot::builtin_models_yaml() == file_content("models.yaml"));
    CHECK(allot::builtin_accuracy_yaml() == file_content("accuracy.yaml"));
}
