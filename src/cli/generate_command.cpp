#include "allot/io.hpp"
#include "cli/options.hpp"
#include "generator/generator.hpp"

namespace allot::cli {

int run_generate(const Session& session, const Command& self) {
    GeneratorOptions options;
    std::string family = to_string(options.family);
    OutputOptions output;
    Arguments arguments(self.name, self.summary,
                        {"allot generate --seed 7 -o random.yaml",
                         "allot generate --family fleet --types 12 --models 6 --tiers 16 | allot solve -"});
    arguments.choice(
        family, "--family", {"paper", "batched", "fleet"},
        "paper: one query at a time; batched: small fleets; fleet: hundreds of GPUs; default paper");
    arguments.whole(options.types, "--types", 1, 1000, "Query types; default 6");
    arguments.whole(options.models, "--models", 1, 200, "Models; default 6");
    arguments.whole(options.tiers, "--tiers", 1, 200, "GPU tiers; default 10");
    arguments.whole(options.seed, "--seed", 0, kLargestSeed,
                    "Seed; the same seed gives the same bytes; default 0");
    output.declare(arguments, "Write the instance to FILE instead of standard output", {});
    if (!session.read(arguments)) return exit_success;
    options.family = parse_family(family).value();
    output.write(session, to_yaml(generate(options, builtin_catalog())));
    return exit_success;
}

}  // namespace allot::cli
