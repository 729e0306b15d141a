#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "allot/catalog.hpp"
#include "allot/instance.hpp"

namespace allot {

/// Instance families (docs/formulation.md, section 7).
enum class Family {
    paper,    ///< one query at a time on each pipeline stage: tens of GPUs
    batched,  ///< concurrency 1..128: small fleets, large integrality gaps
    fleet,    ///< batched, rates x 100 and limited pools: hundreds of GPUs
};
const char* to_string(Family family);
/// The family of that name, or none.
std::optional<Family> parse_family(std::string_view name);

struct GeneratorOptions {
    Family family = Family::paper;
    int types = 6;   ///< query types, 1..1000: the six text workloads, then perturbed ones
    int models = 6;  ///< 1..200: six of 1B-70B, then perturbed ones
    int tiers =
        10;  ///< 1..200: A6000, RTX 4090, A100 and H100 at up to three precisions, then perturbed ones
    std::uint64_t seed = 0;
};

/// A random instance of the family: valid, and nearly always servable in full; seeds 2, 5, 8, ... have a tight budget. Portable: the same data on every platform, all
/// drawn numbers having at most four significant decimals. Type i does not depend on how many types there are (likewise models
/// and tiers). Throws InputError for sizes out of range (fields "--types", "--models", "--tiers") and for a catalogue that lacks
/// a model, tier or engine it builds on.
InstanceData generate(const GeneratorOptions& options, const Catalog& catalog);

}  // namespace allot
