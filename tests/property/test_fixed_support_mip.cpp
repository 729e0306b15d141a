#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <optional>
#include <set>
#include <vector>

#include <doctest/doctest.h>

#include "allot/audit.hpp"
#include "cost/evaluator.hpp"
#include "cost/running_replicas.hpp"
#include "lp/clp_solver.hpp"
#include "milp/formulation.hpp"
#include "solvers/plan_builder.hpp"
#include "subproblem/fixed_support_mip.hpp"
#include "support/random_tiny.hpp"
#include "support/seeds.hpp"
#include "util/rng.hpp"

namespace allot {
namespace {

/// Agreement with Clp, relative: both stop at tolerances of 1e-9 and below.
constexpr double kMipAgreement = 1e-8;

std::uint64_t num_problems() { return testing::num_seeds(1000, 200); }

/// Configurations of different groups, or any where groups may be mixed; at least one.
std::vector<int> random_support(const CandidateTable& table, Rng& rng) {
    std::vector<int> support;
    for (int g = 0; g < table.num_groups(); ++g) {
        const int begin = table.group_begin[g];
        const int end = table.group_begin[g + 1];
        if (table.instance()->parallelism.mixed) {
            for (int c = begin; c < end; ++c) {
                if (rng.chance(0.6)) support.push_back(c);
            }
        } else if (rng.chance(0.7)) {
            support.push_back(rng.integer(begin, end - 1));
        }
    }
    if (support.empty()) support.push_back(rng.integer(0, table.num_configurations() - 1));
    rng.shuffle(support);
    return support;
}

/// The formulation of the whole table, held to a support: the reference. Every count of replicas is a bound there.
class Reference {
  public:
    Reference(const CandidateTable& table, const std::vector<int>& support, bool elastic)
        : table_(table), support_(support), model_(table, {elastic, kept(table, support), {}}) {}

    /// The linear relaxation with replicas in [low, high]; none when infeasible.
    std::optional<double> solve(const std::vector<double>& low, const std::vector<double>& high) const {
        LinearProgram lp = model_.program();
        std::set<int> is_stored;
        // What runs is fixed, and how much of it is what `low` says.
        for (int r = 0; r < lp.num_rows(); ++r) {
            if (lp.row(r).name.starts_with("least[")) lp.set_row_bounds(r, -kLpInfinity, kLpInfinity);
        }
        for (std::size_t d = 0; d < support_.size(); ++d) {
            const int c = support_[d];
            const auto at_c = static_cast<std::size_t>(c);
            const int column = model_.columns().replicas[at_c];
            if (column < 0) {
                if (low[d] > 0) return std::nullopt;
                continue;
            }
            if (low[d] > lp.column(column).upper) return std::nullopt;
            lp.set_column_bounds(column, low[d], std::min(high[d], lp.column(column).upper));
            fix(lp, model_.columns().deployed.empty() ? -1 : model_.columns().deployed[at_c],
                high[d] > 0 ? 1 : 0);
            if (high[d] > 0) is_stored.insert(table_.artifact[c]);
        }
        for (const int c : support_) {
            const int artifact = table_.artifact[c];
            fix(lp, model_.columns().stored[static_cast<std::size_t>(artifact)],
                is_stored.contains(artifact) ? 1 : 0);
        }
        ClpSolver clp(lp);
        clp.set_tolerances(1e-9, 1e-9);
        if (clp.solve() != LpStatus::optimal) return std::nullopt;
        return lp.objective(clp.values());
    }

    Formulation& model() { return model_; }
    /// Whether every configuration may run; the formulation knows nothing of the artifacts of the others.
    bool knows_all() const {
        return std::all_of(support_.begin(), support_.end(), [this](int c) {
            return model_.columns().replicas[static_cast<std::size_t>(c)] >= 0;
        });
    }

  private:
    static std::vector<char> kept(const CandidateTable& table, const std::vector<int>& support) {
        std::vector<char> keep(static_cast<std::size_t>(table.num_configurations()), 0);
        for (const int c : support) keep[static_cast<std::size_t>(c)] = 1;
        return keep;
    }
    static void fix(LinearProgram& lp, int column, double value) {
        if (column >= 0) lp.set_column_bounds(column, value, value);
    }

    const CandidateTable& table_;
    std::vector<int> support_;
    Formulation model_;
};

/// Replicas beyond which more are useless: all demand together.
int cap(const CandidateTable& table, int c) {
    double slots = 0;
    double kv = 0;
    for (std::size_t p = table.pair_begin[c]; p < table.pair_begin[c + 1]; ++p) {
        slots += table.pair_slot_load[p];
        kv += table.pair_kv_load[p];
    }
    return std::max(1, static_cast<int>(std::ceil(std::max(slots, kv) - 1e-9)));
}

struct Best {
    std::vector<double> excess;
    double cost = kLpInfinity;
};

bool is_better(const Best& one, const Best& other) {
    for (std::size_t level = 0; level < one.excess.size(); ++level) {
        const double slack = 1e-6 * std::max(1.0, other.excess[level]);
        if (std::abs(one.excess[level] - other.excess[level]) > slack) {
            return one.excess[level] < other.excess[level];
        }
    }
    return one.cost < other.cost;
}

/// Least shortfall level by level, then least cost, at given counts.
std::optional<Best> solve_counts(const CandidateTable& table, const std::vector<int>& support, bool elastic,
                                 const std::vector<double>& counts) {
    Reference reference(table, support, elastic);
    Best best;
    for (int level = 0; elastic && level < reference.model().num_levels(); ++level) {
        reference.model().minimise_shortfall(level);
        const std::optional<double> least = reference.solve(counts, counts);
        if (!least) return std::nullopt;
        best.excess.push_back(*least);
        reference.model().limit_shortfall(level, *least + 1e-10 * std::max(1.0, *least));
    }
    if (elastic) reference.model().minimise_cost();
    const std::optional<double> cost = reference.solve(counts, counts);
    if (!cost) return std::nullopt;
    best.cost = *cost;
    return best;
}

/// Every count of replicas from `least` to the cap. None when no count is feasible.
std::optional<Best> enumerate(const CandidateTable& table, const std::vector<int>& support, int least,
                              bool elastic) {
    const std::optional<int>& max_starts = table.instance()->max_starts;
    std::vector<double> counts(support.size(), least);
    std::optional<Best> best;
    while (true) {
        int starts = 0;
        RunningReplicas running(table);
        for (std::size_t d = 0; d < support.size(); ++d) {
            const auto replicas = static_cast<int>(counts[d]);
            starts += std::max(0, replicas - running.take(support[d], replicas));
        }
        if (!max_starts || starts <= *max_starts) {
            const std::optional<Best> own = solve_counts(table, support, elastic, counts);
            if (own && (!best || is_better(*own, *best))) best = own;
        }
        std::size_t d = 0;
        for (; d < support.size() && counts[d] >= cap(table, support[d]); ++d) counts[d] = least;
        if (d == support.size()) return best;
        ++counts[d];
    }
}

double num_counts(const CandidateTable& table, const std::vector<int>& support) {
    double product = 1;
    for (const int c : support) product *= cap(table, c) + 1;
    return product;
}

void check_allocation(const CandidateTable& table, const FixedSupportMip& mip,
                      const FixedSupportResult& result) {
    const Allocation allocation = mip.allocation();
    const Rank own = rank(table, allocation);
    CHECK(result.cost_usd == doctest::Approx(own.total_usd).epsilon(1e-9));
    REQUIRE(own.excess_unmet.size() == result.excess_unmet.size());
    for (std::size_t level = 0; level < own.excess_unmet.size(); ++level) {
        CHECK(own.excess_unmet[level] ==
              doctest::Approx(result.excess_unmet[level]).epsilon(1e-6).scale(1000));
    }
    const Plan plan = to_plan(table, allocation);
    const AuditReport report = audit(table.instance(), plan);
    CHECK(report.is_acceptable(plan.status));
}

/// Whole replicas that demand, pool and budget have room for, each alone: the relaxation starts from these bounds.
std::vector<double> whole_limits(const CandidateTable& table, const std::vector<int>& support) {
    std::set<int> artifacts;
    double money = table.instance()->budget_usd;
    for (const int c : support) {
        money -= artifacts.insert(table.artifact[c]).second ? table.artifact_usd[table.artifact[c]] : 0.0;
    }
    std::vector<double> limits;
    for (const int c : support) {
        const std::optional<int> available = table.instance().pool(table.pool[c]).available;
        double limit = std::min<double>(cap(table, c), std::floor(money / table.rent_usd[c]));
        const int fitting = available ? *available / table.gpus[c] : 0;
        if (available) limit = std::min<double>(limit, fitting);
        limits.push_back(limit);
    }
    return limits;
}

void check_relaxation(const CandidateTable& table, const std::vector<int>& support,
                      const FixedSupportResult& relaxed, int min_replicas) {
    const std::vector<double> limits = whole_limits(table, support);
    std::optional<double> reference;
    if (*std::min_element(limits.begin(), limits.end()) >= min_replicas) {
        reference =
            Reference(table, support, false).solve(std::vector<double>(support.size(), min_replicas), limits);
    }
    REQUIRE(reference.has_value() == std::isfinite(relaxed.relaxed_usd));
    if (reference) CHECK(relaxed.relaxed_usd == doctest::Approx(*reference).epsilon(kMipAgreement));
}

struct Drawn {
    Instance instance;
    CandidateTable table;
    Rng rng;
    explicit Drawn(std::uint64_t seed)
        : instance(testing::random_tiny_data(seed)), table(instance), rng(seed, 1) {}
};

}  // namespace

// All searches stand on this subproblem: an optimum it misses is a dearer plan that nobody would notice.
TEST_CASE("fixed-support MIP finds what trying all replica counts finds") {
    int num_optimal = 0;
    for (std::uint64_t seed = 0; seed < num_problems(); ++seed) {
        CAPTURE(seed);
        Drawn problem(seed);
        const CandidateTable& table = problem.table;
        if (table.num_configurations() == 0) continue;
        const std::vector<int> support = random_support(table, problem.rng);
        FixedSupportOptions options;
        options.min_replicas = problem.rng.chance(0.8) ? 1 : 0;
        options.allow_shortfall = problem.rng.chance(0.4);
        if (num_counts(table, support) > (options.allow_shortfall ? 60 : 400)) continue;
        if (options.min_replicas == 0 && !Reference(table, support, false).knows_all()) continue;

        FixedSupportMip mip(table);
        if (options.min_replicas > 0) {
            check_relaxation(table, support, mip.relax(support, options), options.min_replicas);
        }
        const FixedSupportResult& result = mip.solve(support, options);
        std::optional<Best> best = enumerate(table, support, options.min_replicas, false);
        if (!best && options.allow_shortfall) {
            best = enumerate(table, support, options.min_replicas, true);
        }
        REQUIRE(result.status == (best ? FixedSupportStatus::optimal : FixedSupportStatus::infeasible));
        if (!best) continue;
        ++num_optimal;
        // At a shortfall, the cost depends on how exactly that was kept, by the price of serving a query more.
        const double agreement = best->excess.empty() ? kMipAgreement : 1e-6;
        CHECK(std::abs(result.cost_usd - best->cost) <= agreement * best->cost);
        CHECK(result.cost_usd >= result.relaxed_usd * (1 - kMipAgreement));
        for (std::size_t level = 0; level < best->excess.size(); ++level) {
            const double spread = level == 0 ? 1e-6 : 1e-5;  // likewise
            CHECK(result.excess_unmet[level] ==
                  doctest::Approx(best->excess[level]).epsilon(spread).scale(1000));
        }
        check_allocation(table, mip, result);
    }
    CHECK(num_optimal > static_cast<int>(num_problems() / 5));
}

// Branch and price splits on replica counts; a part that loses the optimum makes its proof wrong.
TEST_CASE("fixed-support MIP keeps to ranges of replicas, which together hold its optimum") {
    int num_split = 0;
    for (std::uint64_t seed = 0; seed < num_problems(); ++seed) {
        CAPTURE(seed);
        const Instance instance(testing::random_tiny_data(seed));
        const CandidateTable table(instance);
        if (table.num_configurations() == 0) continue;
        Rng rng(seed, 12);
        const std::vector<int> support = random_support(table, rng);
        FixedSupportMip inner(table);
        const FixedSupportResult whole = inner.solve(support);
        if (whole.status != FixedSupportStatus::optimal) continue;
        const auto d = static_cast<std::size_t>(rng.integer(0, static_cast<int>(support.size()) - 1));
        const int most = rng.integer(std::max(1, whole.replicas[d] - 1), whole.replicas[d] + 1);
        double least_usd = std::numeric_limits<double>::infinity();
        for (const ReplicaRange range : {ReplicaRange{1, most}, ReplicaRange{most + 1}}) {
            std::vector<ReplicaRange> ranges(support.size());
            ranges[d] = range;
            FixedSupportOptions options;
            options.ranges = ranges;
            const FixedSupportResult& part = inner.solve(support, options);
            CHECK(part.is_proven());
            if (part.has_allocation()) {
                CHECK(range.least <= part.replicas[d]);
                CHECK(part.replicas[d] <= range.most);
                least_usd = std::min(least_usd, part.cost_usd);
            }
        }
        CHECK(least_usd == doctest::Approx(whole.cost_usd).epsilon(kMipAgreement));
        ++num_split;
    }
    CHECK(num_split > static_cast<int>(num_problems() / 10));
}

// Supports are thrown away by their cutoff: off by more than 1e-7, it discards the best plan or never ends.
TEST_CASE("fixed-support MIP keeps to its cutoff") {
    for (std::uint64_t seed = 0; seed < num_problems(); ++seed) {
        CAPTURE(seed);
        Drawn problem(seed);
        if (problem.table.num_configurations() == 0) continue;
        const std::vector<int> support = random_support(problem.table, problem.rng);
        FixedSupportMip mip(problem.table);
        const FixedSupportResult first = mip.solve(support);
        if (!first.has_allocation()) continue;
        FixedSupportOptions options;
        options.cutoff_usd = first.cost_usd * (1 - 1e-7);
        CHECK(mip.solve(support, options).status == FixedSupportStatus::cutoff);
        options.cutoff_usd = first.cost_usd * (1 + 1e-7);
        const FixedSupportResult& again = mip.solve(support, options);
        CHECK(again.status == FixedSupportStatus::optimal);
        CHECK(again.cost_usd == doctest::Approx(first.cost_usd).epsilon(2 * kFixedSupportGap));
    }
}

// A hit of the node limit that passes for a proof would close supports that still hold cheaper plans.
TEST_CASE("fixed-support MIP claims no optimum it has not proven") {
    int num_unproven = 0;
    for (std::uint64_t seed = 0; seed < num_problems(); ++seed) {
        CAPTURE(seed);
        Drawn problem(seed);
        if (problem.table.num_configurations() == 0) continue;
        const std::vector<int> support = random_support(problem.table, problem.rng);
        FixedSupportMip mip(problem.table);
        const FixedSupportResult exact = mip.solve(support);
        FixedSupportOptions options;
        options.node_limit = 1;
        const FixedSupportResult& quick = mip.solve(support, options);
        num_unproven += quick.is_proven() ? 0 : 1;
        if (quick.is_proven()) {
            CHECK(quick.status == exact.status);
        }
        if (quick.has_allocation()) {
            CHECK(quick.cost_usd >= exact.cost_usd * (1 - kFixedSupportGap));
        }
    }
    CHECK(num_unproven > 0);
}

// Local search skips swaps that this bound says cannot pay; were it too low for one, the swap is never tried.
TEST_CASE("fixed-support MIP: its prices bound what another configuration can save") {
    int num_bounds = 0;
    for (std::uint64_t seed = 0; seed < num_problems(); ++seed) {
        CAPTURE(seed);
        Drawn problem(seed);
        const CandidateTable& table = problem.table;
        if (table.num_configurations() < 2) continue;
        const std::vector<int> support = random_support(table, problem.rng);
        FixedSupportMip mip(table);
        FixedSupportOptions options;
        options.elastic_usd = problem.rng.uniform(1, 1e4);
        FixedSupportMip relaxation(table);
        relaxation.relax(support, options);
        const FixedSupportResult& first = relaxation.relax_without(0);
        if (!std::isfinite(first.relaxed_usd)) continue;
        GainCalculator gains(table);
        gains.set_prices(first.prices);
        for (int c = 0; c < table.num_configurations(); ++c) {
            if (std::find(support.begin(), support.end(), c) != support.end()) continue;
            std::vector<int> swapped = support;
            swapped[0] = c;
            bool is_stored = false;
            bool is_exclusive = true;
            for (std::size_t d = 1; d < swapped.size(); ++d) {
                is_stored = is_stored || table.artifact[swapped[d]] == table.artifact[c];
                is_exclusive = is_exclusive && table.group[swapped[d]] != table.group[c];
            }
            if (!is_exclusive && !table.instance()->parallelism.mixed) continue;
            const double artifact_usd = is_stored ? 0 : gains.artifact_usd(table.artifact[c]);
            const double bound = first.relaxed_usd + artifact_usd - gains.gain(c);
            const FixedSupportResult& other = mip.solve(swapped);
            if (!other.has_allocation()) continue;
            ++num_bounds;
            CHECK(other.cost_usd >= bound - 1e-8 * std::abs(first.relaxed_usd));
        }
    }
    CHECK(num_bounds > 0);
}

}  // namespace allot
