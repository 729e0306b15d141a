// Allot inside another program: solve with progress and a way out, then re-plan for more demand. Usage: embed INSTANCE
#include <chrono>
#include <cstdio>
#include <stop_token>
#include <thread>

#include "allot/audit.hpp"
#include "allot/io.hpp"
#include "allot/reopt.hpp"
#include "allot/solve.hpp"

namespace {

/// Called from the thread that called solve(), between rounds of the search.
class Watcher : public allot::ProgressObserver {
  public:
    void on_progress(const allot::Progress& progress) override {
        std::fprintf(stderr, "%s after %.3f s: %.2f USD\n", progress.phase.c_str(), progress.elapsed_s,
                     progress.incumbent_usd);
    }
};

void print(const char* title, const allot::Plan& plan) {
    std::printf("%s: %s, %.2f USD\n", title, allot::to_string(plan.status), plan.cost.total());
    for (const allot::PlannedDeployment& each : plan.deployments) {
        std::printf("  %d x %s on %s\n", each.replicas, each.model.c_str(), each.tier.c_str());
    }
}

int plan_and_replan(const char* file) {
    const allot::Instance instance = allot::read_instance(file);

    // Any thread may end the run; what has been found by then is returned, with status `stopped`.
    std::stop_source source;
    std::jthread patience([&source](const std::stop_token& is_done) {
        for (int tenth = 0; tenth < 100 && !is_done.stop_requested(); ++tenth) {
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
        }
        source.request_stop();
    });
    allot::SolveOptions options;
    options.effort = 2;
    options.stop = source.get_token();
    Watcher watcher;
    const allot::Plan plan = allot::solve(instance, options, &watcher);
    patience.request_stop();
    print("plan", plan);

    // Instances never change: a busier one is a new one.
    const allot::Instance busier = instance.with([](allot::InstanceData& data) {
        for (allot::QueryType& type : data.query_types) type.rate_per_hour *= 1.1;
    });
    const allot::Reoptimization next = allot::reoptimize(busier, plan);
    print("after a tenth more demand", next.plan);
    std::printf("  %d replicas kept, %d started, %d stopped\n", next.diff.kept(), next.diff.started(),
                next.diff.stopped());
    // What solve() and reoptimize() return has passed the auditor already; anybody may ask it again.
    const allot::Instance current = allot::with_current_plan(busier, plan);
    return allot::audit(current, next.plan).is_acceptable(next.plan.status) ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: embed INSTANCE\n");
        return 2;
    }
    try {
        return plan_and_replan(argv[1]);
    } catch (const allot::InputError& error) {
        for (const allot::Problem& problem : error.problems()) {
            std::fprintf(stderr, "%s\n", allot::to_string(problem).c_str());
        }
        return 2;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
