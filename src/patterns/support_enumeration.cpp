#include "patterns/support_enumeration.hpp"

#include <algorithm>
#include <cstddef>

#include "util/index.hpp"
#include "util/infinity.hpp"

namespace allot {
namespace {

/// An enumeration that learns next to nothing is checked so many times sooner than the first check of the others.
constexpr double kSooner = 8;

}  // namespace

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
    steps_ = 0;
    steps_of_looks_ = 0;
    done_ = 0;
    checked_ = {};
    next_check_ = limits_.first_check / kSooner;
    if (is_open(0)) descend(0, 1);
    return !is_over_;
}

/// Decides about the unit at this depth and those after it, of which no cut rules out every choice. `part` = of all there is to decide.
void SupportEnumeration::descend(int depth, double part) {
    steps_ += 1;
    is_over_ = is_over_ || is_hopeless();
    if (is_over_) return;
    if (depth == cuts_.num_units()) {
        done_ += part;
        look_at_leaf();
        return;
    }
    const SupportCuts::Unit& unit = cuts_.unit(depth);
    const double part_of_each = part / (unit.end - unit.first + (unit.must_run ? 0 : 1));
    const double done_with_all = done_ + part;
    const auto decide = [&](int option) {
        if (choose(depth, option)) {
            descend(depth + 1, part_of_each);
        } else {
            done_ += part_of_each;
        }
    };
    for (int option = unit.first; option < unit.end && is_open(depth); ++option) {
        decide(option);
        if (is_over_) return;
    }
    if (!unit.must_run && is_open(depth)) decide(kNone);
    if (!is_over_) done_ = done_with_all;
}

/// Whether the rest would take too long at the pace since the last check: asked again when the steps have doubled. Where much of the
/// time goes into looking at supports, much is learnt, and the pace is not believed before the first check.
bool SupportEnumeration::is_hopeless() {
    if (steps_ < next_check_) return false;
    constexpr double kStandstill = 1e-12;
    const double pace = std::max(done_ - checked_.done, kStandstill) / (steps_ - checked_.steps);
    checked_ = {steps_, done_};
    next_check_ = 2 * steps_;
    constexpr double kMuch = 0.2;
    if (steps_ < limits_.first_check && steps_of_looks_ > kMuch * steps_) return false;
    return steps_ > limits_.steps || 1 - done_ > pace * limits_.steps_to_come;
}

/// False when a cut rules out every choice for the units after it.
bool SupportEnumeration::choose(int depth, int option) {
    chosen_[at(depth)] = option;
    const bool is_last = depth + 1 == cuts_.num_units() || cuts_.is_first_of_artifact(depth + 1);
    const bool is_paid = is_paid_[at(depth)] != 0;
    is_paid_[at(depth + 1)] = !is_last && (option != kNone || is_paid);
    const double* before = usd(depth);
    const double* gain = option == kNone ? nullptr : cuts_.gain(option);
    const double* entry = option == kNone || is_paid ? nullptr : cuts_.artifact_usd(depth);
    double* after = usd(depth + 1);
    const double* rest = cuts_.rest(depth + 1, is_paid_[at(depth + 1)] != 0);
    return !exceeds(rest, after, [=](int begin) {
        constexpr int kBlock = SupportCuts::kBlock;
        for (int k = begin; k < begin + kBlock; ++k) after[k] = before[k];
        if (gain != nullptr) {
            for (int k = begin; k < begin + kBlock; ++k) after[k] -= gain[k];
        }
        if (entry != nullptr) {
            for (int k = begin; k < begin + kBlock; ++k) after[k] += entry[k];
        }
    });
}

/// Whether no cut rules out every choice for the units from here on.
bool SupportEnumeration::is_open(int depth) {
    return !exceeds(cuts_.rest(depth, is_paid_[at(depth)] != 0), usd(depth), [](int) {});
}

/// Whether some cut does, and which block it is in. `fill` makes a block of `usd`, asked for at most once. The cut that ruled out
/// something last comes first: often it does so again.
template <typename Fill>
bool SupportEnumeration::exceeds(const double* rest, const double* usd, Fill fill) {
    const auto exceeds_in = [&](int begin) {
        fill(begin);
        bool found = false;
        for (int k = begin; k < begin + SupportCuts::kBlock; ++k) found |= usd[k] + rest[k] >= cutoff_usd_;
        return found;
    };
    if (exceeds_in(last_block_)) return true;
    for (int begin = 0; begin < cuts_.num_padded(); begin += SupportCuts::kBlock) {
        if (begin == last_block_ || !exceeds_in(begin)) continue;
        last_block_ = begin;
        return true;
    }
    return false;
}

void SupportEnumeration::look_at_leaf() {
    support_.clear();
    for (int u = 0; u < cuts_.num_units(); ++u) {
        if (chosen_[at(u)] != kNone) support_.push_back(cuts_.configuration(chosen_[at(u)]));
    }
    std::sort(support_.begin(), support_.end());
    const Finding finding = (*look_)(support_);
    is_over_ = !finding.is_settled;
    steps_ += finding.steps;
    steps_of_looks_ += finding.steps;
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
