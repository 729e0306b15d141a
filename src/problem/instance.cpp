#include "allot/instance.hpp"

#include <algorithm>
#include <utility>

#include "problem/validate.hpp"

namespace allot {

Instance::Instance(InstanceData data) : data_(std::move(data)) {
    if (data_.parallelism.tensor == ParallelismGrid().tensor) drop_impossible_degrees(data_);
    if (std::vector<Problem> problems = find_problems(data_); !problems.empty())
        throw InputError(std::move(problems));
    std::map<std::string, int> pool_of_gpu;
    for (const Tier& tier : data_.tiers) {
        const auto [entry, is_new] = pool_of_gpu.emplace(tier.gpu, num_pools());
        if (is_new) pools_.push_back({tier.gpu, std::nullopt});
        if (tier.available) pools_[static_cast<std::size_t>(entry->second)].available = tier.available;
        pool_of_tier_.push_back(entry->second);
    }
    allowed_.reserve(data_.query_types.size() * data_.models.size());
    for (const QueryType& type : data_.query_types)
        for (const Model& model : data_.models)
            allowed_.push_back(type.models.empty() || std::find(type.models.begin(), type.models.end(),
                                                                model.id) != type.models.end());
}

bool Instance::is_model_allowed(int i, int j) const {
    return allowed_[static_cast<std::size_t>(i) * data_.models.size() + static_cast<std::size_t>(j)] != 0;
}

double Instance::stored_gb(int i) const {
    constexpr double kBytesPerGb = 1e9;
    const QueryType& query_type = type(i);
    return query_type.token_bytes * (query_type.input_tokens + query_type.output_tokens) *
           query_type.rate_per_hour / kBytesPerGb;
}

Instance Instance::with(const std::function<void(InstanceData&)>& change) const {
    InstanceData changed = data_;
    change(changed);
    return Instance(std::move(changed));
}

}  // namespace allot
