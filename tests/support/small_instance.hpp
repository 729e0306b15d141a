#pragma once

#include <string>

namespace allot::testing {

/// An instance file in a few lines that every method solves at once: chat on one small model, two tiers.
inline std::string small_instance() {
    return "format: allot-instance/1\n"
           "name: small\n"
           "budget_usd: 500\n"
           "query_types:\n"
           "  - name: chat\n"
           "    rate_per_hour: 3600\n"
           "    input_tokens: 500\n"
           "    output_tokens: 200\n"
           "    task: knowledge_qa\n"
           "    slo: {delay_s: 20, error: 0.35}\n"
           "models: [llama-3.1-8b]\n"
           "tiers: [{id: l40s/bf16}, {id: h100-80/fp8}]\n";
}

}  // namespace allot::testing
