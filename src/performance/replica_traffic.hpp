#pragma once

#include <span>
#include <vector>

#include "performance/two_phase_terms.hpp"

namespace allot {

/// A query type as a replica under traffic sees it.
struct TrafficType {
    double input_tokens = 0;   ///< mean, h
    double output_tokens = 0;  ///< mean, f
    double rate_per_s = 0;     ///< of all its queries, lambda
    double input_cv = 0;       ///< standard deviation of the lengths over their mean
    double output_cv = 0;
};

/// The level at which a replica of a shape is run.
struct OperatingPoint {
    double step_s = 0;  ///< tau: step time per token, stalls by prompts included, that is rarely exceeded
    double wait_s = 0;  ///< W: mean wait of a prompt before it is computed
};

/// What is promised to a type on a route, for the share of its queries that the quantile says.
struct Promise {
    double mean_ttft_s = 0;
    double mean_delay_s = 0;
    double ttft_s = 0;
    double tpot_s = 0;  ///< 0 for answers of one token, which have none
    double delay_s = 0;
};

/// What all of a type's queries take of the three rows of a configuration, in replicas.
struct TrafficLoad {
    double steps = 0;    ///< of r y*(tau, r)
    double prompts = 0;  ///< of r
    double memory = 0;   ///< of r kMemoryShare
};

/// Sequences that an engine runs at once, and the tokens of one of its iterations: settings of the engine.
inline constexpr double kMaxNumSeqs = 256;
inline constexpr double kTokensPerStep = 2048;
/// Of the memory for KV caches: beyond it engines preempt sequences and fall behind.
inline constexpr double kMemoryShare = 0.9;

/// The replica under traffic: one step for all running sequences, prompts that stall it, and random arrivals
/// (docs/formulation.md, section 2). What the levels of a shape share is computed once.
class ReplicaTraffic {
  public:
    struct Shape {
        ReplicaRates rates;
        int pipeline = 1;
        double kv_share_per_token = 0;  ///< of the KV memory of a replica
        double request_s = 0;           ///< overhead of a request outside the steps
    };

    /// `types`: those that fit the shape, at least one.
    ReplicaTraffic(const Shape& shape, std::span<const TrafficType> types);

    /// Step of one sequence without context: no level is faster.
    double least_step_s() const { return least_step_s_; }

    /// All figures at one level, whose step must exceed least_step_s().
    class Level;
    Level at(OperatingPoint point) const;

  private:
    /// What a type brings to every level.
    struct TypeTerms {
        TrafficType type;
        double prefill_s = 0;       ///< T
        double long_prefill_s = 0;  ///< T of a long prompt of the type
        double compute_s = 0;       ///< c: what of T grows with the tokens
    };

    Shape shape_;
    std::vector<TypeTerms> types_;
    double least_step_s_ = 0;
    double read_s_per_token_ = 0;      ///< of context, by each sequence
    double least_context_tokens_ = 0;  ///< least mean context of the types
    double whole_chunk_s_ = 0;         ///< prefill of the longest chunk that meets a decode step
};

/// Figures of one level. Index: the type's position in the list that the shape was given.
class ReplicaTraffic::Level {
  public:
    double fixed_s() const { return fixed_s_; }                                    ///< alpha
    double sequence_s() const { return sequence_s_; }                              ///< sigma
    double resident_s(std::size_t i) const { return types_[i].resident_s; }        ///< beta
    double prompt_work_s(std::size_t i) const { return types_[i].prompt_work_s; }  ///< w

    Promise promise(std::size_t i) const;
    TrafficLoad load(std::size_t i) const;

    /// y*(tau, r): the share of its capacity to which each of r replicas may be loaded by steps so that the level holds.
    /// `resident_s`: mean_resident_s of the types that it serves.
    double load_limit(double replicas, double resident_s, double arrival_cv2 = 1) const;

    /// beta of a mix of types, weighted by the work that they bring.
    double mean_resident_s(std::span<const std::size_t> types) const;

  private:
    friend class ReplicaTraffic;
    struct TypeFigures {
        double resident_s = 0;
        double prompt_work_s = 0;
        double chunked_prefill_s = 0;  ///< T'
    };
    Level(const ReplicaTraffic& shape, OperatingPoint point);
    double most_sequences() const;
    void set_chord();
    void set_stall();

    const ReplicaTraffic* shape_;
    OperatingPoint point_;
    std::vector<TypeFigures> types_;
    double fixed_s_ = 0;
    double sequence_s_ = 0;
    double busy_share_ = 0;  ///< rho of the prompts' queue
    double stall_s_ = 0;     ///< J
    double mean_resident_s_ = 0;
};

}  // namespace allot
