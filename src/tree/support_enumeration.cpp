#include "tree/support_enumeration.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <utility>

#include "util/index.hpp"
#include "util/infinity.hpp"

namespace allot {
namespace {

/// The pace is judged for the first time after a 64th of Limits::first_check, in case next to no time goes into subproblems: no nogoods
/// come in then, and an enumeration that is too long looks so from the start. 64 = six doublings before the first check of the
/// others; sooner, the pace of a few hundred steps is chance.
constexpr double kEarlierCheck = 64;

/// Part of the steps from which on subproblems count as much: enough nogoods come in to make the enumeration faster than its pace.
constexpr double kMuchSolving = 0.2;

/// Part of all decisions that counts as made between two checks, at least, so that no pace is 0: below any that could end in time.
constexpr double kStandstill = 1e-12;

/// Steps between two looks at the stop criterion: three milliseconds.
constexpr double kStepsPerLook = 1e4;

}  // namespace

SupportEnumeration::SupportEnumeration(LagrangianCuts& cuts, const Limits& limits, StopCriterion stop)
    : cuts_(cuts),
      limits_(limits),
      stop_(std::move(stop)),
      usd_(at(cuts.num_blocks() + 1) * LagrangianCuts::kMaxRows, -kInfinity),
      is_paid_(at(cuts.num_blocks() + 1), 0),
      chosen_(at(cuts.num_blocks() + 1), kNone) {
    assert(cuts.is_empty() || !cuts.batches().empty());
    assert(limits.steps >= 0 && limits.first_check >= 0 && limits.steps_to_come >= 0);
}

bool SupportEnumeration::run(double cutoff_usd, const Look& look) {
    if (cuts_.is_empty()) return true;
    assert(!std::isnan(cutoff_usd) && look);
    look_ = &look;
    cutoff_usd_ = cutoff_usd;
    is_over_ = false;
    std::copy_n(cuts_.base(), LagrangianCuts::kMaxRows, usd(0));
    steps_ = 0;
    next_look_ = 0;
    steps_of_subproblems_ = 0;
    done_ = 0;
    checked_ = {};
    next_check_ = limits_.first_check / kEarlierCheck;
    cuts_.exclude_by_all(cutoff_usd_);
    num_leaves_ = 0;
    if (is_open(0)) descend(0, 1);
    if (!is_over_) solve_leaves();
    return !is_over_;
}

/// Decides about the block at this depth and those after it; no cut rules out every choice for them. `part` of all decisions lies below
/// the present one.
void SupportEnumeration::descend(int depth, double part) {
    steps_ += 1;
    is_over_ = is_over_ || is_hopeless();
    if (is_over_) return;
    assert(depth <= cuts_.num_blocks() && part >= 0 && done_ + part <= 1 + 1e-6);
    if (depth == cuts_.num_blocks()) {
        done_ += part;
        add_leaf();
        return;
    }
    const LagrangianCuts::Block& block = cuts_.block(depth);
    const double part_of_each = part / (block.end - block.first + (block.must_run ? 0 : 1));
    const double done_with_all = done_ + part;
    int num_seen = num_nogoods_;  // nogoods when this depth was last found open; choose() has just done so
    const auto is_still_open = [&] {
        if (num_seen == num_nogoods_) return true;
        num_seen = num_nogoods_;
        return is_open(depth);
    };
    const auto decide = [&](int option) {
        if (choose(depth, option)) {
            descend(depth + 1, part_of_each);
        } else {
            done_ += part_of_each;
        }
    };
    for (int option = block.first; option < block.end && is_still_open(); ++option) {
        if (cuts_.is_excluded(option)) continue;
        decide(option);
        if (is_over_) return;
    }
    if (!block.must_run && is_still_open()) decide(kNone);
    if (!is_over_) done_ = done_with_all;
}

/// Whether the rest would take too long at the pace since the last check: asked again when the steps have doubled. Where much of the
/// time goes into subproblems, their nogoods make the rest faster, and the pace is not believed before the first check.
bool SupportEnumeration::is_hopeless() {
    if (steps_ >= next_look_) {
        next_look_ = steps_ + kStepsPerLook;
        if (stop_.is_met()) return true;
    }
    if (steps_ < next_check_) return false;
    const double pace = std::max(done_ - checked_.done, kStandstill) / (steps_ - checked_.steps);
    checked_ = {steps_, done_};
    next_check_ = 2 * steps_;
    if (steps_ < limits_.first_check && steps_of_subproblems_ > kMuchSolving * steps_) return false;
    return steps_ > limits_.steps || 1 - done_ > pace * limits_.steps_to_come;
}

/// Decides about the block at this depth, and sums the cuts up to the next. False when one of them rules out every choice for the blocks
/// after it.
bool SupportEnumeration::choose(int depth, int option) {
    assert(depth >= 0 && depth < cuts_.num_blocks());
    assert(option == kNone || (cuts_.block(depth).first <= option && option < cuts_.block(depth).end));
    assert(option != kNone || !cuts_.block(depth).must_run);
    chosen_[at(depth)] = option;
    const bool is_last = cuts_.is_last_of_artifact(depth);
    const bool is_paid = is_paid_[at(depth)] != 0;
    is_paid_[at(depth + 1)] = !is_last && (option != kNone || is_paid);
    const double* before = usd(depth);
    const double* gain = option == kNone ? nullptr : cuts_.gain(option);
    const double* storing = option == kNone || is_paid ? nullptr : cuts_.artifact_usd(depth);
    double* after = usd(depth + 1);
    const double* rest = cuts_.rest(depth + 1, is_paid_[at(depth + 1)] != 0);
    return !exceeds(rest, after, [=](int begin) {
        constexpr int kLanes = LagrangianCuts::kLanes;
        for (int k = begin; k < begin + kLanes; ++k) after[k] = before[k];
        if (gain != nullptr) {
            for (int k = begin; k < begin + kLanes; ++k) after[k] -= gain[k];
        }
        if (storing != nullptr) {
            for (int k = begin; k < begin + kLanes; ++k) after[k] += storing[k];
        }
    });
}

/// Whether no cut rules out every choice for the blocks from here on.
bool SupportEnumeration::is_open(int depth) {
    return !exceeds(cuts_.rest(depth, is_paid_[at(depth)] != 0), usd(depth), [](int) {});
}

/// Whether `usd` plus `rest` reaches the cutoff by some cut. `fill` computes a batch of `usd` and is asked for each at most once. The batch
/// that ruled out something last comes first: often it does so again.
template <typename Fill>
bool SupportEnumeration::exceeds(const double* rest, const double* usd, Fill fill) {
    const auto exceeds_in = [&](const LagrangianCuts::Batch& batch) {
        constexpr int kLanes = LagrangianCuts::kLanes;
        std::array<double, kLanes> least;
        least.fill(kInfinity);
        for (int n = 0; n < batch.num_cases; ++n) {
            const int begin = batch.first_row + n * kLanes;
            fill(begin);
            for (int k = 0; k < kLanes; ++k) {
                const double bound = usd[begin + k] + rest[begin + k];
                least[at(k)] = bound < least[at(k)] ? bound : least[at(k)];
            }
        }
        bool found = false;
        for (int k = 0; k < kLanes; ++k) found |= least[at(k)] >= cutoff_usd_;
        return found;
    };
    const std::vector<LagrangianCuts::Batch>& batches = cuts_.batches();
    if (exceeds_in(batches[last_batch_])) return true;
    for (std::size_t n = 0; n < batches.size(); ++n) {
        if (n == last_batch_ || !exceeds_in(batches[n])) continue;
        last_batch_ = n;
        return true;
    }
    return false;
}

void SupportEnumeration::add_leaf() {
    std::vector<int>& support = leaves_[num_leaves_].support;
    support.clear();
    for (int u = 0; u < cuts_.num_blocks(); ++u) {
        if (chosen_[at(u)] != kNone) support.push_back(cuts_.configuration(chosen_[at(u)]));
    }
    std::sort(support.begin(), support.end());
    assert(num_leaves_ < kLeavesPerLook);
    ++num_leaves_;
    if (num_leaves_ == kLeavesPerLook) solve_leaves();
}

/// Has the supports that wait solved, and takes over what was found, in their order.
void SupportEnumeration::solve_leaves() {
    const std::span<Leaf> leaves(leaves_.data(), num_leaves_);
    num_leaves_ = 0;
    if (leaves.empty()) return;
    (*look_)(leaves);
    for (const auto& [support, finding] : leaves) {
        is_over_ = !finding.goes_on;
        if (is_over_) return;
        assert(finding.steps >= 0);
        steps_ += finding.steps;
        steps_of_subproblems_ += finding.steps;
        if (finding.cutoff_usd < cutoff_usd_) {
            cutoff_usd_ = finding.cutoff_usd;
            cuts_.exclude_by_all(cutoff_usd_);
            ++num_nogoods_;
        }
        const bool is_cut =
            !finding.certificate.empty() && cuts_.bound_of(support, finding.certificate) >= cutoff_usd_;
        if (is_cut) add_cut(finding.certificate);
    }
}

void SupportEnumeration::add_cut(std::span<const CertificateCase> certificate) {
    if (!cuts_.add(certificate)) return;
    nogoods_.emplace_back(certificate.begin(), certificate.end());
    sum_up_last_cut();
    cuts_.exclude_by_last(cutoff_usd_);
    ++num_nogoods_;
}

/// Brings the sums of the new cut to where the others are: along the choices made so far.
void SupportEnumeration::sum_up_last_cut() {
    for (const int row : cuts_.rows_of_last()) {
        assert(row >= 0 && row < LagrangianCuts::kMaxRows);
        double sum = cuts_.base()[row];
        usd(0)[row] = sum;
        for (int u = 0; u < cuts_.num_blocks(); ++u) {
            const int option = chosen_[at(u)];
            if (option != kNone) {
                if (is_paid_[at(u)] == 0) sum += cuts_.artifact_usd(u)[row];
                sum -= cuts_.gain(option)[row];
            }
            usd(u + 1)[row] = sum;
        }
    }
}

}  // namespace allot
