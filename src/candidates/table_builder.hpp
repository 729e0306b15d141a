#pragma once

#include <string>
#include <vector>

#include "candidates/admission.hpp"
#include "candidates/candidate_table.hpp"
#include "candidates/dominance.hpp"

namespace allot {

/// Fills a CandidateTable: every group (j, k) is worked out on its own, in parallel, then the groups are laid out in order.
class TableBuilder {
  public:
    TableBuilder(const Instance& instance, const TableOptions& options, CandidateTable& table);
    void build();

  private:
    /// What one group contributes, in its own memory.
    struct GroupPart {
        std::vector<Configuration> configuration;
        std::vector<std::uint32_t> pair_count;  // by configuration
        std::vector<int> type;                  // by pair, configuration by configuration
        std::vector<double> slot_load, kv_load, delay_s;
        std::vector<double> error;       // by type
        std::vector<double> least_gpus;  // by type: of the configuration that serves all of it on the fewest
        TableCounts counts;

        /// Before pairs are added: vectors that grow touch new memory again and again.
        void reserve(std::size_t num_pairs) {
            type.reserve(num_pairs);
            for (std::vector<double>* figures : {&slot_load, &kv_load, &delay_s}) figures->reserve(num_pairs);
        }
    };
    struct GroupWork;
    struct Running {
        Shape shape;
        int replicas;
    };

    GroupPart build_group(int j, int k) const;
    std::vector<Rejection> group_rejections(int j, int k, GroupPart& part) const;
    void add_shape(const Shape& shape, GroupWork& work) const;
    void add_configuration(const Configuration& c, std::size_t row, GroupWork& work) const;
    void keep_undominated(const GroupWork& work, GroupPart& part) const;
    void check_size(const std::vector<GroupPart>& parts) const;
    bool make_room(const std::vector<GroupPart>& parts, const StopCriterion& stop);
    void lay_out(std::vector<GroupPart>& parts);
    void copy_pairs(const GroupPart& part, std::size_t first_configuration);
    void fill_types();
    void fill_configurations();
    void add_configuration_data(int c, int artifact);
    void index_pairs_by_type();
    int running_replicas(const Shape& shape) const;
    static std::vector<Running> find_running(const Instance& instance);

    const Instance& instance_;
    TableOptions options_;
    CandidateTable& table_;
    Admission admission_;
    std::vector<int> tensor_, pipeline_, concurrency_;  // ascending
    std::vector<Running> running_;
};

}  // namespace allot
