// The branch and bound of FixedSupportMip: on replica counts, depth first into the better child, then the open node of least bound.
#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "subproblem/fixed_support_mip.hpp"
#include "util/infinity.hpp"

namespace allot {
namespace {

/// Counts this near to a whole number, relative to max(1, count), are whole: ten times what the simplex tolerates at a bound.
constexpr double kWholeTolerance = 1e-9;

/// Cases of a proof that is kept.
constexpr std::size_t kMostCases = 4;

bool is_whole(double count) {
    return std::abs(count - std::round(count)) <= kWholeTolerance * std::max(1.0, count);
}

}  // namespace

/// Minimises the present objective below `cutoff`. With has_best_, the allocation is in result_ and its objective in best_.
FixedSupportStatus FixedSupportMip::search(double cutoff) {
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
    if (nodes_left_ <= 0) {
        was_given_up_ = true;
        return false;
    }
    node_ = open_.back();
    open_.pop_back();
    is_diving_ = false;
    return true;
}

void FixedSupportMip::enter_node() {
    runs_.resize(support_.size());
    for (int d = 0; d < num_deployments(); ++d) {
        runs_[d] = lower(d) > 0;
        const int column = problem_.replica_column(d);
        if (simplex_.lower(column) == lower(d) && simplex_.upper(column) == upper(d)) continue;
        const bool may_serve = upper(d) > 0;
        if (may_serve != (simplex_.upper(column) > 0)) problem_.allow_shares(d, may_serve, simplex_);
        simplex_.set_column_bounds(column, lower(d), upper(d));
    }
    problem_.force(runs_, simplex_);
}

/// What no column carries of the present objective.
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
        const bool is_settled = this->is_settled(d);
        is_all_whole = is_all_whole && is_settled;
        rounded_[d] = std::max(static_cast<int>(is_whole(count) ? std::round(count) : std::ceil(count)),
                               is_settled ? 0 : 1);
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

/// Whether the count of a deployment needs no branching: it is whole, and what it serves is not so little that 0 seems enough for it.
bool FixedSupportMip::is_settled(int d) const {
    const double count = simplex_.value(problem_.replica_column(d));
    return is_whole(count) && (std::round(count) > 0 || !problem_.serves(simplex_, d));
}

/// Looks one dual step down and up for every count that is not whole. True when that closes sides, so that the node is to be solved
/// again; else it is done: closed, or its two children are open.
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

/// One for every count that is not whole. Returns a deployment of which it is open whether it runs at all, or -1: to be decided when
/// every count is whole.
int FixedSupportMip::find_branches() {
    branches_.clear();
    int undecided = -1;
    for (int d = 0; d < num_deployments(); ++d) {
        const int column = problem_.replica_column(d);
        const double count = std::max(0.0, simplex_.value(column));
        if (is_settled(d)) {
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

/// The node is closed by the duals as they are: a case of the proof.
void FixedSupportMip::note_case() {
    if (!has_proof_) return;
    has_proof_ = num_cases_ < kMostCases;
    if (!has_proof_) return;
    if (num_cases_ == cases_.size()) cases_.push_back({{}, Prices::none(*table_)});
    CertificateCase& its = cases_[num_cases_++];
    problem_.read_prices(simplex_, its.prices);
    its.limits.clear();
    for (int d = 0; d < num_deployments(); ++d) {
        const int least = lower(d) > problem_.min_replicas(d) ? lower(d) : 0;
        const int most = upper(d) < problem_.max_replicas(d) ? upper(d) : CertificateCase::kNoLimit;
        if (least > 0 || most != CertificateCase::kNoLimit) its.limits.push_back({support_[d], least, most});
    }
}

/// The same for the sides of a branch that one dual step closes, by the duals behind a step that is long enough for that.
void FixedSupportMip::note_sides(const Branch& branch, double room) {
    constexpr double kEnough = 1.3;
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
        const double length = std::min(rise, kEnough * room) / distance;
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
