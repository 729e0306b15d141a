#include "candidates/admission.hpp"

#include "performance/accuracy.hpp"

namespace allot {

Admission::Admission(const Instance& instance) : instance_(&instance) {
    for (const QueryType& type : instance->query_types) {
        ttft_limit_s_.push_back(type.slo.ttft_s.value_or(kUnlimited));
        tpot_limit_s_.push_back(type.slo.tpot_s.value_or(kUnlimited));
        const bool is_per_query = type.delay_slo == DelaySlo::per_query;
        delay_limit_s_.push_back(is_per_query ? type.slo.delay_s.value_or(kUnlimited) : kUnlimited);
    }
}

Rejection Admission::group_rejection(int i, int j, int k) const {
    if (!instance_->has_demand(i)) return Rejection::no_demand;
    if (!instance_->is_model_allowed(i, j)) return Rejection::model_not_allowed;
    const QueryType& type = instance_->type(i);
    const bool needs_error = type.slo.error || !type.task.empty() || !type.error.empty();
    if (needs_error && !error_rate(*instance_, i, j, k)) return Rejection::no_error_figure;
    return Rejection::none;
}

const char* to_string(Rejection rejection) {
    switch (rejection) {
        case Rejection::none:
            return "admissible";
        case Rejection::no_demand:
            return "no_demand";
        case Rejection::model_not_allowed:
            return "model_not_allowed";
        case Rejection::misfit:
            return "misfit";
        case Rejection::no_error_figure:
            return "no_error_figure";
        case Rejection::ttft_slo:
            return "ttft_slo";
        case Rejection::tpot_slo:
            return "tpot_slo";
        case Rejection::delay_slo:
            return "delay_slo";
    }
    return "";
}

}  // namespace allot
