#include "lp/clp_solver.hpp"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <utility>

#include <ClpEventHandler.hpp>
#include <ClpSimplex.hpp>

namespace allot {

namespace {

/// Asks the stop criterion now and then; Clp's own limit counts processor time.
class LimitHandler : public ClpEventHandler {
  public:
    /// `size` of the program: rows and columns.
    LimitHandler(StopCriterion stop, int size)
        : stop_(std::move(stop)), stride_(std::clamp(kSizePerLook / std::max(1, size), 1, kMaxStride)) {}

    int event(Event which) override {
        constexpr int kContinue = -1;
        constexpr int kStop = 5;
        if (which != endOfIteration || ++calls_ % stride_ != 0) return kContinue;
        return stop_.is_met() ? kStop : kContinue;
    }

    ClpEventHandler* clone() const override { return new LimitHandler(*this); }

  private:
    /// Iterations between two looks: a look at the clock costs less than a hundredth of so many iterations. An iteration of a large
    /// program takes as long as many of a small one.
    static constexpr int kMaxStride = 16;
    static constexpr int kSizePerLook = 200'000;
    StopCriterion stop_;
    int stride_;
    int calls_ = 0;
};

double clp_bound(double bound) { return std::clamp(bound, -COIN_DBL_MAX, COIN_DBL_MAX); }

LpStatus to_status(int clp_status) {
    switch (clp_status) {
        case 0:
            return LpStatus::optimal;
        case 1:
            return LpStatus::infeasible;
        case 2:
            return LpStatus::unbounded;
        case 3:
        case 5:
            return LpStatus::stopped;
        default:
            return LpStatus::failed;
    }
}

}  // namespace

struct ClpSolver::Impl {
    ClpSimplex model;
    int iterations = 0;

    int run(LpMethod method) {
        int status = method == LpMethod::dual ? model.dual() : model.primal();
        iterations += model.numberIterations();
        const int secondary = model.secondaryStatus();
        if (status == 0 && secondary >= 2 && secondary <= 4) {
            // Optimal as scaled, but beyond the tolerance once unscaled.
            model.cleanup(1);
            status = model.status();
            iterations += model.numberIterations();
        }
        return status;
    }
};

void LpColumns::add(double column_cost, double column_lower, double column_upper,
                    std::span<const LpEntry> entries) {
    cost.push_back(column_cost);
    lower.push_back(column_lower);
    upper.push_back(column_upper);
    for (const LpEntry& entry : entries) {
        assert(entry.index >= 0);
        if (entry.value == 0) continue;
        row.push_back(entry.index);
        value.push_back(entry.value);
    }
    begin.push_back(static_cast<int>(row.size()));
}

void LpColumns::clear() { *this = LpColumns{}; }

ClpSolver::ClpSolver(const LinearProgram& lp) : impl_(std::make_unique<Impl>()) {
    assert(lp.find_defect().empty());
    ClpSimplex& model = impl_->model;
    model.setLogLevel(0);
    model.resize(lp.num_rows(), 0);
    for (int r = 0; r < lp.num_rows(); ++r) set_row_bounds(r, lp.row(r).lower, lp.row(r).upper);
    LpColumns columns;
    for (int c = 0; c < lp.num_columns(); ++c) {
        const LpColumn& column = lp.column(c);
        columns.add(column.cost, column.lower, column.upper, lp.entries(c));
    }
    add_columns(columns);
}

ClpSolver::~ClpSolver() = default;
ClpSolver::ClpSolver(ClpSolver&&) noexcept = default;
ClpSolver& ClpSolver::operator=(ClpSolver&&) noexcept = default;

int ClpSolver::num_rows() const { return impl_->model.numberRows(); }
int ClpSolver::num_columns() const { return impl_->model.numberColumns(); }

int ClpSolver::add_columns(const LpColumns& columns) {
    const int first = num_columns();
    assert(columns.begin.size() == columns.cost.size() + 1 && columns.lower.size() == columns.cost.size() &&
           columns.upper.size() == columns.cost.size());
    if (columns.size() == 0) return first;
    std::vector<double> lower(columns.lower), upper(columns.upper);
    std::transform(lower.begin(), lower.end(), lower.begin(), clp_bound);
    std::transform(upper.begin(), upper.end(), upper.begin(), clp_bound);
    const std::vector<CoinBigIndex> begin(columns.begin.begin(), columns.begin.end());
    impl_->model.addColumns(columns.size(), lower.data(), upper.data(), columns.cost.data(), begin.data(),
                            columns.row.data(), columns.value.data());
    return first;
}

int ClpSolver::add_row(double lower, double upper, std::span<const LpEntry> entries) {
    std::vector<int> column;
    std::vector<double> value;
    assert(lower <= upper);
    for (const LpEntry& entry : entries) {
        assert(entry.index >= 0 && entry.index < num_columns());
        column.push_back(entry.index);
        value.push_back(entry.value);
    }
    impl_->model.addRow(static_cast<int>(column.size()), column.data(), value.data(), clp_bound(lower),
                        clp_bound(upper));
    return num_rows() - 1;
}

void ClpSolver::set_cost(int column, double cost) {
    assert(column >= 0 && column < num_columns());
    impl_->model.setObjectiveCoefficient(column, cost);
}

void ClpSolver::set_column_bounds(int column, double lower, double upper) {
    assert(column >= 0 && column < num_columns() && lower <= upper);
    impl_->model.setColumnBounds(column, clp_bound(lower), clp_bound(upper));
}

void ClpSolver::set_row_bounds(int row, double lower, double upper) {
    assert(row >= 0 && row < num_rows() && lower <= upper);
    impl_->model.setRowBounds(row, clp_bound(lower), clp_bound(upper));
}

void ClpSolver::set_tolerances(double primal, double dual) {
    assert(primal > 0 && dual > 0);
    impl_->model.setPrimalTolerance(primal);
    impl_->model.setDualTolerance(dual);
}

void ClpSolver::disable_scaling() { impl_->model.scaling(0); }

LpStatus ClpSolver::solve(LpMethod method, const LpLimits& limits) {
    ClpSimplex& model = impl_->model;
    impl_->iterations = 0;
    if (limits.stop.is_met()) return LpStatus::stopped;
    constexpr int kNoLimit = 2147483647;
    model.setMaximumIterations(limits.max_iterations > 0 ? limits.max_iterations : kNoLimit);
    const bool has_handler = limits.stop.deadline.has_value() || limits.stop.token.stop_possible();
    if (has_handler) {
        const LimitHandler handler(limits.stop, num_rows() + num_columns());
        model.passInEventHandler(&handler);
    }
    int status = impl_->run(method);
    if (to_status(status) == LpStatus::failed && !limits.stop.is_met()) {
        model.allSlackBasis(true);
        status = impl_->run(LpMethod::primal);
    }
    if (has_handler) {
        const ClpEventHandler none;
        model.passInEventHandler(&none);
    }
    return to_status(status);
}

double ClpSolver::objective() const { return impl_->model.objectiveValue(); }
int ClpSolver::iterations() const { return impl_->iterations; }

std::span<const double> ClpSolver::values() const {
    return {impl_->model.primalColumnSolution(), static_cast<std::size_t>(num_columns())};
}

std::span<const double> ClpSolver::duals() const {
    return {impl_->model.dualRowSolution(), static_cast<std::size_t>(num_rows())};
}

LpBasis ClpSolver::basis() const {
    LpBasis basis;
    for (int c = 0; c < num_columns(); ++c) {
        basis.column.push_back(static_cast<unsigned char>(impl_->model.getColumnStatus(c)));
    }
    for (int r = 0; r < num_rows(); ++r) {
        basis.row.push_back(static_cast<unsigned char>(impl_->model.getRowStatus(r)));
    }
    return basis;
}

void ClpSolver::set_basis(const LpBasis& basis) {
    assert(static_cast<int>(basis.row.size()) <= num_rows());
    assert(static_cast<int>(basis.column.size()) <= num_columns());
    ClpSimplex& model = impl_->model;
    model.createStatus();
    const auto status_of_new = [&model](int c) {
        if (model.getColLower()[c] > -COIN_DBL_MAX) return ClpSimplex::atLowerBound;
        return model.getColUpper()[c] < COIN_DBL_MAX ? ClpSimplex::atUpperBound : ClpSimplex::isFree;
    };
    for (int c = 0; c < num_columns(); ++c) {
        const auto at = static_cast<std::size_t>(c);
        const bool is_known = at < basis.column.size();
        model.setColumnStatus(
            c, is_known ? static_cast<ClpSimplex::Status>(basis.column[at]) : status_of_new(c));
    }
    for (int r = 0; r < num_rows(); ++r) {
        const auto at = static_cast<std::size_t>(r);
        const bool is_known = at < basis.row.size();
        model.setRowStatus(r, is_known ? static_cast<ClpSimplex::Status>(basis.row[at]) : ClpSimplex::basic);
    }
}

}  // namespace allot
