#include "bounds/type_relaxation.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "bounds/hull_bound.hpp"
#include "cost/mean_limit.hpp"
#include "cost/prices.hpp"
#include "cost/replica_limit.hpp"
#include "lp/small_simplex.hpp"
#include "performance/uncertainty.hpp"
#include "problem/tolerances.hpp"
#include "util/index.hpp"
#include "util/infinity.hpp"

namespace allot {
namespace {

/// A pair enters when it saves more than this, relative to the dearest pair: rounding otherwise goes on for ever.
constexpr double kLeastSaving = 1e-10;

/// Artificial that serves the type, relative to the dearest pair: no mixture costs as much, protection included.
constexpr double kArtificialPart = 100;

/// A pair of the type, and what serving all of the type there costs [USD].
struct PricedPair {
    int pair = 0;
    double usd = 0;
};

/// A mean row of the type with its protection, or protection that only costs: sum (value - limit) x + protection <= 0.
class Mean {
  public:
    Mean(const CandidateTable& table, MeanRow row, int i)
        : table_(table), row_(row), limit_(mean_limit(table, row, i)) {
        const Uncertainty& uncertainty = table.instance()->uncertainty;
        const auto& budget = row == MeanRow::error ? uncertainty.error : uncertainty.delay;
        if (row == MeanRow::delay) penalty_usd_ = table.delay_usd_per_s[at(i)];
        const bool counts = limit_ || penalty_usd_ > 0;
        if (budget && counts) budget_ = budget->budget;
        if (limit_ && limit_->limit > 0) scale_ = limit_->limit;
    }

    bool has_row() const { return limit_.has_value(); }
    bool is_protected() const { return budget_ > 0; }
    double budget() const { return budget_; }
    double scale() const { return scale_; }
    /// Of one unit of the scaled row [USD], before the dual of the limit.
    double penalty_usd() const { return penalty_usd_ * scale_; }
    double excess(int pair) const {
        return (MeanLimit{row_}.value(table_, pair) - limit_->limit * kWider) / scale_;
    }
    const Deviation& deviation(int group) const { return MeanLimit{row_}.deviation(table_, group); }
    /// What the numbers of the pair may move by.
    double deviation_of(int pair) const {
        const int group = table_.group[at(table_.pair_configuration[at(pair)])];
        return deviation(group).deviation * MeanLimit{row_}.value(table_, pair) / scale_;
    }

    int index = -1;                 ///< of its row in the program; empty without a limit
    double dual_usd = 0;            ///< of one unit of the scaled row
    std::vector<double> group_usd;  ///< duals of the protection rows, by active group

  private:
    const CandidateTable& table_;
    MeanRow row_;
    std::optional<MeanLimit> limit_;
    double budget_ = 0;
    double scale_ = 1;
    double penalty_usd_ = 0;
};

/// The program of one type, rebuilt with each pair that enters.
class TypeProgram {
  public:
    TypeProgram(const CandidateTable& table, int i, std::vector<PricedPair> points)
        : table_(table),
          points_(std::move(points)),
          means_{Mean(table, MeanRow::error, i), Mean(table, MeanRow::delay, i)},
          most_unmet_(table.instance().type(i).max_unmet),
          unmet_usd_(table.unmet_usd[at(i)]) {
        for (const PricedPair& point : points_) dearest_usd_ = std::max(dearest_usd_, point.usd);
        if (dearest_usd_ <= 0) dearest_usd_ = std::max(1.0, unmet_usd_);
    }

    TypePrices solve() {
        for (std::size_t round = 0; round <= points_.size(); ++round) {
            build();
            if (simplex_.solve() != SmallSimplex::Status::optimal) return {};
            read_duals();
            const int next = entering();
            if (next < 0) break;
            active_.push_back(next);
            enter_group(group_of(points_[at(next)].pair));
        }
        if (simplex_.value(kArtificial) > kShareTolerance) return {};
        return prices();
    }

  private:
    // Columns that are always there.
    static constexpr int kUnmet = 0;
    static constexpr int kArtificial = 1;
    static constexpr int kDemand = 0;  // row

    int group_of(int pair) const { return table_.group[at(table_.pair_configuration[at(pair)])]; }

    void enter_group(int group) {
        if (std::find(groups_.begin(), groups_.end(), group) == groups_.end()) groups_.push_back(group);
    }

    void build() {
        simplex_.clear();
        simplex_.add_row(1, 1);
        int num_rows = 1;
        for (Mean& mean : means_) {
            mean.index = num_rows;  // also without a limit: then it is empty
            num_rows += 1 + (mean.is_protected() ? static_cast<int>(groups_.size()) : 0);
            while (simplex_.num_rows() < num_rows) simplex_.add_row(-kInfinity, 0);
        }
        const double artificial = kArtificialPart * std::max(1.0, unmet_usd_ / dearest_usd_);
        for (const auto& [cost, most] :
             {std::pair(unmet_usd_ / dearest_usd_, most_unmet_), std::pair(artificial, kInfinity)}) {
            simplex_.add_column(cost, 0, most);
            simplex_.add_entry(kDemand, 1);
        }
        for (const Mean& mean : means_) add_protection(mean);
        for (const int n : active_) add_point(points_[at(n)]);
    }

    /// The dual form of the worst case: a level for all groups, and an excess of each above it.
    void add_protection(const Mean& mean) {
        if (!mean.is_protected()) return;
        const double usd = mean.penalty_usd() / dearest_usd_;
        simplex_.add_column(usd * mean.budget(), 0, kInfinity);
        if (mean.has_row()) simplex_.add_entry(mean.index, mean.budget());
        for (std::size_t g = 0; g < groups_.size(); ++g) simplex_.add_entry(group_row(mean, g), -1);
        for (std::size_t g = 0; g < groups_.size(); ++g) {
            const double cap = mean.deviation(groups_[g]).cap;
            simplex_.add_column(usd * cap, 0, kInfinity);
            if (mean.has_row()) simplex_.add_entry(mean.index, cap);
            simplex_.add_entry(group_row(mean, g), -1);
        }
    }

    void add_point(const PricedPair& point) {
        simplex_.add_column(point.usd / dearest_usd_, 0, kInfinity);
        simplex_.add_entry(kDemand, 1);
        const auto group = std::find(groups_.begin(), groups_.end(), group_of(point.pair));
        for (const Mean& mean : means_) {
            if (mean.has_row()) simplex_.add_entry(mean.index, mean.excess(point.pair));
            if (mean.is_protected()) {
                simplex_.add_entry(group_row(mean, static_cast<std::size_t>(group - groups_.begin())),
                                   mean.deviation_of(point.pair));
            }
        }
    }

    static int group_row(const Mean& mean, std::size_t g) { return mean.index + 1 + static_cast<int>(g); }

    void read_duals() {
        demand_usd_ = simplex_.dual(kDemand) * dearest_usd_;
        for (Mean& mean : means_) {
            mean.dual_usd = std::max(0.0, -simplex_.dual(mean.index) * dearest_usd_);
            mean.group_usd.clear();
            for (std::size_t g = 0; g < groups_.size() && mean.is_protected(); ++g) {
                mean.group_usd.push_back(std::max(0.0, -simplex_.dual(group_row(mean, g)) * dearest_usd_));
            }
        }
    }

    /// The pair that saves most, or -1: of equals the first one.
    int entering() const {
        int best = -1;
        double most = kLeastSaving * dearest_usd_;
        for (std::size_t n = 0; n < points_.size(); ++n) {
            double saving = demand_usd_ - points_[n].usd;
            for (const Mean& mean : means_) {
                if (mean.has_row()) saving -= mean.dual_usd * mean.excess(points_[n].pair);
                if (mean.is_protected())
                    saving -=
                        protection_usd(mean, group_of(points_[n].pair)) * mean.deviation_of(points_[n].pair);
            }
            if (saving <= most) continue;
            most = saving;
            best = static_cast<int>(n);
        }
        const bool is_new = std::find(active_.begin(), active_.end(), best) == active_.end();
        return is_new ? best : -1;
    }

    /// Of a unit of deviation in the group. One that carries nothing yet is protected by what the others leave of the budget.
    double protection_usd(const Mean& mean, int group) const {
        const double nominal_usd = mean.penalty_usd() + mean.dual_usd;
        double left_usd = mean.budget() * nominal_usd;
        double own_usd = 0;
        for (std::size_t g = 0; g < groups_.size(); ++g) {
            left_usd -= mean.group_usd[g];
            if (groups_[g] == group) own_usd = mean.group_usd[g];
        }
        const double most_usd = mean.deviation(group).cap * nominal_usd;
        return std::max(own_usd, std::min(most_usd, own_usd + std::max(0.0, left_usd)));
    }

    /// Mean rows scale with what is served, and so does the worth of their limits.
    TypePrices prices() const {
        const double served = 1 - simplex_.value(kUnmet);
        TypePrices prices;
        prices.usd = simplex_.objective() * dearest_usd_;
        const auto of = [served](const Mean& mean) {
            return mean.has_row() ? mean.dual_usd / mean.scale() * served : 0.0;
        };
        prices.error_usd = of(means_[0]);
        prices.delay_usd = of(means_[1]);
        return prices;
    }

    const CandidateTable& table_;
    std::vector<PricedPair> points_;
    std::array<Mean, 2> means_;  // error, delay
    double most_unmet_;
    double unmet_usd_;
    double dearest_usd_ = 0;  // scale of costs
    SmallSimplex simplex_;
    std::vector<int> active_;  // points in the program
    std::vector<int> groups_;  // of these, in the order of entering
    double demand_usd_ = 0;
};

Prices of_resources(const CandidateTable& table, const std::vector<double>& resource_usd) {
    Prices prices = Prices::none(table);
    for (std::size_t r = 0; r < resource_usd.size(); ++r)
        prices.resource_usd[r] = std::max(0.0, resource_usd[r]);
    return prices;
}

}  // namespace

TypeRelaxation::TypeRelaxation(const CandidateTable& table, const std::vector<double>& resource_usd)
    : table_(&table), values_(table), by_kv_(configurations_by_kv(table)) {
    values_.set_prices(of_resources(table, resource_usd));
    for (int c = 0; c < table.num_configurations(); ++c) can_run_.push_back(replica_limit(table, c) > 0);
}

TypePrices TypeRelaxation::solve(int i) const {
    std::vector<PricedPair> points;
    for (auto n = table_->type_begin[at(i)]; n < table_->type_begin[at(i) + 1]; ++n) {
        const int pair = table_->type_pairs[n];
        const int c = table_->pair_configuration[at(pair)];
        if (!can_run_[at(c)]) continue;
        const double load = by_kv_[at(c)] ? table_->pair_kv_load[at(pair)] : table_->pair_slot_load[at(pair)];
        points.push_back({pair, values_.replica_usd(c) * load - values_.value(at(pair))});
    }
    return TypeProgram(*table_, i, std::move(points)).solve();
}

}  // namespace allot
