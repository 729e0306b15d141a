#include "simulate/engine.hpp"

#include <algorithm>
#include <cassert>

namespace allot::simulation {

namespace {

std::int64_t blocks_for(std::int64_t tokens) { return (tokens + kBlockTokens - 1) / kBlockTokens; }

/// i mod kBlockTokens, also for negative i.
std::size_t phase(std::int64_t i) {
    return static_cast<std::size_t>((i % kBlockTokens + kBlockTokens) % kBlockTokens);
}

/// Tokens in memory of a sequence that decodes.
std::int64_t cached_tokens(const Query& query, std::int64_t step) {
    return query.input_tokens + query.output_tokens - 1 - (query.end_step - step);
}

}  // namespace

double pass_s(const ReplicaRates& rates, const Batch& batch) {
    const double tokens = batch.decodes + batch.prompt_tokens;
    const double device_s = linear_s(rates, tokens, batch.decodes + batch.prompts_ended) +
                            rates.decode_attention_s * batch.context_tokens +
                            rates.prefill_attention_s * batch.prompt_squares +
                            rates.activation_s_per_token * tokens + rates.fixed_s;
    const double host_s = std::max(batch.decodes > 0 ? rates.host_decode_s : 0,
                                   batch.prompt_tokens > 0 ? rates.host_prefill_s : 0);
    return overlap_s(device_s, host_s) + rates.hops_s + rates.hops_s_per_token * tokens +
           rates.sequence_s * batch.decodes;
}

Engine::Engine(const EngineSetup& setup)
    : setup_(setup),
      lanes_(static_cast<std::size_t>(setup.pipeline)),
      stage_free_s_(static_cast<std::size_t>(setup.pipeline), 0),
      free_blocks_(setup.num_blocks) {}

int Engine::add(const Query& query, double now_s, const Finished& finished) {
    Query fresh = query;
    fresh.prompt_tokens = fresh.input_tokens;
    fresh.left = fresh.output_tokens;
    if (blocks_for(fresh.input_tokens + fresh.output_tokens) > setup_.num_blocks) {
        finished(fresh, now_s);
        return -1;
    }
    std::size_t slot = slots_.size();
    if (free_slots_.empty()) {
        slots_.push_back(fresh);
    } else {
        slot = free_slots_.back();
        free_slots_.pop_back();
        slots_[slot] = fresh;
    }
    waiting_.push_back(slot);
    for (int lane = 0; lane < num_lanes(); ++lane) {
        if (is_idle(lane)) return lane;
    }
    return -1;
}

/// Blocks that the decoding sequences of a lane begin with their next token.
std::int64_t Engine::new_blocks(const Lane& lane) const { return lane.phases[phase(-lane.step)]; }

std::int64_t Engine::blocks_of(const Query& query, const Lane& lane) const {
    return blocks_for(query.end_step > 0 ? cached_tokens(query, lane.step) : query.computed);
}

void Engine::start_decoding(Lane& lane, std::size_t slot) {
    Query& query = slots_[slot];
    query.end_step = lane.step + query.left;
    const std::int64_t cached = cached_tokens(query, lane.step);
    lane.endings.push({query.end_step, query.admission, slot});
    ++lane.decodes;
    lane.cached_tokens += cached;
    ++lane.phases[phase(cached - lane.step)];
}

void Engine::stop_decoding(Lane& lane, const Query& query) {
    const std::int64_t cached = cached_tokens(query, lane.step);
    --lane.decodes;
    lane.cached_tokens -= cached;
    --lane.phases[phase(cached - lane.step)];
}

/// Takes a sequence out of those that run in its lane; its slot stays.
void Engine::leave(Lane& lane, std::size_t slot) {
    const std::size_t position = slots_[slot].position;
    lane.running[position] = lane.running.back();
    slots_[lane.running[position]].position = position;
    lane.running.pop_back();
    --num_running_;
}

/// Throws the youngest sequence of the lane out of memory and lets it wait before all others. False when none runs.
bool Engine::preempt_youngest(Lane& lane) {
    if (lane.running.empty()) return false;
    const auto youngest = std::max_element(
        lane.running.begin(), lane.running.end(),
        [&](std::size_t a, std::size_t b) { return slots_[a].admission < slots_[b].admission; });
    const std::size_t slot = *youngest;
    Query& query = slots_[slot];
    free_blocks_ += blocks_of(query, lane);
    if (query.end_step > 0) {
        stop_decoding(lane, query);
        query.left = static_cast<int>(query.end_step - lane.step);
        query.prompt_tokens = query.input_tokens + query.output_tokens - query.left;
        query.end_step = 0;
    } else {
        std::erase(lane.prompts, slot);
    }
    leave(lane, slot);
    query.computed = 0;
    ++query.preemptions;
    waiting_.push_front(slot);
    has_preempted_ = true;
    return true;
}

/// Frees blocks by preemption until so many are free; false when the lane has nothing left to throw out.
bool Engine::make_room(Lane& lane, std::int64_t blocks) {
    while (free_blocks_ < blocks) {
        if (!preempt_youngest(lane)) return false;
    }
    return true;
}

void Engine::add_chunk(Lane& lane, std::size_t slot, int tokens, Batch& batch, int& budget) {
    const Query& query = slots_[slot];
    const double begin = query.computed;
    const double end = begin + tokens;
    free_blocks_ -= blocks_for(query.computed + tokens) - blocks_for(query.computed);
    batch.prompt_tokens += tokens;
    batch.prompt_squares += end * end - begin * begin;
    batch.prompts_ended += query.computed + tokens == query.prompt_tokens ? 1 : 0;
    budget -= tokens;
    lane.chunks.push_back({slot, tokens});
}

void Engine::continue_prompts(Lane& lane, Batch& batch, int& budget) {
    for (std::size_t at = 0; at < lane.prompts.size() && budget > 0; ++at) {
        const std::size_t slot = lane.prompts[at];
        const Query& query = slots_[slot];
        const int tokens = std::min(query.prompt_tokens - query.computed, budget);
        const std::int64_t blocks = blocks_for(query.computed + tokens) - blocks_for(query.computed);
        // The prompts are in order of admission, so that the youngest is this one or stands behind it.
        while (free_blocks_ < blocks && at < lane.prompts.size()) preempt_youngest(lane);
        if (at < lane.prompts.size()) add_chunk(lane, slot, tokens, batch, budget);
    }
}

/// Lanes share the waiting queries evenly.
bool Engine::may_admit(const Lane& lane) const {
    return std::all_of(lanes_.begin(), lanes_.end(),
                       [&](const Lane& other) { return lane.running.size() <= other.running.size(); });
}

void Engine::admit(Lane& lane, Batch& batch, int& budget) {
    while (budget > 0 && !waiting_.empty() && num_running_ < static_cast<std::size_t>(setup_.max_num_seqs) &&
           may_admit(lane)) {
        const std::size_t slot = waiting_.front();
        Query& query = slots_[slot];
        const int tokens = std::min(query.prompt_tokens, budget);
        if (blocks_for(tokens) > free_blocks_) return;
        waiting_.pop_front();
        query.admission = ++admissions_;
        query.position = lane.running.size();
        lane.running.push_back(slot);
        lane.prompts.push_back(slot);
        ++num_running_;
        add_chunk(lane, slot, tokens, batch, budget);
    }
}

/// When a pass that begins now leaves the last stage; stages work one after another, each on one batch at a time.
double Engine::schedule(double now_s, double duration_s) {
    const double each_s = duration_s / setup_.pipeline;
    double at_s = now_s;
    for (double& free_s : stage_free_s_) {
        at_s = std::max(at_s, free_s) + each_s;
        free_s = at_s;
    }
    busy_s_ += each_s;
    ++passes_;
    return at_s;
}

double Engine::begin_pass(int lane_index, double now_s) {
    Lane& lane = lanes_[static_cast<std::size_t>(lane_index)];
    assert(!lane.is_busy);
    lane.chunks.clear();
    has_preempted_ = false;
    while (new_blocks(lane) > free_blocks_) preempt_youngest(lane);
    free_blocks_ -= new_blocks(lane);
    Batch batch;
    batch.decodes = static_cast<double>(lane.decodes);
    batch.context_tokens = static_cast<double>(lane.cached_tokens + lane.decodes);
    int budget = setup_.tokens_per_step - static_cast<int>(lane.decodes);
    continue_prompts(lane, batch, budget);
    if (!has_preempted_) admit(lane, batch, budget);
    if (lane.decodes == 0 && lane.chunks.empty()) return -1;
    lane.is_busy = true;
    return schedule(now_s, pass_s(setup_.rates, batch));
}

void Engine::finish_decodes(Lane& lane, double now_s, const Finished& finished) {
    while (!lane.endings.empty() && lane.endings.top().step <= lane.step) {
        const Ending ending = lane.endings.top();
        lane.endings.pop();
        Query& query = slots_[ending.slot];
        if (query.admission != ending.admission || query.end_step != ending.step)
            continue;  // preempted since
        free_blocks_ += blocks_of(query, lane);
        stop_decoding(lane, query);
        leave(lane, ending.slot);
        query.end_step = 0;
        query.admission = 0;
        finished(query, now_s);
        free_slots_.push_back(ending.slot);
    }
}

void Engine::finish_prompt(Lane& lane, std::size_t slot, double now_s, const Finished& finished) {
    Query& query = slots_[slot];
    std::erase(lane.prompts, slot);
    if (query.first_token_s < 0) query.first_token_s = now_s;
    --query.left;
    if (query.left > 0) return start_decoding(lane, slot);
    free_blocks_ += blocks_of(query, lane);
    leave(lane, slot);
    query.admission = 0;
    finished(query, now_s);
    free_slots_.push_back(slot);
}

void Engine::end_pass(int lane_index, double now_s, const Finished& finished) {
    Lane& lane = lanes_[static_cast<std::size_t>(lane_index)];
    lane.is_busy = false;
    if (lane.decodes > 0) {
        ++lane.step;
        lane.cached_tokens += lane.decodes;
        finish_decodes(lane, now_s, finished);
    }
    for (const Chunk& chunk : lane.chunks) {
        Query& query = slots_[chunk.slot];
        query.computed += chunk.tokens;
        if (query.computed == query.prompt_tokens) finish_prompt(lane, chunk.slot, now_s, finished);
    }
}

void Engine::for_each(const std::function<void(const Query&)>& visit) const {
    for (const std::size_t slot : waiting_) visit(slots_[slot]);
    for (const Lane& lane : lanes_) {
        for (const std::size_t slot : lane.running) visit(slots_[slot]);
    }
}

}  // namespace allot::simulation
