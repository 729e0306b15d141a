#include "support/random_program.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace allot::testing {
namespace {

/// One of few values now and then, so that ties happen.
double tie_prone(Rng& rng, double low, double high) {
    return rng.chance(0.2) ? std::round(rng.uniform(low, high)) : rng.uniform(low, high);
}

struct InnerRows {
    std::vector<int> demand, error, slots, kv;
    int pool = -1;
    int budget = -1;
};

InnerRows add_inner_rows(Rng& rng, LinearProgram& lp, int types, int deployments) {
    InnerRows rows;
    for (int i = 0; i < types; ++i) {
        rows.demand.push_back(lp.add_row({"", 1, 1}));
        rows.error.push_back(rng.chance(0.9) ? lp.add_row({"", -kLpInfinity, 0}) : -1);
    }
    for (int d = 0; d < deployments; ++d) {
        rows.slots.push_back(lp.add_row({"", -kLpInfinity, 0}));
        rows.kv.push_back(rng.chance(0.2) ? lp.add_row({"", -kLpInfinity, 0}) : -1);
    }
    if (rng.chance(0.4)) {
        rows.pool = lp.add_row(
            {"", -kLpInfinity, static_cast<double>(rng.integer(5 * deployments, 100 * deployments))});
    }
    if (rng.chance(0.3)) {
        rows.budget = lp.add_row({"", -kLpInfinity, rng.uniform(20.0 * deployments, 2000.0 * deployments)});
    }
    return rows;
}

void add_if(std::vector<LpEntry>& entries, int row, double value) {
    if (row >= 0 && value != 0) {
        entries.push_back({row, value});
    }
}

}  // namespace

LinearProgram random_inner_program(Rng& rng, int types, int deployments) {
    LinearProgram lp;
    const InnerRows rows = add_inner_rows(rng, lp, types, deployments);
    const double scale = std::pow(10.0, rng.uniform(-1, 4));
    std::vector<double> model_error;
    for (int d = 0; d < deployments; ++d) {
        const double rent = scale * tie_prone(rng, 1, 20);
        std::vector<LpEntry> entries;
        add_if(entries, rows.slots[static_cast<std::size_t>(d)], -1);
        add_if(entries, rows.kv[static_cast<std::size_t>(d)], -1);
        add_if(entries, rows.pool, rng.integer(1, 8));
        add_if(entries, rows.budget, rent / scale);
        lp.add_column({"", rent, rng.chance(0.9) ? 1.0 : 0.0, static_cast<double>(rng.integer(1, 300))},
                      entries);
        model_error.push_back(rng.uniform(0.02, 0.3));
    }
    const double best_error = *std::min_element(model_error.begin(), model_error.end());
    for (int i = 0; i < types; ++i) {
        const double load = std::pow(10.0, rng.uniform(-2, 1));
        const double limit = best_error * rng.uniform(0.98, 3);
        const double delay_cost = rng.chance(0.7) ? scale * rng.uniform(0, 1) : 0.0;
        for (int d = 0; d < deployments; ++d) {
            if (rng.chance(0.1)) {
                continue;
            }
            const auto at = static_cast<std::size_t>(d);
            const double own_load = load * tie_prone(rng, 0.5, 4);
            std::vector<LpEntry> entries;
            add_if(entries, rows.demand[static_cast<std::size_t>(i)], 1);
            add_if(entries, rows.error[static_cast<std::size_t>(i)], model_error[at] / limit - 1);
            add_if(entries, rows.slots[at], own_load);
            add_if(entries, rows.kv[at], own_load * rng.uniform(0.5, 1.5));
            lp.add_column({"", delay_cost * tie_prone(rng, 0.5, 3), 0, 1}, entries);
        }
        const std::vector<LpEntry> unmet{{rows.demand[static_cast<std::size_t>(i)], 1}};
        lp.add_column({"", scale * rng.uniform(0, 300), 0, rng.chance(0.5) ? rng.uniform(0, 0.1) : 0.0},
                      unmet);
    }
    return lp;
}

LinearProgram random_general_program(Rng& rng, int rows, int columns) {
    LinearProgram lp;
    const auto small = [&rng] { return static_cast<double>(rng.integer(-4, 4)); };
    for (int i = 0; i < rows; ++i) {
        const double one = small();
        const double other = rng.chance(0.3) ? one : small();
        lp.add_row({"", rng.chance(0.5) ? std::min(one, other) : -kLpInfinity,
                    rng.chance(0.7) ? std::max(one, other) : kLpInfinity});
    }
    const double density = rng.uniform(0.1, 0.9);
    for (int j = 0; j < columns; ++j) {
        std::vector<LpEntry> entries;
        for (int i = 0; i < rows; ++i) {
            add_if(entries, rng.chance(density) ? i : -1, rng.chance(0.8) ? small() : rng.uniform(-5, 5));
        }
        const double one = small();
        const double other = rng.chance(0.1) ? one : small();
        lp.add_column({"", rng.chance(0.8) ? small() : rng.uniform(-5, 5),
                       rng.chance(0.8) ? std::min(one, other) : -kLpInfinity,
                       rng.chance(0.5) ? std::max(one, other) : kLpInfinity},
                      entries);
    }
    return lp;
}

void load(const LinearProgram& lp, SmallSimplex& simplex) {
    simplex.clear();
    for (int r = 0; r < lp.num_rows(); ++r) {
        simplex.add_row(lp.row(r).lower, lp.row(r).upper);
    }
    for (int c = 0; c < lp.num_columns(); ++c) {
        simplex.add_column(lp.column(c).cost, lp.column(c).lower, lp.column(c).upper);
        for (const LpEntry& entry : lp.entries(c)) {
            simplex.add_entry(entry.index, entry.value);
        }
    }
}

}  // namespace allot::testing
