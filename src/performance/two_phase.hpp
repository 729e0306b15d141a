#pragma once

#include <span>
#include <vector>

#include "allot/instance.hpp"
#include "performance/performance_model.hpp"
#include "performance/two_phase_terms.hpp"

namespace allot {

/// Share of a pipeline's stages that work at a time, eta_m (docs/formulation.md, section 2): the rest is bubbles.
double pipeline_efficiency(int pipeline);

/// Prefill + autoregressive decode under tensor and pipeline parallelism and continuous batching (docs/performance-model.md).
/// evaluate() costs one cube root per type and per concurrency of a shape, and about 15 flops per pair (one more cube root
/// when the engine is bound by its host).
class TwoPhaseModel final : public PerformanceModel {
  public:
    explicit TwoPhaseModel(const Instance& instance);

    MisfitDetail shape_misfit(const Shape& shape) const override;
    MisfitDetail type_misfit(const Shape& shape, int i) const override;
    void evaluate(const Shape& shape, std::span<const int> concurrencies, FigureBlock& out) const override;
    PairFigures evaluate_pair(const Shape& shape, int concurrency, int i) const override;
    Evidence evidence(const Shape& shape, int concurrency, int i) const override;

  private:
    /// The types, one array per number that the pairs need.
    struct TypeColumns {
        std::vector<double> input_tokens, output_tokens, context_tokens, total_tokens, rate_per_s;
    };
    /// What the pairs of one shape share.
    struct ShapeTerms {
        ReplicaRates rates;
        double slots_per_sequence = 0;  ///< m eta_m rho: slots a replica offers per unit of concurrency
        double kv_load_per_token = 0;   ///< 1 / (tokens a replica's free memory holds); 0 when it holds none
    };
    struct Chunk;

    ShapeTerms shape_terms(const Shape& shape) const;
    void fill_prefill(const ShapeTerms& terms, Chunk& chunk) const;
    template <bool host_bound>
    void fill_row(const ShapeTerms& terms, int concurrency, const Chunk& chunk, FigureBlock& out,
                  std::size_t row) const;

    const Instance* instance_;
    TypeColumns types_;
};

}  // namespace allot
