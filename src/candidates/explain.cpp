#include "allot/explain.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <memory>
#include <utility>

#include "candidates/admission.hpp"
#include "candidates/candidate_table.hpp"
#include "performance/accuracy.hpp"
#include "performance/performance_model.hpp"
#include "performance/uncertainty.hpp"
#include "util/parallel.hpp"
#include "util/suggest.hpp"

namespace allot {
namespace {

struct MisfitName {
    const char* reason;
    const char* unit;
};

MisfitName name_of(Misfit misfit) {
    switch (misfit) {
        case Misfit::none:
            break;
        case Misfit::tensor_exceeds_node:
            return {"tensor_exceeds_node", "GPUs"};
        case Misfit::no_allreduce_figure:
            return {"no_allreduce_figure", "GPUs"};
        case Misfit::heads_not_divisible:
            return {"heads_not_divisible", "heads"};
        case Misfit::weights_exceed_memory:
            return {"weights_exceed_memory", "GB"};
        case Misfit::kv_exceeds_memory:
            return {"kv_exceeds_memory", "GB"};
        case Misfit::context_too_long:
            return {"context_too_long", "tokens"};
        case Misfit::layers_below_stages:
            return {"layers_below_stages", "stages"};
        case Misfit::not_tabulated:
            return {"not_tabulated", ""};
    }
    return {"", ""};
}

/// How far a figure is beyond what is available, as a factor; without numbers nothing is nearer than anything else.
double miss_factor(double needed, double available) {
    return available > 0 ? needed / available : std::numeric_limits<double>::infinity();
}

/// Walks through all configurations for one query type.
class TypeExplainer {
  public:
    TypeExplainer(const Instance& instance, const PerformanceModel& performance, const Admission& admission,
                  int i)
        : instance_(instance), performance_(performance), admission_(admission), i_(i) {
        result_.query_type = instance.type(i).name;
    }

    TypeExplanation explain() {
        for (int j = 0; j < instance_.num_models(); ++j) {
            for (int k = 0; k < instance_.num_tiers(); ++k) see_group(j, k);
        }
        for (auto& [key, group] : groups_) result_.rejections.push_back(std::move(group.group));
        std::stable_sort(result_.rejections.begin(), result_.rejections.end(),
                         [](const RejectionGroup& a, const RejectionGroup& b) { return a.count > b.count; });
        judge_error();
        return std::move(result_);
    }

  private:
    /// A group with how far its nearest configuration misses.
    struct Collected {
        RejectionGroup group;
        double factor = std::numeric_limits<double>::infinity();
    };

    void see_group(int j, int k) {
        const Rejection rejection = admission_.group_rejection(i_, j, k);
        worst_delay_factor_ = 1 + delay_deviation(instance_, j, k).worst();
        for (const int n : instance_->parallelism.tensor) {
            for (const int m : instance_->parallelism.pipeline) see_shape({j, k, n, m}, rejection);
        }
    }

    void see_shape(const Shape& shape, Rejection rejection) {
        MisfitDetail misfit = performance_.shape_misfit(shape);
        if (misfit.misfit == Misfit::none) misfit = performance_.type_misfit(shape, i_);
        for (const int b : instance_->parallelism.concurrency) {
            const Configuration c{shape, b};
            ++result_.configurations;
            if (rejection != Rejection::none) {
                reject(c, to_string(rejection), "", 0, 0);
            } else if (misfit.misfit != Misfit::none) {
                const MisfitName name = name_of(misfit.misfit);
                reject(c, name.reason, name.unit, misfit.needed, misfit.available);
            } else {
                see_figures(c);
            }
        }
    }

    void see_figures(const Configuration& c) {
        const PairFigures pair = performance_.evaluate_pair(c.shape, c.concurrency, i_);
        const double delay_s = pair.delay_s * worst_delay_factor_;
        const Rejection reason =
            admission_.figure_rejection(i_, pair.ttft_s, pair.tpot_s, pair.delay_s, worst_delay_factor_);
        if (reason == Rejection::none) return admit(c, delay_s);
        std::vector<RequiredLimit> raise;
        const auto check = [&](const char* name, double value, double limit) {
            if (value <= limit) return;
            raise.push_back({"query_types." + result_.query_type + ".slo." + name, limit, value});
        };
        check("ttft_s", pair.ttft_s, admission_.ttft_limit_s(i_));
        check("tpot_s", pair.tpot_s, admission_.tpot_limit_s(i_));
        check("delay_s", delay_s, admission_.delay_limit_s(i_));
        double factor = 0;
        for (const RequiredLimit& limit : raise)
            factor = std::max(factor, miss_factor(limit.at_least, limit.limit));
        Collected& collected = count(to_string(reason));
        if (collected.group.count > 1 && factor >= collected.factor) return;
        collected.factor = factor;
        set_nearest(collected.group, c, "s", raise.front().at_least, raise.front().limit);
        collected.group.evidence = performance_.evidence(c.shape, c.concurrency, i_);
        collected.group.raise = std::move(raise);
    }

    void admit(const Configuration& c, double delay_s) {
        ++result_.admissible;
        const Tier& tier = instance_.tier(c.shape.tier);
        const double usd_per_hour = tier.price_usd_per_gpu_hour * c.shape.tensor * c.shape.pipeline;
        const auto error = error_rate(instance_, i_, c.shape.model, c.shape.tier);
        if (error && (!result_.least_error || *error < *result_.least_error)) result_.least_error = error;
        const auto offer = std::pair(usd_per_hour, delay_s);
        if (result_.cheapest && offer >= std::pair(result_.usd_per_hour, result_.delay_s)) return;
        result_.cheapest = named(c);
        std::tie(result_.usd_per_hour, result_.delay_s) = offer;
        result_.delay_evidence = performance_.evidence(c.shape, c.concurrency, i_);
    }

    void reject(const Configuration& c, const char* reason, const char* unit, double needed,
                double available) {
        Collected& collected = count(reason);
        const double factor = miss_factor(needed, available);
        if (collected.group.count > 1 && factor >= collected.factor) return;
        collected.factor = factor;
        set_nearest(collected.group, c, unit, needed, available);
    }

    Collected& count(const char* reason) {
        Collected& collected = groups_[reason];
        collected.group.reason = reason;
        ++collected.group.count;
        return collected;
    }

    void set_nearest(RejectionGroup& group, const Configuration& c, const char* unit, double needed,
                     double available) const {
        group.nearest = named(c);
        group.unit = unit;
        group.needed = needed;
        group.available = available;
    }

    ConfigurationName named(const Configuration& c) const {
        return {instance_.model(c.shape.model).id, instance_.tier(c.shape.tier).id, c.shape.tensor,
                c.shape.pipeline, c.concurrency};
    }

    void judge_error() {
        const std::optional<double> limit = instance_.type(i_).slo.error;
        if (!limit || !result_.least_error || *result_.least_error <= *limit) return;
        result_.raise_error = {"query_types." + result_.query_type + ".slo.error", *limit,
                               *result_.least_error};
    }

    const Instance& instance_;
    const PerformanceModel& performance_;
    const Admission& admission_;
    int i_;
    double worst_delay_factor_ = 1;
    TypeExplanation result_;
    std::map<std::string, Collected> groups_;
};

int find_type(const Instance& instance, const std::string& name) {
    std::vector<std::string> names;
    for (const QueryType& type : instance->query_types) names.push_back(type.name);
    const auto found = std::find(names.begin(), names.end(), name);
    if (found != names.end()) return static_cast<int>(found - names.begin());
    Problem problem;
    problem.field = "query type";
    problem.value = name;
    problem.expected = "a query type of the instance" + did_you_mean(name, names);
    throw InputError({problem});
}

}  // namespace

std::vector<TypeExplanation> explain(const Instance& instance, const std::optional<std::string>& query_type) {
    const auto performance = make_performance_model(instance);
    const Admission admission(instance);
    const int first = query_type ? find_type(instance, *query_type) : 0;
    const int count = query_type ? 1 : instance.num_types();
    std::vector<TypeExplanation> explanations(static_cast<std::size_t>(count));
    parallel_for(0, explanations.size(), 1, [&](std::size_t at) {
        const int i = first + static_cast<int>(at);
        explanations[at] = TypeExplainer(instance, *performance, admission, i).explain();
    });
    return explanations;
}

}  // namespace allot
