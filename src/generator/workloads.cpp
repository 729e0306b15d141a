#include "generator/workloads.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "util/rng.hpp"
#include "util/rounding.hpp"

namespace allot {

namespace {

constexpr std::uint64_t kTypeStream = 3;

struct Workload {
    const char* name;
    double input_tokens;
    double output_tokens;
    double rate_per_hour;
    double delay_slo_s;
    double base_error;  // of a model of capacity 1, at 16 bit
    double error_slo;
    double unmet_usd_per_query;
    double delay_usd_per_query_s;
};

// Rates, penalties and error limits are such that plans look like those of the paper family in the literature: a few deployments,
// most types split between a cheap inaccurate and a dear accurate one, nothing unserved, delay about 1 % of the cost without
// batching and a quarter with it.
constexpr std::array<Workload, 6> kWorkloads{{
    {"summarization", 1536, 256, 15000, 14, 0.17, 0.050, 0.10, 3.0e-6},
    {"code_generation", 768, 512, 14000, 25, 0.22, 0.040, 0.30, 3.0e-6},
    {"translation", 256, 256, 16000, 10, 0.16, 0.050, 0.05, 3.0e-6},
    {"math", 192, 448, 11000, 22, 0.24, 0.030, 0.20, 3.0e-6},
    {"chat", 512, 320, 18000, 16, 0.20, 0.060, 0.10, 4.0e-6},
    {"question_answering", 768, 32, 20000, 1.7, 0.18, 0.070, 0.05, 6.0e-6},
}};

/// A factor around 1 that is as often below as above, between 1 / most and most.
double factor(Rng& rng, double most) {
    const double above = rng.uniform(1.0, most);
    return rng.chance(0.5) ? above : 1.0 / above;
}

double precision_error_factor(const std::string& precision) {
    if (precision == "int8") {
        return 1.15;
    }
    return precision == "int4" ? 1.35 : 1.0;
}

std::map<std::string, GivenError> make_errors(double base_error, const std::vector<RatedModel>& models,
                                              const std::vector<Tier>& tiers) {
    constexpr double kMostErrors = 0.95;
    std::map<std::string, GivenError> errors;
    for (const RatedModel& rated : models) {
        GivenError& error = errors[rated.model.id];
        for (const Tier& tier : tiers) {
            const double value = base_error / rated.capacity * precision_error_factor(tier.precision);
            error.by_precision[tier.precision] = round_significant(std::min(value, kMostErrors), 4);
        }
    }
    return errors;
}

double least_error(const std::map<std::string, GivenError>& errors) {
    double least = 1;
    for (const auto& [model, error] : errors) {
        for (const auto& [precision, value] : error.by_precision) {
            least = std::min(least, value);
        }
    }
    return least;
}

}  // namespace

QueryType make_query_type(int index, std::uint64_t seed, const std::vector<RatedModel>& models,
                          const std::vector<Tier>& tiers) {
    const auto number = static_cast<std::size_t>(index);
    const std::size_t generation = number / kWorkloads.size() + 1;
    const Workload& base = kWorkloads[number % kWorkloads.size()];
    const bool is_variant = generation > 1;
    Rng rng(seed, kTypeStream, number);

    QueryType type;
    type.name = is_variant ? std::string(base.name) + "-" + std::to_string(generation) : base.name;
    type.rate_per_hour = round_significant(base.rate_per_hour * factor(rng, is_variant ? 3.0 : 1.5), 3);
    type.rate_per_hour = std::clamp(type.rate_per_hour, 1000.0, 25000.0);
    type.input_tokens = round_significant(base.input_tokens * factor(rng, is_variant ? 2.0 : 1.2), 3);
    const double length = factor(rng, is_variant ? 1.6 : 1.2);
    type.output_tokens = round_significant(base.output_tokens * length, 3);
    // A longer answer is given more time, so that variants are as hard as what they vary.
    const double patience = std::max(length, 1.0) * rng.uniform(0.9, 1.3);
    type.slo.delay_s = std::clamp(round_significant(base.delay_slo_s * patience, 3), 1.5, 25.0);
    type.error = make_errors(base.base_error * factor(rng, 1.15), models, tiers);
    const double wanted = std::clamp(base.error_slo * factor(rng, is_variant ? 1.5 : 1.2), 0.02, 0.08);
    type.slo.error = round_significant(std::max(wanted, 1.15 * least_error(type.error)), 3);
    type.max_unmet = 0.05;
    type.unmet_usd_per_query = base.unmet_usd_per_query;
    type.delay_usd_per_query_s = base.delay_usd_per_query_s;
    type.token_bytes = 2;
    return type;
}

}  // namespace allot
