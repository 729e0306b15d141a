#include "allot/validation.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <utility>

#include "allot/error.hpp"
#include "performance/two_phase_terms.hpp"
#include "performance/units.hpp"

namespace allot {

namespace {

/// In a closed loop the prompts of the other slots are in the way: each adds this share of a prefill to the first token.
constexpr double kPromptQueueing = 0.05;

/// Predicted times in milliseconds; none where the kind does not define one.
struct Prediction {
    std::optional<double> prompt_ms;
    std::optional<double> token_ms;
    std::optional<double> e2e_ms;
};

/// Catalogue entries a measurement refers to, the tier with the measurement's KV precision.
struct System {
    Model model;
    Tier tier;
    EngineProfile engine;
};

template <typename Entry>
const Entry* find_entry(const std::vector<Entry>& entries, const std::string& id) {
    const auto found =
        std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) { return entry.id == id; });
    return found == entries.end() ? nullptr : &*found;
}

/// The profile fitted to a framework: "vllm/0.12.0" ran with graph-vllm, "eager-2023" with the profile of its GPU family.
std::string profile_id(const Measurement& row) {
    constexpr const char* kEager = "eager-2023";
    if (row.engine == kEager) {
        return row.engine + "-" + row.gpu.substr(0, row.gpu.find('-'));
    }
    return "graph-" + row.engine.substr(0, row.engine.find_first_of("/-"));
}

/// Looks up what a row refers to and collects what is wrong with it.
class RowReader {
  public:
    RowReader(const Catalog& catalog, const std::string& file) : catalog_(catalog), file_(file) {}

    std::optional<System> resolve(const Measurement& row) {
        const std::size_t num_before = problems_.size();
        const Model* model = find_entry(catalog_.models, row.model);
        const Tier* tier = find_entry(catalog_.tiers, row.gpu + "/" + row.precision);
        const EngineProfile* engine = find_entry(catalog_.engines, row.engine);
        engine = engine != nullptr ? engine : find_entry(catalog_.engines, profile_id(row));
        if (model == nullptr) {
            report(row, "model", row.model, "a model of the catalogue");
        }
        if (tier == nullptr) {
            report(row, "precision", row.gpu + "/" + row.precision, "a tier of the catalogue");
        } else if (row.tensor > 1 && !tier->allreduce.contains(row.tensor)) {
            report(row, "tp", std::to_string(row.tensor),
                   "a tensor-parallel degree with an all-reduce figure");
        }
        if (engine == nullptr) {
            report(row, "engine", row.engine,
                   "an engine of the catalogue, or a framework it has a profile for");
        }
        check_times(row);
        if (problems_.size() > num_before) {
            return std::nullopt;
        }
        System system{*model, *tier, *engine};
        system.tier.kv_bytes = row.kv_bytes;
        return system;
    }

    const std::vector<Problem>& problems() const { return problems_; }

  private:
    void check_times(const Measurement& row) {
        if (row.kind == MeasurementKind::per_layer && row.e2e_ms) {
            report(row, "e2e_ms", "a time", "empty: a layer has no end-to-end time");
        }
        if (row.kind != MeasurementKind::per_layer && row.output_tokens <= 0) {
            report(row, "output_tokens", "0", "at least 1");
        }
    }

    void report(const Measurement& row, const char* field, const std::string& value, const char* expected) {
        problems_.push_back({file_, row.line, 0, field, value, expected});
    }

    const Catalog& catalog_;
    const std::string& file_;
    std::vector<Problem> problems_;
};

ReplicaRates rates_of(const Measurement& row, const System& system) {
    return replica_rates(system.model, system.tier, system.engine, row.tensor, row.pipeline);
}

Prediction predict_static_batch(const Measurement& row, const System& system) {
    const ReplicaRates rates = rates_of(row, system);
    const double t_pre_s = prefill_s(rates, row.prompt_tokens, row.batch);
    const double t_dec_s = decode_s(rates, mean_context(row.prompt_tokens, row.output_tokens), row.batch);
    return {t_pre_s / kMilli, t_dec_s / kMilli, (t_pre_s + row.output_tokens * t_dec_s) / kMilli};
}

Prediction predict_closed_loop(const Measurement& row, const System& system) {
    const ReplicaRates rates = rates_of(row, system);
    const double b = row.batch;
    const double f = row.output_tokens;
    const double t_pre_s = prefill_s(rates, row.prompt_tokens);
    const double first_ms = system.engine.request_ms + t_pre_s * (1 + kPromptQueueing * (b - 1)) / kMilli;
    const double interference_s = system.engine.prefill_interference * b / f * t_pre_s;
    const double tpot_ms = (decode_s(rates, mean_context(row.prompt_tokens, f), b) + interference_s) / kMilli;
    return {first_ms, tpot_ms, first_ms + f * tpot_ms};
}

/// Without the head. A prompt row gives the tokens of a pass over several prompts whose lengths are not recorded, so the
/// attention of a prompt, which is quadratic in its length, is left out.
Prediction predict_layer(const Measurement& row, System system) {
    system.model.params_head = 0;
    ReplicaRates rates = rates_of(row, system);
    rates.prefill_attention_s = 0;
    rates.sequence_s = 0;
    const double per_layer_ms = 1 / (system.model.layers * kMilli);
    return {prefill_s(rates, row.prompt_tokens) * per_layer_ms,
            decode_s(rates, row.prompt_tokens, row.batch) * per_layer_ms, std::nullopt};
}

Prediction predict(const Measurement& row, const System& system) {
    switch (row.kind) {
        case MeasurementKind::static_batch:
            return predict_static_batch(row, system);
        case MeasurementKind::closed_loop:
            return predict_closed_loop(row, system);
        case MeasurementKind::per_layer:
            break;
    }
    return predict_layer(row, system);
}

/// Relative errors by source, kind and metric.
class ScoreSheet {
  public:
    void add(const Measurement& row, const Prediction& predicted) {
        const std::size_t rank = rank_.try_emplace({row.source, row.kind}, rank_.size()).first->second;
        const auto note = [&](Metric metric, std::optional<double> measured, std::optional<double> expected) {
            if (measured && expected) {
                Cell& cell = cells_[{rank, metric}];
                cell.score = {row.source, row.kind, metric};
                cell.errors.push_back(std::abs(*expected / *measured - 1));
            }
        };
        note(Metric::tpot, row.token_ms, predicted.token_ms);
        note(Metric::prefill, row.prompt_ms, predicted.prompt_ms);
        note(Metric::end_to_end, row.e2e_ms, predicted.e2e_ms);
    }

    std::vector<MetricScore> scores() const {
        std::vector<MetricScore> result;
        for (const auto& [key, cell] : cells_) {
            result.push_back(summarise(cell));
        }
        return result;
    }

  private:
    struct Cell {
        MetricScore score;
        std::vector<double> errors;
    };

    static MetricScore summarise(const Cell& cell) {
        std::vector<double> errors = cell.errors;
        std::sort(errors.begin(), errors.end());
        MetricScore score = cell.score;
        score.n = static_cast<int>(errors.size());
        for (const double error : errors) {
            score.mape += error / score.n;
        }
        // Nearest rank: ceil(0.95 n), in whole numbers.
        score.p95 = errors[(errors.size() * 95 + 99) / 100 - 1];
        return score;
    }

    std::map<std::pair<std::string, MeasurementKind>, std::size_t> rank_;
    std::map<std::pair<std::size_t, Metric>, Cell> cells_;
};

}  // namespace

const char* to_string(Metric metric) {
    switch (metric) {
        case Metric::tpot:
            return "tpot";
        case Metric::prefill:
            return "prefill";
        case Metric::end_to_end:
            break;
    }
    return "e2e";
}

ValidationReport validate_performance(std::span<const Measurement> rows, const Catalog& catalog,
                                      const std::string& file) {
    RowReader reader(catalog, file);
    ScoreSheet sheet;
    for (const Measurement& row : rows) {
        if (const std::optional<System> system = reader.resolve(row)) {
            sheet.add(row, predict(row, *system));
        }
    }
    if (!reader.problems().empty()) {
        throw InputError(reader.problems());
    }
    return {static_cast<int>(rows.size()), sheet.scores()};
}

}  // namespace allot
