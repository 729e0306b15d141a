#include <cmath>

#include "problem/catalog_schema.hpp"
#include "problem/validate.hpp"
#include "util/numbers.hpp"

namespace allot {

namespace {

std::string at_most(const char* what, double limit) {
    return std::string("at most ") + what + " = " + shortest_text(limit);
}

}  // namespace

void check_model(const Model& model, const Path& path, ProblemList& problems) {
    const bool counts_are_sane =
        model.params_total >= kFewestParams;  // else they are all in billions, or wrong
    const auto check_order = [&](const char* field, double value, const char* limit_name, double limit) {
        if (counts_are_sane && std::isfinite(value) && std::isfinite(limit) && limit > 0 && value > limit)
            problems.add(path / field, shortest_text(value), at_most(limit_name, limit));
    };
    check_order("kv_heads", model.kv_heads, "heads", model.heads);
    check_order("kv_layers", model.kv_layers, "layers", model.layers);
    check_order("params_linear", model.params_linear, "params_total", model.params_total);
    check_order("params_linear_active", model.params_linear_active, "params_linear", model.params_linear);
    if (model.kv_heads > 0 && model.heads > model.kv_heads && model.heads % model.kv_heads != 0)
        problems.add(path / "kv_heads", std::to_string(model.kv_heads),
                     "a divisor of heads = " + std::to_string(model.heads));
    if (!model.experts) return;
    check_order("experts_per_token", model.experts->per_token, "experts", model.experts->count);
    check_order("params_per_expert", model.experts->params_each, "params_linear", model.params_linear);
}

void check_tier(const Tier& tier, const Path& path, ProblemList& problems) {
    if (const std::string fault = name_fault(tier.gpu); !fault.empty())
        problems.add(path / "gpu", '\'' + tier.gpu + '\'', fault);
    if (const std::string fault = name_fault(tier.precision); !fault.empty())
        problems.add(path / "precision", '\'' + tier.precision + '\'', fault);
    for (const auto& [degree, figures] : tier.allreduce)
        if (degree < 2 || degree > 1024)
            problems.add(path / "intra_node" / "allreduce", std::to_string(degree),
                         "tensor-parallel degrees from 2 to 1024 as keys");
}

bool can_run_tensor(const Tier& tier, int degree) {
    if (degree == 1) return true;
    return degree > 1 && degree <= tier.gpus_per_node && tier.allreduce.contains(degree);
}

}  // namespace allot
