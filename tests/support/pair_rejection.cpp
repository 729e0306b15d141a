#include "support/pair_rejection.hpp"

#include "candidates/admission.hpp"

namespace allot::testing {

PairRejection pair_rejection(const CandidateTable& table, int i, const Configuration& c) {
    const Admission admission(table.instance());
    const Shape& shape = c.shape;
    const Rejection of_group = admission.group_rejection(i, shape.model, shape.tier);
    if (of_group != Rejection::none) return {of_group};
    MisfitDetail misfit = table.performance().shape_misfit(shape);
    if (misfit.misfit == Misfit::none) misfit = table.performance().type_misfit(shape, i);
    if (misfit.misfit != Misfit::none) return {Rejection::misfit, misfit.needed, misfit.available};
    const double worst = 1 + delay_deviation(table.instance(), shape.model, shape.tier).worst();
    const PairFigures pair = table.performance().evaluate_pair(shape, c.concurrency, i);
    const Rejection reason = admission.figure_rejection(i, pair.ttft_s, pair.tpot_s, pair.delay_s, worst);
    switch (reason) {
        case Rejection::ttft_slo:
            return {reason, pair.ttft_s, admission.ttft_limit_s(i)};
        case Rejection::tpot_slo:
            return {reason, pair.tpot_s, admission.tpot_limit_s(i)};
        case Rejection::delay_slo:
            return {reason, pair.delay_s * worst, admission.delay_limit_s(i)};
        default:
            return {reason};
    }
}

}  // namespace allot::testing
