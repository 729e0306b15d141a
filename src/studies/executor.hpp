#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <stop_token>
#include <string>

namespace allot {

/// Work that falls apart into items which know nothing of each other.
class Study {
  public:
    virtual ~Study() = default;
    virtual std::size_t num_items() const = 0;
    /// The record of one item, a line of text: the same whenever, wherever and beside whatever else it is made. Called by several
    /// threads at once.
    virtual std::string run(std::size_t item) const = 0;
};

/// Gets the items of a study done. Only item numbers and records pass through here, so that several machines that have built the
/// same study can share its items: another executor hands the numbers out and collects the records.
class Executor {
  public:
    /// A finished item and its record.
    using Sink = std::function<void(std::size_t item, const std::string& record)>;

    virtual ~Executor() = default;
    /// Runs `items` in any order and hands each record to `sink` as soon as it is there, one at a time. After a request to stop no
    /// new item is begun. An exception of an item or of the sink ends the run and is rethrown; records handed over stay so.
    virtual void run(const Study& study, std::span<const std::size_t> items, const Sink& sink,
                     const std::stop_token& stop) const = 0;
};

/// The threads of this process; 0 = all of the machine.
class ThreadExecutor final : public Executor {
  public:
    explicit ThreadExecutor(int threads) : threads_(threads) {}
    void run(const Study& study, std::span<const std::size_t> items, const Sink& sink,
             const std::stop_token& stop) const override;

  private:
    int threads_;
};

}  // namespace allot
