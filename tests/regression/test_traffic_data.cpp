#include <algorithm>
#include <cstddef>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "allot/io.hpp"
#include "performance/replica_traffic.hpp"
#include "performance/units.hpp"
#include "support/shared_data.hpp"
#include "util/text.hpp"

using namespace allot;

namespace {

using Row = std::map<std::string, std::string>;

/// The rows of a CSV file without quotes, by column.
std::vector<Row> read_rows(const std::string& path) {
    std::istringstream lines(testing::file_text(path));
    std::string line;
    std::getline(lines, line);
    const std::vector<std::string> names = split(line, ',');
    std::vector<Row> rows;
    while (std::getline(lines, line)) {
        const std::vector<std::string> fields = split(line, ',');
        Row& row = rows.emplace_back();
        for (std::size_t at = 0; at < fields.size(); ++at) row[names[at]] = fields[at];
    }
    return rows;
}

double number(const Row& row, const std::string& column) { return std::stod(row.at(column)); }

template <class Entry>
const Entry& by_id(const std::vector<Entry>& entries, const std::string& id) {
    return *std::find_if(entries.begin(), entries.end(), [&](const Entry& each) { return each.id == id; });
}

ReplicaTraffic traffic_of(const Catalog& catalog, const std::vector<Row>& pool) {
    const Row& first = pool.front();
    const Model& model = by_id(catalog.models, first.at("model"));
    const Tier& tier = by_id(catalog.tiers, first.at("tier"));
    const EngineProfile& engine = by_id(catalog.engines, first.at("engine"));
    const int tensor = std::stoi(first.at("tensor"));
    const int pipeline = std::stoi(first.at("pipeline"));
    ReplicaTraffic::Shape shape;
    shape.rates = replica_rates(model, tier, engine, tensor, pipeline);
    shape.pipeline = pipeline;
    const double free_gb = usable_memory_gb(tier, tensor * pipeline) - weight_gb(model, tier);
    shape.kv_share_per_token = replicated_kv_bytes_per_token(model, tier, tensor) / (free_gb * kGiga);
    shape.request_s = engine.request_ms * kMilli;
    std::vector<TrafficType> types;
    for (const Row& row : pool)
        types.push_back({number(row, "input_tokens"), number(row, "output_tokens"),
                         number(row, "rate_per_hour") / kSecondsPerHour, number(row, "input_cv"),
                         number(row, "output_cv")});
    return {shape, types};
}

/// 1e-6 relative, the precision asked for.
doctest::Approx golden(const Row& row, const std::string& column) {
    return doctest::Approx(number(row, column)).scale(0).epsilon(1e-6);
}

void check_pool(const Catalog& catalog, const std::vector<Row>& pool) {
    const Row& first = pool.front();
    const ReplicaTraffic traffic = traffic_of(catalog, pool);
    const auto level = traffic.at({number(first, "tau_s"), number(first, "prompt_wait_s")});
    std::vector<std::size_t> all;
    double steps = 0;
    for (std::size_t i = 0; i < pool.size(); ++i) {
        all.push_back(i);
        steps += level.load(i).steps;
    }
    const double replicas = number(first, "replicas");
    const double limit = level.load_limit(replicas, level.mean_resident_s(all));
    for (std::size_t i = 0; i < pool.size(); ++i) {
        const Row& row = pool[i];
        CAPTURE(row.at("case"));
        CAPTURE(row.at("type"));
        CHECK(level.fixed_s() == golden(row, "alpha_s"));
        CHECK(level.sequence_s() == golden(row, "sigma_s"));
        CHECK(level.resident_s(i) == golden(row, "beta_s"));
        CHECK(level.prompt_work_s(i) == golden(row, "prompt_work_s"));
        CHECK(steps / replicas == golden(row, "pool_y"));
        CHECK(limit == golden(row, "ystar"));
        CHECK(replicas * limit == golden(row, "capacity_r_ystar"));
        const Promise promise = level.promise(i);
        CHECK(promise.mean_ttft_s == golden(row, "promise_ttft_mean_s"));
        CHECK(promise.ttft_s == golden(row, "promise_ttft_p95_s"));
        CHECK(promise.tpot_s == golden(row, "promise_tpot_p95_s"));
        CHECK(promise.delay_s == golden(row, "promise_delay_p95_s"));
        const TrafficLoad load = level.load(i);
        CHECK(load.steps == golden(row, "row_load"));
        CHECK(load.prompts == golden(row, "row_prompts"));
        CHECK(load.memory / kMemoryShare == golden(row, "row_memory"));
    }
}

}  // namespace

// The forms were written down twice: 41 vectors of the other version catch a factor, a weight or a unit lost in this one.
TEST_CASE("a replica under traffic reproduces its golden vectors") {
    const auto path = testing::shared_file("traffic/golden.csv");
    const auto catalogue = testing::shared_file("catalog");
    if (!path || !catalogue) return;
    const Catalog catalog = read_catalog(*catalogue);
    const std::vector<Row> rows = read_rows(*path);
    REQUIRE(rows.size() == 41);
    std::vector<Row> pool;
    int num_pools = 0;
    for (std::size_t at = 0; at < rows.size(); ++at) {
        pool.push_back(rows[at]);
        if (at + 1 < rows.size() && rows[at + 1].at("case") == rows[at].at("case")) continue;
        check_pool(catalog, pool);
        pool.clear();
        ++num_pools;
    }
    CHECK(num_pools == 17);
}
