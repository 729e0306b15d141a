#include "allot/stress.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <set>

#include <fmt/format.h>

#include "studies/fleet.hpp"
#include "studies/recourse_problem.hpp"
#include "studies/scenario_draws.hpp"
#include "util/parallel.hpp"

namespace allot {
namespace {

/// Draws that one thread solves in a row, each from the basis of the one before. Fixed, so that results do not depend on the number of
/// threads; many, so that the first solve of a block, which has no basis, does not count.
constexpr std::size_t kDrawsPerBlock = 512;

/// Ways to lose replicas up to which all are tried, a linear program each; beyond, the study is refused.
constexpr std::size_t kMaxLossCases = 100'000;

constexpr int kNoPool = -1;

/// What a cell of the study takes away from a plan.
struct Loss {
    std::string name;
    int replicas = 0;
    int pool = kNoPool;
};

/// All ways to take `count` replicas from deployments with `replicas`, in lexicographic order.
std::vector<std::vector<int>> ways_to_lose(const Fleet& fleet, int count) {
    int total = 0;
    for (const Fleet::Deployment& deployment : fleet.deployments) total += deployment.replicas;
    std::vector<std::vector<int>> ways;
    std::vector<int> lost(fleet.deployments.size(), 0);
    const auto place = [&](const auto& self, std::size_t d, int left, int behind) -> void {
        if (ways.size() > kMaxLossCases) return;
        if (d == lost.size()) {
            ways.push_back(lost);
            return;
        }
        const int here = fleet.deployments[d].replicas;
        for (int n = std::max(0, left - (behind - here)); n <= std::min(here, left); ++n) {
            lost[d] = n;
            self(self, d + 1, left - n, behind - here);
        }
        lost[d] = 0;
    };
    place(place, 0, std::min(count, total), total);
    if (ways.size() > kMaxLossCases) {
        throw InputError({{"", 0, 0, "--fail-replicas", std::to_string(count),
                           fmt::format("fewer: a plan of {} deployments can lose them in more than {} ways",
                                       lost.size(), kMaxLossCases)}});
    }
    return ways;
}

std::vector<std::vector<int>> ways_of(const Loss& loss, const Fleet& fleet) {
    if (loss.pool == kNoPool) return ways_to_lose(fleet, loss.replicas);
    std::vector<int> lost;
    for (const Fleet::Deployment& deployment : fleet.deployments) {
        lost.push_back(deployment.pool == loss.pool ? deployment.replicas : 0);
    }
    return {lost};
}

/// Of the scenario solved last.
StressOutcome outcome_of(RecourseProblem& stage, const RecourseResult& result) {
    const double unservable = stage.unservable_rate();
    return {result.cost,
            result.violation_rate,
            unservable,
            result.violation_rate - unservable,
            result.unmet,
            result.utilisation,
            result.largest_utilisation};
}

/// Value that `part` of the sorted numbers do not exceed: nearest rank.
double quantile(const std::vector<double>& sorted, double part) {
    const auto rank = static_cast<std::size_t>(std::ceil(part * static_cast<double>(sorted.size())));
    return sorted[std::max<std::size_t>(rank, 1) - 1];
}

class Stress {
  public:
    Stress(const Instance& instance, const std::vector<Plan>& plans, const StressOptions& options)
        : instance_(instance), options_(options), num_samples_(static_cast<std::size_t>(options.samples)) {
        for (const Plan& plan : plans) fleets_.push_back(std::make_unique<Fleet>(instance, plan));
        find_losses();
        lay_out_cells();
    }

    StressResult run() {
        const ThreadLimit limit(options_.threads);
        parallel_for(0, cells_.size(), 1, [this](std::size_t c) { solve_cell(c); });
        if (num_samples_ > 0) run_samples();
        StressResult result;
        result.is_stopped = options_.stop.stop_requested();
        result.scenarios = std::accumulate(solves_.begin(), solves_.end(), std::int64_t{0});
        for (std::size_t c = 0; c < cells_.size(); ++c) {
            if (!is_solved_[c]) continue;
            if (cells_[c].samples) result.scenarios += static_cast<std::int64_t>(num_samples_);
            result.cells.push_back(std::move(cells_[c]));
        }
        return result;
    }

  private:
    void find_losses() {
        losses_.push_back({"none"});
        if (const int n = options_.fail_replicas; n > 0) {
            losses_.push_back({fmt::format("{} replica{}", n, n == 1 ? "" : "s"), n});
        }
        std::set<int> pools;
        for (const auto& fleet : fleets_) {
            for (const Fleet::Deployment& deployment : fleet->deployments) pools.insert(deployment.pool);
        }
        for (const int p : pools) {
            if (options_.fail_pools) losses_.push_back({"pool " + instance_.pool(p).gpu, 0, p});
        }
        for (const Loss& loss : losses_) {
            for (const auto& fleet : fleets_) ways_.push_back(ways_of(loss, *fleet));
        }
    }

    void lay_out_cells() {
        for (const double delay : options_.delay) {
            for (const double error : options_.error) {
                for (const double rate : options_.rate) add_cells({delay, error, rate});
            }
        }
        solves_.assign(cells_.size(), 0);
        is_solved_.assign(cells_.size(), 0);
    }

    void add_cells(const StressFactors& factors) {
        for (const Loss& loss : losses_) {
            for (int plan = 0; plan < static_cast<int>(fleets_.size()); ++plan) {
                StressCell& cell = cells_.emplace_back();
                cell.plan = plan;
                cell.factors = factors;
                cell.loss = loss.name;
            }
        }
    }

    const Fleet& fleet_of(std::size_t cell) const { return *fleets_[cells_[cell].plan]; }
    const std::vector<std::vector<int>>& ways_of_cell(std::size_t cell) const {
        return ways_[cell % (losses_.size() * fleets_.size())];
    }

    static Scenario scenario_of(const Fleet& fleet, const StressFactors& factors,
                                const std::vector<int>& lost) {
        Scenario scenario = Scenario::uniform(fleet, factors.delay, factors.error, factors.rate);
        for (std::size_t d = 0; d < lost.size(); ++d) scenario.replicas[d] -= lost[d];
        return scenario;
    }

    bool is_stopped() const { return options_.stop.stop_requested(); }

    /// At the factors themselves, without draws: of all ways to lose what the cell loses, the one that costs most. Not solved when it
    /// is stopped before it has tried them all.
    void solve_cell(std::size_t c) {
        StressCell& cell = cells_[c];
        const Fleet& fleet = fleet_of(c);
        RecourseProblem stage(fleet);
        for (const std::vector<int>& lost : ways_of_cell(c)) {
            if (is_stopped()) return;
            const RecourseResult& result = stage.solve(scenario_of(fleet, cell.factors, lost));
            const bool is_first = solves_[c]++ == 0;
            if (!is_first && result.cost.total() <= cell.outcome.cost.total()) continue;
            cell.lost_replicas = lost;
            cell.outcome = outcome_of(stage, result);
        }
        is_solved_[c] = 1;
    }

    void run_samples() {
        const std::size_t num_types = static_cast<std::size_t>(instance_.num_types());
        const std::size_t num_blocks = (num_samples_ + kDrawsPerBlock - 1) / kDrawsPerBlock;
        cost_usd_.resize(cells_.size() * num_samples_);
        violation_rate_.resize(cells_.size() * num_samples_);
        dropped_of_block_.assign(cells_.size() * num_blocks, 0);
        unmet_of_block_.assign(cells_.size() * num_blocks, std::vector<double>(num_types, 0));
        std::vector<char> is_drawn(cells_.size() * num_blocks, 0);
        parallel_for(0, cells_.size() * num_blocks, 1, [&](std::size_t n) {
            is_drawn[n] =
                run_block(n / num_blocks, n % num_blocks, unmet_of_block_[n], dropped_of_block_[n]) ? 1 : 0;
        });
        for (std::size_t c = 0; c < cells_.size(); ++c) {
            const auto first = is_drawn.begin() + static_cast<std::ptrdiff_t>(c * num_blocks);
            const auto is_done = [](char is) { return is != 0; };
            if (std::all_of(first, first + static_cast<std::ptrdiff_t>(num_blocks), is_done))
                summarise(c, num_blocks);
        }
    }

    /// False when it is stopped before all its draws are solved.
    bool run_block(std::size_t c, std::size_t block, std::vector<double>& unmet, double& dropped) {
        if (!is_solved_[c] || is_stopped()) return false;
        const Fleet& fleet = fleet_of(c);
        RecourseProblem stage(fleet);
        ScenarioDraws draws(fleet, options_.seed);
        Scenario scenario = scenario_of(fleet, cells_[c].factors, cells_[c].lost_replicas);
        const std::size_t end = std::min(num_samples_, (block + 1) * kDrawsPerBlock);
        for (std::size_t draw = block * kDrawsPerBlock; draw < end; ++draw) {
            if (is_stopped()) return false;
            draws.draw(draw, cells_[c].factors, scenario);
            const RecourseResult& result = stage.solve(scenario);
            cost_usd_[c * num_samples_ + draw] = result.cost.total();
            violation_rate_[c * num_samples_ + draw] = result.violation_rate;
            dropped += result.violation_rate - stage.unservable_rate();
            for (std::size_t i = 0; i < unmet.size(); ++i) unmet[i] += result.unmet[i];
        }
        return true;
    }

    void summarise(std::size_t c, std::size_t num_blocks) {
        const auto count = static_cast<double>(num_samples_);
        const auto sorted = [&](const std::vector<double>& all) {
            const auto first = all.begin() + static_cast<std::ptrdiff_t>(c * num_samples_);
            std::vector<double> own(first, first + static_cast<std::ptrdiff_t>(num_samples_));
            std::sort(own.begin(), own.end());
            return own;
        };
        const std::vector<double> usd = sorted(cost_usd_);
        const std::vector<double> rate = sorted(violation_rate_);
        StressSamples samples;
        samples.count = options_.samples;
        samples.mean_usd = std::accumulate(usd.begin(), usd.end(), 0.0) / count;
        samples.p95_usd = quantile(usd, 0.95);
        samples.max_usd = usd.back();
        samples.mean_violation_rate = std::accumulate(rate.begin(), rate.end(), 0.0) / count;
        samples.p95_violation_rate = quantile(rate, 0.95);
        samples.max_violation_rate = rate.back();
        samples.mean_unmet.assign(static_cast<std::size_t>(instance_.num_types()), 0);
        for (std::size_t block = 0; block < num_blocks; ++block) {
            const std::vector<double>& unmet = unmet_of_block_[c * num_blocks + block];
            for (std::size_t i = 0; i < unmet.size(); ++i) samples.mean_unmet[i] += unmet[i] / count;
            samples.mean_dropped_rate += dropped_of_block_[c * num_blocks + block] / count;
        }
        cells_[c].samples = std::move(samples);
    }

    const Instance& instance_;
    const StressOptions& options_;
    std::size_t num_samples_;
    std::vector<std::unique_ptr<Fleet>> fleets_;
    std::vector<Loss> losses_;
    std::vector<std::vector<std::vector<int>>> ways_;  // [loss * plans + plan]: lost replicas by deployment
    std::vector<StressCell> cells_;
    std::vector<std::int64_t> solves_;                 // by cell, without samples
    std::vector<char> is_solved_;                      // by cell
    std::vector<double> cost_usd_;                     // [cell * samples + draw]
    std::vector<double> violation_rate_;               // the same
    std::vector<std::vector<double>> unmet_of_block_;  // [cell * blocks + block]: sums by type
    std::vector<double> dropped_of_block_;             // the same: sums of dropped rates
};

}  // namespace

StressResult stress(const Instance& instance, const std::vector<Plan>& plans, const StressOptions& options) {
    return Stress(instance, plans, options).run();
}

}  // namespace allot
