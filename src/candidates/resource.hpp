#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "allot/instance.hpp"

namespace allot {

class CandidateTable;

/// A linear limit on the whole plan (docs/formulation.md, section 3), as a record. Everything that plans loops over these records
/// and names none of them. Over configurations c, stored artifacts a and query types i:
///
///     sum_c (per_replica_c r_c + per_start_c max(0, r_c - r0_c)) + sum_a amount_a s_a + sum_i amount_i (1 - u_i) <= limit
///
/// The sense is always "at most" and all amounts are finite and >= 0: the greedy, replica limits and bounds rely on it. Within a
/// deployment group a configuration with more GPUs must not use less per replica, else dominance would drop the wrong ones.
struct Resource {
    std::string field;  ///< as users set it and as `binding` names it: "budget_usd", "available.h100-80"
    std::string row;    ///< name of its row in the integer program: "budget", "gpus[h100-80]"
    std::string unit;   ///< of limit and amounts: "USD", "GPUs"
    double limit = kUnlimited;
    /// All amounts are whole numbers: the limit holds exactly. Others hold up to kConstraintTolerance, and bounds widen them.
    bool is_whole = false;
    /// Only whole numbers per replica: branch and bound may branch on how much is used, so it is listed even without a limit.
    bool is_counter = false;
    bool is_money = false;  ///< amounts are what rental and storage cost, and change with their prices
    /// Advice for people reads "5 more <more> (9 instead of 4)"; empty: "<field> to at least 9 (now 4)".
    std::string more;
    /// What a fleet that breaks it reads, as a format of amount and limit: "{:.0f} GPUs, {:.0f} available".
    std::string excess;
    /// Changes the limit of an instance; kUnlimited takes it away.
    std::function<void(InstanceData&, double)> set;

    bool is_limited() const { return limit < kUnlimited; }
    /// Of its row in linear programs: counts stay as they are, amounts become parts of the limit.
    double scale() const { return is_whole || !is_limited() || limit <= 0 ? 1.0 : 1 / limit; }
};

/// What a configuration takes of a resource.
struct ReplicaUse {
    int resource = 0;
    double per_replica = 0;
    double per_start = 0;  ///< of each replica beyond those that run now
    double of(int replicas, int running) const {
        return per_replica * replicas + per_start * (replicas > running ? replicas - running : 0);
    }
};

/// What storing an artifact, or serving all of a query type, takes of a resource.
struct ResourceUse {
    int resource = 0;
    double amount = 0;
};

/// The limits of an instance with their uses, const once built. Limits that are not set are not listed, counters are. Uses are
/// stored by who uses (CSR), ascending by resource, without zeros: a configuration meets its own GPU pool only.
class ResourceList {
  public:
    ResourceList() = default;
    /// O(configurations + artifacts + types), for each kind of limit. The rest of the table must be complete.
    explicit ResourceList(const CandidateTable& table);

    int size() const { return static_cast<int>(resources_.size()); }
    const Resource& operator[](int r) const { return resources_[static_cast<std::size_t>(r)]; }
    auto begin() const { return resources_.begin(); }
    auto end() const { return resources_.end(); }

    std::span<const ReplicaUse> of_configuration(int c) const { return of_configuration_.of(c); }
    std::span<const ResourceUse> of_artifact(int a) const { return of_artifact_.of(a); }
    std::span<const ResourceUse> of_type(int i) const { return of_type_.of(i); }

  private:
    friend class ResourceBuilder;

    template <class T>
    struct Rows {
        std::vector<std::uint32_t> begin;
        std::vector<T> entries;
        std::span<const T> of(int row) const {
            const auto n = static_cast<std::size_t>(row);
            assert(n + 1 < begin.size());
            return {entries.data() + begin[n], entries.data() + begin[n + 1]};
        }
    };

    std::vector<Resource> resources_;
    Rows<ReplicaUse> of_configuration_;
    Rows<ResourceUse> of_artifact_;
    Rows<ResourceUse> of_type_;
};

}  // namespace allot
