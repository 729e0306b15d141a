#include "support/audited_plan.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "performance/accuracy.hpp"
#include "performance/performance_model.hpp"
#include "performance/uncertainty.hpp"
#include "support/toy_hardware.hpp"

namespace allot::testing {
namespace {

Tier big_tier() {
    Tier tier = toy_tier();
    tier.id = "big/fp16";
    tier.gpu = "big";
    tier.precision = "fp16";
    tier.weight_bytes = 2;
    tier.peak_tflops = 200;
    tier.mem_gb = 80;
    tier.mem_bw_gbs = 2000;
    tier.price_usd_per_gpu_hour = 3;
    tier.available = 6;
    return tier;
}

Model large_model() {
    Model model = toy_model();
    model.id = model.name = "large";
    model.params_linear = model.params_linear_active = 4e9;
    model.params_total = 4.2e9;
    return model;
}

QueryType chat() {
    QueryType type;
    type.name = "chat";
    type.rate_per_hour = 36000;
    type.input_tokens = 1000;
    type.output_tokens = 100;
    type.error = {{"toy", {0.10, {}}}, {"large", {0.02, {}}}};
    type.slo = {2.0, 0.5, 0.05, 0.11};
    type.max_unmet = 0.1;
    type.unmet_usd_per_query = 0.01;
    type.delay_usd_per_query_s = 1e-4;
    type.token_bytes = 2;
    return type;
}

QueryType batch() {
    QueryType type = chat();
    type.name = "batch";
    type.rate_per_hour = 18000;
    type.input_tokens = 2000;
    type.output_tokens = 200;
    type.slo = {5.0, {}, {}, 0.08};
    type.delay_slo = DelaySlo::mean;
    type.max_unmet = 0;
    return type;
}

template <class Named>
int find(const std::vector<Named>& list, std::string Named::*name, const std::string& wanted) {
    const auto found =
        std::find_if(list.begin(), list.end(), [&](const Named& one) { return one.*name == wanted; });
    return static_cast<int>(found - list.begin());
}

/// The shapes of the plan's deployments, and what the plan's routes are about.
class Reader {
  public:
    Reader(const Instance& instance, const Plan& plan) : instance_(instance), plan_(plan) {}

    Shape shape(const PlannedDeployment& planned) const {
        return {find(instance_->models, &Model::id, planned.model),
                find(instance_->tiers, &Tier::id, planned.tier), planned.tensor, planned.pipeline};
    }
    const PlannedDeployment& deployment(const PlannedRoute& route) const {
        return plan_.deployments[static_cast<std::size_t>(route.deployment)];
    }
    int type(const std::string& name) const { return find(instance_->query_types, &QueryType::name, name); }

  private:
    const Instance& instance_;
    const Plan& plan_;
};

/// min over tau >= 0 of budget * tau + sum of cap * max(0, amount - tau): convex and piecewise linear with its corners at the
/// amounts and at zero, and by duality the largest deviation.
double protection_by_duality(const std::vector<std::pair<double, double>>& amounts_and_caps, double budget) {
    const auto dual = [&](double tau) {
        double value = budget * tau;
        for (const auto& [amount, cap] : amounts_and_caps) {
            value += cap * std::max(0.0, amount - tau);
        }
        return value;
    };
    double least = dual(0);
    for (const auto& [amount, cap] : amounts_and_caps) {
        least = std::min(least, dual(amount));
    }
    return least;
}

void refresh_routes(const Instance& instance, Plan& plan) {
    const auto performance = make_performance_model(instance);
    const Reader reader(instance, plan);
    for (PlannedDeployment& deployment : plan.deployments) {
        const Tier& tier = instance.tier(reader.shape(deployment).tier);
        deployment.gpus = deployment.tensor * deployment.pipeline * deployment.replicas;
        deployment.usd_per_hour = tier.price_usd_per_gpu_hour * deployment.gpus;
        deployment.utilisation = deployment.kv_utilisation = 0;
    }
    for (PlannedRoute& route : plan.routing) {
        PlannedDeployment& deployment = plan.deployments[static_cast<std::size_t>(route.deployment)];
        const Shape shape = reader.shape(deployment);
        const int i = reader.type(route.query_type);
        route.error = error_rate(instance, i, shape.model, shape.tier).value_or(0);
        if (performance->shape_misfit(shape).misfit != Misfit::none) {
            continue;
        }
        const PairFigures figures = performance->evaluate_pair(shape, deployment.concurrency, i);
        route.delay_s = figures.delay_s;
        route.ttft_s = figures.ttft_s;
        route.tpot_s = figures.tpot_s;
        deployment.utilisation += figures.slot_load * route.share / deployment.replicas;
        deployment.kv_utilisation += figures.kv_load * route.share / deployment.replicas;
    }
}

/// One type's sums over its routes.
struct Means {
    double served = 0;
    double delay_s = 0;
    double error = 0;
    double delay_protection_s = 0;
    double error_protection = 0;
};

Means means(const Instance& instance, const Plan& plan, const std::string& type) {
    const Reader reader(instance, plan);
    Means sums;
    std::map<std::pair<int, int>, std::pair<double, double>> delays;
    std::map<std::pair<int, int>, std::pair<double, double>> errors;
    for (const PlannedRoute& route : plan.routing) {
        if (route.query_type != type) {
            continue;
        }
        const Shape shape = reader.shape(reader.deployment(route));
        const Deviation delay = delay_deviation(instance, shape.model, shape.tier);
        const Deviation error = error_deviation(instance, shape.model, shape.tier);
        sums.served += route.share;
        sums.delay_s += route.share * route.delay_s;
        sums.error += route.share * route.error;
        auto& [late, late_cap] = delays[{shape.model, shape.tier}];
        late += route.share * route.delay_s * delay.deviation;
        late_cap = delay.cap;
        auto& [wrong, wrong_cap] = errors[{shape.model, shape.tier}];
        wrong += route.share * route.error * error.deviation;
        wrong_cap = error.cap;
    }
    const auto protect = [](const auto& groups, const std::optional<UncertaintyBudget>& uncertainty) {
        std::vector<std::pair<double, double>> items;
        items.reserve(groups.size());
        for (const auto& [group, item] : groups) {
            items.push_back(item);
        }
        return uncertainty ? protection_by_duality(items, uncertainty->budget) : 0;
    };
    sums.delay_protection_s = protect(delays, instance->uncertainty.delay);
    sums.error_protection = protect(errors, instance->uncertainty.error);
    return sums;
}

bool is_reached(double amount, double limit) { return amount > 0 && amount >= limit * (1 - 1e-6); }

void refresh_types(const Instance& instance, Plan& plan) {
    const Reader reader(instance, plan);
    for (PlannedType& planned : plan.query_types) {
        const QueryType& type = instance.type(reader.type(planned.name));
        const Means sums = means(instance, plan, planned.name);
        const double served = sums.served > 0 ? sums.served : 1;
        planned.mean_delay_s = sums.delay_s / served;
        planned.mean_error = sums.error / served;
        planned.binding.clear();
        if (type.slo.error && is_reached((sums.error + sums.error_protection) / served, *type.slo.error)) {
            planned.binding.emplace_back("error");
        }
        if (type.delay_slo == DelaySlo::mean && type.slo.delay_s &&
            is_reached((sums.delay_s + sums.delay_protection_s) / served, *type.slo.delay_s)) {
            planned.binding.emplace_back("delay_s");
        }
        if (is_reached(planned.unmet, type.max_unmet)) {
            planned.binding.emplace_back("max_unmet");
        }
    }
}

double stored_gb(const Instance& instance, const Plan& plan) {
    const Reader reader(instance, plan);
    std::set<std::tuple<std::string, std::string, double>> artifacts;
    double sum = 0;
    for (const PlannedDeployment& deployment : plan.deployments) {
        const Shape shape = reader.shape(deployment);
        const Model& model = instance.model(shape.model);
        const Tier& tier = instance.tier(shape.tier);
        if (artifacts.emplace(model.id, tier.precision, tier.weight_bytes).second) {
            // Layers at the precision of the tier; the toy models have separate embedding and head of 1e8 weights, 0.2 GB each.
            sum += model.params_linear * tier.weight_bytes / 1e9 + 0.4;
        }
    }
    for (const PlannedRoute& route : plan.routing) {
        sum += instance.stored_gb(reader.type(route.query_type)) * route.share;
    }
    return sum;
}

int starts_of(const Instance& instance, const PlannedDeployment& planned) {
    int started = planned.replicas;
    for (const RunningDeployment& now : *instance->running) {
        if (now.model == planned.model && now.tier == planned.tier && now.tensor == planned.tensor &&
            now.pipeline == planned.pipeline && now.concurrency == planned.concurrency) {
            started -= now.replicas;
        }
    }
    return std::max(0, started);
}

double switching_usd(const Instance& instance, const Plan& plan) {
    if (!instance->running) {
        return 0;
    }
    const Reader reader(instance, plan);
    double sum = 0;
    for (const PlannedDeployment& planned : plan.deployments) {
        const double price = instance.tier(reader.shape(planned).tier).price_usd_per_gpu_hour;
        const double usd_each = planned.tensor * planned.pipeline * price * instance->switching.warmup_hours +
                                instance->switching.usd_per_start;
        sum += usd_each * starts_of(instance, planned);
    }
    return sum;
}

void refresh_cost(const Instance& instance, Plan& plan) {
    const double hours = instance->horizon_hours;
    const Reader reader(instance, plan);
    plan.cost = {};
    for (const PlannedDeployment& deployment : plan.deployments) {
        plan.cost.rental += hours * deployment.usd_per_hour;
    }
    plan.cost.storage = hours * instance->storage.price_usd_per_gb_hour * stored_gb(instance, plan);
    plan.cost.switching = switching_usd(instance, plan);
    for (const PlannedType& planned : plan.query_types) {
        const QueryType& type = instance.type(reader.type(planned.name));
        const Means sums = means(instance, plan, planned.name);
        const double queries = hours * type.rate_per_hour;
        plan.cost.delay += queries * type.delay_usd_per_query_s * (sums.delay_s + sums.delay_protection_s);
        plan.cost.unmet += queries * type.unmet_usd_per_query * planned.unmet;
    }
    plan.reported_total = plan.cost.total();
    plan.lower_bound = 0.9 * plan.cost.total();
    plan.gap = 0.1;
}

void refresh_binding(const Instance& instance, Plan& plan) {
    const Reader reader(instance, plan);
    plan.binding.clear();
    if (is_reached(plan.cost.rental + plan.cost.storage, instance->budget_usd)) {
        plan.binding.emplace_back("budget_usd");
    }
    if (is_reached(stored_gb(instance, plan), instance->storage.capacity_gb)) {
        plan.binding.emplace_back("storage.capacity_gb");
    }
    for (int p = 0; p < instance.num_pools(); ++p) {
        double used = 0;
        for (const PlannedDeployment& deployment : plan.deployments) {
            used += instance.pool_of_tier(reader.shape(deployment).tier) == p ? deployment.gpus : 0;
        }
        if (instance.pool(p).available && is_reached(used, *instance.pool(p).available)) {
            plan.binding.emplace_back("available." + instance.pool(p).gpu);
        }
    }
    int starts = 0;
    for (const PlannedDeployment& deployment : plan.deployments) {
        starts += instance->max_starts ? starts_of(instance, deployment) : 0;
    }
    if (instance->max_starts && is_reached(starts, *instance->max_starts)) {
        plan.binding.emplace_back("max_starts");
    }
}

void refresh_status(const Instance& instance, Plan& plan) {
    const Reader reader(instance, plan);
    const bool leaves_too_much =
        std::any_of(plan.query_types.begin(), plan.query_types.end(), [&](const PlannedType& planned) {
            return planned.unmet > instance.type(reader.type(planned.name)).max_unmet * (1 + 1e-6) + 1e-9;
        });
    plan.status = leaves_too_much ? Status::unserved : Status::feasible;
}

}  // namespace

InstanceData audited_data() {
    InstanceData data;
    data.name = "audited";
    data.horizon_hours = 10;
    data.engine = toy_engine();
    data.parallelism = {{1, 2}, {1, 2}, {10, 20}, false};
    data.target_utilisation = 0.6;
    data.budget_usd = 300;
    data.storage = {20, 0.002};
    data.query_types = {chat(), batch()};
    data.models = {toy_model(), large_model()};
    data.tiers = {toy_tier(), big_tier()};
    return data;
}

Plan audited_plan(const Instance& instance) {
    Plan plan;
    plan.instance = instance->name;
    plan.method = "hand";
    plan.deployments.resize(2);
    plan.deployments[0] = {"toy", "toy/fp8", 1, 1, 10, 2, 0, 0, 0, 0};
    plan.deployments[1] = {"large", "big/fp16", 2, 1, 20, 2, 0, 0, 0, 0};
    plan.routing.resize(3);
    plan.routing[0] = {"chat", 0, 0.95, 0, 0, 0, 0};
    plan.routing[1] = {"batch", 0, 0.25, 0, 0, 0, 0};
    plan.routing[2] = {"batch", 1, 0.75, 0, 0, 0, 0};
    plan.query_types.resize(2);
    plan.query_types[0].name = "chat";
    plan.query_types[0].unmet = 0.05;
    plan.query_types[1].name = "batch";
    refresh_figures(instance, plan);
    return plan;
}

void refresh_figures(const Instance& instance, Plan& plan) {
    refresh_routes(instance, plan);
    refresh_types(instance, plan);
    refresh_cost(instance, plan);
    refresh_binding(instance, plan);
    refresh_status(instance, plan);
}

AuditReport audit_with(const std::function<void(InstanceData&)>& change) {
    const Instance instance = Instance(audited_data()).with(change);
    return audit(instance, audited_plan(instance));
}

std::string violated(const AuditReport& report) {
    std::string names;
    for (const Violation& violation : report.violations) {
        names += (names.empty() ? "" : ", ") + violation.constraint + ' ' + violation.subject;
    }
    return names;
}

}  // namespace allot::testing
