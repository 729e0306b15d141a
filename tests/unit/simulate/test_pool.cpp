#include <cmath>
#include <stop_token>

#include <doctest/doctest.h>

#include "simulate/pool.hpp"

using namespace allot;
using namespace allot::simulation;

namespace {

/// Servers that answer one query at a time, each token taking a millisecond: queues of the textbooks.
PoolSetup servers(int replicas, double rate_per_s, double mean_s, double cv) {
    PoolSetup setup;
    setup.engine.rates.activation_s_per_token = 1e-3;
    setup.engine.max_num_seqs = 1;
    setup.engine.tokens_per_step = 1'000'000'000;
    setup.engine.num_blocks = 1'000'000'000;
    setup.replicas = replicas;
    setup.streams = {{rate_per_s, 1000 * mean_s, 1, cv, 0, 7}};
    setup.warmup_s = 5000;
    setup.seconds = 500'000;
    return setup;
}

double mean_wait_s(const PoolSetup& setup, double mean_s) {
    const auto result = play(setup);
    REQUIRE(result);
    double sum = 0;
    for (const Record& record : result->records) sum += record.ttft_s;
    return sum / static_cast<double>(result->records.size()) - mean_s;
}

}  // namespace

// Theory knows these waits exactly: a simulation that misses them is wrong about every queue. Half a million seconds leave an error of
// about two per cent.
TEST_CASE("waits of single servers are those of Pollaczek and Khinchine") {
    CHECK(mean_wait_s(servers(1, 1, 0.85, 0), 0.85) == doctest::Approx(2.408).epsilon(0.04));
    CHECK(mean_wait_s(servers(1, 0.7, 1, 1), 1) == doctest::Approx(0.7 / 0.3).epsilon(0.04));
    const double scv = 1.5 * 1.5;
    CHECK(mean_wait_s(servers(1, 0.6, 1, 1.5), 1) ==
          doctest::Approx(0.6 * (1 + scv) / 2 / 0.4).epsilon(0.06));
}

// The router is worth factors of waiting: eight servers behind the shortest queue do nearly as well as behind one queue, and behind a
// blind router as badly as one alone.
TEST_CASE("eight servers wait as their router makes them") {
    PoolSetup setup = servers(8, 8, 0.85, 1);
    setup.seconds = 100'000;
    CHECK(mean_wait_s(setup, 0.85) == doctest::Approx(0.587).epsilon(0.04));
    setup.router = Router::random;
    CHECK(mean_wait_s(setup, 0.85) == doctest::Approx(0.85 * 0.85 / 0.15).epsilon(0.05));
    setup.router = Router::round_robin;
    const double in_turn_s = mean_wait_s(setup, 0.85);
    CHECK(in_turn_s > 0.7);
    CHECK(in_turn_s < 4);
}

// Nothing may be counted twice or forgotten, whatever is under way when the time is over.
TEST_CASE("of an overloaded server every query that counts is recorded, those never answered as such") {
    PoolSetup setup = servers(1, 3, 1, 0);
    setup.warmup_s = 0;
    setup.seconds = 1000;
    const auto result = play(setup);
    REQUIRE(result);
    CHECK(result->records.size() > 2800);
    CHECK(result->records.size() < 3200);
    long long answered = 0;
    for (const Record& record : result->records) {
        CHECK(record.arrival_s >= 0);
        CHECK(record.arrival_s < 1000);
        answered += std::isfinite(record.delay_s) ? 1 : 0;
    }
    // It works through one query a second, and goes on for as long again.
    CHECK(answered >= 1990);
    CHECK(answered <= 2001);
    CHECK(result->load.utilisation == doctest::Approx(1).epsilon(0.01));
}

// A stop has to leave at once, with no half of a result.
TEST_CASE("a stopped simulation gives nothing") {
    std::stop_source source;
    source.request_stop();
    PoolSetup setup = servers(1, 0.5, 1, 0);
    setup.stop = source.get_token();
    CHECK_FALSE(play(setup));
}
