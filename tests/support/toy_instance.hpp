#pragma once

#include "allot/instance.hpp"
#include "support/toy_hardware.hpp"

namespace allot::testing {

/// One query per second of 1,000 + 500 tokens and two of 2,000 + 200, on the toy model, tier and engine.
inline InstanceData toy_instance_data() {
    InstanceData data;
    data.name = "toy";
    data.engine = toy_engine();
    data.parallelism.tensor = {1, 2};
    data.models = {toy_model()};
    data.tiers = {toy_tier()};
    data.accuracy.tasks["math"] = {"math", "a benchmark", 1000, 1.5};
    data.accuracy.error16["toy"]["math"] = 0.2;
    data.accuracy.kappa = {{"bf16", 0.0}, {"fp8", 0.015}, {"int8", 0.03}, {"int4", 0.1}};
    QueryType chat;
    chat.name = "chat";
    chat.rate_per_hour = 3600;
    chat.input_tokens = 1000;
    chat.output_tokens = 500;
    chat.task = "math";
    QueryType summary = chat;
    summary.name = "summary";
    summary.rate_per_hour = 7200;
    summary.input_tokens = 2000;
    summary.output_tokens = 200;
    data.query_types = {chat, summary};
    return data;
}

}  // namespace allot::testing
