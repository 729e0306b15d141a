#include "simulate/pool.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <queue>
#include <tuple>

namespace allot::simulation {

namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

/// Numbers of a gamma law of mean 1 (Marsaglia and Tsang, "A simple method for generating gamma variables", 2000).
double gamma_of_mean_one(Rng& rng, double cv) {
    const double shape = 1 / (cv * cv);
    const double boosted = shape < 1 ? shape + 1 : shape;
    const double d = boosted - 1.0 / 3;
    const double c = 1 / std::sqrt(9 * d);
    while (true) {
        const double x = rng.normal();
        const double v = std::pow(1 + c * x, 3);
        if (v <= 0) continue;
        if (std::log(1 - rng.uniform()) >= 0.5 * x * x + d * (1 - v + std::log(v))) continue;
        const double boost = shape < 1 ? std::pow(1 - rng.uniform(), 1 / shape) : 1;
        return d * v * boost / shape;
    }
}

/// A whole number of tokens, at least one, with the mean that is asked for.
int tokens(Rng& rng, double mean, double cv) {
    const double drawn = cv > 0 ? mean * gamma_of_mean_one(rng, cv) : mean;
    const double floor = std::floor(drawn);
    return std::max(1, static_cast<int>(floor) + (rng.chance(drawn - floor) ? 1 : 0));
}

/// Poisson arrivals of one stream.
class Source {
  public:
    Source(const Stream& stream, int index, std::uint64_t seed)
        : stream_(stream), index_(index), rng_(seed, stream.key) {
        step();
    }
    double next_s() const { return next_s_; }
    Query take() {
        Query query;
        query.arrival_s = next_s_;
        query.route = index_;
        query.input_tokens = tokens(rng_, stream_.input_tokens, stream_.input_cv);
        query.output_tokens = tokens(rng_, stream_.output_tokens, stream_.output_cv);
        step();
        return query;
    }

  private:
    void step() {
        next_s_ =
            stream_.rate_per_s > 0 ? next_s_ - std::log(1 - rng_.uniform()) / stream_.rate_per_s : kNever;
    }

    Stream stream_;
    int index_;
    Rng rng_;
    double next_s_ = 0;
};

/// A pass that ends.
struct PassEnd {
    double at_s;
    int replica;
    int lane;
    bool operator>(const PassEnd& other) const {
        return std::tie(at_s, replica, lane) > std::tie(other.at_s, other.replica, other.lane);
    }
};

class Pool {
  public:
    explicit Pool(const PoolSetup& setup)
        : setup_(setup),
          engines_(static_cast<std::size_t>(setup.replicas), Engine(setup.engine)),
          router_rng_(setup.seed, kRouterStream) {
        for (std::size_t at = 0; at < setup.streams.size(); ++at)
            sources_.emplace_back(setup.streams[at], static_cast<int>(at), setup.seed);
    }

    std::optional<PoolResult> play() {
        const double end_s = setup_.warmup_s + setup_.seconds;
        constexpr int kEventsBetweenLooks = 4096;
        for (long long events = 0;; ++events) {
            if (events % kEventsBetweenLooks == 0 && setup_.stop.stop_requested()) return std::nullopt;
            Source* source = next_source();
            const double arrival_s = source == nullptr ? kNever : source->next_s();
            const double pass_end_s = ends_.empty() ? kNever : ends_.top().at_s;
            const double now_s = std::min(arrival_s, pass_end_s);
            if (now_s >= end_s && (open_ == 0 || now_s > end_s + setup_.seconds || now_s == kNever)) break;
            observe(std::min(now_s, end_s));
            arrival_s <= pass_end_s ? arrive(*source) : end_pass();
        }
        observe(end_s);
        result_.load = mean_load();
        give_up();
        return std::move(result_);
    }

  private:
    static constexpr std::uint64_t kRouterStream = ~std::uint64_t{0};

    Source* next_source() {
        const auto first =
            std::min_element(sources_.begin(), sources_.end(),
                             [](const Source& a, const Source& b) { return a.next_s() < b.next_s(); });
        return first == sources_.end() ? nullptr : &*first;
    }

    std::size_t choose() {
        switch (setup_.router) {
            case Router::random:
                return router_rng_.index(engines_.size());
            case Router::round_robin:
                return turn_++ % engines_.size();
            case Router::shortest_queue:
                break;
        }
        const auto shortest = std::min_element(
            engines_.begin(), engines_.end(),
            [](const Engine& a, const Engine& b) { return a.num_queries() < b.num_queries(); });
        return static_cast<std::size_t>(shortest - engines_.begin());
    }

    void arrive(Source& source) {
        Query query = source.take();
        query.counts = counts(query.arrival_s);
        open_ += query.counts ? 1 : 0;
        ++present_;
        const std::size_t replica = choose();
        ++waiting_;
        const double now_s = query.arrival_s;
        const int lane = engines_[replica].add(query, now_s, [&](const Query& refused, double) {
            --waiting_;
            finish(refused, kNever);
        });
        if (lane >= 0) begin(replica, lane, now_s);
    }

    void begin(std::size_t replica, int lane, double now_s) {
        Engine& engine = engines_[replica];
        const std::size_t waiting_before = engine.num_waiting();
        const double busy_before_s = engine.busy_s();
        const double ends_s = engine.begin_pass(lane, now_s);
        if (ends_s >= 0 && counts(now_s)) {
            busy_s_ += engine.busy_s() - busy_before_s;
            ++result_.load.passes;
        }
        waiting_ += static_cast<long long>(engine.num_waiting()) - static_cast<long long>(waiting_before);
        if (ends_s >= 0) ends_.push({ends_s, static_cast<int>(replica), lane});
    }

    void end_pass() {
        const PassEnd end = ends_.top();
        ends_.pop();
        const auto replica = static_cast<std::size_t>(end.replica);
        Engine& engine = engines_[replica];
        const auto finished = [this](const Query& query, double now_s) { finish(query, now_s); };
        engine.end_pass(end.lane, end.at_s, finished);
        // The memory that came free may be what another lane waits for.
        begin(replica, end.lane, end.at_s);
        for (int lane = 0; lane < engine.num_lanes(); ++lane) {
            if (engine.num_waiting() > 0 && engine.is_idle(lane)) begin(replica, lane, end.at_s);
        }
    }

    void finish(const Query& query, double now_s) {
        --present_;
        if (!query.counts) return;
        --open_;
        const double ttft_s = query.first_token_s < 0 ? kNever : query.first_token_s - query.arrival_s;
        result_.records.push_back({query.route, query.arrival_s - setup_.warmup_s, setup_.request_s + ttft_s,
                                   setup_.request_s + now_s - query.arrival_s, query.output_tokens,
                                   query.preemptions > 0});
    }

    /// Those that are still there when the time is over.
    void give_up() {
        for (const Engine& engine : engines_)
            engine.for_each([this](const Query& query) { finish(query, kNever); });
    }

    /// Adds up what the load has been since the last event, from the time on that counts.
    void observe(double now_s) {
        const double from_s = std::max(observed_s_, setup_.warmup_s);
        if (now_s > from_s) {
            waiting_seconds_ += static_cast<double>(waiting_) * (now_s - from_s);
            running_seconds_ += static_cast<double>(present_ - waiting_) * (now_s - from_s);
        }
        observed_s_ = now_s;
    }

    bool counts(double at_s) const {
        return at_s >= setup_.warmup_s && at_s < setup_.warmup_s + setup_.seconds;
    }

    SimulatedDeployment mean_load() const {
        const double replica_seconds = setup_.replicas * setup_.seconds;
        SimulatedDeployment load = result_.load;
        load.utilisation = busy_s_ / replica_seconds;
        load.running = running_seconds_ / replica_seconds;
        load.waiting = waiting_seconds_ / replica_seconds;
        return load;
    }

    PoolSetup setup_;
    std::vector<Engine> engines_;
    std::vector<Source> sources_;
    Rng router_rng_;
    std::priority_queue<PassEnd, std::vector<PassEnd>, std::greater<>> ends_;
    std::size_t turn_ = 0;
    long long waiting_ = 0;
    long long open_ = 0;  ///< queries that count and are not answered
    double observed_s_ = 0;
    long long present_ = 0;
    double waiting_seconds_ = 0;
    double running_seconds_ = 0;
    double busy_s_ = 0;
    PoolResult result_;
};

}  // namespace

std::optional<PoolResult> play(const PoolSetup& setup) { return Pool(setup).play(); }

}  // namespace allot::simulation
