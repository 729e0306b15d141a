#include "generator/generator.hpp"

#include <algorithm>
#include <string>

#include "allot/error.hpp"
#include "generator/hardware.hpp"
#include "generator/limits.hpp"
#include "generator/workloads.hpp"

namespace allot {

namespace {

void check_size(const char* field, int value, int most, std::vector<Problem>& problems) {
    if (value < 1 || value > most) {
        problems.push_back(
            {"", 0, 0, field, std::to_string(value), "a number from 1 to " + std::to_string(most)});
    }
}

void check(const GeneratorOptions& options) {
    std::vector<Problem> problems;
    check_size("--types", options.types, 1000, problems);
    check_size("--models", options.models, 200, problems);
    check_size("--tiers", options.tiers, 200, problems);
    if (!problems.empty()) {
        throw InputError(std::move(problems));
    }
}

const EngineProfile& find_engine(const Catalog& catalog) {
    const auto found = std::find_if(catalog.engines.begin(), catalog.engines.end(),
                                    [](const EngineProfile& engine) { return engine.id == "graph"; });
    if (found == catalog.engines.end()) {
        throw InputError(std::vector{
            Problem{"", 0, 0, "catalog.engines", "", "an entry 'graph', which the generator builds on"}});
    }
    return *found;
}

std::string instance_name(const GeneratorOptions& options) {
    return std::string(to_string(options.family)) + "-" + std::to_string(options.types) + "x" +
           std::to_string(options.models) + "x" + std::to_string(options.tiers) + "-seed" +
           std::to_string(options.seed);
}

}  // namespace

const char* to_string(Family family) {
    switch (family) {
        case Family::paper:
            return "paper";
        case Family::batched:
            return "batched";
        case Family::fleet:
            break;
    }
    return "fleet";
}

std::optional<Family> parse_family(std::string_view name) {
    for (const Family family : {Family::paper, Family::batched, Family::fleet}) {
        if (name == to_string(family)) {
            return family;
        }
    }
    return std::nullopt;
}

InstanceData generate(const GeneratorOptions& options, const Catalog& catalog) {
    check(options);
    const std::vector<RatedModel> models = make_models(options.models, options.seed, catalog);
    InstanceData data;
    data.name = instance_name(options);
    data.engine = find_engine(catalog);
    data.accuracy = catalog.accuracy;
    data.storage = {.capacity_gb = 1000, .price_usd_per_gb_hour = 0.003};
    data.tiers = make_tiers(options.tiers, options.seed, catalog);
    for (const RatedModel& rated : models) {
        data.models.push_back(rated.model);
    }
    for (int i = 0; i < options.types; ++i) {
        data.query_types.push_back(make_query_type(i, options.seed, models, data.tiers));
    }
    if (options.family == Family::paper) {
        data.parallelism.concurrency = {1};
    }
    if (options.family == Family::fleet) {
        for (QueryType& type : data.query_types) {
            type.rate_per_hour *= 100;
        }
        limit_pools(data, options.seed);
    }
    if (options.seed % 3 == 2) {
        set_tight_budget(data);
    }
    return data;
}

}  // namespace allot
