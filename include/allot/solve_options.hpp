#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "allot/mechanisms.hpp"

namespace allot {

struct Parameters;  // solvers/parameters.hpp

struct SolveOptions {
    std::string method = "auto";  ///< a name in solver_names()
    std::uint64_t seed = 0;
    int threads = 0;  ///< 0 = all of the machine; the result does not depend on it
    /// 1..5, size of the iteration budget of the search: its parameters. Starts of `auto` end sooner within 2, 1, 0.5, 0.05 and 0 % of the
    /// bound.
    int effort = 3;
    /// Exact methods end when the plan is proven to cost at most this part more than need be. In [1e-6, 1); `optimal` is 1e-6.
    double relative_gap = 1e-6;
    /// Every number that the methods take besides the instance; null: those of the effort. They go by --parameters FILE in the program.
    std::shared_ptr<const Parameters> parameters;
    std::optional<double>
        time_limit_s;  ///< for all of solve(), reasons and bound included; then the status is `stopped`
    bool has_limit_changes =
        true;  ///< false: `reasons` name who goes short, without a search for what would help (often longer than the rest)
    Mechanisms mechanisms;
    std::stop_token stop;  ///< lets another thread end the run soon
};

/// A sign of life of a running solver. Called from the thread that called solve().
struct Progress {
    std::string phase;
    double elapsed_s = 0;
    double incumbent_usd = 0;
    double bound_usd = 0;
};

class ProgressObserver {
  public:
    virtual ~ProgressObserver() = default;
    virtual void on_progress(const Progress& progress) = 0;
};

}  // namespace allot
