#pragma once

#include "allot/instance.hpp"
#include "problem/shape.hpp"

namespace allot::auditing {

// The two-phase performance model (docs/performance-model.md, section 2), written down a second time: equation by equation, from the
// work of a pass to its time, with nothing prepared or shared between pairs. Shapes must be ones that can run.

/// What a query is promised on a replica that runs at its full concurrency.
struct ServiceTimes {
    double ttft_s = 0;
    double tpot_s = 0;
    double delay_s = 0;
};

ServiceTimes service_times(const Instance& instance, const Shape& shape, int concurrency, int i);

/// T_pre: the pass over the prompt of one query of type i.
double prefill_s(const Instance& instance, const Shape& shape, int i);

/// t_dec: the pass that gives each of `concurrency` queries of type i its next token.
double decode_s(const Instance& instance, const Shape& shape, int concurrency, int i);

}  // namespace allot::auditing
