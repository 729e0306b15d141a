#include <array>
#include <cstdint>

#include <doctest/doctest.h>

#include "allot/io.hpp"
#include "allot/solve.hpp"
#include "generator/generator.hpp"
#include "support/random_instance.hpp"
#include "util/rng.hpp"

using namespace allot;

namespace {

GeneratorOptions draw_options(std::uint64_t seed) {
    constexpr std::array kFamilies{Family::paper, Family::batched, Family::fleet};
    Rng rng(seed, 200);
    GeneratorOptions options;
    options.family = kFamilies[seed % 3];
    options.types = rng.integer(1, 12);
    options.models = rng.integer(1, 10);
    options.tiers = rng.integer(1, 16);
    options.seed = rng.index(1000);
    return options;
}

}  // namespace

// The generator must not write what the reader refuses,
// at the odd sizes people ask for: 1 type, 16 tiers, 12 types.
TEST_CASE("property: 300 generated instances of all families and sizes are valid") {
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        const GeneratorOptions options = draw_options(seed);
        CAPTURE(seed);
        const InstanceData data = generate(options, builtin_catalog());
        CAPTURE(data.name);
        CHECK(find_problems(data).empty());
        CHECK(static_cast<int>(data.query_types.size()) == options.types);
        CHECK(static_cast<int>(data.models.size()) == options.models);
        CHECK(static_cast<int>(data.tiers.size()) == options.tiers);
    }
}

// Property tests on invalid instances would test nothing; a slip in the random draw must not pass unseen.
TEST_CASE("property: 1000 random instances of the stress tests are valid") {
    for (std::uint64_t seed = 0; seed < 1000; ++seed) {
        CAPTURE(seed);
        const auto problems = find_problems(testing::random_instance(seed, 1 + static_cast<int>(seed % 6)));
        CHECK(problems.empty());
        if (!problems.empty()) MESSAGE(to_string(problems.front()));
    }
}
