#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "simulate/engine.hpp"
#include "support/toy_hardware.hpp"

using namespace allot;
using namespace allot::simulation;

namespace {

EngineSetup toy_setup(std::int64_t num_blocks = 1'000'000) {
    EngineSetup setup;
    setup.rates = replica_rates(testing::toy_model(), testing::toy_tier(), testing::toy_engine(), 1, 1);
    setup.num_blocks = num_blocks;
    return setup;
}

Query query_of(int input_tokens, int output_tokens, int route = 0) {
    Query query;
    query.input_tokens = input_tokens;
    query.output_tokens = output_tokens;
    query.route = route;
    return query;
}

/// Answers all queries that are there, on one lane; returns them as they finish, with the time.
std::vector<std::pair<Query, double>> drain(Engine& engine) {
    std::vector<std::pair<Query, double>> done;
    const auto finished = [&](const Query& query, double now_s) { done.emplace_back(query, now_s); };
    double now_s = 0;
    while (true) {
        const double end_s = engine.begin_pass(0, now_s);
        if (end_s < 0) return done;
        now_s = end_s;
        engine.end_pass(0, now_s, finished);
    }
}

const Engine::Finished kNobody = [](const Query&, double) { FAIL("refused"); };

}  // namespace

// Simulated passes judge the planner's promises: an equation written differently here would judge the wrong engine.
TEST_CASE("a pass of prompts or of decodes alone takes what the step equations say") {
    const ReplicaRates rates = toy_setup().rates;
    Batch decodes;
    decodes.decodes = 12;
    decodes.context_tokens = 12 * 700;
    CHECK(pass_s(rates, decodes) == doctest::Approx(decode_s(rates, 700, 12)));
    Batch prompt;
    prompt.prompt_tokens = 900;
    prompt.prompt_squares = 900.0 * 900;
    prompt.prompts_ended = 1;
    CHECK(pass_s(rates, prompt) == doctest::Approx(prefill_s(rates, 900)));
}

// The life of one query is the smallest case of all others: first token after the prompt, then one token per pass.
TEST_CASE("a query alone is prefilled in chunks and then decoded token by token") {
    EngineSetup setup = toy_setup();
    setup.tokens_per_step = 400;
    Engine engine(setup);
    engine.add(query_of(1000, 4), 0, kNobody);
    const auto done = drain(engine);
    REQUIRE(done.size() == 1);
    CHECK(engine.passes() == 3 + 3);
    double first_s = 0;
    for (const auto& [begin, end] : {std::pair(0, 400), std::pair(400, 800), std::pair(800, 1000)}) {
        Batch chunk;
        chunk.prompt_tokens = end - begin;
        chunk.prompt_squares = 1.0 * end * end - 1.0 * begin * begin;
        chunk.prompts_ended = end == 1000 ? 1 : 0;
        first_s += pass_s(setup.rates, chunk);
    }
    double last_s = first_s;
    for (const int context : {1001, 1002, 1003}) last_s += decode_s(setup.rates, context, 1);
    CHECK(done[0].first.first_token_s == doctest::Approx(first_s));
    CHECK(done[0].second == doctest::Approx(last_s));
}

// Seats are what an operator sets: more at once than that would hide the queue.
TEST_CASE("no more sequences run at once than the engine is set to") {
    EngineSetup setup = toy_setup();
    setup.max_num_seqs = 3;
    Engine engine(setup);
    for (int i = 0; i < 10; ++i) engine.add(query_of(100, 20), 0, kNobody);
    CHECK(engine.begin_pass(0, 0) > 0);
    CHECK(engine.num_running() == 3);
    CHECK(engine.num_waiting() == 7);
}

// Full memory is where engines differ most from formulas: nothing may be lost or answered twice by it, and no block may leak.
TEST_CASE("sequences that do not fit are preempted, computed again and answered whole") {
    Engine engine(toy_setup(100));  // 1,600 tokens
    for (int i = 0; i < 20; ++i) engine.add(query_of(100 + 7 * i, 300, i), 0, kNobody);
    const auto done = drain(engine);
    REQUIRE(done.size() == 20);
    int preemptions = 0;
    std::vector<int> answered(20, 0);
    for (const auto& [query, at_s] : done) {
        preemptions += query.preemptions;
        ++answered[static_cast<std::size_t>(query.route)];
        CHECK(query.first_token_s > 0);
        CHECK(query.first_token_s < at_s);
    }
    CHECK(preemptions > 0);
    CHECK(answered == std::vector<int>(20, 1));
    CHECK(engine.num_queries() == 0);
    // All memory is free again: what fills it whole is answered without preemption.
    engine.add(query_of(1500, 100), 0, kNobody);
    const auto last = drain(engine);
    REQUIRE(last.size() == 1);
    CHECK(last[0].first.preemptions == 0);
}

// What never fits must be refused at once instead of blocking all that come later.
TEST_CASE("a query that is larger than the memory is refused") {
    Engine engine(toy_setup(10));
    int refused = 0;
    engine.add(query_of(150, 11), 0,
               [&](const Query& query, double) { refused += query.first_token_s < 0 ? 1 : 0; });
    CHECK(refused == 1);
    CHECK(engine.num_queries() == 0);
}

// Stages work on different batches at the same time: otherwise a pipeline would give no throughput at all.
TEST_CASE("two stages answer two queries in little more than the time of one") {
    EngineSetup setup = toy_setup();
    setup.pipeline = 2;
    Engine engine(setup);
    engine.add(query_of(1000, 1), 0, kNobody);
    engine.add(query_of(1000, 1), 0, kNobody);
    // The first pass takes both prompts, as far as the budget goes, unless lanes share them.
    const double first_s = engine.begin_pass(0, 0);
    const double second_s = engine.begin_pass(1, 0);
    const double alone_s = prefill_s(setup.rates, 1000);
    CHECK(first_s == doctest::Approx(alone_s));
    CHECK(second_s == doctest::Approx(1.5 * alone_s));
}
