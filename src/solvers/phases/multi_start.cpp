#include "solvers/phases/multi_start.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "search/type_orders.hpp"
#include "solvers/greedy.hpp"
#include "util/parallel.hpp"
#include "util/rng.hpp"

namespace allot {
namespace {

/// Two at least, for two threads to work on, where the parameters ask for so many.
constexpr int kLeastStarts = 2;

}  // namespace

MultiStart::MultiStart(SearchContext& context, LocalSearchPhase& search,
                       const MultiStartParameters& parameters)
    : context_(context),
      search_(search),
      parameters_(parameters),
      construction_(context.table(), context.mechanisms()),
      orders_(named_type_orders(context.table())),
      num_starts_(
          context.mechanisms().multi_start ? context.affordable_starts(parameters.starts, kLeastStarts) : 1) {
}

Start MultiStart::make_start(int index) const {
    Rng rng(context_.options().seed, 1, static_cast<std::uint64_t>(index));
    const int name = index < 2 ? index : 1 + (index - 1) / 3;
    const bool is_named = (index < 2 || index % 3 == 1) && name < static_cast<int>(orders_.size());
    const std::vector<int> order =
        is_named ? orders_[static_cast<std::size_t>(name)] : random_type_order(context_.table(), rng);
    Steering steering;
    steering.noise = {is_named ? 0.0 : parameters_.noise, &rng};
    steering.stop = context_.stop();
    return {context_.table(), construction_.build(order, steering)};
}

void MultiStart::offer_greedy() {
    context_.offer(GreedySolver().solve(context_.table(), context_.remaining_options(), nullptr).allocation);
}

void MultiStart::offer_first() { context_.offer(make_start(0).allocation); }

void MultiStart::run_round(int num_starts) {
    const int end = std::min(num_starts_, num_done_ + num_starts);
    std::vector<Start> starts(static_cast<std::size_t>(end - num_done_));
    parallel_for(0, starts.size(), 1,
                 [&](std::size_t n) { starts[n] = make_start(num_done_ + static_cast<int>(n)); });
    num_done_ = end;
    for (const Start& start : starts) context_.offer(start.allocation, start.rank);
    search_.improve(std::move(starts));
}

void MultiStart::add_counters() const { context_.counters.emplace_back("starts", num_done_); }

}  // namespace allot
