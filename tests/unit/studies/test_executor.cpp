#include <atomic>
#include <map>
#include <numeric>
#include <stdexcept>
#include <vector>

#include <doctest/doctest.h>

#include "studies/executor.hpp"

namespace allot {
namespace {

class Squares : public Study {
  public:
    std::size_t num_items() const override { return 100; }
    std::string run(std::size_t item) const override {
        ++num_runs;
        if (item == fails_at) throw std::runtime_error("item fails");
        return std::to_string(item * item);
    }

    mutable std::atomic<int> num_runs{0};
    std::size_t fails_at = 1000;
};

std::vector<std::size_t> items_of(const Study& study) {
    std::vector<std::size_t> items(study.num_items());
    std::iota(items.begin(), items.end(), std::size_t{0});
    return items;
}

// A study's item made twice costs hours, one left out a hole in the table.
TEST_CASE("an executor makes every item once on any number of threads") {
    for (const int threads : {1, 2, 8}) {
        const Squares study;
        std::map<std::size_t, std::string> records;
        ThreadExecutor(threads).run(
            study, items_of(study),
            [&](std::size_t item, const std::string& record) { CHECK(records.emplace(item, record).second); },
            {});
        REQUIRE(records.size() == 100);
        for (const auto& [item, record] : records) CHECK(record == std::to_string(item * item));
        CHECK(study.num_runs == 100);
    }
}

// After Ctrl-C nobody wants to wait for the rest of the queue: one item a thread may finish, no more.
TEST_CASE("an executor begins no item after a request to stop") {
    const Squares study;
    std::stop_source stop;
    int records = 0;
    ThreadExecutor(2).run(
        study, items_of(study),
        [&](std::size_t, const std::string&) {
            if (++records == 5) stop.request_stop();
        },
        stop.get_token());
    CHECK(records >= 5);
    CHECK(records <= 7);  // one in flight on each thread
}

// An exception that dies in a worker would leave a table with a silent gap.
TEST_CASE("an executor rethrows what an item throws") {
    Squares study;
    study.fails_at = 3;
    const auto ignore = [](std::size_t, const std::string&) {};
    CHECK_THROWS_WITH(ThreadExecutor(2).run(study, items_of(study), ignore, {}), "item fails");
}

}  // namespace
}  // namespace allot
