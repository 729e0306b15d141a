#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "allot/studies.hpp"
#include "bounds/lower_bound.hpp"
#include "candidates/candidate_table.hpp"
#include "problem/tolerances.hpp"
#include "util/clock.hpp"

namespace allot {
namespace {

/// Tells of the run at hand with its place among all.
class RunObserver : public ProgressObserver {
  public:
    RunObserver(ProgressObserver* inner, std::size_t num_runs) : inner_(inner), num_runs_(num_runs) {}

    void begin_run(const std::string& file, const std::string& method) {
        run_ = fmt::format("{}/{} {} {}", ++num_begun_, num_runs_, file, method);
        on_progress({});
    }

    void on_progress(const Progress& progress) override {
        if (inner_ == nullptr) return;
        inner_->on_progress({run_, seconds_since(start_), progress.incumbent_usd, progress.bound_usd});
    }

  private:
    ProgressObserver* inner_;
    std::size_t num_runs_;
    std::size_t num_begun_ = 0;
    std::string run_;
    Clock::time_point start_ = Clock::now();
};

double unmet_share(const Instance& instance, const Plan& plan) {
    double rate = 0, unmet = 0;
    for (int i = 0; i < instance.num_types(); ++i) {
        const double rate_i = instance.type(i).rate_per_hour;
        rate += rate_i;
        unmet += rate_i * plan.query_types[static_cast<std::size_t>(i)].unmet;
    }
    return rate > 0 ? unmet / rate : 0;
}

ComparisonRow run_method(const Instance& instance, const SolveOptions& options, ProgressObserver& observer) {
    ComparisonRow row;
    row.method = options.method;
    const Clock::time_point start = Clock::now();
    row.plan = solve(instance, options, &observer);
    row.wall_s = seconds_since(start);
    row.audit = audit(instance, row.plan);
    row.meets_limits = row.audit.is_ok();
    for (const PlannedDeployment& deployment : row.plan.deployments) row.gpus += deployment.gpus;
    row.unmet = unmet_share(instance, row.plan);
    return row;
}

/// Gaps below zero by rounding are none; a bound truly above a plan stays visible as a negative gap.
double without_noise(double gap) { return gap < 0 && gap >= -kOptimalityGap ? 0.0 : gap; }

/// The bound gets as much time as a run.
void judge(const Instance& instance, InstanceComparison& comparison, const SolveOptions& run) {
    BoundOptions options;
    options.stop = StopCriterion::after(run.stop, run.time_limit_s);
    for (const ComparisonRow& row : comparison.rows) {
        if (row.plan.lower_bound)
            comparison.best_bound = std::max(comparison.best_bound, *row.plan.lower_bound);
        if (row.meets_limits) options.incumbent_usd = std::min(options.incumbent_usd, row.audit.cost.total());
    }
    const CandidateTable table(instance, {.stop = options.stop});
    if (table.is_complete())
        comparison.best_bound = std::max(comparison.best_bound, lower_bound(table, options).lower_bound_usd);
    if (!std::isfinite(options.incumbent_usd)) return;
    const double best = options.incumbent_usd;
    comparison.best_known = best;
    for (ComparisonRow& row : comparison.rows) {
        if (!row.meets_limits) continue;
        const double total = row.audit.cost.total();
        row.gap_to_bound = total > 0 ? without_noise((total - comparison.best_bound) / total) : 0.0;
        row.gap_to_best = best > 0 ? (total - best) / best : (total > 0 ? kUnlimited : 0.0);
    }
}

InstanceComparison compare_on(const NamedInstance& named, const ComparisonOptions& options,
                              RunObserver& observer) {
    InstanceComparison comparison{named.file, named.instance->name, {}, 0, {}};
    SolveOptions solve_options = options.solve;
    solve_options.has_limit_changes = false;  // told by no one, and no part of a method's time
    for (const std::string& method : options.methods) {
        if (options.solve.stop.stop_requested()) break;
        observer.begin_run(named.file, method);
        solve_options.method = method;
        comparison.rows.push_back(run_method(named.instance, solve_options, observer));
    }
    judge(named.instance, comparison, options.solve);
    return comparison;
}

/// Mean of what has been added, none without anything.
class Mean {
  public:
    void add(double value) {
        sum_ += value;
        ++count_;
    }
    std::optional<double> value() const { return count_ > 0 ? std::optional(sum_ / count_) : std::nullopt; }
    std::optional<double> exponential() const {
        return count_ > 0 ? std::optional(std::exp(sum_ / count_)) : std::nullopt;
    }

  private:
    double sum_ = 0;
    int count_ = 0;
};

MethodSummary summarise_method(const std::vector<InstanceComparison>& instances, const std::string& method) {
    MethodSummary summary;
    summary.method = method;
    Mean total, to_bound, to_best, log_ratio, wall, log_wall;
    for (const InstanceComparison& comparison : instances) {
        for (const ComparisonRow& row : comparison.rows) {
            if (row.method != method) continue;
            ++summary.runs;
            wall.add(row.wall_s);
            log_wall.add(std::log(std::max(row.wall_s, 1e-9)));
            if (!row.meets_limits) continue;
            ++summary.served;
            summary.wins += row.is_best() ? 1 : 0;
            summary.proven += row.is_proven() ? 1 : 0;
            total.add(row.audit.cost.total());
            to_bound.add(*row.gap_to_bound);
            to_best.add(*row.gap_to_best);
            log_ratio.add(std::log1p(*row.gap_to_best));
        }
    }
    summary.mean_total = total.value();
    summary.mean_gap_to_bound = to_bound.value();
    summary.mean_gap_to_best = to_best.value();
    summary.geometric_cost_ratio = log_ratio.exponential();
    summary.mean_wall_s = wall.value().value_or(0);
    summary.geometric_wall_s = log_wall.exponential().value_or(0);
    return summary;
}

}  // namespace

bool ComparisonRow::is_proven() const { return gap_to_bound && std::abs(*gap_to_bound) <= kOptimalityGap; }

bool ComparisonRow::is_best() const { return gap_to_best && *gap_to_best <= kOptimalityGap; }

std::vector<MethodSummary> summarise(const std::vector<InstanceComparison>& instances,
                                     const std::vector<std::string>& methods) {
    std::vector<MethodSummary> summary;
    for (const std::string& method : methods) summary.push_back(summarise_method(instances, method));
    return summary;
}

Comparison compare(const std::vector<NamedInstance>& instances, const ComparisonOptions& options,
                   ProgressObserver* observer) {
    Comparison result;
    RunObserver run_observer(observer, instances.size() * options.methods.size());
    for (const NamedInstance& named : instances) {
        if (options.solve.stop.stop_requested()) break;
        result.instances.push_back(compare_on(named, options, run_observer));
    }
    result.is_stopped = options.solve.stop.stop_requested();
    result.summary = summarise(result.instances, options.methods);
    return result;
}

}  // namespace allot
