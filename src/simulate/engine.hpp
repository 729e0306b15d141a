#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

#include "performance/two_phase_terms.hpp"

namespace allot::simulation {

/// Tokens of a block of KV memory.
inline constexpr int kBlockTokens = 16;

/// A query on its way through an engine.
struct Query {
    double arrival_s = 0;
    int route = 0;
    int input_tokens = 0;
    int output_tokens = 0;
    bool counts = false;  ///< in the statistics

    int prompt_tokens =
        0;  ///< to compute before the next token: the input, after a preemption with the answer so far
    int computed = 0;  ///< of those
    int left = 0;      ///< output tokens still to come
    double first_token_s = -1;
    int preemptions = 0;

    // Its place in the engine.
    std::int64_t admission = 0;  ///< in order; the youngest is preempted first
    std::size_t position = 0;    ///< among those that run in its lane
    std::int64_t end_step =
        0;  ///< step of its lane that gives its last token; 0 = its prompt is not computed yet
};

/// What an engine is told about its replica.
struct EngineSetup {
    ReplicaRates rates;
    int pipeline = 1;
    int max_num_seqs = 256;  ///< of all lanes together
    int tokens_per_step = 2048;
    std::int64_t num_blocks = 0;  ///< of KV memory
};

/// Seconds of one pass over a batch: the equations of docs/performance-model.md, section 2, for chunks of prompts and decoding sequences
/// together.
struct Batch {
    double decodes = 0;         ///< sequences that get one token each
    double context_tokens = 0;  ///< of all of those
    double prompt_tokens = 0;   ///< of all chunks
    double prompt_squares = 0;  ///< over the chunks: (end^2 - begin^2), the attention of their tokens
    double prompts_ended = 0;   ///< chunks that are the last of their prompt
};
double pass_s(const ReplicaRates& rates, const Batch& batch);

/// One replica as an engine of vLLM V1's kind: every pass is all running decodes plus chunks of prompts within the token budget, first
/// come first served; a pipeline of m stages runs m batches (lanes) at once. Time is told from outside, by events.
class Engine {
  public:
    /// Called for every query that has its last token, or is refused (then first_token_s < 0).
    using Finished = std::function<void(const Query&, double now_s)>;

    explicit Engine(const EngineSetup& setup);

    /// A query arrives. Returns the lane that was idle and begins a pass, or -1.
    int add(const Query& query, double now_s, const Finished& finished);

    /// Begins a pass of a lane that is idle, if there is work for it; returns when it ends, or a negative number.
    double begin_pass(int lane, double now_s);

    /// Ends the pass that the lane has begun.
    void end_pass(int lane, double now_s, const Finished& finished);

    bool is_idle(int lane) const { return !lanes_[static_cast<std::size_t>(lane)].is_busy; }
    int num_lanes() const { return static_cast<int>(lanes_.size()); }
    std::size_t num_waiting() const { return waiting_.size(); }
    std::size_t num_running() const { return num_running_; }
    std::size_t num_queries() const { return num_running_ + waiting_.size(); }
    double busy_s() const { return busy_s_; }  ///< of its stages, mean, up to the end of the passes begun
    long long passes() const { return passes_; }

    /// All queries that are still here, in no order.
    void for_each(const std::function<void(const Query&)>& visit) const;

  private:
    struct Ending {
        std::int64_t step;
        std::int64_t admission;
        std::size_t slot;
        bool operator>(const Ending& other) const {
            return std::pair(step, admission) > std::pair(other.step, other.admission);
        }
    };
    struct Chunk {
        std::size_t slot;
        int tokens;
    };
    struct Lane {
        bool is_busy = false;
        std::int64_t step = 0;             ///< passes that gave tokens to decoding sequences
        std::vector<std::size_t> running;  ///< slots: decoding, or with a part of their prompt computed
        std::deque<std::size_t> prompts;   ///< those whose prompts are not computed yet, in order
        std::priority_queue<Ending, std::vector<Ending>, std::greater<>>
            endings;  ///< of the decoding; may be out of date
        std::int64_t decodes = 0;
        std::int64_t cached_tokens = 0;  ///< of the decoding
        std::array<std::int64_t, kBlockTokens>
            phases{};               ///< decoding sequences by (cached - step) mod kBlockTokens
        std::vector<Chunk> chunks;  ///< of the pass under way
    };

    std::int64_t new_blocks(const Lane& lane) const;
    bool make_room(Lane& lane, std::int64_t blocks);
    bool preempt_youngest(Lane& lane);
    void continue_prompts(Lane& lane, Batch& batch, int& budget);
    void admit(Lane& lane, Batch& batch, int& budget);
    bool may_admit(const Lane& lane) const;
    void add_chunk(Lane& lane, std::size_t slot, int tokens, Batch& batch, int& budget);
    void start_decoding(Lane& lane, std::size_t slot);
    void stop_decoding(Lane& lane, const Query& query);
    void leave(Lane& lane, std::size_t slot);
    void finish_prompt(Lane& lane, std::size_t slot, double now_s, const Finished& finished);
    void finish_decodes(Lane& lane, double now_s, const Finished& finished);
    double schedule(double now_s, double duration_s);
    std::int64_t blocks_of(const Query& query, const Lane& lane) const;

    EngineSetup setup_;
    std::vector<Query> slots_;
    std::vector<std::size_t> free_slots_;
    std::deque<std::size_t> waiting_;
    std::vector<Lane> lanes_;
    std::vector<double> stage_free_s_;
    std::int64_t free_blocks_ = 0;
    std::int64_t admissions_ = 0;
    std::size_t num_running_ = 0;
    bool has_preempted_ = false;
    double busy_s_ = 0;
    long long passes_ = 0;
};

}  // namespace allot::simulation
