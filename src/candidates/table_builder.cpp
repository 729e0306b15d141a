#include "candidates/table_builder.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <map>
#include <numeric>
#include <tuple>

#include <fmt/format.h>

#include "performance/accuracy.hpp"
#include "performance/two_phase_terms.hpp"
#include "util/huge_pages.hpp"
#include "util/index.hpp"
#include "util/numbers.hpp"
#include "util/parallel.hpp"

namespace allot {
namespace {

/// A configuration that serves every type it admits on more GPUs than this is left out, and numbers of replicas and GPUs fit an int
/// wherever they are added up. It is what a limited pool may have at most.
constexpr double kMostGpusOfConfiguration = 1e9;

/// An instance that takes more GPUs than this however it is served is refused: more than were ever made.
constexpr double kMostGpus = 1e8;

/// Of the time that is left, for working out groups; laying them out may take half as long again, and the rest is for a plan.
constexpr double kPartForGroups = 0.3;
constexpr double kPartForTable = 0.85;

/// Pairs that are laid out between two looks at the stop criterion: some milliseconds.
constexpr std::size_t kPairsPerLook = 1'000'000;

/// Steps that lead through all of 0 ... n - 1 and are far apart one after the other: a table that is cut short has some of every model
/// and tier.
std::size_t wide_step(std::size_t n) {
    constexpr double kGoldenSection = 0.618;
    auto step = static_cast<std::size_t>(kGoldenSection * static_cast<double>(n)) + 1;
    while (std::gcd(step, n) != 1) ++step;
    return step;
}

/// The table is in lexicographic order whatever the order in the file.
std::vector<int> sorted(std::vector<int> values) {
    std::sort(values.begin(), values.end());
    return values;
}

}  // namespace

/// Scratch of one group while its configurations are being worked out.
struct TableBuilder::GroupWork {
    std::vector<Rejection> rejection;  // by type, for the whole group
    std::vector<char> fits;            // by type, on the shape at hand
    double worst_delay_factor = 1;
    FigureBlock block;
    std::vector<Configuration> configuration;
    std::vector<char> is_protected;
    std::vector<double> least_gpus;  // by type
    GroupFigures figures;
    TableCounts counts;
};

TableBuilder::TableBuilder(const Instance& instance, const TableOptions& options, CandidateTable& table)
    : instance_(instance),
      options_(options),
      table_(table),
      admission_(instance),
      tensor_(sorted(instance->parallelism.tensor)),
      pipeline_(sorted(instance->parallelism.pipeline)),
      concurrency_(sorted(instance->parallelism.concurrency)),
      running_(find_running(instance)) {}

void TableBuilder::build() {
    const std::size_t num_groups = at(instance_.num_models()) * at(instance_.num_tiers());
    std::vector<GroupPart> parts(num_groups);
    const StopCriterion enough = options_.stop.within(kPartForGroups);
    const StopCriterion end = options_.stop.within(kPartForTable);
    const std::size_t step = wide_step(num_groups);
    std::atomic<bool> is_cut = false;
    parallel_for(0, num_groups, 1, [&](std::size_t n) {
        if (is_cut || enough.is_met()) {
            is_cut = true;
            return;
        }
        const std::size_t g = n * step % num_groups;
        const int num_tiers = instance_.num_tiers();
        parts[g] = build_group(static_cast<int>(g) / num_tiers, static_cast<int>(g) % num_tiers);
    });
    table_.is_complete_ = !is_cut;
    if (!is_cut) check_size(parts);
    if (!make_room(parts, end)) {
        table_.is_complete_ = false;
        parts.assign(num_groups, {});  // the rest takes no time then
    }
    fill_types();
    lay_out(parts);
    fill_configurations();
    index_pairs_by_type();
    table_.resources = ResourceList(table_);
}

std::vector<Rejection> TableBuilder::group_rejections(int j, int k, GroupPart& part) const {
    std::vector<Rejection> rejections;
    for (int i = 0; i < instance_.num_types(); ++i) {
        const Rejection rejection = admission_.group_rejection(i, j, k);
        const bool is_ignored = options_.ignore_admissibility && rejection != Rejection::no_demand &&
                                rejection != Rejection::model_not_allowed;
        rejections.push_back(is_ignored ? Rejection::none : rejection);
        part.error.push_back(error_rate(instance_, i, j, k).value_or(0));
    }
    return rejections;
}

TableBuilder::GroupPart TableBuilder::build_group(int j, int k) const {
    GroupPart part;
    GroupWork work;
    work.rejection = group_rejections(j, k, part);
    work.worst_delay_factor = 1 + delay_deviation(instance_, j, k).worst();
    work.least_gpus.assign(at(instance_.num_types()), kUnlimited);
    work.figures.num_types = at(instance_.num_types());
    work.figures.reserve(tensor_.size() * pipeline_.size() * concurrency_.size());
    for (const int n : tensor_) {
        for (const int m : pipeline_) add_shape({j, k, n, m}, work);
    }
    keep_undominated(work, part);
    part.least_gpus = std::move(work.least_gpus);
    return part;
}

void TableBuilder::add_shape(const Shape& shape, GroupWork& work) const {
    const PerformanceModel& performance = table_.performance();
    const auto num_configurations = static_cast<std::int64_t>(concurrency_.size());
    work.counts.configurations += num_configurations;
    work.counts.pairs += num_configurations * instance_.num_types();
    if (!options_.ignore_admissibility && performance.shape_misfit(shape).misfit != Misfit::none) {
        work.counts.unfit += num_configurations;
        return;
    }
    work.fits.assign(at(instance_.num_types()), 0);
    for (int i = 0; i < instance_.num_types(); ++i) {
        const bool may_fit = work.rejection[at(i)] == Rejection::none;
        work.fits[at(i)] = may_fit && (options_.ignore_admissibility ||
                                       performance.type_misfit(shape, i).misfit == Misfit::none);
    }
    performance.evaluate(shape, concurrency_, work.block);
    for (std::size_t row = 0; row < concurrency_.size(); ++row) {
        add_configuration({shape, concurrency_[row]}, row, work);
    }
}

void TableBuilder::add_configuration(const Configuration& c, std::size_t row, GroupWork& work) const {
    const std::size_t num_types = work.figures.num_types;
    const std::size_t source = row * num_types;
    GroupFigures& figures = work.figures;
    const std::size_t target = figures.delay_s.size();
    figures.delay_s.resize(target + num_types, kUnlimited);
    figures.slot_load.resize(target + num_types, kUnlimited);
    figures.kv_load.resize(target + num_types, kUnlimited);
    const double gpus = c.shape.tensor * static_cast<double>(c.shape.pipeline);
    int num_admitted = 0;
    double slot_load = 0;
    double kv_load = 0;
    for (std::size_t i = 0; i < num_types; ++i) {
        if (!work.fits[i]) continue;
        const double delay_s = work.block.delay_s[source + i];
        const Rejection rejection =
            admission_.figure_rejection(static_cast<int>(i), work.block.ttft_s[source + i],
                                        work.block.tpot_s[source + i], delay_s, work.worst_delay_factor);
        if (rejection != Rejection::none && !options_.ignore_admissibility) continue;
        if (!std::isfinite(delay_s)) continue;
        figures.delay_s[target + i] = delay_s;
        figures.slot_load[target + i] = work.block.slot_load[source + i];
        figures.kv_load[target + i] = work.block.kv_load[source + i];
        const double load = std::max(figures.slot_load[target + i], figures.kv_load[target + i]);
        work.least_gpus[i] = std::min(work.least_gpus[i], gpus * load);
        slot_load += figures.slot_load[target + i];
        kv_load += figures.kv_load[target + i];
        ++num_admitted;
    }
    if (num_admitted == 0 || gpus * std::max(slot_load, kv_load) > kMostGpusOfConfiguration) {
        ++work.counts.useless;
        figures.delay_s.resize(target);
        figures.slot_load.resize(target);
        figures.kv_load.resize(target);
        return;
    }
    work.counts.admissible_pairs += num_admitted;
    work.configuration.push_back(c);
    work.is_protected.push_back(running_replicas(c.shape) > 0);
    figures.gpus.push_back(c.shape.tensor * c.shape.pipeline);
}

void TableBuilder::keep_undominated(const GroupWork& work, GroupPart& part) const {
    const bool may_drop = options_.drop_dominated && !options_.ignore_admissibility;
    const std::vector<char> is_dominated = may_drop ? find_dominated(work.figures, work.is_protected)
                                                    : std::vector<char>(work.configuration.size(), 0);
    part.counts = work.counts;
    part.reserve(static_cast<std::size_t>(work.counts.admissible_pairs));
    const std::size_t num_types = work.figures.num_types;
    for (std::size_t c = 0; c < work.configuration.size(); ++c) {
        if (is_dominated[c]) {
            ++part.counts.dominated;
            continue;
        }
        part.configuration.push_back(work.configuration[c]);
        const std::size_t num_before = part.type.size();
        for (std::size_t i = 0; i < num_types; ++i) {
            const std::size_t p = c * num_types + i;
            if (work.figures.delay_s[p] == kUnlimited) continue;
            part.type.push_back(static_cast<int>(i));
            part.delay_s.push_back(work.figures.delay_s[p]);
            part.slot_load.push_back(work.figures.slot_load[p]);
            part.kv_load.push_back(work.figures.kv_load[p]);
        }
        part.pair_count.push_back(static_cast<std::uint32_t>(part.type.size() - num_before));
    }
}

void TableBuilder::check_size(const std::vector<GroupPart>& parts) const {
    double all_gpus = 0;
    double most_gpus = 0;
    int largest = 0;
    for (int i = 0; i < instance_.num_types(); ++i) {
        double gpus = kUnlimited;
        for (const GroupPart& part : parts) gpus = std::min(gpus, part.least_gpus[at(i)]);
        if (gpus == kUnlimited) continue;
        all_gpus += gpus;
        if (gpus > most_gpus) largest = i;
        most_gpus = std::max(most_gpus, gpus);
    }
    if (all_gpus <= kMostGpus) return;
    const QueryType& type = instance_.type(largest);
    throw InputError(
        {{"", 0, 0, "query_types." + type.name + ".rate_per_hour", shortest_text(type.rate_per_hour),
          fmt::format("a demand that {:.0e} GPUs can serve: this type takes at least {:.3g}, all "
                      "types together {:.3g}",
                      kMostGpus, most_gpus, all_gpus)}});
}

void TableBuilder::fill_types() {
    const double hours = instance_->horizon_hours;
    for (int i = 0; i < instance_.num_types(); ++i) {
        const QueryType& type = instance_.type(i);
        table_.stored_gb.push_back(instance_.stored_gb(i));
        table_.stored_usd.push_back(hours * instance_->storage.price_usd_per_gb_hour *
                                    instance_.stored_gb(i));
        table_.unmet_usd.push_back(hours * type.rate_per_hour * type.unmet_usd_per_query);
        table_.delay_usd_per_s.push_back(hours * type.rate_per_hour * type.delay_usd_per_query_s);
    }
}

/// For all pairs, an array per task, as touching so much memory takes a third of the time of a large table. False when there is no time.
bool TableBuilder::make_room(const std::vector<GroupPart>& parts, const StopCriterion& stop) {
    std::size_t num_pairs = 0;
    for (const GroupPart& part : parts) num_pairs += part.type.size();
    const auto grow = [&](auto& by_pair) {
        reserve_on_huge_pages(by_pair, num_pairs);
        while (by_pair.size() < num_pairs && !stop.is_met())
            by_pair.resize(std::min(num_pairs, by_pair.size() + kPairsPerLook));
    };
    const std::array whole{&table_.pair_type, &table_.pair_configuration};
    const std::array real{&table_.pair_slot_load, &table_.pair_kv_load, &table_.pair_delay_s,
                          &table_.pair_error, &table_.pair_usd};
    parallel_for(0, whole.size() + real.size(), 1,
                 [&](std::size_t n) { n < whole.size() ? grow(*whole[n]) : grow(*real[n - whole.size()]); });
    const auto has_room = [&](const auto* by_pair) { return by_pair->size() == num_pairs; };
    return std::all_of(whole.begin(), whole.end(), has_room) &&
           std::all_of(real.begin(), real.end(), has_room);
}

void TableBuilder::lay_out(std::vector<GroupPart>& parts) {
    std::vector<std::size_t> first_configuration;
    table_.pair_begin.push_back(0);
    table_.group_begin.push_back(0);
    for (GroupPart& part : parts) {
        TableCounts& counts = table_.counts_;
        counts.configurations += part.counts.configurations;
        counts.pairs += part.counts.pairs;
        counts.unfit += part.counts.unfit;
        counts.useless += part.counts.useless;
        counts.dominated += part.counts.dominated;
        counts.admissible_pairs += part.counts.admissible_pairs;
        first_configuration.push_back(table_.configuration.size());
        if (part.configuration.empty()) continue;
        const int g = table_.num_groups();
        const Shape& shape = part.configuration.front().shape;
        table_.group_delay_deviation.push_back(delay_deviation(instance_, shape.model, shape.tier));
        table_.group_error_deviation.push_back(error_deviation(instance_, shape.model, shape.tier));
        for (std::size_t c = 0; c < part.configuration.size(); ++c) {
            table_.configuration.push_back(part.configuration[c]);
            table_.group.push_back(g);
            table_.pair_begin.push_back(table_.pair_begin.back() + part.pair_count[c]);
        }
        table_.group_begin.push_back(static_cast<int>(table_.configuration.size()));
    }
    const std::size_t num_pairs = table_.pair_begin.back();
    table_.pair_type.resize(num_pairs);
    table_.pair_configuration.resize(num_pairs);
    table_.pair_slot_load.resize(num_pairs);
    table_.pair_kv_load.resize(num_pairs);
    table_.pair_delay_s.resize(num_pairs);
    table_.pair_error.resize(num_pairs);
    table_.pair_usd.resize(num_pairs);
    parallel_for(0, parts.size(), 1, [&](std::size_t g) { copy_pairs(parts[g], first_configuration[g]); });
}

void TableBuilder::copy_pairs(const GroupPart& part, std::size_t first_configuration) {
    if (part.configuration.empty()) return;
    std::size_t target = table_.pair_begin[first_configuration];
    std::size_t source = 0;
    for (std::size_t c = 0; c < part.configuration.size(); ++c) {
        for (std::uint32_t n = 0; n < part.pair_count[c]; ++n, ++source, ++target) {
            const std::size_t i = at(part.type[source]);
            table_.pair_type[target] = part.type[source];
            table_.pair_configuration[target] = static_cast<int>(first_configuration + c);
            table_.pair_slot_load[target] = part.slot_load[source];
            table_.pair_kv_load[target] = part.kv_load[source];
            table_.pair_delay_s[target] = part.delay_s[source];
            table_.pair_error[target] = part.error[i];
            table_.pair_usd[target] = table_.delay_usd_per_s[i] * part.delay_s[source] + table_.stored_usd[i];
        }
    }
}

void TableBuilder::fill_configurations() {
    std::map<std::tuple<int, std::string, double>, int> artifact_of;  // (model, precision, bytes per weight)
    for (int g = 0; g < table_.num_groups(); ++g) {
        const int first = table_.group_begin[at(g)];
        const Shape& shape = table_.configuration[at(first)].shape;
        const Tier& tier = instance_.tier(shape.tier);
        const auto [entry, is_new] =
            artifact_of.try_emplace({shape.model, tier.precision, tier.weight_bytes}, table_.num_artifacts());
        if (is_new) table_.artifact_gb.push_back(weight_gb(instance_.model(shape.model), tier));
        for (int c = first; c < table_.group_begin[at(g) + 1]; ++c) add_configuration_data(c, entry->second);
    }
    const double usd_per_gb = instance_->horizon_hours * instance_->storage.price_usd_per_gb_hour;
    for (const double gb : table_.artifact_gb) table_.artifact_usd.push_back(usd_per_gb * gb);
}

void TableBuilder::add_configuration_data(int c, int artifact) {
    const Configuration& configuration = table_.configuration[at(c)];
    const Tier& tier = instance_.tier(configuration.shape.tier);
    const int gpus = configuration.shape.tensor * configuration.shape.pipeline;
    const double usd_per_hour = gpus * tier.price_usd_per_gpu_hour;
    table_.gpus.push_back(gpus);
    table_.pool.push_back(instance_.pool_of_tier(configuration.shape.tier));
    table_.artifact.push_back(artifact);
    table_.rent_usd.push_back(instance_->horizon_hours * usd_per_hour);
    // docs/formulation.md, section 3: starting costs only count against a current plan.
    const Switching& switching = instance_->switching;
    table_.start_usd.push_back(
        instance_->running ? usd_per_hour * switching.warmup_hours + switching.usd_per_start : 0);
    table_.running.push_back(running_replicas(configuration.shape));
}

void TableBuilder::index_pairs_by_type() {
    const std::size_t num_types = at(instance_.num_types());
    table_.type_begin.assign(num_types + 1, 0);
    for (const int i : table_.pair_type) ++table_.type_begin[at(i) + 1];
    for (std::size_t i = 0; i < num_types; ++i) table_.type_begin[i + 1] += table_.type_begin[i];
    table_.type_pairs.resize(table_.pair_type.size());
    std::vector<std::uint32_t> next(table_.type_begin.begin(), table_.type_begin.end() - 1);
    for (std::size_t p = 0; p < table_.pair_type.size(); ++p) {
        table_.type_pairs[next[at(table_.pair_type[p])]++] = static_cast<int>(p);
    }
}

/// At any concurrency: that is a setting of a running server.
int TableBuilder::running_replicas(const Shape& shape) const {
    int replicas = 0;
    for (const Running& running : running_) {
        if (running.shape == shape) replicas += running.replicas;
    }
    return replicas;
}

/// What runs now on models and tiers that are still there.
std::vector<TableBuilder::Running> TableBuilder::find_running(const Instance& instance) {
    std::vector<Running> found;
    if (!instance->running) return found;
    for (const RunningDeployment& running : *instance->running) {
        const auto model =
            std::find_if(instance->models.begin(), instance->models.end(),
                         [&](const Model& candidate) { return candidate.id == running.model; });
        const auto tier = std::find_if(instance->tiers.begin(), instance->tiers.end(),
                                       [&](const Tier& candidate) { return candidate.id == running.tier; });
        if (model == instance->models.end() || tier == instance->tiers.end()) continue;
        const Shape shape{static_cast<int>(model - instance->models.begin()),
                          static_cast<int>(tier - instance->tiers.begin()), running.tensor, running.pipeline};
        found.push_back({shape, running.replicas});
    }
    return found;
}

}  // namespace allot
