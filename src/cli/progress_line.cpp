#include "cli/progress_line.hpp"

#include <cmath>

#include <fmt/format.h>

#include "report/figures.hpp"

namespace allot::cli {

void ProgressLine::on_progress(const Progress& progress) {
    constexpr double kIntervalS = 0.2;
    if (progress.elapsed_s < next_s_) return;
    next_s_ = progress.elapsed_s + kIntervalS;
    std::string line = fmt::format("{} {}", duration_s(progress.elapsed_s), progress.phase);
    if (progress.incumbent_usd > 0 && std::isfinite(progress.incumbent_usd)) {
        line += fmt::format(": best {} USD", grouped(progress.incumbent_usd, 2));
    }
    if (progress.bound_usd > 0) line += fmt::format(", bound {} USD", grouped(progress.bound_usd, 2));
    terminal_.progress(line);
}

}  // namespace allot::cli
