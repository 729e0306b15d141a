#include "milp/cbc_backend.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <mutex>
#include <string>

#include <CbcEventHandler.hpp>
#include <CbcModel.hpp>
#include <CbcSolver.hpp>
#include <OsiClpSolverInterface.hpp>
#include <fmt/format.h>

#include "lp/clp_solver.hpp"

// How CBC 2.10 has to be used; each rule answers a fault that was reproduced with it.
//  1. One solve at a time per process (solve_mutex).
//  2. "preprocess off": a limit that ends the run during preprocessing is reported as "proven infeasible" (8 of 32 short runs).
//  3. A start is given as a MIP start, never as an initial solution (false "optimal", segmentation faults). Columns and rows keep the
//     solver's default names (C0000001): given names for columns alone crash its presolve.
//  4. "timem elapsed": the default limit counts processor time.
//  5. Log level 0, no signal handler of its own, and only parameters that exist: it prints unknown ones to standard output.
//  6. No cutoff is ever set: one below the optimum reads "infeasible".
//  7. Programs without integers or without columns take other paths in it: they are solved before it is asked.
//  8. A model is used for one solve.
// The C++ interface is used because the C interface can neither end a running solve nor tell how far it is.

namespace allot {

namespace {

using Clock = std::chrono::steady_clock;

std::mutex& solve_mutex() {
    static std::mutex mutex;
    return mutex;
}

/// CBC treats costs as equal when they differ by its cutoff increment of 1e-5; costs are scaled so that this is 1e-9 of them.
constexpr double kScaledCost = 1e4;
constexpr double kCutoffIncrement = 1e-5;

/// Ends the run when asked to and tells the observer. CBC clones it for the sub-problems of its heuristics.
class RunHandler : public CbcEventHandler {
  public:
    RunHandler(const MilpOptions& options, const MilpObserver& observer, double cost_scale)
        : options_(options), observer_(observer), cost_scale_(cost_scale) {}

    CbcAction event(CbcEvent which) override {
        if (options_.stop.is_met()) {
            // Heuristics and cut rounds look at the clock only.
            if (model_ != nullptr) const_cast<CbcModel*>(model_)->setMaximumSeconds(0);
            return stop;
        }
        if (observer_ && options_.threads <= 1 && model_ != nullptr && model_->parentModel() == nullptr) {
            report(which);
        }
        return noAction;
    }

    CbcEventHandler* clone() const override { return new RunHandler(*this); }

  private:
    void report(CbcEvent which) {
        constexpr auto kInterval = std::chrono::milliseconds(100);
        const auto now = Clock::now();
        if (which != solution && which != heuristicSolution && now - last_report_ < kInterval) return;
        last_report_ = now;
        MilpProgress progress;
        if (model_->bestSolution() != nullptr) progress.incumbent = model_->getObjValue() / cost_scale_;
        const double bound = model_->getBestPossibleObjValue() / cost_scale_;
        if (std::abs(bound) < 1e40) progress.bound = bound;
        progress.nodes = model_->getNodeCount();
        observer_(progress);
    }

    const MilpOptions& options_;
    const MilpObserver& observer_;
    double cost_scale_;
    Clock::time_point last_report_{};
};

double osi_bound(double bound) { return std::clamp(bound, -COIN_DBL_MAX, COIN_DBL_MAX); }

/// A factor that brings the objective to the size of kScaledCost.
double cost_scale(double lp_optimum) {
    const double size = std::abs(lp_optimum);
    return size > 1e-12 && std::isfinite(size) ? kScaledCost / size : 1.0;
}

void load_matrix(const LinearProgram& lp, double scale, OsiClpSolverInterface& osi) {
    std::vector<CoinBigIndex> begin{0};
    std::vector<int> row;
    std::vector<double> value, column_lower, column_upper, cost, row_lower, row_upper;
    row.reserve(lp.num_entries());
    value.reserve(lp.num_entries());
    for (int c = 0; c < lp.num_columns(); ++c) {
        for (const LpEntry& entry : lp.entries(c)) {
            row.push_back(entry.index);
            value.push_back(entry.value);
        }
        begin.push_back(static_cast<CoinBigIndex>(row.size()));
        column_lower.push_back(osi_bound(lp.column(c).lower));
        column_upper.push_back(osi_bound(lp.column(c).upper));
        cost.push_back(scale * lp.column(c).cost);
    }
    for (int r = 0; r < lp.num_rows(); ++r) {
        row_lower.push_back(osi_bound(lp.row(r).lower));
        row_upper.push_back(osi_bound(lp.row(r).upper));
    }
    osi.loadProblem(lp.num_columns(), lp.num_rows(), begin.data(), row.data(), value.data(),
                    column_lower.data(), column_upper.data(), cost.data(), row_lower.data(),
                    row_upper.data());
}

void load(const LinearProgram& lp, double scale, OsiClpSolverInterface& osi) {
    osi.messageHandler()->setLogLevel(0);
    osi.getModelPtr()->setLogLevel(0);
    load_matrix(lp, scale, osi);
    for (int c = 0; c < lp.num_columns(); ++c) {
        if (lp.column(c).is_integer) osi.setInteger(c);
    }
}

/// CBC's root LP starts where ours ended. Clp and Coin number a row's bounds the other way round.
void load_basis(const LpBasis& basis, OsiClpSolverInterface& osi) {
    using Coin = CoinWarmStartBasis;
    constexpr std::array kColumn{Coin::isFree,       Coin::basic,  Coin::atUpperBound,
                                 Coin::atLowerBound, Coin::isFree, Coin::atLowerBound};
    constexpr std::array kRow{Coin::isFree,       Coin::basic,  Coin::atLowerBound,
                              Coin::atUpperBound, Coin::isFree, Coin::atUpperBound};
    Coin coin;
    coin.setSize(static_cast<int>(basis.column.size()), static_cast<int>(basis.row.size()));
    for (std::size_t c = 0; c < basis.column.size(); ++c) {
        coin.setStructStatus(static_cast<int>(c), kColumn[basis.column[c] & 7]);
    }
    for (std::size_t r = 0; r < basis.row.size(); ++r) {
        coin.setArtifStatus(static_cast<int>(r), kRow[basis.row[r] & 7]);
    }
    osi.setWarmStart(&coin);
}

void load_start(const LinearProgram& lp, std::span<const double> start, CbcModel& model) {
    std::vector<std::string> names;
    std::vector<double> values;
    for (int c = 0; c < lp.num_columns(); ++c) {
        if (!lp.column(c).is_integer) continue;
        names.push_back(model.solver()->getColName(c));
        values.push_back(std::round(start[static_cast<std::size_t>(c)]));
    }
    std::vector<const char*> pointers;
    for (const std::string& name : names) pointers.push_back(name.c_str());
    model.setMIPStart(static_cast<int>(pointers.size()), pointers.data(), values.data());
}

std::vector<std::string> arguments(const MilpOptions& options) {
    std::vector<std::string> result{"allot", "-log", "0", "-preprocess", "off", "-timem", "elapsed"};
    const auto add = [&result](const std::string& name, const std::string& value) {
        result.push_back("-" + name);
        result.push_back(value);
    };
    if (const auto left_s = options.stop.seconds_left()) add("sec", std::to_string(std::max(*left_s, 1e-3)));
    add("ratioGap", fmt::format("{:.3e}", options.relative_gap));
    if (options.only_prove) {
        add("heuristicsOnOff", "off");
        add("cutsOnOff", "off");
    }
    if (options.threads > 1) add("threads", std::to_string(options.threads));
    result.insert(result.end(), {"-solve", "-quit"});
    return result;
}

void run_cbc(CbcModel& model, CbcSolverUsefulData& data, const MilpOptions& options) {
    const std::vector<std::string> strings = arguments(options);
    std::vector<const char*> pointers;
    for (const std::string& text : strings) pointers.push_back(text.c_str());
    CbcMain1(
        static_cast<int>(pointers.size()), pointers.data(), model, [](CbcModel*, int) { return 0; }, data);
}

MilpResult read_result(const LinearProgram& lp, const CbcModel& model, double scale) {
    MilpResult result;
    result.nodes = model.getNodeCount();
    result.is_finished = model.status() == 0;
    const double bound = model.getBestPossibleObjValue();
    if (std::abs(bound) < 1e40) result.bound = (bound - kCutoffIncrement) / scale;
    if (const double* best = model.bestSolution()) {
        result.values.assign(best, best + lp.num_columns());
    } else if (result.is_finished && model.isProvenInfeasible()) {
        result.bound = kLpInfinity;
    }
    return result;
}

MilpResult from_lp(const LinearProgram& lp, const ClpSolver& solver, LpStatus status) {
    MilpResult result;
    result.is_finished = status != LpStatus::stopped && status != LpStatus::failed;
    if (status == LpStatus::infeasible) result.bound = kLpInfinity;
    if (status == LpStatus::optimal || status == LpStatus::stopped) {
        result.bound = dual_bound(lp, solver.duals());
    }
    if (status == LpStatus::optimal && lp.num_integers() == 0) {
        result.values.assign(solver.values().begin(), solver.values().end());
    }
    return result;
}

bool is_closed(const LinearProgram& lp, const MilpResult& result, const MilpOptions& options) {
    if (result.values.empty()) return result.bound == kLpInfinity;
    const double value = lp.objective(result.values);
    return value - result.bound <= 2 * options.relative_gap * std::abs(value) + kCutoffIncrement;
}

MilpResult branch_and_cut(const LinearProgram& lp, const ClpSolver& root, const MilpOptions& options,
                          std::span<const double> start, const MilpObserver& observer) {
    const double scale = cost_scale(root.objective());
    OsiClpSolverInterface osi;
    load(lp, scale, osi);
    load_basis(root.basis(), osi);
    CbcModel model(osi);
    CbcSolverUsefulData data;
    CbcMain0(model, data);
    data.noPrinting_ = true;
    data.useSignalHandler_ = false;
    if (!start.empty()) load_start(lp, start, model);
    const RunHandler handler(options, observer, scale);
    model.passInEventHandler(&handler);
    run_cbc(model, data, options);
    return read_result(lp, model, scale);
}

}  // namespace

MilpResult CbcBackend::solve(const MilpOptions& options, std::span<const double> start,
                             const MilpObserver& observer) const {
    assert(lp_.find_defect().empty());
    ClpSolver root(lp_);
    const LpStatus status = root.solve(LpMethod::dual, {.max_iterations = 0, .stop = options.stop});
    MilpResult from_root = from_lp(lp_, root, status);
    if (status != LpStatus::optimal || lp_.num_integers() == 0) return from_root;

    const std::lock_guard lock(solve_mutex());
    const auto run = [&](std::span<const double> from) {
        if (options.stop.is_met()) return from_root;
        return branch_and_cut(lp_, root, options, from, observer);
    };
    MilpResult result = run(start);
    if (result.is_finished && !start.empty() && !is_closed(lp_, result, options)) {
        // Nothing beats the start, so the root is infeasible under it as a cutoff, and the bound stays where it was. A second run
        // without a start gives a bound instead of a mere status.
        const MilpResult again = run({});
        result.bound = std::max(result.bound, again.bound);
        result.nodes += again.nodes;
        result.is_finished = again.is_finished;
    }
    result.bound = std::max(result.bound, from_root.bound);
    // A limit that ends the run early has been seen to leave the status of a finished one: the numbers decide.
    result.is_finished = result.is_finished && is_closed(lp_, result, options);
    return result;
}

}  // namespace allot
