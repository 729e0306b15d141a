#include "bounds/price_ascent.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "cost/mean_limit.hpp"
#include "cost/scale_to_limit.hpp"
#include "util/index.hpp"

namespace allot {
namespace {

/// Of the direction before, in the next one: subgradients alone turn back and forth between the configurations of a group.
constexpr double kMomentum = 0.9;
/// Part of the distance to the target that a step goes for at first, and how much less where so many steps have gained nothing.
constexpr double kFirstStep = 0.4;
constexpr double kShorter = 0.6;
constexpr int kPatience = 10;
/// How far prices of mean limits move against those of demand, and prices of resources: groups that may run one configuration differ most
/// in what the means of their types cost, while prices of resources are those of the relaxation already.
constexpr double kMeanUnit = 4;
constexpr double kResourceUnit = 0.1;
/// Prices of 0 move, too: by these parts of what a type costs on average.
constexpr double kLeastTypeUnit = 0.1;
constexpr double kLeastResourceUnit = 0.01;

/// All prices in a row, in units in which they are of like size: what serving a type costs, and what the whole limit of a resource would
/// cost at a part of all that.
class Ascent {
  public:
    Ascent(const CandidateTable& table, Lagrangian& lagrangian, const AscentOptions& options)
        : table_(table), lagrangian_(lagrangian), options_(options) {}

    double run(Prices& best) {
        Prices prices = best;
        set_units(prices);
        std::vector<double> direction(unit_.size(), 0);
        double best_usd = -std::numeric_limits<double>::infinity();
        double part = kFirstStep;
        int idle = 0;
        for (int n = 0; n < options_.steps && !options_.stop.is_met(); ++n) {
            const double usd = lagrangian_.evaluate(prices);
            if (usd > best_usd) {
                best_usd = usd;
                best = lagrangian_.prices();
                idle = 0;
            } else if (++idle == kPatience) {
                part *= kShorter;
                idle = 0;
            }
            if (best_usd >= options_.target_usd * (1 - options_.gap)) break;
            step(direction, part * (options_.target_usd - usd), prices);
        }
        return best_usd;
    }

  private:
    std::size_t num_types() const { return at(table_.instance().num_types()); }

    void set_units(const Prices& prices) {
        double mean_usd = 0;
        for (const double usd : prices.type_usd) mean_usd += std::abs(usd) / static_cast<double>(num_types());
        for (std::size_t i = 0; i < num_types(); ++i) {
            const double usd = std::abs(prices.type_usd[i]) + kLeastTypeUnit * mean_usd;
            unit_.push_back(usd);
            for (const MeanRow row : {MeanRow::error, MeanRow::delay}) {
                const auto limit = mean_limit(table_, row, static_cast<int>(i));
                unit_.push_back(limit ? kMeanUnit * usd * scale_to_limit(limit->limit) : 0);
            }
        }
        for (int r = 0; r < table_.resources.size(); ++r) {
            const Resource& resource = table_.resources[r];
            const bool is_priced = resource.is_limited() && resource.limit > 0;
            const double least_usd = is_priced ? kLeastResourceUnit * mean_usd / resource.limit : 0;
            unit_.push_back(is_priced ? kResourceUnit * (prices.resource_usd[at(r)] + least_usd) : 0);
        }
    }

    /// By price: what the rows ask for less what the patterns of the last evaluation do, or what these take less the limit.
    std::vector<double> subgradient(const Prices& prices) {
        std::vector<double> slope(unit_.size(), 0);
        double* const of_resource = slope.data() + 3 * num_types();
        for (std::size_t i = 0; i < num_types(); ++i) {
            const double most_unmet = std::min(1.0, table_.instance().type(static_cast<int>(i)).max_unmet);
            slope[3 * i] = 1 - (prices.type_usd[i] > table_.unmet_usd[i] ? most_unmet : 0);
        }
        for (int r = 0; r < table_.resources.size(); ++r) {
            if (table_.resources[r].is_limited()) of_resource[r] = -table_.resources[r].limit;
        }
        std::vector<char> is_stored(at(table_.num_artifacts()), 0);
        for (const int c : lagrangian_.best()) {
            if (c < 0) continue;
            const int a = table_.artifact[at(c)];
            if (lagrangian_.artifact_part_usd(a, lagrangian_.artifact_gain()[at(a)]) >= 0) continue;
            is_stored[at(a)] = 1;
            add(lagrangian_.pricer().pattern(c), slope, of_resource);
        }
        for (int a = 0; a < table_.num_artifacts(); ++a) {
            if (is_stored[at(a)] == 0) continue;
            for (const ResourceUse& use : table_.resources.of_artifact(a))
                of_resource[use.resource] += use.amount;
        }
        return slope;
    }

    void add(const Pattern& pattern, std::vector<double>& slope, double* of_resource) const {
        for (const ReplicaUse& use : table_.resources.of_configuration(pattern.configuration))
            of_resource[use.resource] += use.of(pattern.replicas, table_.running[at(pattern.configuration)]);
        for (const Pattern::Share& share : pattern.shares) {
            const int i = table_.pair_type[at(share.pair)];
            slope[3 * at(i)] -= share.share;
            for (const MeanRow row : {MeanRow::error, MeanRow::delay}) {
                const auto limit = mean_limit(table_, row, i);
                if (limit)
                    slope[3 * at(i) + (row == MeanRow::error ? 1 : 2)] +=
                        share.share * (limit->value(table_, share.pair) - limit->limit);
            }
            for (const ResourceUse& use : table_.resources.of_type(i))
                of_resource[use.resource] += use.amount * share.share;
        }
    }

    void step(std::vector<double>& direction, double gain_usd, Prices& prices) {
        const std::vector<double> slope = subgradient(prices);
        double length = 0;
        for (std::size_t n = 0; n < slope.size(); ++n) {
            direction[n] = kMomentum * direction[n] + slope[n] * unit_[n];
            length += direction[n] * direction[n];
        }
        if (length <= 0) return;
        const double factor = gain_usd / length;
        const auto moved = [&](double price, std::size_t n) {
            return price + factor * direction[n] * unit_[n];
        };
        for (std::size_t i = 0; i < num_types(); ++i) {
            prices.type_usd[i] = moved(prices.type_usd[i], 3 * i);
            prices.error_usd[i] = std::max(0.0, moved(prices.error_usd[i], 3 * i + 1));
            prices.delay_usd[i] = std::max(0.0, moved(prices.delay_usd[i], 3 * i + 2));
        }
        for (std::size_t r = 0; r < prices.resource_usd.size(); ++r)
            prices.resource_usd[r] = std::max(0.0, moved(prices.resource_usd[r], 3 * num_types() + r));
    }

    const CandidateTable& table_;
    Lagrangian& lagrangian_;
    const AscentOptions& options_;
    std::vector<double> unit_;  // of each type three prices: demand, error, delay; then resources
};

}  // namespace

double ascend(const CandidateTable& table, Lagrangian& lagrangian, Prices& prices,
              const AscentOptions& options) {
    return Ascent(table, lagrangian, options).run(prices);
}

}  // namespace allot
