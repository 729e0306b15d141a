#include "performance/replica_traffic.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace allot {

namespace {

/// Waits of prompts exceed those of Pollaczek and Khinchine by this factor: an iteration under way is finished first.
constexpr double kWaitFactor = 1.3;
/// Standard deviations above the mean that hold for 95 of 100: of a normal law, and of the skew law of residents.
constexpr double kNormalQuantile = 1.645;
constexpr double kSkewQuantile = 2.0;
/// 1 / (1 - 0.95).
constexpr double kTail = 20;
/// A queue is quiet so often at least that waits have no longer tail than this.
constexpr double kLeastBusyShare = 0.15;
/// Replicas for which delays are priced, whatever their number will be.
constexpr double kPricedReplicas = 4;

double square(double x) { return x * x; }

/// Bubbles: a prompt stalls its own lane whole, the others by 1 / m.
double bubbles(int pipeline) { return (2.0 * pipeline - 1) / pipeline; }

/// TypeTerms::compute_s.
double compute_s(const ReplicaRates& rates, double tokens) {
    const double per_token =
        rates.kernel_derate * rates.gemm_s_per_token + rates.activation_s_per_token + rates.hops_s_per_token;
    return (per_token + rates.prefill_attention_s * tokens) * tokens;
}

}  // namespace

ReplicaTraffic::ReplicaTraffic(const Shape& shape, std::span<const TrafficType> types) : shape_(shape) {
    const ReplicaRates& rates = shape.rates;
    least_step_s_ = decode_s(rates, 0, 1);
    read_s_per_token_ = decode_s(rates, 1, 1) - least_step_s_;
    double longest_tokens = 0;
    least_context_tokens_ = mean_context(types.front().input_tokens, types.front().output_tokens);
    for (const TrafficType& type : types) {
        const double h = type.input_tokens;
        types_.push_back({type, prefill_s(rates, h),
                          prefill_s(rates, h * (1 + kNormalQuantile * type.input_cv)), compute_s(rates, h)});
        least_context_tokens_ = std::min(least_context_tokens_, mean_context(h, type.output_tokens));
        longest_tokens = std::max(longest_tokens, h * (1 + 2 * type.input_cv));
    }
    whole_chunk_s_ = prefill_s(rates, std::min(kTokensPerStep, longest_tokens));
}

ReplicaTraffic::Level ReplicaTraffic::at(OperatingPoint point) const { return {*this, point}; }

ReplicaTraffic::Level::Level(const ReplicaTraffic& shape, OperatingPoint point)
    : shape_(&shape), point_(point) {
    set_chord();
    const double share = 1 - fixed_s_ / point.step_s;
    for (const TypeTerms& terms : shape.types_) {
        const double h = terms.type.input_tokens;
        TypeFigures figures;
        figures.resident_s =
            sequence_s_ + mean_context(h, terms.type.output_tokens) * shape.read_s_per_token_;
        figures.prompt_work_s = (1 - share) * (terms.prefill_s - fixed_s_) + share * terms.compute_s;
        figures.chunked_prefill_s = terms.prefill_s + (point.step_s - fixed_s_) / 2 * h / kTokensPerStep;
        types_.push_back(figures);
    }
    set_stall();
    std::vector<std::size_t> all(types_.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    mean_resident_s_ = mean_resident_s(all);
}

/// The largest batch per stage whose step the level allows, real-valued, at least 2 so that the line through it has a slope.
double ReplicaTraffic::Level::most_sequences() const {
    double low = 2;
    double high = kMaxNumSeqs / shape_->shape_.pipeline;
    const auto fits = [&](double b) {
        return decode_s(shape_->shape_.rates, shape_->least_context_tokens_, b) <= point_.step_s;
    };
    if (fits(high)) return high;
    for (int halving = 0; halving < 50; ++halving) {
        const double middle = (low + high) / 2;
        (fits(middle) ? low : high) = middle;
    }
    return low;
}

/// alpha and sigma: the step as a line in the sequences, up to as many as the level allows.
void ReplicaTraffic::Level::set_chord() {
    const ReplicaRates& rates = shape_->shape_.rates;
    const double low = most_sequences();
    const double first_s = shape_->least_step_s_;
    sequence_s_ = (decode_s(rates, 0, low) - first_s) / (low - 1);
    fixed_s_ = first_s - sequence_s_;
    if (rates.experts > 0) {
        for (int b = 2; b <= static_cast<int>(low); ++b) {
            fixed_s_ = std::max(fixed_s_, decode_s(rates, 0, b) - sequence_s_ * b);
        }
    }
}

void ReplicaTraffic::Level::set_stall() {
    double work = 0;
    double squares = 0;
    for (std::size_t i = 0; i < types_.size(); ++i) {
        const TrafficType& type = shape_->types_[i].type;
        const double each_s = types_[i].chunked_prefill_s;
        work += type.rate_per_s * each_s;
        squares += type.rate_per_s * square(each_s) * (1 + square(type.input_cv));
    }
    const double residual_s = work > 0 ? squares / work : 0;
    busy_share_ = 2 * point_.wait_s / (2 * point_.wait_s + kWaitFactor * residual_s);
    stall_s_ = bubbles(shape_->shape_.pipeline) * 2 * point_.wait_s / kWaitFactor / (1 - busy_share_);
}

double ReplicaTraffic::Level::mean_resident_s(std::span<const std::size_t> types) const {
    double work_s = 0;
    double squares = 0;
    for (const std::size_t i : types) {
        const TrafficType& type = shape_->types_[i].type;
        const double tokens = type.rate_per_s * (type.output_tokens - 1);
        work_s += tokens * types_[i].resident_s;
        squares += tokens * square(types_[i].resident_s);
    }
    return work_s > 0 ? squares / work_s : 0;
}

double ReplicaTraffic::Level::load_limit(double replicas, double resident_s, double arrival_cv2) const {
    const double tau = point_.step_s;
    const double room_s = tau - fixed_s_ - resident_s;
    if (room_s <= 0) return 0;
    const double q = kSkewQuantile * std::sqrt(arrival_cv2 * resident_s * (fixed_s_ + resident_s) / replicas);
    return square((std::sqrt(q * q + 4 * tau * room_s) - q) / (2 * tau));
}

Promise ReplicaTraffic::Level::promise(std::size_t i) const {
    const TypeTerms& terms = shape_->types_[i];
    const TrafficType& type = terms.type;
    const double tau = point_.step_s;
    const double carried_s = tau - fixed_s_;
    const auto own_s = [&](double prefill, double tokens) {
        return prefill + carried_s * std::max(1.0, tokens / kTokensPerStep);
    };
    const double own = own_s(terms.prefill_s, type.input_tokens);
    const double long_own =
        own_s(terms.long_prefill_s, type.input_tokens * (1 + kNormalQuantile * type.input_cv));
    const double busy = std::max(busy_share_, kLeastBusyShare);
    const double long_wait_s = point_.wait_s / busy * std::log(kTail * busy);
    Promise promise;
    promise.mean_ttft_s = shape_->shape_.request_s + own + point_.wait_s + tau / 2;
    promise.ttft_s = shape_->shape_.request_s + own + std::hypot(long_wait_s + tau, long_own - own);
    const double steps = type.output_tokens - 1;
    if (steps > 0) {
        const double spread_steps = steps / (1 + type.output_cv);
        const double stalled_s =
            tau + stall_s_ / (2 * spread_steps) + kSkewQuantile * std::sqrt(stall_s_ * tau / spread_steps);
        promise.tpot_s = std::max(tau, std::min(stalled_s, shape_->whole_chunk_s_ + carried_s));
    }
    const double mean_step_s =
        (fixed_s_ + mean_resident_s_) / (1 - load_limit(kPricedReplicas, mean_resident_s_));
    promise.mean_delay_s = promise.mean_ttft_s + steps * mean_step_s;
    promise.delay_s = promise.mean_ttft_s + steps * tau +
                      std::hypot(promise.ttft_s - promise.mean_ttft_s, steps * (promise.tpot_s - tau));
    return promise;
}

TrafficLoad ReplicaTraffic::Level::load(std::size_t i) const {
    const TrafficType& type = shape_->types_[i].type;
    const TypeFigures& figures = types_[i];
    const double steps = type.output_tokens - 1;
    const double stages = shape_->shape_.pipeline;
    const double prefill = figures.chunked_prefill_s;
    const double in_memory_s = promise(i).mean_ttft_s - shape_->shape_.request_s + steps * point_.step_s;
    const double tokens = type.input_tokens + type.output_tokens;
    TrafficLoad load;
    load.steps = type.rate_per_s *
                 (bubbles(shape_->shape_.pipeline) * figures.prompt_work_s + steps * figures.resident_s) /
                 stages;
    load.prompts = type.rate_per_s * prefill / stages *
                   (1 + kWaitFactor * prefill * (1 + square(type.input_cv)) / (2 * point_.wait_s));
    load.memory =
        type.rate_per_s * in_memory_s * std::max(1 / kMaxNumSeqs, shape_->shape_.kv_share_per_token * tokens);
    return load;
}

}  // namespace allot
