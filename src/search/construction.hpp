#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "allot/mechanisms.hpp"
#include "search/search_state.hpp"
#include "util/rng.hpp"
#include "util/stop_criterion.hpp"

namespace allot {

/// Noise on the greedy's scores: each is multiplied by 1 + amplitude * u with u uniform in [-1, 1).
struct ScoreNoise {
    double amplitude = 0;
    Rng* rng = nullptr;
};

/// What steers a construction besides the costs of the instance.
struct Steering {
    /// Part of the empty rest of a last replica that whoever opens it pays for: 1 = replicas as they are rented, 0 = by their load,
    /// as if others came to fill them.
    double whole_part = 1;
    /// By resource, what a unit of it costs beyond its price [USD]: how plans learn to do with less of what runs short. Empty: none.
    std::vector<double> resource_usd;
    ScoreNoise noise;
    /// Asked before every type; once it is met, those that are left go unserved.
    StopCriterion stop;
};

/// The greedy step that GH and AGH share (docs/algorithms.md, section 2): coverage pre-allocation, then types in a given order, each
/// served by the candidate, or the mixture of two, of least cost per coverage. Const after construction; one object serves all threads.
class Construction {
  public:
    Construction(const CandidateTable& table, const Mechanisms& mechanisms);

    /// A plan that serves types in `order` (a permutation of the types). It breaks no limit but max_unmet.
    Allocation build(const std::vector<int>& order, const Steering& steering = {}) const;
    /// The same as a state, for who goes on from it.
    SearchState construct(const std::vector<int>& order, const Steering& steering) const;

    /// Serves what is unserved of type i, as far as limits allow; configuration `banned` stays closed (-1: none). Returns how
    /// many pairs it looked at, as a measure of its work.
    std::int64_t serve(SearchState& state, int i, const Steering& steering, int banned = -1) const;
    /// Moves each deployment to the configuration of its group that does the same for least. Returns the pairs it looked at.
    std::int64_t retune(SearchState& state, const Steering& steering) const;

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
        bool is_second = false;  ///< of its group: the one of least cost where all replicas are full
    };
    /// A candidate in the current state: what to do, what it costs, how it compares.
    struct Option {
        Assignment assignment;
        double score = 0;
        double added_usd = 0;
    };
    /// An option with what it takes of the mean limits, for the mixture of two (cost/type_mixture.hpp).
    struct Point {
        double usd = 0;     ///< its score
        double excess = 0;  ///< of all that is unserved, beyond the slack; relative to the limit
        Option option;
    };
    /// What is left for a type, found once per step.
    struct Room {
        int type = 0;
        int banned = -1;  ///< configuration
        double unmet = 0;
        const Steering* steering = nullptr;
        std::optional<MeanLimit> error, delay;
        double error_slack = 0;  ///< how much the mean rows can still take, in their units
        double delay_slack = 0;
    };

    /// What a deployment already carries, seen from the configuration it would run next.
    struct Standing {
        int from = 0;  ///< the configuration that it runs now, or none does
        int to = 0;
        int replicas = 0;
        double load_now = 0;   ///< of what it runs now
        double slot_load = 0;  ///< of what it would run
        double kv_load = 0;
        double moved_usd = 0;
    };

    void choose_representatives();
    Candidate candidate(int pair) const;
    void cover(SearchState& state, const StopCriterion& stop) const;
    void cover_type(SearchState& state, int i) const;

    Room room(const SearchState& state, int i, const Steering& steering) const;
    std::vector<Point> points(const SearchState& state, const Room& room) const;
    void add_group(const SearchState& state, const Room& room, const Candidate& representative,
                   std::vector<Point>& points) const;
    void add_upgrade(const SearchState& state, const Room& room, int active,
                     std::vector<Point>& points) const;
    void add_point(const SearchState& state, const Room& room, const Candidate& candidate, int upgrade_from,
                   std::vector<Point>& points) const;
    std::optional<Option> best_option(const SearchState& state, const Room& room) const;
    std::optional<Option> option_within_slack(const SearchState& state, const Room& room,
                                              const std::vector<Point>& points) const;
    Option mixed_option(const SearchState& state, const Room& room, const Point& inside, const Point& outside,
                        double part) const;
    bool serves_all_of(const SearchState& state, int from, int to) const;
    std::optional<Option> evaluate(const SearchState& state, const Room& room, const Candidate& candidate,
                                   int upgrade_from, double share) const;
    double added_usd(const SearchState& state, const Standing& standing, const Steering& steering,
                     int replicas, double load) const;
    std::int64_t retune(SearchState& state, int c, const Steering& steering) const;
    double room_of(const SearchState& state, int resource, const Standing& standing) const;
    double storable_share(const SearchState& state, const Standing& standing, int i) const;
    double most_replicas(const SearchState& state, const Standing& standing, int i, double share) const;
    bool has_limited_starts(int c) const;
    int running_left(const SearchState& state, int c) const;
    int starts_of(const SearchState& state, int c, int replicas) const;
    Standing standing(const SearchState& state, int from, int to) const;
    double excess(const std::optional<MeanLimit>& limit, const Candidate& candidate) const;
    double mean_row_share(const Room& room, const std::optional<MeanLimit>& limit, double slack,
                          const Candidate& candidate) const;
    double excess_of_all(const Room& room, const Candidate& candidate) const;

    const CandidateTable* table_;
    Mechanisms mechanisms_;
    std::vector<std::vector<Candidate>>
        representatives_;  // by type: one or two per group, in the order of groups
};

}  // namespace allot
