#include <doctest/doctest.h>

#include "performance/performance_model.hpp"

using namespace allot;

// Blocks are reused from shape to shape; a column left at its old size would be written beyond its end.
TEST_CASE("a block is resized in all its columns") {
    FigureBlock block;
    block.resize(6);
    for (const auto* column :
         {&block.delay_s, &block.ttft_s, &block.tpot_s, &block.slot_load, &block.kv_load}) {
        CHECK(column->size() == 6);
    }
}
