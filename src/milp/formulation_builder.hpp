#pragma once

#include <string>
#include <utility>
#include <vector>

#include "milp/formulation.hpp"
#include "util/index.hpp"

namespace allot {

/// Writes the rows and columns of a Formulation: first all rows, whose indices it remembers, then the columns, which name them.
class FormulationBuilder {
  public:
    /// Both must outlive the object.
    FormulationBuilder(Formulation& model, const StopCriterion& stop);
    void build();

  private:
    // What is in the model.
    bool is_kept(int c) const { return limit_[at(c)] > 0; }
    bool is_fleet_fixed() const { return !model_.options_.fixed_replicas.empty(); }
    bool is_exclusive() const { return !is_fleet_fixed() && !instance_->parallelism.mixed; }
    bool has_storage_columns() const { return has_storage_columns_; }
    bool is_storing_priced() const;
    bool is_kv_implied(int c) const;
    bool is_mean_implied(const MeanLimit& limit, int i) const;

    // Rows.
    void add_rows();
    void add_demand_rows();
    void add_capacity_rows();
    void add_exclusivity_rows();
    void add_link_rows();
    void add_storing_rows();
    void add_counter_rows();
    void add_resource_rows();
    void add_mean_rows();
    void add_protection_rows(MeanRow mean, int i);
    void add_shortfall_rows();
    int add_row(const std::string& name, double lower, double upper);

    // Columns.
    void add_columns();
    void add_share_columns(int c);
    void add_replica_columns(int c);
    int starts_column(int c);
    void add_unmet_columns(int i);
    void add_group_columns();
    void add_counter_columns();
    void add_storage_columns();
    void add_protection_columns(Formulation::Protection& protection);
    int add_column(LpColumn column);
    void enter(int row, double value);
    void enter_resource(int resource, double amount);
    void enter_mean(int pair);

    std::string type_name(int i) const { return instance_.type(i).name; }
    std::string group_name(int g) const;
    std::string configuration_name(int c) const;
    std::string artifact_name(int a) const;

    Formulation& model_;
    const StopCriterion& stop_;
    const CandidateTable& table_;
    const Instance& instance_;
    std::vector<int> limit_;  // by configuration: replicas at most, 0 = not in the model
    bool has_storage_columns_;

    // Row indices, -1 = no such row.
    std::vector<int> demand_, max_unmet_, error_, delay_;              // by type
    std::vector<int> slots_, kv_, deploy_, least_, storing_, starts_;  // by configuration
    std::vector<int> exclusive_, stored_;                              // by group
    std::vector<int> link_;                                            // [i * num_groups + g]
    std::vector<int> link_artifact_;                                   // [i * num_artifacts + a]
    std::vector<int> serve_;                                           // by pair
    std::vector<int> counter_;                                         // by resource
    std::vector<int> error_protection_, delay_protection_;             // by type: index into protections_

    std::vector<LpEntry> entries_;  // of the column under construction
};

}  // namespace allot
