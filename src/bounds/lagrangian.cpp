#include "bounds/lagrangian.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <utility>

#include "cost/mean_limit.hpp"
#include "problem/tolerances.hpp"
#include "util/index.hpp"

namespace allot {

Lagrangian::Lagrangian(const CandidateTable& table)
    : table_(&table),
      blocks_(table),
      all_(NodeDomain::all(table, blocks_)),
      domain_(&all_),
      pricer_(table),
      prices_(Prices::none(table)) {
    best_.resize(at(blocks_.size()));
    best_gain_.resize(at(blocks_.size()));
    artifact_gain_.resize(at(table.num_artifacts()));
}

void Lagrangian::enter(const NodeDomain& domain) {
    assert(domain.is_consistent(*table_, blocks_));
    domain_ = &domain;
    for (const NodeDomain::Choice& choice : domain.choices) {
        pricer_.limit(choice.configuration, choice.least, choice.most);
    }
}

void Lagrangian::make_valid(Prices& prices) const {
    assert(prices.is_sized_for(*table_) && domain_->use_most.size() == prices.resource_usd.size());
    const Instance& instance = table_->instance();
    for (int i = 0; i < instance.num_types(); ++i) {
        const bool has_error = mean_limit(*table_, MeanRow::error, i).has_value();
        const bool has_delay = mean_limit(*table_, MeanRow::delay, i).has_value();
        prices.error_usd[at(i)] = has_error ? std::max(0.0, prices.error_usd[at(i)]) : 0;
        prices.delay_usd[at(i)] = has_delay ? std::max(0.0, prices.delay_usd[at(i)]) : 0;
    }
    for (std::size_t r = 0; r < prices.resource_usd.size(); ++r) {
        double& price = prices.resource_usd[r];
        if (std::isinf(domain_->use_most[r])) price = std::min(0.0, price);
        if (domain_->use_least[r] == 0) price = std::max(0.0, price);
    }
    if (prices.delay_protection_usd.empty()) return;
    std::vector<double> nominal = table_->delay_usd_per_s;
    for (std::size_t i = 0; i < nominal.size(); ++i) nominal[i] += prices.delay_usd[i];
    limit_protection(prices.delay_protection_usd, nominal, true);
    limit_protection(prices.error_protection_usd, prices.error_usd, false);
}

/// Into { 0 <= y_g <= cap_g nominal, sum y_g <= Gamma nominal } of every type.
void Lagrangian::limit_protection(std::vector<double>& protection, const std::vector<double>& nominal,
                                  bool is_delay) const {
    const Uncertainty& uncertainty = table_->instance()->uncertainty;
    const auto& budget = is_delay ? uncertainty.delay : uncertainty.error;
    const auto& deviation = is_delay ? table_->group_delay_deviation : table_->group_error_deviation;
    const std::size_t num_groups = deviation.size();
    for (std::size_t i = 0; i < nominal.size(); ++i) {
        double sum = 0;
        for (std::size_t g = 0; g < num_groups; ++g) {
            double& price = protection[i * num_groups + g];
            price = std::clamp(price, 0.0, deviation[g].cap * nominal[i]);
            sum += price;
        }
        const double most = budget ? budget->budget * nominal[i] : 0;
        if (sum <= most) continue;
        for (std::size_t g = 0; g < num_groups; ++g) protection[i * num_groups + g] *= most / sum;
    }
}

/// What does not depend on the deployments: demand and the cheaper of being served or not, less the limits at their prices.
double Lagrangian::limits_usd() const {
    const Instance& instance = table_->instance();
    double usd = 0;
    for (int i = 0; i < instance.num_types(); ++i) {
        const double served_usd = prices_.type_usd[at(i)];
        const double saved_usd = std::max(0.0, served_usd - table_->unmet_usd[at(i)]);
        usd += served_usd - saved_usd * std::min(1.0, instance.type(i).max_unmet * kWider);
    }
    for (int r = 0; r < table_->resources.size(); ++r) {
        const double price = prices_.resource_usd[at(r)];
        const double widening = table_->resources[r].is_whole ? 1 : kWider;
        if (price > 0) usd -= price * domain_->use_most[at(r)] * widening;
        if (price < 0) usd -= price * domain_->use_least[at(r)];
    }
    assert(std::isfinite(usd));
    return usd;
}

void Lagrangian::price_block(int block, std::size_t begin, std::size_t end) {
    assert(begin <= end && end <= domain_->choices.size());
    double most = domain_->block_runs[at(block)] != 0 ? -std::numeric_limits<double>::infinity() : 0.0;
    int best = -1;
    for (std::size_t n = begin; n < end; ++n) {
        const int c = domain_->choices[n].configuration;
        const bool may_be_best = pricer_.values().rent_usd(c) < 0 || pricer_.loose_gain(c) > most;
        if (!may_be_best) continue;
        const double gain = pricer_.gain(c);
        if (gain <= most) continue;
        most = gain;
        best = c;
    }
    assert(most >= 0 || domain_->block_runs[at(block)] != 0);
    best_[at(block)] = best;
    best_gain_[at(block)] = most;
    artifact_gain_[at(blocks_.artifact[at(block)])] += most;
}

double Lagrangian::artifact_part_usd(int artifact, double gain) const {
    assert(artifact >= 0 && artifact < table_->num_artifacts() && !std::isnan(gain));
    const double usd = pricer_.values().artifact_usd(artifact) - gain;
    return domain_->artifact_is_kept[at(artifact)] != 0 ? usd : std::min(0.0, usd);
}

double Lagrangian::set_prices(Prices prices) {
    make_valid(prices);
    prices_ = std::move(prices);
    pricer_.set_prices(prices_);
    return limits_usd();
}

double Lagrangian::evaluate(Prices prices) {
    assert(prices.is_sized_for(*table_));
    double bound_usd = set_prices(std::move(prices));
    std::fill(artifact_gain_.begin(), artifact_gain_.end(), 0.0);
    std::size_t n = 0;
    for (int u = 0; u < blocks_.size(); ++u) {
        const std::size_t begin = n;
        while (n < domain_->choices.size() && domain_->choices[n].configuration < blocks_.begin[at(u) + 1])
            ++n;
        price_block(u, begin, n);
    }
    assert(n == domain_->choices.size());  // every choice is in a block
    for (int a = 0; a < table_->num_artifacts(); ++a) {
        bound_usd += artifact_part_usd(a, artifact_gain_[at(a)]);
    }
    return bound_usd;
}

}  // namespace allot
