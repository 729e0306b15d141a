#include "io/importers/trace_template.hpp"

#include <algorithm>
#include <chrono>
#include <string_view>

#include <fmt/format.h>

#include "allot/io.hpp"
#include "io/importers/azure_trace.hpp"
#include "util/numbers.hpp"
#include "util/rounding.hpp"

namespace allot {

namespace {

constexpr double kHorizonHours = 24;
constexpr double kApiUsdPerMillionTokens = 0.2;
constexpr double kLeastBudgetUsd = 300;
constexpr double kPromptTokensPerSecond = 2500;

/// What the template assumes of a service. Its delay limits grow with the tokens of a type, so that each can be reached.
struct ServiceProfile {
    const char* task;
    const char* task_comment;
    double error;              // of types with answers shorter than the service's mean
    double error_long_answer;  // of the others
    const char* error_comment;
    double first_token_s;  // TTFT limit but for the prompt
    double tpot_s;
    const char* tpot_comment;
    double delay_usd_per_query_s;
};

constexpr ServiceProfile kCode{
    "code",
    "errors are functions that fail their tests (HumanEval)",
    0.16,
    0.13,
    "3B models fail 45 %, 7B 15 %, 32B 12 %: short answers may come from a 7B, long ones need more",
    0.5,
    0.05,
    "a completion must be there before the user types on",
    1e-5};

constexpr ServiceProfile kConversation{
    "knowledge_qa",
    "errors are wrong answers on broad knowledge (MMLU), the nearest proxy of talk",
    0.27,
    0.20,
    "3B models fail 37 %, 7B 26 %, 32B 17 %: short answers may come from a 7B, long ones need more",
    1.0,
    0.1,
    "10 tokens per second, faster than people read",
    5e-6};

const ServiceProfile& profile_of(const std::string& service) {
    return service.find("code") != std::string::npos ? kCode : kConversation;
}

std::string number(double value, int digits = 4) { return shortest_text(round_significant(value, digits)); }

double planned_rate(const TraceTemplate& source, const TraceType& type) {
    return round_significant(source.plans_for_peak ? type.peak_rate_per_hour : type.mean_rate_per_hour, 4);
}

std::string window_text(double window_s) {
    return window_s >= 60 ? number(window_s / 60) + " minutes" : number(window_s) + " seconds";
}

/// "2023-11-16 18:17".
std::string minute_text(std::int64_t ticks) {
    using namespace std::chrono;
    const sys_seconds time{seconds(ticks / kTicksPerSecond)};
    const auto day_start = floor<days>(time);
    const year_month_day date(day_start);
    const auto minutes = duration_cast<std::chrono::minutes>(time - day_start).count();
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), minutes / 60,
                       minutes % 60);
}

double mean_output_tokens(const TraceService& service) {
    double sum = 0;
    for (const TraceType& type : service.types)
        sum += static_cast<double>(type.requests) * type.output_tokens;
    return sum / static_cast<double>(service.requests);
}

/// What the tokens of the horizon cost from an API, but enough for a few GPUs.
double budget_usd(const TraceTemplate& source) {
    double million_tokens = 0;
    for (const TraceService& service : source.services) {
        for (const TraceType& type : service.types) {
            million_tokens +=
                kHorizonHours * planned_rate(source, type) * (type.input_tokens + type.output_tokens) / 1e6;
        }
    }
    return round_significant(std::max(kLeastBudgetUsd, kApiUsdPerMillionTokens * million_tokens), 2);
}

class TemplateWriter {
  public:
    explicit TemplateWriter(const TraceTemplate& source) : source_(source) {}

    std::string write() {
        write_head();
        write_limits();
        line("\nquery_types:");
        for (const TraceService& service : source_.services) write_service(service);
        write_models();
        write_tiers();
        return std::move(text_);
    }

  private:
    template <class... Args>
    void line(fmt::format_string<Args...> format, Args&&... args) {
        text_ += fmt::format(format, std::forward<Args>(args)...);
        text_ += '\n';
    }

    void write_head() {
        const std::string first = minute_text(source_.services.front().first_ticks);
        line("# Made by");
        line("#   {}", source_.command);
        line(
            "# Rates and tokens come from the traces. All else is a default with its reason: put in what "
            "holds for you.");
        line("format: allot-instance/1");
        line("name: azure-{}", first.substr(0, 4));
    }

    void write_limits() {
        line("");
        line("horizon_hours: 24         # GPUs are rented by the day: all costs are per day");
        line("engine: graph             # vLLM or TensorRT-LLM with CUDA graphs");
        line("target_utilisation: 0.85  # the rest absorbs swings within minutes, which rates do not show");
        line(
            "parallelism: {{tensor: [1, 2, 4, 8], pipeline: [1, 2, 4], concurrency: [1, 2, 4, 8, 16, 32, 64, "
            "128]}}");
        line("");
        line(
            "# Rental and storage may cost what the same tokens cost from an API at {} USD per million, and "
            "{} at least: four",
            kApiUsdPerMillionTokens, kLeastBudgetUsd);
        line("# large GPUs for a day.");
        line("budget_usd: {}", number(budget_usd(source_), 2));
        line("");
        line("# Weights lie on SSD volumes at about 0.15 USD per GB and month.");
        line("storage: {{capacity_gb: 2000, price_usd_per_gb_hour: 0.0002}}");
    }

    void write_service(const TraceService& service) {
        const ServiceProfile& profile = profile_of(service.name);
        if (&service != &source_.services.front()) line("");
        line("  # Service {}: {} requests in {} minutes from {}{}.", service.name, service.requests,
             number(service.span_hours * 60, 3), minute_text(service.first_ticks),
             source_.scale == 1 ? "" : "; the rates here are " + number(source_.scale, 6) + " times those");
        if (service.without_prompt + service.without_answer > 0) {
            line(
                "  # Of these requests {} have 0 prompt tokens and {} have 0 answer tokens. They count like "
                "all others.",
                service.without_prompt, service.without_answer);
        }
        line("  # task: {}", profile.task_comment);
        line("  # error: {}", profile.error_comment);
        line("  # ttft_s: {} s and a second per {} prompt tokens", number(profile.first_token_s),
             number(kPromptTokensPerSecond));
        line("  # tpot_s: {}", profile.tpot_comment);
        line("  # delay_s: what ttft_s and tpot_s allow together");
        line("  # max_unmet: one query in a hundred may be turned away");
        line("  # unmet_usd_per_query: far more than serving costs, for users who do not come back");
        line("  # delay_usd_per_query_s: low, so that of two plans of like rental the faster one wins");
        line("  # token_bytes: prompts and answers are kept as 32-bit token ids");
        for (const TraceType& type : service.types) write_type(type, profile, mean_output_tokens(service));
    }

    void write_type(const TraceType& type, const ServiceProfile& profile, double usual_output_tokens) {
        const double input_tokens = round_significant(type.input_tokens, 4);
        const double output_tokens = round_significant(type.output_tokens, 4);
        const double ttft_s =
            round_significant(profile.first_token_s + input_tokens / kPromptTokensPerSecond, 2);
        const double delay_s = round_significant(ttft_s + output_tokens * profile.tpot_s, 3);
        const bool has_long_answers = type.output_tokens >= usual_output_tokens;
        line("");
        line("  # {} requests: {} per hour on average, {} in the busiest {}", type.requests,
             number(type.mean_rate_per_hour), number(type.peak_rate_per_hour),
             window_text(source_.peak_window_s));
        line("  - name: {}", type.name);
        line("    rate_per_hour: {}", number(planned_rate(source_, type)));
        line("    input_tokens: {}", number(input_tokens));
        line("    output_tokens: {}", number(output_tokens));
        line("    task: {}", profile.task);
        line("    slo: {{delay_s: {}, ttft_s: {}, tpot_s: {}, error: {}}}", number(delay_s), number(ttft_s),
             number(profile.tpot_s), number(has_long_answers ? profile.error_long_answer : profile.error));
        line("    max_unmet: 0.01");
        line("    penalty: {{unmet_usd_per_query: 0.02, delay_usd_per_query_s: {}}}",
             number(profile.delay_usd_per_query_s));
        line("    token_bytes: 4");
    }

    void write_models() {
        line("");
        line("# Small models are cheap and err more; the error limits decide how far they may be used.");
        line("models: [llama-3.2-3b, qwen2.5-7b, llama-3.1-8b, qwen2.5-32b, llama-3.1-70b]");
    }

    void write_tiers() {
        line("");
        line(
            "# GPUs by the precision they run. Prices are on-demand list prices of the catalogue; to use "
            "your own, write");
        line("#   - {{id: h100-80/fp8, price_usd_per_gpu_hour: 2.5, available: 16}}");
        line("tiers:");
        for (const std::string_view id : {"rtx4090/fp8", "rtx4090/int4", "l40s/fp8", "a100-80/bf16",
                                          "a100-80/int8", "h100-80/bf16", "h100-80/fp8", "h100-80/int4"}) {
            const std::vector<Tier>& tiers = builtin_catalog().tiers;
            const auto tier =
                std::find_if(tiers.begin(), tiers.end(), [&](const Tier& item) { return item.id == id; });
            line("  - {:<14}# {} USD per GPU and hour, {} GB", id, number(tier->price_usd_per_gpu_hour),
                 number(tier->mem_gb));
        }
    }

    const TraceTemplate& source_;
    std::string text_;
};

}  // namespace

std::string write_template(const TraceTemplate& source) { return TemplateWriter(source).write(); }

}  // namespace allot
