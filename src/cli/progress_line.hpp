#pragma once

#include "allot/solve.hpp"
#include "cli/terminal.hpp"

namespace allot::cli {

/// Shows a long run on one line of the terminal; short ones stay silent. The line is gone when this object is.
class ProgressLine : public ProgressObserver {
  public:
    explicit ProgressLine(Terminal& terminal) : terminal_(terminal) {}
    ~ProgressLine() override { terminal_.clear_progress(); }
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    void on_progress(const Progress& progress) override;

  private:
    Terminal& terminal_;
    double next_s_ = 0.5;
};

}  // namespace allot::cli
