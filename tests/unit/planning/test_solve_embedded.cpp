// solve() inside another program: threads, stop tokens, observers, no output.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include <doctest/doctest.h>

#include "allot/audit.hpp"
#include "allot/io.hpp"
#include "allot/solve.hpp"
#include "bounds/lower_bound.hpp"
#include "candidates/candidate_table.hpp"
#include "generator/generator.hpp"
#include "support/plan_text.hpp"
#include "support/process.hpp"
#include "support/tiny_instance.hpp"

using namespace allot;
using allot::testing::tiny_instance;
using allot::testing::without_run;

namespace {

Instance generated(Family family, int types, int models, int tiers, std::uint64_t seed = 0) {
    GeneratorOptions options;
    options.family = family;
    options.types = types;
    options.models = models;
    options.tiers = tiers;
    options.seed = seed;
    return Instance(generate(options, builtin_catalog()));
}

/// Takes seconds at the largest effort, on a fast machine.
Instance long_instance() { return generated(Family::fleet, 12, 6, 16, 1); }

class Recorder : public ProgressObserver {
  public:
    void on_progress(const Progress& progress) override {
        seen.push_back(progress);
        threads.push_back(std::this_thread::get_id());
    }
    std::vector<Progress> seen;
    std::vector<std::thread::id> threads;
};

/// Stops the run from another thread as soon as it gives its first sign of life.
class Stopper : public ProgressObserver {
  public:
    void on_progress(const Progress&) override {
        if (++num_calls != stops_at) return;
        std::thread([this] { source.request_stop(); }).join();
    }
    std::stop_source source;
    int num_calls = 0;
    int stops_at = 1;  // this call
};

double counter(const Plan& plan, const std::string& name) {
    for (const auto& [key, value] : plan.run) {
        if (key == name) return value;
    }
    FAIL("no counter " << name);
    return 0;
}

/// What is written to standard output and standard error while the object lives.
class Capture {
  public:
    explicit Capture(const std::string& path) : path_(path) {
        std::fflush(nullptr);
        std::FILE* file = std::fopen(path.c_str(), "w");
        REQUIRE(file != nullptr);
        out_ = dup(STDOUT_FILENO);
        err_ = dup(STDERR_FILENO);
        dup2(fileno(file), STDOUT_FILENO);
        dup2(fileno(file), STDERR_FILENO);
        std::fclose(file);
    }
    ~Capture() { end(); }
    std::string end() {
        if (out_ >= 0) {
            std::fflush(nullptr);
            dup2(out_, STDOUT_FILENO);
            dup2(err_, STDERR_FILENO);
            close(out_);
            close(err_);
            out_ = -1;
        }
        return testing::read_text(path_);
    }

  private:
    std::string path_;
    int out_ = -1;
    int err_ = -1;
};

}  // namespace

// Services set deadlines of their own:
// a search that looks at the token only between phases would miss them by minutes.
TEST_CASE("solve: a stop from another thread in the middle of a long run ends it") {
    const Instance instance = long_instance();
    SolveOptions options;
    options.effort = 5;
    options.threads = 2;
    std::stop_source source;
    options.stop = source.get_token();
    std::thread other([&source] {
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
        source.request_stop();
    });
    const Plan plan = solve(instance, options);
    other.join();
    CHECK(plan.status == Status::stopped);
    CHECK(audit(instance, plan).is_acceptable(plan.status));
}

// A stop that arrives when all is done must not mark a finished plan as cut short.
TEST_CASE("solve: a stop that comes when all is done stops nothing") {
    Stopper stopper;
    SolveOptions options;
    options.effort = 1;  // one start, signs of life before and after it and at the end, and no bound to raise
    stopper.stops_at = 3;
    options.mechanisms.bounds = false;
    options.stop = stopper.source.get_token();
    const Plan stopped = solve(tiny_instance(), options, &stopper);
    CHECK(stopper.num_calls == 3);
    options.stop = {};
    CHECK(stopped.status == solve(tiny_instance(), options).status);
    CHECK(stopped.status != Status::stopped);
}

// Observers are the place where callers stop runs;
// if the call held a lock, the stop from another thread would hang.
TEST_CASE("solve: an observer may stop the run, from a thread of its own") {
    Stopper stopper;
    SolveOptions options;
    options.effort = 5;
    options.stop = stopper.source.get_token();
    const Plan plan = solve(long_instance(), options, &stopper);
    CHECK(stopper.num_calls >= 1);
    CHECK(plan.status == Status::stopped);
}

// GUIs draw from this callback without locks, and a cost that rises again would look like a fault.
TEST_CASE("solve: the observer is called on the caller's thread, with costs that never rise") {
    const Instance instance = long_instance();
    Recorder recorder;
    SolveOptions options;
    options.effort = 3;
    options.threads = 2;
    const Plan plan = solve(instance, options, &recorder);
    REQUIRE_FALSE(recorder.seen.empty());
    for (std::size_t n = 0; n < recorder.seen.size(); ++n) {
        CHECK(recorder.threads[n] == std::this_thread::get_id());
        CHECK_FALSE(recorder.seen[n].phase.empty());
        if (n > 0) CHECK(recorder.seen[n].incumbent_usd <= recorder.seen[n - 1].incumbent_usd);
        if (n > 0) CHECK(recorder.seen[n].elapsed_s >= recorder.seen[n - 1].elapsed_s);
    }
    CHECK(recorder.seen.back().incumbent_usd == doctest::Approx(plan.cost.total()).epsilon(1e-9));
}

// Two different runs share no state: a warm start or a random stream leaking over would change either plan.
TEST_CASE("solve: two different runs at once in two threads are those of one after the other") {
    const Instance one = tiny_instance();
    const Instance two = one.with([](InstanceData& data) {
        for (QueryType& type : data.query_types) type.rate_per_hour *= 25;
    });
    SolveOptions greedy;
    greedy.method = "gh";
    const std::string first = without_run(solve(one, greedy));
    const std::string second = without_run(solve(two));
    std::string first_again;
    std::string second_again;
    std::thread left([&] { first_again = without_run(solve(one, greedy)); });
    std::thread right([&] { second_again = without_run(solve(two)); });
    left.join();
    right.join();
    CHECK(first_again == first);
    CHECK(second_again == second);
}

// A library that writes to the host's output corrupts its protocol; Clp and CBC both like to print.
TEST_CASE("solve: writes nothing, whatever the method") {
    const testing::TemporaryFolder folder;
    for (const SolverName& solver : solver_names()) {
        if (!solver.is_available) continue;
        SolveOptions options;
        options.method = solver.name;
        options.time_limit_s = 5;
        Capture capture(folder.file("output"));
        solve(tiny_instance(), options);
        const std::string written = capture.end();
        CAPTURE(solver.name);
        CHECK(written == "");
    }
}

// Ablations and bug reports are read off these counters;
// accepted moves that were never evaluated would be nonsense.
TEST_CASE("solve: counters tell what the phases and the moves did") {
    const Instance instance = tiny_instance().with([](InstanceData& data) {
        for (QueryType& type : data.query_types) type.rate_per_hour *= 20;
    });
    const Plan plan = solve(instance);
    CHECK(counter(plan, "table_ms") > 0);
    CHECK(counter(plan, "solve_ms") >= counter(plan, "table_ms"));
    CHECK(counter(plan, "bound_ms") > 0);
    CHECK(counter(plan, "configurations") > 0);
    CHECK(counter(plan, "nodes") + counter(plan, "starts") >= 1);
    for (const char* move : {"add", "remove", "swap", "replace", "pair"}) {
        const std::string name = move;
        CHECK(counter(plan, name + "_ranked") >= counter(plan, name + "_evaluated"));
        CHECK(counter(plan, name + "_evaluated") >= counter(plan, name + "_accepted"));
    }
}

// An ablation that leaves the move half on measures nothing; switched off must mean never ranked.
TEST_CASE("solve: a kind of move that is switched off does nothing") {
    const Instance instance = tiny_instance().with([](InstanceData& data) {
        for (QueryType& type : data.query_types) type.rate_per_hour *= 20;
    });
    const std::vector<std::pair<const char*, bool Mechanisms::*>> moves{
        {"add", &Mechanisms::add_moves},
        {"swap", &Mechanisms::swap_moves},
        {"replace", &Mechanisms::replace_moves},
        {"pair", &Mechanisms::pair_moves},
        {"remove", &Mechanisms::consolidation}};
    for (const auto& [prefix, part] : moves) {
        const std::string name = prefix;  // clang 14 captures no structured bindings
        CAPTURE(name);
        SolveOptions options;
        CHECK(counter(solve(instance, options), name + "_ranked") >= 0);
        options.mechanisms.*part = false;
        const Plan plan = solve(instance, options);
        CHECK(counter(plan, name + "_ranked") == 0);
        CHECK(audit(instance, plan).is_ok());
    }
}

// Seed 53 of the batched family: only the widest moves find a first plan,
// without which exact has nothing to prune by.
TEST_CASE("exact proves a plan where only the widest moves find a first one") {
    const Instance instance = generated(Family::batched, 6, 6, 10, 53);
    SolveOptions exact;
    exact.method = "exact";
    const Plan plan = solve(instance, exact);
    CHECK(plan.status == Status::optimal);
    CHECK(plan.cost.unmet < plan.cost.total() / 2);
    CHECK(audit(instance, plan).is_ok());
}

// Starts cost most of the time: made where the gap is closed they waste it,
// left out where it is open they lose plans.
TEST_CASE("auto makes no start where the plan is close to the bound already, and some where it is not") {
    constexpr double kClose = 5e-3;  // at the usual effort
    bool was_close = false;
    bool was_far = false;
    for (const std::uint64_t seed : {1, 8}) {
        CAPTURE(seed);
        const Instance instance = generated(Family::paper, 20, 20, 20, seed);
        const Plan plan = solve(instance);
        REQUIRE(plan.gap);
        const bool is_far = *plan.gap > kClose;
        was_far = was_far || is_far;
        was_close = was_close || !is_far;
        CHECK((counter(plan, "starts") > 0) == is_far);
        CHECK(audit(instance, plan).is_ok());
    }
    CHECK(was_close);
    CHECK(was_far);
}

// The budgets of these seeds leave room for few plans but the best.
TEST_CASE("auto finds a plan near its bound at little effort where the budget binds") {
    for (const std::uint64_t seed : {2, 5, 8}) {
        CAPTURE(seed);
        const Instance instance = generated(Family::paper, 6, 6, 10, seed);
        SolveOptions options;
        options.effort = 1;
        const Plan plan = solve(instance, options);
        CHECK(plan.status == Status::feasible);
        REQUIRE(plan.gap);
        CHECK(*plan.gap < 0.02);
        CHECK(audit(instance, plan).is_ok());
    }
}

// The cheapest effort still owes an honest gap:
// the one branching must raise the bound but never above the optimum.
TEST_CASE("at little effort one branching raises the bound, not beyond the optimum") {
    for (const std::uint64_t seed : {1, 2, 5}) {
        CAPTURE(seed);
        const Instance instance = generated(Family::paper, 6, 6, 10, seed);
        SolveOptions options;
        options.effort = 1;
        const Plan plan = solve(instance, options);
        options.method = "exact";
        const Plan exact = solve(instance, options);
        REQUIRE(plan.lower_bound);
        CHECK(*plan.lower_bound <= exact.cost.total() * (1 + 1e-9));
        const CandidateTable table(instance);
        CHECK(*plan.lower_bound > lower_bound(table).lower_bound_usd);
        CHECK(counter(plan, "branching_ms") > 0);
        CHECK(audit(instance, plan).is_ok());
    }
}

// Advice solves many instances;
// on 5,376,000 pairs that would take hours and must be said, not silently left out.
TEST_CASE("where instances are very large, limits that would be enough are not looked for") {
    const Instance instance =
        generated(Family::batched, 140, 20, 20).with([](InstanceData& data) { data.budget_usd = 1; });
    SolveOptions greedy;
    greedy.method = "gh";
    const Plan plan = solve(instance, greedy);
    CHECK(plan.is_short());
    CHECK(plan.reasons.back() ==
          "what would be enough on its own was not tried: 5376000 pairs of 140 query types are too many");
    CHECK(audit(instance, plan).violations.size() == 140);  // all types unserved
}
