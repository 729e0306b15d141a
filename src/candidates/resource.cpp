#include "candidates/resource.hpp"

#include <cmath>
#include <optional>
#include <utility>

#include "candidates/candidate_table.hpp"
#include "util/index.hpp"

namespace allot {

/// Collects limits one kind after the other, and lays their uses out by who uses them.
class ResourceBuilder {
  public:
    ResourceBuilder(const CandidateTable& table, ResourceList& list) : table_(table), list_(list) {}

    void build() {
        add_pools();
        add_gpu_cap();
        add_starts();
        add_budget();
        add_storage();
        lay_out(per_replica_, table_.num_configurations(), list_.of_configuration_);
        lay_out(per_artifact_, table_.num_artifacts(), list_.of_artifact_);
        lay_out(per_type_, table_.instance().num_types(), list_.of_type_);
    }

  private:
    template <class T>
    using Entries = std::vector<std::pair<int, T>>;  // user, use

    // ---- the limits, one builder each ----

    /// GPUs of one type, which its tiers share. Listed without a limit, too.
    void add_pools() {
        const Instance& instance = table_.instance();
        const int first = list_.size();
        for (int p = 0; p < instance.num_pools(); ++p) add(pool(instance.pool(p)));
        for (int c = 0; c < table_.num_configurations(); ++c) {
            use_per_replica(c, first + table_.pool[at(c)], table_.gpus[at(c)]);
        }
    }

    static Resource pool(const Pool& pool) {
        Resource resource;
        resource.field = "available." + pool.gpu;
        resource.row = "gpus[" + pool.gpu + "]";
        resource.unit = "GPUs";
        resource.limit = pool.available ? *pool.available : kUnlimited;
        resource.is_whole = resource.is_counter = true;
        resource.more = "available GPUs of pool " + pool.gpu;
        resource.excess = "{:.0f} GPUs, {:.0f} available";
        resource.set = [gpu = pool.gpu](InstanceData& data, double value) {
            for (Tier& tier : data.tiers) {
                if (tier.gpu == gpu) tier.available = count(value);
            }
        };
        return resource;
    }

    /// GPUs of all types together.
    void add_gpu_cap() {
        const std::optional<int>& max_gpus = table_.instance()->max_gpus;
        if (!max_gpus) return;
        Resource resource;
        resource.field = resource.row = "max_gpus";
        resource.unit = "GPUs";
        resource.limit = *max_gpus;
        resource.is_whole = resource.is_counter = true;
        resource.excess = "{:.0f} GPUs in all, {:.0f} allowed";
        resource.set = [](InstanceData& data, double value) { data.max_gpus = count(value); };
        const int r = add(std::move(resource));
        for (int c = 0; c < table_.num_configurations(); ++c) use_per_replica(c, r, table_.gpus[at(c)]);
    }

    /// Replicas beyond those that run now.
    void add_starts() {
        const std::optional<int>& max_starts = table_.instance()->max_starts;
        if (!max_starts) return;
        Resource resource;
        resource.field = resource.row = "max_starts";
        resource.unit = "replicas";
        resource.limit = *max_starts;
        resource.is_whole = true;
        resource.more = "started replicas";
        resource.excess = "{:.0f} replicas started, {:.0f} allowed";
        resource.set = [](InstanceData& data, double value) { data.max_starts = count(value); };
        const int r = add(std::move(resource));
        for (int c = 0; c < table_.num_configurations(); ++c) per_replica_.push_back({c, {r, 0, 1}});
    }

    /// Rental and storage over the horizon.
    void add_budget() {
        if (!std::isfinite(table_.instance()->budget_usd)) return;
        Resource resource;
        resource.field = "budget_usd";
        resource.row = "budget";
        resource.unit = "USD";
        resource.limit = table_.instance()->budget_usd;
        resource.is_money = true;
        resource.excess = "rental and weights cost {:.2f} USD, {:.2f} allowed";
        resource.set = [](InstanceData& data, double value) { data.budget_usd = value; };
        const int r = add(std::move(resource));
        for (int c = 0; c < table_.num_configurations(); ++c) use_per_replica(c, r, table_.rent_usd[at(c)]);
        use_stored(r, table_.artifact_usd, table_.stored_usd);
    }

    /// Weights and tokens stored.
    void add_storage() {
        if (!std::isfinite(table_.instance()->storage.capacity_gb)) return;
        Resource resource;
        resource.field = "storage.capacity_gb";
        resource.row = "storage";
        resource.unit = "GB";
        resource.limit = table_.instance()->storage.capacity_gb;
        resource.excess = "weights take {:.4g} GB, {:.4g} allowed";
        resource.set = [](InstanceData& data, double value) { data.storage.capacity_gb = value; };
        use_stored(add(std::move(resource)), table_.artifact_gb, table_.stored_gb);
    }

    // ---- what builders are made of ----

    /// A limit in whole units as an instance has it.
    static std::optional<int> count(double value) {
        return value < kUnlimited ? std::optional<int>(static_cast<int>(value)) : std::nullopt;
    }

    int add(Resource resource) {
        assert(resource.limit >= 0 && resource.set);
        assert(!resource.is_counter || resource.is_whole);
        assert(resource.is_counter || resource.is_limited());
        list_.resources_.push_back(std::move(resource));
        return list_.size() - 1;
    }

    void use_per_replica(int c, int resource, double amount) {
        assert(std::isfinite(amount) && amount >= 0);
        if (amount > 0) per_replica_.push_back({c, {resource, amount, 0}});
    }

    /// By artifact, and by type served in full.
    void use_stored(int resource, const std::vector<double>& by_artifact,
                    const std::vector<double>& by_type) {
        const auto add_uses = [resource](const std::vector<double>& amounts, Entries<ResourceUse>& entries) {
            for (std::size_t n = 0; n < amounts.size(); ++n) {
                assert(std::isfinite(amounts[n]) && amounts[n] >= 0);
                if (amounts[n] > 0) entries.push_back({static_cast<int>(n), {resource, amounts[n]}});
            }
        };
        add_uses(by_artifact, per_artifact_);
        add_uses(by_type, per_type_);
    }

    /// Counting sort by user; stable, so the uses of one user stay in the order of resources.
    template <class T, class Rows>
    static void lay_out(const Entries<T>& entries, int num_users, Rows& rows) {
        rows.begin.assign(at(num_users) + 1, 0);
        for (const auto& [user, use] : entries) ++rows.begin[at(user) + 1];
        for (std::size_t n = 0; n < at(num_users); ++n) rows.begin[n + 1] += rows.begin[n];
        rows.entries.resize(entries.size());
        std::vector<std::uint32_t> next(rows.begin.begin(), rows.begin.end() - 1);
        for (const auto& [user, use] : entries) rows.entries[next[at(user)]++] = use;
    }

    const CandidateTable& table_;
    ResourceList& list_;
    Entries<ReplicaUse> per_replica_;
    Entries<ResourceUse> per_artifact_, per_type_;
};

ResourceList::ResourceList(const CandidateTable& table) { ResourceBuilder(table, *this).build(); }

}  // namespace allot
