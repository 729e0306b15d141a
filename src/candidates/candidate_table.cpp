#include "candidates/candidate_table.hpp"

#include <algorithm>
#include <tuple>

#include "candidates/admission.hpp"
#include "candidates/table_builder.hpp"

namespace allot {
namespace {

auto key(const Configuration& c) {
    return std::tuple(c.shape.model, c.shape.tier, c.shape.tensor, c.shape.pipeline, c.concurrency);
}

}  // namespace

CandidateTable::CandidateTable(const Instance& instance, const TableOptions& options)
    : instance_(&instance), performance_(make_performance_model(instance)) {
    TableBuilder(instance, options, *this).build();
}

int CandidateTable::find_pair(int i, int c) const {
    const auto first = pair_type.begin() + pair_begin[static_cast<std::size_t>(c)];
    const auto last = pair_type.begin() + pair_begin[static_cast<std::size_t>(c) + 1];
    const auto found = std::lower_bound(first, last, i);
    return found != last && *found == i ? static_cast<int>(found - pair_type.begin()) : -1;
}

int CandidateTable::find_configuration(const Configuration& wanted) const {
    const auto found =
        std::lower_bound(configuration.begin(), configuration.end(), wanted,
                         [](const Configuration& a, const Configuration& b) { return key(a) < key(b); });
    const bool is_found = found != configuration.end() && key(*found) == key(wanted);
    return is_found ? static_cast<int>(found - configuration.begin()) : -1;
}

RejectionDetail CandidateTable::explain(int i, const Configuration& c) const {
    const Admission admission(*instance_);
    const Shape& shape = c.shape;
    RejectionDetail detail;
    detail.reason = admission.group_rejection(i, shape.model, shape.tier);
    if (detail.reason != Rejection::none) return detail;
    detail.misfit = performance_->shape_misfit(shape);
    if (detail.misfit.misfit == Misfit::none) detail.misfit = performance_->type_misfit(shape, i);
    if (detail.misfit.misfit != Misfit::none) {
        return {Rejection::misfit, detail.misfit, detail.misfit.needed, detail.misfit.available};
    }
    const double worst = 1 + delay_deviation(*instance_, shape.model, shape.tier).worst();
    const PairFigures pair = performance_->evaluate_pair(shape, c.concurrency, i);
    detail.reason = admission.figure_rejection(i, pair.ttft_s, pair.tpot_s, pair.delay_s, worst);
    switch (detail.reason) {
        case Rejection::ttft_slo:
            return {detail.reason, {}, pair.ttft_s, admission.ttft_limit_s(i)};
        case Rejection::tpot_slo:
            return {detail.reason, {}, pair.tpot_s, admission.tpot_limit_s(i)};
        case Rejection::delay_slo:
            return {detail.reason, {}, pair.delay_s * worst, admission.delay_limit_s(i)};
        default:
            return detail;
    }
}

}  // namespace allot
