#pragma once

#include <string>
#include <utility>

#include "allot/instance.hpp"
#include "allot/io.hpp"

namespace allot::testing {

/// Every model and tier of the catalogue on one engine, with a short, a usual and a very long query.
inline Instance whole_catalogue(const EngineProfile& engine) {
    InstanceData data;
    data.name = "catalogue";
    data.engine = engine;
    data.models = builtin_catalog().models;
    data.tiers = builtin_catalog().tiers;
    for (const double tokens : {16.0, 777.0, 9000.0}) {
        QueryType type;
        type.name = "t" + std::to_string(static_cast<int>(tokens));
        type.rate_per_hour = 5000;
        type.input_tokens = tokens;
        type.output_tokens = 0.3 * tokens + 1;
        data.query_types.push_back(type);
    }
    return Instance(std::move(data));
}

}  // namespace allot::testing
