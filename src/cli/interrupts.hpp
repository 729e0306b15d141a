#pragma once

#include <atomic>
#include <stop_token>
#include <thread>

namespace allot::cli {

/// Ctrl-C (SIGINT), SIGTERM and a closed terminal (SIGHUP), taken by one thread of our own: solvers of other libraries swap signal handlers while they run.
/// Outside a Scope the first one ends the process at once; inside, it asks the work to stop and a second one ends the process.
/// At most one object, created before any other thread.
class Interrupts {
  public:
    Interrupts();
    ~Interrupts();
    Interrupts(const Interrupts&) = delete;
    Interrupts& operator=(const Interrupts&) = delete;

    /// Work that can be stopped and then still has something to write.
    class Scope {
      public:
        explicit Scope(Interrupts& interrupts) : interrupts_(interrupts) { interrupts_.depth_.fetch_add(1); }
        ~Scope() { interrupts_.depth_.fetch_sub(1); }
        Scope(const Scope&) = delete;
        Scope& operator=(const Scope&) = delete;

      private:
        Interrupts& interrupts_;
    };

    std::stop_token stop_token() const { return stop_.get_token(); }
    bool was_interrupted() const { return received_.load() != 0; }
    /// 128 + the signal that asked to stop, as shells have it.
    int exit_code() const { return 128 + received_.load(); }

  private:
    void wait_for_signals();

    std::stop_source stop_;
    std::atomic<int> depth_{0};
    std::atomic<int> received_{0};
    std::thread waiter_;
};

}  // namespace allot::cli
