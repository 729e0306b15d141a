#include "solvers/tie_breaking.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "problem/tolerances.hpp"
#include "search/move.hpp"
#include "subproblem/fixed_support_mip.hpp"
#include "util/index.hpp"

namespace allot {
namespace {

/// Fleets that are tried at most: a few for every deployment of a plan of usual size. Each takes one small linear program.
constexpr int kMaxFleets = 400;

class TieBreaker {
  public:
    explicit TieBreaker(SearchContext& context)
        : context_(context), table_(context.table()), mip_(context.table()) {
        mip_.set_stop(context.stop());
    }

    void run() {
        if (!context_.incumbent.is_feasible() || !may_help() || !context_.may_go_on()) return;
        route(plan().configuration, plan().replicas);
        while (exchange_one()) {
        }
    }

  private:
    const Allocation& plan() const { return context_.incumbent.allocation; }

    /// Whether more queries could be served, or sooner, at no cost.
    bool may_help() const {
        for (int i = 0; i < plan().num_types; ++i) {
            if (is_free_to_serve(i) || table_.delay_usd_per_s[at(i)] == 0) return true;
        }
        return false;
    }

    bool is_free_to_serve(int i) const { return plan().unmet[at(i)] > 0 && table_.unmet_usd[at(i)] == 0; }

    /// Offers the best routing on a fleet; returns whether that is the new incumbent.
    bool route(const std::vector<int>& support, const std::vector<int>& replicas) {
        ++num_fleets_;
        return mip_.route(support, replicas).has_allocation() && context_.offer(mip_.allocation());
    }

    /// Goes on from the first exchange that helps.
    bool exchange_one() {
        for (int d = 0; d < plan().num_deployments(); ++d) {
            for (int c = 0; c < table_.num_configurations(); ++c) {
                const std::optional<int> replicas = equal_replicas(d, c);
                if (!replicas || !is_promising(d, c, *replicas)) continue;
                if (num_fleets_ >= kMaxFleets || !context_.may_go_on()) return false;
                std::vector<int> support = plan().configuration;
                std::vector<int> counts = plan().replicas;
                support[at(d)] = c;
                counts[at(d)] = *replicas;
                if (route(support, counts)) return true;
            }
        }
        return false;
    }

    /// The replicas of c that rent for as much as deployment d; none when there is no such number, or c cannot take the place of d.
    std::optional<int> equal_replicas(int d, int c) const {
        const int old = plan().configuration[at(d)];
        for (const int other : plan().configuration) {
            if (other == c || (other != old && exclude_each_other(table_, other, c))) return std::nullopt;
        }
        const double usd = table_.rent_usd[at(old)] * plan().replicas[at(d)];
        if (usd <= 0 || table_.rent_usd[at(c)] <= 0) return std::nullopt;
        const double count = std::round(usd / table_.rent_usd[at(c)]);
        const bool is_equal = std::abs(count * table_.rent_usd[at(c)] - usd) <= kSearchTolerance * usd;
        if (!is_equal || count < 1 || count > std::numeric_limits<int>::max()) return std::nullopt;
        return static_cast<int>(count);
    }

    /// Whether c might serve more, or a type of d sooner, or with fewer starts.
    bool is_promising(int d, int c, int replicas) const {
        bool is_faster = false;
        bool serves_more = false;
        for (int i = 0; i < plan().num_types; ++i) {
            const int pair = table_.find_pair(i, c);
            serves_more = serves_more || (pair >= 0 && is_free_to_serve(i));
            if (plan().share_of(d, i) <= 0 || pair < 0 || table_.delay_usd_per_s[at(i)] > 0) continue;
            const int old_pair = table_.find_pair(i, plan().configuration[at(d)]);
            is_faster = is_faster || table_.pair_delay_s[at(pair)] < table_.pair_delay_s[at(old_pair)];
        }
        return serves_more || is_faster || (replicas < plan().replicas[at(d)] && serves_all_of(d, c));
    }

    bool serves_all_of(int d, int c) const {
        for (int i = 0; i < plan().num_types; ++i) {
            if (plan().share_of(d, i) > 0 && table_.find_pair(i, c) < 0) return false;
        }
        return true;
    }

    SearchContext& context_;
    const CandidateTable& table_;
    FixedSupportMip mip_;
    int num_fleets_ = 0;
};

}  // namespace

void break_ties(SearchContext& context) { TieBreaker(context).run(); }

}  // namespace allot
