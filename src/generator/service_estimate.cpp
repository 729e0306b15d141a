#include "generator/service_estimate.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <vector>

#include "performance/accuracy.hpp"
#include "performance/performance_model.hpp"
#include "performance/two_phase_terms.hpp"

namespace allot {

namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

/// All of a type on one (model, tier), in the configuration that rents least.
struct Offer {
    int model = 0;
    int tier = 0;
    double usd_per_hour = kNever;
    double gpus = 0;
    double replica_usd_per_hour = 0;
    double excess_error = 0;  // over the type's limit
};

/// Two offers and the share of the first; the second is none when one is enough.
struct Mixture {
    const Offer* first = nullptr;
    const Offer* second = nullptr;
    double share = 1;
    double usd_per_hour = kNever;
};

bool keeps_limits(const Slo& slo, const FigureBlock& block, std::size_t at) {
    return block.delay_s[at] <= slo.delay_s.value_or(kNever) &&
           block.ttft_s[at] <= slo.ttft_s.value_or(kNever) && block.tpot_s[at] <= slo.tpot_s.value_or(kNever);
}

class OfferBook {
  public:
    explicit OfferBook(const Instance& instance)
        : instance_(instance),
          performance_(make_performance_model(instance)),
          offers_(static_cast<std::size_t>(instance.num_types())) {}

    /// The offers of one (model, tier) to every type.
    void collect(int j, int k) {
        std::vector<Offer> best(offers_.size(), Offer{.model = j, .tier = k});
        for (const int tensor : instance_->parallelism.tensor) {
            for (const int pipeline : instance_->parallelism.pipeline) {
                const Shape shape{j, k, tensor, pipeline};
                if (performance_->shape_misfit(shape).misfit == Misfit::none) {
                    improve(shape, best);
                }
            }
        }
        for (int i = 0; i < instance_.num_types(); ++i) {
            add(i, best[static_cast<std::size_t>(i)]);
        }
    }

    const std::vector<Offer>& of_type(int i) const { return offers_[static_cast<std::size_t>(i)]; }

  private:
    void improve(const Shape& shape, std::vector<Offer>& best) {
        const std::vector<int>& concurrencies = instance_->parallelism.concurrency;
        performance_->evaluate(shape, concurrencies, block_);
        const int gpus = shape.tensor * shape.pipeline;
        const double replica_usd = gpus * instance_.tier(shape.tier).price_usd_per_gpu_hour;
        for (std::size_t i = 0; i < best.size(); ++i) {
            const int type = static_cast<int>(i);
            if (!instance_.is_model_allowed(type, shape.model) ||
                performance_->type_misfit(shape, type).misfit != Misfit::none) {
                continue;
            }
            for (std::size_t b = 0; b < concurrencies.size(); ++b) {
                const std::size_t at = b * best.size() + i;
                const double load = std::max(block_.slot_load[at], block_.kv_load[at]);
                if (load * replica_usd < best[i].usd_per_hour &&
                    keeps_limits(instance_.type(type).slo, block_, at)) {
                    best[i].usd_per_hour = load * replica_usd;
                    best[i].gpus = load * gpus;
                    best[i].replica_usd_per_hour = replica_usd;
                }
            }
        }
    }

    void add(int i, Offer offer) {
        const std::optional<double> limit = instance_.type(i).slo.error;
        const std::optional<double> error = error_rate(instance_, i, offer.model, offer.tier);
        if (offer.usd_per_hour < kNever && (error || !limit)) {
            offer.excess_error = limit ? *error - *limit : 0;
            offers_[static_cast<std::size_t>(i)].push_back(offer);
        }
    }

    const Instance& instance_;
    std::unique_ptr<PerformanceModel> performance_;
    FigureBlock block_;
    std::vector<std::vector<Offer>> offers_;
};

Mixture cheapest_mixture(const std::vector<Offer>& offers) {
    Mixture best;
    for (const Offer& good : offers) {
        if (good.excess_error > 0) {
            continue;
        }
        if (good.usd_per_hour < best.usd_per_hour) {
            best = {&good, nullptr, 1, good.usd_per_hour};
        }
        for (const Offer& bad : offers) {
            if (bad.excess_error <= 0 || bad.usd_per_hour >= good.usd_per_hour) {
                continue;
            }
            const double share = bad.excess_error / (bad.excess_error - good.excess_error);
            const double usd = share * good.usd_per_hour + (1 - share) * bad.usd_per_hour;
            if (usd < best.usd_per_hour) {
                best = {&good, &bad, share, usd};
            }
        }
    }
    return best;
}

/// Adds up mixtures; what is deployed once for several types counts once.
class Total {
  public:
    explicit Total(const Instance& instance) : instance_(instance) {}

    void add(const Mixture& mixture) {
        add(*mixture.first, mixture.share);
        if (mixture.second != nullptr) {
            add(*mixture.second, 1 - mixture.share);
        }
    }

    ServiceEstimate result() const {
        ServiceEstimate sum = sum_;
        for (const auto& [model, usd] : replica_usd_) {
            sum.whole_replica_usd_per_hour += usd;
        }
        for (const auto& [artifact, gb] : stored_gb_) {
            sum.stored_gb += gb;
        }
        return sum;
    }

  private:
    void add(const Offer& offer, double share) {
        sum_.usd_per_hour += share * offer.usd_per_hour;
        sum_.gpus += share * offer.gpus;
        double& replica = replica_usd_.try_emplace(offer.model, kNever).first->second;
        replica = std::min(replica, offer.replica_usd_per_hour);
        const Tier& tier = instance_.tier(offer.tier);
        stored_gb_[{offer.model, tier.precision}] = weight_gb(instance_.model(offer.model), tier);
    }

    const Instance& instance_;
    ServiceEstimate sum_;
    std::map<int, double> replica_usd_;  // by model
    std::map<std::pair<int, std::string>, double> stored_gb_;
};

}  // namespace

std::optional<ServiceEstimate> estimate_service(const Instance& instance, std::optional<int> pool) {
    OfferBook book(instance);
    for (int j = 0; j < instance.num_models(); ++j) {
        for (int k = 0; k < instance.num_tiers(); ++k) {
            if (!pool || instance.pool_of_tier(k) == *pool) {
                book.collect(j, k);
            }
        }
    }
    Total total(instance);
    for (int i = 0; i < instance.num_types(); ++i) {
        const Mixture mixture = cheapest_mixture(book.of_type(i));
        if (mixture.first == nullptr) {
            return std::nullopt;
        }
        total.add(mixture);
    }
    return total.result();
}

}  // namespace allot
