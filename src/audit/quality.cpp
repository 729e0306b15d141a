#include "audit/checks.hpp"

namespace allot::auditing {

// The rows sum_c (e_ic - eps_i) x_ic + beta_i <= 0 are judged as means over the served share, which scales them by their limit.

void check_error(const Facts& facts, ViolationList& violations) {
    for (std::size_t i = 0; i < facts.types.size(); ++i) {
        const std::optional<double>& limit = facts.instance.type(static_cast<int>(i)).slo.error;
        if (limit)
            violations.require_at_most("error", facts.type_subject(i), facts.types[i].worst_mean_error(),
                                       *limit, "worst mean error", "");
    }
}

void check_mean_delay(const Facts& facts, ViolationList& violations) {
    for (std::size_t i = 0; i < facts.types.size(); ++i) {
        const QueryType& type = facts.instance.type(static_cast<int>(i));
        if (type.delay_slo == DelaySlo::mean && type.slo.delay_s)
            violations.require_at_most("mean_delay", facts.type_subject(i),
                                       facts.types[i].worst_mean_delay_s(), *type.slo.delay_s,
                                       "worst mean delay", "s");
    }
}

}  // namespace allot::auditing
