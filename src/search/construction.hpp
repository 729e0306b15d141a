#pragma once

#include <optional>
#include <vector>

#include "allot/mechanisms.hpp"
#include "search/search_state.hpp"
#include "util/rng.hpp"

namespace allot {

/// Noise on the greedy's scores: each is multiplied by 1 + amplitude * u with u uniform in [-1, 1).
struct ScoreNoise {
    double amplitude = 0;
    Rng* rng = nullptr;
};

/// The greedy step that GH and AGH share (docs/algorithms.md, section 2): coverage pre-allocation, then types in a given order, each
/// served by the candidate of least cost per coverage. Const after construction; one object serves all threads.
class Construction {
  public:
    Construction(const CandidateTable& table, const Mechanisms& mechanisms);

    /// A plan that serves types in `order` (a permutation of the types). It breaks no limit but max_unmet.
    Allocation build(const std::vector<int>& order, ScoreNoise noise = {}) const;

    /// Types by falling rate: the order of GH.
    std::vector<int> order_by_rate() const;

  private:
    /// A pair with all that is read of it, side by side: the loop over the candidates of a type would otherwise wait for memory at
    /// every figure of every one of them.
    struct Candidate {
        int pair = -1;
        int configuration = 0;
        int group = 0;
        double slot_load = 0;
        double kv_load = 0;
        double delay_s = 0;
        double error = 0;
        double usd = 0;
    };
    /// A candidate in the current state: what to do, what it costs, how it compares.
    struct Option {
        Assignment assignment;
        double score = 0;
    };
    /// What is left for a type, found once per step.
    struct Room {
        int type = 0;
        double unmet = 0;
        std::optional<MeanLimit> error, delay;
        double error_slack = 0;  ///< how much the mean rows can still take, in their units
        double delay_slack = 0;
    };

    /// What a deployment already carries, seen from the configuration it would run next.
    struct Standing {
        int from = 0;  ///< the configuration that it runs now, or none does
        int to = 0;
        int replicas = 0;
        double slot_load = 0;
        double kv_load = 0;
        double moved_usd = 0;
    };

    void choose_representatives();
    Candidate candidate(int pair) const;
    void cover(SearchState& state) const;
    void cover_type(SearchState& state, int i) const;
    void serve(SearchState& state, int i, ScoreNoise noise) const;
    bool can_serve_alone(int pair) const;

    Room room(const SearchState& state, int i) const;
    std::optional<Option> best_option(const SearchState& state, const Room& room, ScoreNoise noise) const;
    std::optional<Option> option_of_group(const SearchState& state, const Room& room,
                                          const Candidate& representative) const;
    std::optional<Option> upgrade_option(const SearchState& state, const Room& room, int active) const;
    bool serves_all_of(const SearchState& state, int from, int to) const;
    std::optional<Option> evaluate(const SearchState& state, const Room& room, const Candidate& candidate,
                                   int upgrade_from) const;
    double room_of(const SearchState& state, int resource, const Standing& standing) const;
    double storable_share(const SearchState& state, const Standing& standing, int i) const;
    double most_replicas(const SearchState& state, const Standing& standing, int i, double share) const;
    bool has_limited_starts(int c) const;
    int running_left(const SearchState& state, int c) const;
    int starts_of(const SearchState& state, int c, int replicas) const;
    Standing standing(const SearchState& state, int from, int to) const;
    double mean_row_share(const Room& room, const std::optional<MeanLimit>& limit, double slack,
                          const Candidate& candidate) const;

    const CandidateTable* table_;
    Mechanisms mechanisms_;
    std::vector<std::vector<Candidate>> representatives_;  // by type: one per group, in the order of groups
};

}  // namespace allot
