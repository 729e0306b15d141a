#include "allot/simulate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "allot/error.hpp"
#include "audit/resolve.hpp"
#include "performance/units.hpp"
#include "simulate/pool.hpp"
#include "simulate/statistics.hpp"
#include "util/parallel.hpp"

namespace allot {

namespace {

using simulation::PoolResult;
using simulation::PoolSetup;
using simulation::Record;

/// Sequences that an engine runs at once where the plan does not say it.
constexpr int kUsualNumSeqs = 256;

simulation::EngineSetup engine_of(const Instance& instance, const auditing::Deployment& deployment,
                                  const SimulationOptions& options) {
    const Model& model = instance.model(deployment.shape.model);
    const Tier& tier = instance.tier(deployment.shape.tier);
    const int tensor = deployment.shape.tensor;
    const int pipeline = deployment.shape.pipeline;
    simulation::EngineSetup setup;
    setup.rates = replica_rates(model, tier, instance->engine, tensor, pipeline);
    setup.pipeline = pipeline;
    setup.max_num_seqs = options.max_num_seqs > 0     ? options.max_num_seqs
                         : deployment.concurrency > 0 ? deployment.concurrency * pipeline
                                                      : kUsualNumSeqs;
    setup.tokens_per_step = options.tokens_per_step;
    const double free_gb = usable_memory_gb(tier, tensor * pipeline) - weight_gb(model, tier);
    const double tokens = free_gb * kGiga / replicated_kv_bytes_per_token(model, tier, tensor);
    setup.num_blocks = static_cast<std::int64_t>(std::max(0.0, tokens) / simulation::kBlockTokens);
    return setup;
}

/// The pools of a plan: deployments see nothing of each other, as a Poisson stream that is split at random gives Poisson streams.
class Pools {
  public:
    Pools(const Instance& instance, const Plan& plan, const SimulationOptions& options)
        : decisions_(auditing::resolve(instance, plan)), routes_of_(decisions_.deployments.size()) {
        for (std::size_t r = 0; r < decisions_.routes.size(); ++r)
            routes_of_[static_cast<std::size_t>(decisions_.routes[r].deployment)].push_back(r);
        for (std::size_t d = 0; d < decisions_.deployments.size(); ++d) add(instance, options, d);
    }
    std::size_t size() const { return setups_.size(); }
    const PoolSetup& setup(std::size_t d) const { return setups_[d]; }
    /// Routes of the plan, one for each stream of the pool.
    const std::vector<std::size_t>& routes(std::size_t d) const { return routes_of_[d]; }
    int type(std::size_t route) const { return decisions_.routes[route].type; }

  private:
    void add(const Instance& instance, const SimulationOptions& options, std::size_t d) {
        const auditing::Deployment& deployment = decisions_.deployments[d];
        PoolSetup& setup = setups_.emplace_back();
        setup.engine = engine_of(instance, deployment, options);
        setup.replicas = static_cast<int>(deployment.replicas);
        setup.router = options.router;
        setup.request_s = instance->engine.request_ms * kMilli;
        setup.warmup_s = options.warmup_s;
        setup.seconds = options.seconds;
        setup.seed = options.seed;
        setup.stop = options.stop;
        for (const std::size_t r : routes_of_[d]) {
            const QueryType& type = instance.type(decisions_.routes[r].type);
            const double rate_per_s = type.rate_per_hour / kSecondsPerHour * decisions_.routes[r].share;
            setup.streams.push_back({rate_per_s * options.demand_factor, type.input_tokens,
                                     type.output_tokens, options.input_cv, options.output_cv, r});
        }
    }

    auditing::Decisions decisions_;
    std::vector<std::vector<std::size_t>> routes_of_;  // by deployment
    std::vector<PoolSetup> setups_;
};

double tpot_s(const Record& record) { return (record.delay_s - record.ttft_s) / (record.output_tokens - 1); }

/// Whether a figure keeps its limit; an unfinished answer keeps none.
bool keeps(double figure, const std::optional<double>& limit) {
    return std::isfinite(figure) && (!limit || figure <= *limit);
}

struct Verdict {
    bool ttft, tpot, delay;
};

Verdict verdict(const Record& record, const Slo& slo) {
    const bool has_tpot = record.output_tokens > 1 && std::isfinite(record.delay_s);
    return {keeps(record.ttft_s, slo.ttft_s),
            !slo.tpot_s || (has_tpot ? keeps(tpot_s(record), slo.tpot_s) : std::isfinite(record.delay_s)),
            keeps(record.delay_s, slo.delay_s)};
}

/// Figures of one route from its records.
SimulatedRoute figures(std::vector<Record> records, const Slo& slo) {
    std::sort(records.begin(), records.end(),
              [](const Record& a, const Record& b) { return a.arrival_s < b.arrival_s; });
    SimulatedRoute route;
    route.queries = static_cast<long long>(records.size());
    std::vector<double> ttft, tpot, delay, kept;
    double late_ttft = 0, late_tpot = 0, late_delay = 0;
    for (const Record& record : records) {
        route.preempted += record.is_preempted ? 1 : 0;
        const Verdict keeps_limit = verdict(record, slo);
        late_ttft += keeps_limit.ttft ? 0 : 1;
        late_tpot += keeps_limit.tpot ? 0 : 1;
        late_delay += keeps_limit.delay ? 0 : 1;
        kept.push_back(keeps_limit.ttft && keeps_limit.tpot && keeps_limit.delay ? 1 : 0);
        if (!std::isfinite(record.delay_s)) {
            ++route.refused;
            continue;
        }
        ttft.push_back(record.ttft_s);
        delay.push_back(record.delay_s);
        if (record.output_tokens > 1) tpot.push_back(tpot_s(record));
    }
    route.ttft_s = simulation::spread(ttft);
    route.tpot_s = simulation::spread(tpot);
    route.delay_s = simulation::spread(delay);
    if (records.empty()) return route;
    const double n = static_cast<double>(records.size());
    if (slo.ttft_s) route.late_ttft = late_ttft / n;
    if (slo.tpot_s) route.late_tpot = late_tpot / n;
    if (slo.delay_s) route.late_delay = late_delay / n;
    route.kept = static_cast<double>(std::count(kept.begin(), kept.end(), 1.0)) / n;
    route.kept_half_width = simulation::half_width(kept);
    return route;
}

/// A mean limit on the delay says nothing of single queries.
Slo limits_of_queries(const QueryType& type) {
    Slo slo = type.slo;
    if (type.delay_slo == DelaySlo::mean) slo.delay_s.reset();
    return slo;
}

void check(const Instance& instance) {
    if (instance->performance == PerformanceKind::two_phase) return;
    throw InputError(
        {{"", 0, 0, "performance", "not two_phase", "two_phase: only its steps can be simulated"}});
}

}  // namespace

long long SimulationResult::queries() const {
    long long sum = 0;
    for (const SimulatedRoute& route : routes) sum += route.queries;
    return sum;
}

WorstLimit worst_limit(const Instance& instance, const Plan& plan, const SimulationResult& result) {
    WorstLimit worst;
    const auto look = [&](const QueryType& type, const char* limit, auto late_of) {
        double late = 0;
        double all = 0;
        for (std::size_t r = 0; r < result.routes.size(); ++r) {
            const SimulatedRoute& route = result.routes[r];
            if (plan.routing[r].query_type != type.name || !late_of(route)) continue;
            late += *late_of(route) * static_cast<double>(route.queries);
            all += static_cast<double>(route.queries);
        }
        if (all > 0 && (worst.query_type.empty() || late / all > worst.late))
            worst = {type.name, limit, late / all};
    };
    for (const QueryType& type : instance->query_types) {
        look(type, "ttft_s", [](const SimulatedRoute& route) { return route.late_ttft; });
        look(type, "tpot_s", [](const SimulatedRoute& route) { return route.late_tpot; });
        look(type, "delay_s", [](const SimulatedRoute& route) { return route.late_delay; });
    }
    return worst;
}

std::optional<double> largest_demand(const Instance& instance, const Plan& plan,
                                     const SimulationOptions& options, double late) {
    constexpr double kLeast = 0.05;
    constexpr double kMost = 100;
    constexpr double kPrecision = 1.01;
    bool is_stopped = false;
    const auto keeps_limits = [&](double factor) {
        SimulationOptions scaled = options;
        scaled.demand_factor = factor;
        const SimulationResult result = simulate(instance, plan, scaled);
        is_stopped = is_stopped || result.is_stopped;
        return !is_stopped && worst_limit(instance, plan, result).late <= late;
    };
    double low = 1;
    double high = 1;
    if (keeps_limits(1)) {
        while (high < kMost && keeps_limits(high *= 2)) low = high;
    } else {
        while (low > kLeast && !keeps_limits(low /= 2)) high = low;
        if (low <= kLeast) low = 0;
    }
    while (low > 0 && high / low > kPrecision && !is_stopped) {
        const double middle = std::sqrt(low * high);
        (keeps_limits(middle) ? low : high) = middle;
    }
    return is_stopped ? std::nullopt : std::optional(low);
}

SimulationResult simulate(const Instance& instance, const Plan& plan, const SimulationOptions& options) {
    check(instance);
    const Pools pools(instance, plan, options);
    SimulationResult result;
    result.routes.resize(plan.routing.size());
    result.deployments.resize(pools.size());
    std::vector<char> is_done(pools.size(), 0);
    const ThreadLimit limit(options.threads);
    parallel_for(0, pools.size(), 1, [&](std::size_t d) {
        const std::optional<PoolResult> played = simulation::play(pools.setup(d));
        if (!played) return;
        is_done[d] = 1;
        result.deployments[d] = played->load;
        std::vector<std::vector<Record>> records(pools.routes(d).size());
        for (const Record& record : played->records)
            records[static_cast<std::size_t>(record.stream)].push_back(record);
        for (std::size_t s = 0; s < records.size(); ++s) {
            const std::size_t r = pools.routes(d)[s];
            result.routes[r] =
                figures(std::move(records[s]), limits_of_queries(instance.type(pools.type(r))));
        }
    });
    result.is_stopped = std::find(is_done.begin(), is_done.end(), 0) != is_done.end();
    return result;
}

}  // namespace allot
