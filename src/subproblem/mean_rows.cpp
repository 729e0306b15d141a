#include "subproblem/mean_rows.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <optional>

#include "util/infinity.hpp"

namespace allot {
namespace {

constexpr std::array kKinds{MeanRow::error, MeanRow::delay};
// What a cell holds before it holds a row, which is 0 or more: whether some number of the group deviates.
constexpr int kNothingDeviates = -1;
constexpr int kDeviates = -2;

}  // namespace

MeanRows::MeanRows(const CandidateTable& table)
    : table_(&table),
      num_types_(table.instance().num_types()),
      terms_(2 * static_cast<std::size_t>(num_types_)) {
    for (int i = 0; i < num_types_; ++i) {
        for (const MeanRow kind : kKinds) {
            Term& its = term(kind, i);
            if (const std::optional<MeanLimit> limit = mean_limit(table, kind, i)) {
                its.has_limit = true;
                its.limit = limit->limit;
                its.scale = limit->limit > 0 ? 1 / limit->limit : 1;
                its.budget = limit->budget;
            }
        }
        const auto& delay = table.instance()->uncertainty.delay;
        term(MeanRow::delay, i).budget = delay ? delay->budget : 0;
        term(MeanRow::delay, i).usd = table.delay_usd_per_s[i];
    }
    is_uncertain_ = std::any_of(terms_.begin(), terms_.end(), [](const Term& its) { return its.budget > 0; });
}

double MeanRows::number(MeanRow kind, int pair) const {
    return kind == MeanRow::error ? table_->pair_error[pair] : table_->pair_delay_s[pair];
}

const Deviation& MeanRows::deviation(MeanRow kind, int c) const {
    const int g = table_->group[c];
    return kind == MeanRow::error ? table_->group_error_deviation[g] : table_->group_delay_deviation[g];
}

void MeanRows::begin(std::span<const int> support) {
    support_.assign(support.begin(), support.end());
    first_of_group_.clear();
    for (const int c : support_) {
        const auto same = std::find_if(support_.begin(), support_.end(), [this, c](int other) {
            return table_->group[other] == table_->group[c];
        });
        first_of_group_.push_back(static_cast<int>(same - support_.begin()));
    }
    for (Term& its : terms_) {
        its.largest = 0;
        its.sum_caps = 0;
        its.form = Form::nominal;
        its.row = -1;
    }
    if (is_uncertain_) {
        cells_.assign(terms_.size() * support_.size(), kNothingDeviates);
    }
}

void MeanRows::note(int i, int d, int pair) {
    assert(0 <= d && d < num_deployments());
    assert(table_->pair_type[pair] == i && table_->pair_configuration[pair] == support_[d]);
    for (const MeanRow kind : kKinds) {
        Term& its = term(kind, i);
        if (!its.has_limit && (its.budget <= 0 || its.usd <= 0)) {
            continue;
        }
        double worst = number(kind, pair);
        if (its.budget > 0 && deviation_of_pair(kind, pair).worst() * worst > 0) {
            const Deviation& moves = deviation_of_pair(kind, pair);
            worst *= 1 + moves.worst();
            its.sum_caps += cell(kind, i, d) == kNothingDeviates ? moves.cap : 0.0;
            cell(kind, i, d) = kDeviates;
        }
        its.largest = std::max(its.largest, (worst - its.limit) * its.scale);
    }
}

void MeanRows::choose_forms() {
    for (Term& its : terms_) {
        its.form = its.sum_caps <= 0 ? Form::nominal : its.sum_caps <= its.budget ? Form::folded : Form::dual;
    }
}

/// Rows in which no number exceeds the limit cannot bind. Without a row and a price, no protection is needed either.
void MeanRows::add_rows(SmallSimplex& simplex) {
    for (int i = 0; i < num_types_; ++i) {
        for (const MeanRow kind : kKinds) {
            Term& its = term(kind, i);
            if (its.has_limit && its.largest > 0) {
                its.row = simplex.add_row(-kInfinity, 0);
            }
            if (its.form != Form::dual || (its.row < 0 && its.usd <= 0)) {
                its.form = its.form == Form::dual ? Form::nominal : its.form;
                continue;
            }
            for (int d = 0; d < num_deployments(); ++d) {
                if (cell(kind, i, d) == kDeviates) {
                    cell(kind, i, d) = simplex.add_row(0, kInfinity);
                }
            }
        }
    }
}

double MeanRows::extra_usd(int i, int pair) const {
    const Term& its = term(MeanRow::delay, i);
    return its.form == Form::folded
               ? its.usd * number(MeanRow::delay, pair) * deviation_of_pair(MeanRow::delay, pair).worst()
               : 0.0;
}

double MeanRows::coefficient(MeanRow kind, int i, int pair) const {
    const Term& its = term(kind, i);
    if (its.row < 0) {
        return 0;
    }
    const double factor = its.form == Form::folded ? 1 + deviation_of_pair(kind, pair).worst() : 1.0;
    return (factor * number(kind, pair) - its.limit) * its.scale;
}

void MeanRows::add_move(MeanRow kind, int i, int d, int pair, double x) {
    assert(moves_.size() == support_.size() && x >= 0);
    const Term& its = term(kind, i);
    if (its.row < 0 || its.form != Form::dual) {
        return;
    }
    const Deviation& deviation = deviation_of_pair(kind, pair);
    ProtectedItem& move = moves_[first_of_group_[d]];
    move.amount += deviation.deviation * number(kind, pair) * its.scale * x;
    move.cap = deviation.cap;
}

double MeanRows::protection(MeanRow kind, int i) { return allot::protection(moves_, term(kind, i).budget); }

void MeanRows::add_entries(int i, int d, int pair, SmallSimplex& simplex) const {
    for (const MeanRow kind : kKinds) {
        const Term& its = term(kind, i);
        if (its.row >= 0) {
            simplex.add_entry(its.row, coefficient(kind, i, pair));
        }
        if (its.form == Form::dual && cell(kind, i, d) >= 0) {
            simplex.add_entry(cell(kind, i, d),
                              -deviation_of_pair(kind, pair).deviation * number(kind, pair) * its.scale);
        }
    }
}

void MeanRows::add_columns(SmallSimplex& simplex) const {
    for (int i = 0; i < num_types_; ++i) {
        for (const MeanRow kind : kKinds) {
            if (const Term& its = term(kind, i); its.form == Form::dual) {
                add_dual_columns(kind, i, its, simplex);
            }
        }
    }
}

/// Protection = Gamma tau + sum cap_g sigma_g, in units of the scaled row.
void MeanRows::add_dual_columns(MeanRow kind, int i, const Term& its, SmallSimplex& simplex) const {
    const double unit_usd = kind == MeanRow::delay ? its.usd / its.scale : 0.0;
    const auto add = [&](double weight) {
        simplex.add_column(unit_usd * weight, 0, kInfinity);
        if (its.row >= 0 && weight > 0) {
            simplex.add_entry(its.row, weight);
        }
    };
    add(its.budget);
    for (int d = 0; d < num_deployments(); ++d) {
        if (first_of_group_[d] == d && cell(kind, i, d) >= 0) {
            simplex.add_entry(cell(kind, i, d), 1);
        }
    }
    for (int d = 0; d < num_deployments(); ++d) {
        if (first_of_group_[d] == d && cell(kind, i, d) >= 0) {
            add(deviation(kind, support_[d]).cap);
            simplex.add_entry(cell(kind, i, d), 1);
        }
    }
}

void MeanRows::read_prices(const SmallSimplex& simplex, Prices& prices) const {
    assert(prices.is_sized_for(*table_));
    for (int i = 0; i < num_types_; ++i) {
        for (const MeanRow kind : kKinds) {
            const Term& its = term(kind, i);
            const double usd = its.row < 0 ? 0.0 : std::max(0.0, -simplex.dual(its.row)) * its.scale;
            (kind == MeanRow::error ? prices.error_usd : prices.delay_usd)[i] = usd;
        }
    }
}

}  // namespace allot
