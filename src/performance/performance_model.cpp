#include "performance/performance_model.hpp"

#include <cassert>

#include "performance/two_phase.hpp"

namespace allot {

void FigureBlock::resize(std::size_t n) {
    for (std::vector<double>* column : {&delay_s, &ttft_s, &tpot_s, &slot_load, &kv_load}) {
        column->resize(n);
    }
}

std::unique_ptr<PerformanceModel> make_performance_model(const Instance& instance) {
    assert(instance->performance == PerformanceKind::two_phase && "Instance accepts no other");
    return std::make_unique<TwoPhaseModel>(instance);
}

}  // namespace allot
