#include "patterns/support_enumeration.hpp"

#include <algorithm>
#include <cstddef>

#include "util/index.hpp"
#include "util/infinity.hpp"

namespace allot {
SupportEnumeration::SupportEnumeration(SupportCuts& cuts, const Limits& limits)
    : cuts_(cuts),
      limits_(limits),
      usd_(at(cuts.num_units() + 1) * SupportCuts::kMost, -kInfinity),
      is_paid_(at(cuts.num_units() + 1), 0),
      chosen_(at(cuts.num_units() + 1), kNone) {}

bool SupportEnumeration::run(double cutoff_usd, const Look& look) {
    if (cuts_.is_empty()) return true;
    look_ = &look;
    cutoff_usd_ = cutoff_usd;
    is_over_ = false;
    std::copy_n(cuts_.base(), SupportCuts::kMost, usd(0));
    if (is_open(0)) descend(0);
    return !is_over_;
}

/// Decides about the unit at this depth and those after it, of which no cut rules out every choice.
void SupportEnumeration::descend(int depth) {
    is_over_ = is_over_ || limits_.steps-- <= 0;
    if (is_over_) return;
    if (depth == cuts_.num_units()) {
        look_at_leaf();
        return;
    }
    const SupportCuts::Unit& unit = cuts_.unit(depth);
    for (int option = unit.first; option < unit.end; ++option) {
        if (!choose(depth, option)) continue;
        descend(depth + 1);
        if (is_over_ || !is_open(depth)) return;
    }
    if (!unit.must_run && choose(depth, kNone)) descend(depth + 1);
}

/// False when a cut rules it out.
bool SupportEnumeration::choose(int depth, int option) {
    chosen_[at(depth)] = option;
    const bool is_last = depth + 1 == cuts_.num_units() || cuts_.is_first_of_artifact(depth + 1);
    is_paid_[at(depth + 1)] = !is_last && (option != kNone || is_paid_[at(depth)] != 0);
    const double* before = usd(depth);
    double* after = usd(depth + 1);
    if (option == kNone) {
        std::copy_n(before, cuts_.num_padded(), after);
    } else if (is_paid_[at(depth)] != 0) {
        const double* gain = cuts_.gain(option);
        for (int k = 0; k < cuts_.num_padded(); ++k) after[k] = before[k] - gain[k];
    } else {
        const double* gain = cuts_.gain(option);
        const double* entry = cuts_.artifact_usd(depth);
        for (int k = 0; k < cuts_.num_padded(); ++k) after[k] = before[k] + entry[k] - gain[k];
    }
    return is_open(depth + 1);
}

/// Whether no cut rules out every choice for the units from here on.
bool SupportEnumeration::is_open(int depth) {
    return !exceeds(usd(depth), cuts_.rest(depth, is_paid_[at(depth)] != 0));
}

/// The cut that ruled out something last comes first: often it does so again.
bool SupportEnumeration::exceeds(const double* usd, const double* rest) {
    constexpr int kBlock = SupportCuts::kBlock;
    const auto exceeds_in = [&](int begin) {
        bool found = false;
        for (int k = begin; k < begin + kBlock; ++k) found |= usd[k] + rest[k] >= cutoff_usd_;
        return found;
    };
    if (exceeds_in(last_block_)) return true;
    for (int begin = 0; begin < cuts_.num_padded(); begin += kBlock) {
        if (!exceeds_in(begin)) continue;
        last_block_ = begin;
        return true;
    }
    return false;
}

void SupportEnumeration::look_at_leaf() {
    is_over_ = limits_.work <= 0;
    if (is_over_) return;
    support_.clear();
    for (int u = 0; u < cuts_.num_units(); ++u) {
        if (chosen_[at(u)] != kNone) support_.push_back(cuts_.configuration(chosen_[at(u)]));
    }
    std::sort(support_.begin(), support_.end());
    const Finding finding = (*look_)(support_);
    is_over_ = !finding.is_settled;
    limits_.work -= finding.work;
    cutoff_usd_ = finding.cutoff_usd;
    if (is_over_ || finding.prices == nullptr) return;
    if (cuts_.bound_of(support_, *finding.prices) >= cutoff_usd_) add_cut(*finding.prices);
}

void SupportEnumeration::add_cut(const Prices& prices) {
    if (!cuts_.add(prices)) return;
    learnt_.push_back(prices);
    sum_up_last_cut();
}

/// Along the choices made so far.
void SupportEnumeration::sum_up_last_cut() {
    const int cut = cuts_.num_cuts() - 1;
    double sum = cuts_.base()[cut];
    usd(0)[cut] = sum;
    for (int u = 0; u < cuts_.num_units(); ++u) {
        const int option = chosen_[at(u)];
        if (option != kNone) {
            if (is_paid_[at(u)] == 0) sum += cuts_.artifact_usd(u)[cut];
            sum -= cuts_.gain(option)[cut];
        }
        usd(u + 1)[cut] = sum;
    }
}

}  // namespace allot
