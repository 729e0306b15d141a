// The branch and bound of FixedSupportMip: on replica counts; it dives into the better child, and where a dive ends goes on with the
// open node of least bound.
#include <algorithm>
#include <cassert>
#include <cmath>
#include <optional>
#include <utility>

#include "subproblem/fixed_support_mip.hpp"
#include "util/infinity.hpp"

namespace allot {
namespace {

/// Replica counts this near to a whole number, relative to max(1, count), are whole: ten times what the simplex tolerates at a bound.
constexpr double kWholeTolerance = 1e-9;

/// Cases of a dual certificate that is kept. Each is checked against every support it might exclude, so a longer one costs more than it
/// saves; most supports are closed in one or two.
constexpr std::size_t kMaxCertificateCases = 4;

/// How far beyond the cutoff the duals of a branch's closed side are pushed, relative to what is missing: far enough that rounding does
/// not decide, and no further, for the prices then fit this one side only.
constexpr double kPushBeyondCutoff = 1.3;

bool is_whole(double count) {
    return std::abs(count - std::round(count)) <= kWholeTolerance * std::max(1.0, count);
}

}  // namespace

/// Minimises the present objective below `cutoff`. With has_best_, the allocation is in result_ and its objective in best_.
FixedSupportStatus FixedSupportMip::search(double cutoff) {
    assert(!std::isnan(cutoff) && node_limit_ >= 0);
    best_ = cutoff;
    has_best_ = false;
    was_cut_ = false;
    was_given_up_ = false;
    is_at_root_ = true;
    nodes_left_ = node_limit_;
    has_proof_ = keeps_proof_;
    num_cases_ = 0;
    push_root();
    while (select_node()) {
        enter_node();
        while (solve_node() && tighten_or_branch()) {
        }
    }
    assert(has_best_ ? best_ < cutoff : best_ == cutoff);
    assert(was_given_up_ || open_.empty());
    if (has_proof_ && !was_given_up_) result_.proof = {cases_.data(), num_cases_};
    if (has_best_) {
        return was_given_up_ ? FixedSupportStatus::feasible : FixedSupportStatus::optimal;
    }
    return was_given_up_ ? FixedSupportStatus::unknown
           : was_cut_    ? FixedSupportStatus::cutoff
                         : FixedSupportStatus::infeasible;
}

/// What an objective must stay below to be worth having.
double FixedSupportMip::limit() const {
    const double scale = problem_.aims_at_cost() ? std::abs(best_) : std::max(1.0, std::abs(best_));
    return std::isfinite(best_) ? best_ - kFixedSupportGap * scale : best_;
}

void FixedSupportMip::push_root() {
    open_.clear();
    bounds_.clear();
    for (int d = 0; d < num_deployments(); ++d) {
        assert(problem_.min_replicas(d) >= 0 && problem_.min_replicas(d) <= problem_.max_replicas(d));
        bounds_.push_back(problem_.min_replicas(d));
        bounds_.push_back(problem_.max_replicas(d));
    }
    open_.push_back({-std::numeric_limits<double>::infinity(), 0});
    is_diving_ = true;
}

/// Takes the next node out of the open ones; false when none is left, or no more may be solved.
bool FixedSupportMip::select_node() {
    if (!is_diving_) {
        const double worst = limit();
        const bool was_overtaken =
            std::erase_if(open_, [worst](const Node& node) { return node.bound >= worst; }) > 0;
        was_cut_ |= was_overtaken;
        has_proof_ = has_proof_ && !was_overtaken;
        const auto least =
            std::min_element(open_.begin(), open_.end(),
                             [](const Node& one, const Node& other) { return one.bound < other.bound; });
        if (least != open_.end()) {
            std::iter_swap(least, open_.end() - 1);
        }
    }
    if (open_.empty()) {
        return false;
    }
    if (nodes_left_ <= 0 || simplex_.stop().is_met()) {
        was_given_up_ = true;
        return false;
    }
    node_ = open_.back();
    open_.pop_back();
    assert(node_.first + 2 * support_.size() <= bounds_.size());
    is_diving_ = false;
    return true;
}

void FixedSupportMip::enter_node() {
    runs_.resize(support_.size());
    for (int d = 0; d < num_deployments(); ++d) {
        assert(lower(d) >= problem_.min_replicas(d) && lower(d) <= upper(d));
        assert(upper(d) <= problem_.max_replicas(d));
        runs_[d] = lower(d) > 0;
        const int column = problem_.replica_column(d);
        if (simplex_.lower(column) == lower(d) && simplex_.upper(column) == upper(d)) continue;
        const bool may_serve = upper(d) > 0;
        if (may_serve != (simplex_.upper(column) > 0)) problem_.allow_shares(d, may_serve, simplex_);
        simplex_.set_column_bounds(column, lower(d), upper(d));
    }
    problem_.force(runs_, simplex_);
}

/// The part of the present objective that no column carries.
double FixedSupportMip::constant() const { return problem_.aims_at_cost() ? problem_.constant_usd() : 0.0; }

/// Solves the node's relaxation; true when it is worth branching on.
bool FixedSupportMip::solve_node() {
    --nodes_left_;
    ++result_.nodes;
    const bool is_root = std::exchange(is_at_root_, false);
    const bool has_limit = !(is_root && keeps_proof_);
    const SmallSimplex::Status status = simplex_.solve(has_limit ? limit() - constant() : kInfinity);
    if (status != SmallSimplex::Status::optimal) {
        was_cut_ |= status == SmallSimplex::Status::cutoff;
        was_given_up_ |= status == SmallSimplex::Status::iteration_limit;
        if (status == SmallSimplex::Status::cutoff) {
            note_case();
        } else {
            has_proof_ = false;
        }
        return false;
    }
    if (is_root && problem_.aims_at_cost()) {
        read_root();
    }
    const double objective = simplex_.objective() + constant();
    if (objective >= limit()) {
        was_cut_ = true;
        note_case();
        return false;
    }
    rounded_.resize(support_.size());
    bool is_all_whole = true;
    for (int d = 0; d < num_deployments(); ++d) {
        const double count = simplex_.value(problem_.replica_column(d));
        const bool is_final = needs_no_branching(d);
        is_all_whole = is_all_whole && is_final;
        rounded_[d] = std::max(static_cast<int>(is_whole(count) ? std::round(count) : std::ceil(count)),
                               is_final ? 0 : 1);
        assert(rounded_[d] >= lower(d) && rounded_[d] <= upper(d));
    }
    if (is_all_whole && problem_.is_priced_exactly(rounded_)) {
        keep(objective);
        note_case();
        return false;
    }
    const std::optional<double> extra = problem_.round_up_cost(simplex_, rounded_);
    if (extra && objective + *extra < limit()) {
        keep(objective + *extra);
    }
    if (objective < limit()) return true;
    was_cut_ = true;
    note_case();
    return false;
}

/// Whether the count of a deployment is whole, and not 0 while it serves a little: loads within the simplex's tolerance seem to need no
/// replica.
bool FixedSupportMip::needs_no_branching(int d) const {
    const double count = simplex_.value(problem_.replica_column(d));
    return is_whole(count) && (std::round(count) > 0 || !problem_.serves(simplex_, d));
}

/// Bounds both sides of every count that is not whole by one dual step. True when that closes some sides, so that the node is to be
/// solved again with tighter bounds; else the node is done: closed, or its two children are open.
bool FixedSupportMip::tighten_or_branch() {
    const double room = limit() - simplex_.objective() - constant();
    const int undecided = find_branches();
    const auto is_closed = [room](const Branch& branch) { return branch.down >= room && branch.up >= room; };
    const auto closed = std::find_if(branches_.begin(), branches_.end(), is_closed);
    if (closed != branches_.end()) {
        note_sides(*closed, room);
        return false;
    }
    const Branch* best = nullptr;
    bool has_tightened = false;
    for (const Branch& branch : branches_) {
        if (branch.down >= room || branch.up >= room) {
            note_sides(branch, room);
            const bool is_down_closed = branch.down >= room;
            (is_down_closed ? lower(branch.deployment) : upper(branch.deployment)) =
                branch.floor + static_cast<int>(is_down_closed);
            has_tightened = true;
        } else if (best == nullptr || branch.score() > best->score()) {
            best = &branch;
        }
    }
    if (has_tightened) {
        enter_node();
        return true;
    }
    push_children(best != nullptr ? *best : Branch{undecided, 0, 0, 0});
    return false;
}

/// Fills branches_, one for every count that is not whole. Returns a deployment of which it is open whether it runs at all (to be
/// branched on when every count is whole), or -1.
int FixedSupportMip::find_branches() {
    branches_.clear();
    int undecided = -1;
    for (int d = 0; d < num_deployments(); ++d) {
        const int column = problem_.replica_column(d);
        const double count = std::max(0.0, simplex_.value(column));
        if (needs_no_branching(d)) {
            // A count that only rounding keeps above 0 does not run: there may be no other number left to branch to.
            if (rounded_[d] > 0 && problem_.is_artifact_open(d)) undecided = d;
            continue;
        }
        Branch branch{d, static_cast<int>(std::floor(count)), 0, 0};
        const SmallSimplex::BranchRates rates = simplex_.branch_rates(column);
        branch.down = rates.down * (count - branch.floor);
        branch.up = rates.up * (branch.floor + 1 - count);
        branches_.push_back(branch);
    }
    return undecided;
}

/// The present duals close the node: they become a case of the dual certificate, with the node's bounds as its limits.
void FixedSupportMip::note_case() {
    if (!has_proof_) return;
    has_proof_ = num_cases_ < kMaxCertificateCases;
    if (!has_proof_) return;
    if (num_cases_ == cases_.size()) cases_.push_back({{}, Prices::none(*table_)});
    CertificateCase& its = cases_[num_cases_++];
    problem_.read_prices(simplex_, its.prices);
    assert(num_cases_ <= cases_.size());
    its.limits.clear();
    for (int d = 0; d < num_deployments(); ++d) {
        const int least = lower(d) > problem_.min_replicas(d) ? lower(d) : 0;
        const int most = upper(d) < problem_.max_replicas(d) ? upper(d) : CertificateCase::kNoLimit;
        if (least > 0 || most != CertificateCase::kNoLimit) its.limits.push_back({support_[d], least, most});
    }
}

/// The same for the sides of a branch that one dual step closes, with the duals after a step that is long enough for that.
void FixedSupportMip::note_sides(const Branch& branch, double room) {
    const int d = branch.deployment;
    const int column = problem_.replica_column(d);
    const double count = simplex_.value(column);
    const int low = lower(d);
    const int high = upper(d);
    for (const bool is_up : {false, true}) {
        const double rise = is_up ? branch.up : branch.down;
        if (rise < room) continue;
        was_cut_ |= std::isfinite(rise);
        if (!has_proof_) continue;
        const double distance = is_up ? branch.floor + 1 - count : branch.floor - count;
        const double length = std::min(rise, kPushBeyondCutoff * room) / distance;
        simplex_.branch_rates(column);
        (is_up ? lower(d) : upper(d)) = branch.floor + static_cast<int>(is_up);
        simplex_.push_duals(length);
        note_case();
        simplex_.push_duals(-length);
        lower(d) = low;
        upper(d) = high;
    }
}

/// The better child last, so that it comes next.
void FixedSupportMip::push_children(const Branch& branch) {
    assert(branch.deployment >= 0 && branch.deployment < num_deployments());
    assert(branch.floor >= lower(branch.deployment) && branch.floor < upper(branch.deployment));
    const double objective = simplex_.objective() + constant();
    const bool is_up_better = branch.up <= branch.down;
    for (const bool is_up : {!is_up_better, is_up_better}) {
        const std::size_t first = bounds_.size();
        for (int d = 0; d < num_deployments(); ++d) {
            const int low = lower(d);
            const int high = upper(d);
            bounds_.push_back(d == branch.deployment && is_up ? branch.floor + 1 : low);
            bounds_.push_back(d == branch.deployment && !is_up ? branch.floor : high);
        }
        open_.push_back({objective + (is_up ? branch.up : branch.down), first});
    }
    is_diving_ = true;
}

}  // namespace allot
