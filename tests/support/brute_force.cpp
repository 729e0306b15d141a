#include "support/brute_force.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "lp/clp_solver.hpp"
#include "util/index.hpp"

namespace allot::testing {
namespace {

/// Vertices of { 0 <= xi <= cap, sum xi <= budget } at which some linear function is largest: caps filled in every order.
std::vector<std::vector<double>> protection_vertices(const std::vector<double>& caps, double budget) {
    std::vector<std::size_t> order(caps.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::vector<std::vector<double>> vertices;
    do {
        std::vector<double> xi(caps.size(), 0.0);
        double left = budget;
        for (const std::size_t g : order) {
            xi[g] = std::min(caps[g], left);
            left -= xi[g];
        }
        vertices.push_back(xi);
    } while (std::next_permutation(order.begin(), order.end()));
    return vertices;
}

/// A program whose rows are given with their columns.
struct RowProgram {
    struct Row {
        std::string kind;
        double lower, upper;
        std::map<int, double> coefficients;
    };
    std::vector<LpColumn> columns;
    std::vector<Row> rows;

    int column(double cost, double upper) {
        columns.push_back({"", cost, 0, upper, false});
        return static_cast<int>(columns.size()) - 1;
    }
    LinearProgram program() const {
        LinearProgram lp;
        std::vector<std::vector<LpEntry>> entries(columns.size());
        for (const Row& row : rows) {
            const int r = lp.add_row({row.kind, row.lower, row.upper});
            for (const auto& [c, value] : row.coefficients) entries[at(c)].push_back({r, value});
        }
        for (std::size_t c = 0; c < columns.size(); ++c) lp.add_column(columns[c], entries[c]);
        return lp;
    }
};

class Enumeration {
  public:
    explicit Enumeration(const CandidateTable& table)
        : table_(table), instance_(table.instance()), fleet_(at(table.num_configurations()), 0) {
        std::set<int> priorities;
        for (int i = 0; i < instance_.num_types(); ++i) priorities.insert(instance_.type(i).priority);
        priorities_.assign(priorities.begin(), priorities.end());
        for (int c = 0; c < table_.num_configurations(); ++c) {
            double slots = 0, kv = 0;
            for (int i = 0; i < instance_.num_types(); ++i) {
                const int p = table_.find_pair(i, c);
                if (p < 0) continue;
                slots += table_.pair_slot_load[at(p)];
                kv += table_.pair_kv_load[at(p)];
            }
            most_.push_back(std::max(1, static_cast<int>(std::ceil(std::max(slots, kv)))));
        }
    }

    BruteForce run() {
        BruteForce result;
        for (std::size_t level = 0; level < priorities_.size(); ++level) {
            const double least = search(static_cast<int>(level));
            result.shortfall.push_back(least);
            shortfall_limit_.push_back(least * (1 + 1e-9) + 1e-9);
        }
        const double total = std::accumulate(result.shortfall.begin(), result.shortfall.end(), 0.0);
        result.is_feasible = total < 1e-3;
        result.cost_usd = search(kCost);
        result.active = active_;
        return result;
    }

  private:
    static constexpr int kCost = -1;

    /// Least objective over all fleets: shortfall of a level, or cost.
    double search(int objective) {
        objective_ = objective;
        best_ = best_without_pools_ = best_without_groups_ = best_without_money_ = kLpInfinity;
        best_kinds_.clear();
        visit(0);
        active_ = best_kinds_;
        if (best_without_pools_ < best_ * (1 - 1e-6)) active_.emplace_back("pool");
        if (best_without_groups_ < best_ * (1 - 1e-6)) active_.emplace_back("group");
        if (best_without_money_ < best_ * (1 - 1e-6)) active_.emplace_back("money");
        return best_;
    }

    void visit(int c) {
        if (c == table_.num_configurations()) return judge();
        for (int r = 0; r <= most_[at(c)]; ++r) {
            fleet_[at(c)] = r;
            visit(c + 1);
        }
        fleet_[at(c)] = 0;
    }

    bool breaks_pool() const {
        std::vector<int> used(at(instance_.num_pools()), 0);
        for (int c = 0; c < table_.num_configurations(); ++c) {
            used[at(table_.pool[at(c)])] += table_.gpus[at(c)] * fleet_[at(c)];
        }
        for (int p = 0; p < instance_.num_pools(); ++p) {
            if (instance_.pool(p).available && used[at(p)] > *instance_.pool(p).available) return true;
        }
        const int all = std::accumulate(used.begin(), used.end(), 0);
        return instance_->max_gpus && all > *instance_->max_gpus;
    }

    bool breaks_starts() const {
        int starts = 0;
        for (int c = 0; c < table_.num_configurations(); ++c) starts += starts_of(c);
        return instance_->max_starts && starts > *instance_->max_starts;
    }

    /// Those of the shape of c, at its first configuration: what runs may go on at any concurrency.
    int starts_of(int c) const {
        int planned = 0;
        for (int other = 0; other < table_.num_configurations(); ++other) {
            if (!(table_.configuration[at(other)].shape == table_.configuration[at(c)].shape)) continue;
            if (other < c) return 0;
            planned += fleet_[at(other)];
        }
        return std::max(0, planned - table_.running[at(c)]);
    }

    bool breaks_group() const {
        if (instance_->parallelism.mixed) return false;
        std::vector<int> running(at(table_.num_groups()), 0);
        for (int c = 0; c < table_.num_configurations(); ++c) {
            if (fleet_[at(c)] > 0 && ++running[at(table_.group[at(c)])] > 1) return true;
        }
        return false;
    }

    struct FixedCost {
        double usd = 0;
        double limited_usd = 0;  ///< the part that the budget limits
        double stored_gb = 0;
    };

    FixedCost fixed_cost() const {
        FixedCost fixed;
        std::set<int> artifacts;
        for (int c = 0; c < table_.num_configurations(); ++c) {
            fixed.usd += table_.start_usd[at(c)] * starts_of(c);
            if (fleet_[at(c)] == 0) continue;
            fixed.limited_usd += table_.rent_usd[at(c)] * fleet_[at(c)];
            artifacts.insert(table_.artifact[at(c)]);
        }
        for (const int a : artifacts) {
            fixed.limited_usd += table_.artifact_usd[at(a)];
            fixed.stored_gb += table_.artifact_gb[at(a)];
        }
        fixed.usd += fixed.limited_usd;
        return fixed;
    }

    void judge() {
        if (breaks_starts()) return;
        const FixedCost fixed = fixed_cost();
        const bool pool = breaks_pool();
        const bool group = breaks_group();
        if ((pool && group) || (objective_ != kCost && (pool || group))) return;
        if (!pool && !group && objective_ == kCost) {
            route(fixed, false, best_without_money_);
        }
        const bool is_allowed = !pool && !group;
        double& best = pool ? best_without_pools_ : group ? best_without_groups_ : best_;
        const LinearProgram lp = route(fixed, true, best);
        if (is_allowed && lp.num_rows() > 0) note_kinds(lp);
    }

    /// The program, when its optimum is better than `best`; else an empty one.
    LinearProgram route(const FixedCost& fixed, bool with_money, double& best) {
        if (objective_ == kCost && fixed.usd >= best) return {};
        LinearProgram lp = routing(fixed, with_money);
        ClpSolver solver(lp);
        solver.set_tolerances(1e-9, 1e-9);
        if (solver.solve() != LpStatus::optimal) return {};
        const double value = solver.objective() + (objective_ == kCost ? fixed.usd : 0);
        if (value >= best) return {};
        best = value;
        duals_.assign(solver.duals().begin(), solver.duals().end());
        return lp;
    }

    void note_kinds(const LinearProgram& lp) {
        std::set<std::string> kinds;
        for (int r = 0; r < lp.num_rows(); ++r) {
            if (std::abs(duals_[at(r)]) > 1e-6) kinds.insert(lp.row(r).name);
        }
        best_kinds_.assign(kinds.begin(), kinds.end());
    }

    /// Columns: x by pair (fixed to 0 where nothing runs), u, v, worst-case delay by type.
    LinearProgram routing(const FixedCost& fixed, bool with_money) {
        RowProgram rows;
        const bool is_cost = objective_ == kCost;
        std::vector<int> x, u, v;
        for (int p = 0; p < table_.num_pairs(); ++p) {
            const bool runs = fleet_[at(table_.pair_configuration[at(p)])] > 0;
            x.push_back(rows.column(is_cost ? table_.pair_usd[at(p)] : 0, runs ? 1 : 0));
        }
        RowProgram::Row budget{"budget", -kLpInfinity, instance_->budget_usd - fixed.limited_usd, {}};
        RowProgram::Row storage{
            "storage", -kLpInfinity, instance_->storage.capacity_gb - fixed.stored_gb, {}};
        std::vector<RowProgram::Row> levels;
        for (const double limit : shortfall_limit_) levels.push_back({"shortfall", -kLpInfinity, limit, {}});
        for (int i = 0; i < instance_.num_types(); ++i) {
            const QueryType& type = instance_.type(i);
            const int level = level_of(i);
            u.push_back(rows.column(is_cost ? table_.unmet_usd[at(i)] : 0, 1));
            v.push_back(rows.column(objective_ == level ? type.rate_per_hour : 0, 1));
            RowProgram::Row demand{"demand", 1, 1, {{u.back(), 1.0}}};
            for (int p = 0; p < table_.num_pairs(); ++p) {
                if (table_.pair_type[at(p)] == i) demand.coefficients[x[at(p)]] = 1;
                if (table_.pair_type[at(p)] != i) continue;
                budget.coefficients[x[at(p)]] = table_.stored_usd[at(i)];
                storage.coefficients[x[at(p)]] = table_.stored_gb[at(i)];
            }
            rows.rows.push_back(demand);
            rows.rows.push_back(
                {"max_unmet", -kLpInfinity, type.max_unmet, {{u.back(), 1.0}, {v.back(), -1.0}}});
            if (at(level) < levels.size()) levels[at(level)].coefficients[v.back()] = type.rate_per_hour;
            add_means(i, x, rows);
        }
        if (with_money) rows.rows.insert(rows.rows.end(), {budget, storage});
        rows.rows.insert(rows.rows.end(), levels.begin(), levels.end());
        add_capacity(x, rows);
        return rows.program();
    }

    void add_capacity(const std::vector<int>& x, RowProgram& rows) const {
        for (int c = 0; c < table_.num_configurations(); ++c) {
            const double replicas = fleet_[at(c)];
            RowProgram::Row slots{"slots", -kLpInfinity, replicas, {}};
            RowProgram::Row kv{"kv", -kLpInfinity, replicas, {}};
            for (int p = 0; p < table_.num_pairs(); ++p) {
                if (table_.pair_configuration[at(p)] != c) continue;
                slots.coefficients[x[at(p)]] = table_.pair_slot_load[at(p)];
                kv.coefficients[x[at(p)]] = table_.pair_kv_load[at(p)];
            }
            rows.rows.push_back(slots);
            rows.rows.push_back(kv);
        }
    }

    /// Mean error, mean delay and the delay cost of the worst case, one row per vertex of the uncertainty set.
    void add_means(int i, const std::vector<int>& x, RowProgram& rows) const {
        const QueryType& type = instance_.type(i);
        const auto& robust = instance_->uncertainty;
        if (type.slo.error) {
            add_mean("error", i, *type.slo.error, table_.pair_error, robust.error,
                     table_.group_error_deviation, x, -1, rows);
        }
        if (type.delay_slo == DelaySlo::mean && type.slo.delay_s) {
            add_mean("mean_delay", i, *type.slo.delay_s, table_.pair_delay_s, robust.delay,
                     table_.group_delay_deviation, x, -1, rows);
        }
        if (objective_ != kCost || !robust.delay) return;
        const int worst = rows.column(table_.delay_usd_per_s[at(i)], kLpInfinity);
        add_mean("delay_cost", i, 0, {}, robust.delay, table_.group_delay_deviation, x, worst, rows);
    }

    /// sum (value - limit) x + sum_g xi_g dhat_g x - t <= 0 for every vertex xi; t when `worst` >= 0. Without `values` only the
    /// protection.
    void add_mean(const char* kind, int i, double limit, const std::vector<double>& values,
                  const std::optional<UncertaintyBudget>& budget, const std::vector<Deviation>& deviation,
                  const std::vector<int>& x, int worst, RowProgram& rows) const {
        std::vector<double> caps;
        for (const Deviation& each : deviation) caps.push_back(each.cap);
        const double scale = limit > 0 ? 1 / limit : 1;
        for (const auto& xi : protection_vertices(caps, budget ? budget->budget : 0)) {
            RowProgram::Row row{kind, -kLpInfinity, 0, {}};
            if (worst >= 0) row.coefficients[worst] = -1;
            for (int p = 0; p < table_.num_pairs(); ++p) {
                if (table_.pair_type[at(p)] != i) continue;
                const int g = table_.group[at(table_.pair_configuration[at(p)])];
                const double nominal = values.empty() ? table_.pair_delay_s[at(p)] : values[at(p)];
                double coefficient = xi[at(g)] * deviation[at(g)].deviation * nominal;
                if (!values.empty()) coefficient += nominal - limit;
                row.coefficients[x[at(p)]] = coefficient * scale;
            }
            rows.rows.push_back(row);
            if (!budget) break;
        }
    }

    int level_of(int i) const {
        const auto found = std::find(priorities_.begin(), priorities_.end(), instance_.type(i).priority);
        return static_cast<int>(found - priorities_.begin());
    }

    const CandidateTable& table_;
    const Instance& instance_;
    std::vector<int> fleet_, most_, priorities_;
    std::vector<double> shortfall_limit_, duals_;
    int objective_ = kCost;
    double best_ = 0, best_without_pools_ = 0, best_without_groups_ = 0, best_without_money_ = 0;
    std::vector<std::string> best_kinds_, active_;
};

}  // namespace

BruteForce solve_by_enumeration(const CandidateTable& table) { return Enumeration(table).run(); }

}  // namespace allot::testing
