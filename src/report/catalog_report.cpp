#include "report/catalog_report.hpp"

#include <fmt/format.h>

#include "report/figures.hpp"
#include "report/table.hpp"
#include "util/json_writer.hpp"

namespace allot {
namespace {

std::string heading(const std::string& title, std::size_t count, const Style& style) {
    return style.paint(title, Tone::heading) + " " + style.paint(fmt::format("({})", count), Tone::faint) +
           "\n";
}

std::string models_text(const Catalog& catalog, const Style& style) {
    Table table({{"model"},
                 {"parameters", Align::right},
                 {"active", Align::right},
                 {"layers", Align::right},
                 {"hidden", Align::right},
                 {"KV kB/token", Align::right},
                 {"context", Align::right},
                 {"experts"}});
    const auto billions = [](double count) { return significant(count / 1e9) + " B"; };
    for (const Model& model : catalog.models) {
        const double inactive = model.params_linear - model.params_linear_active;
        table.add(
            {model.id, billions(model.params_total), billions(model.params_total - inactive),
             std::to_string(model.layers), grouped(model.hidden),
             significant(model.kv_bytes_per_token_16 / 1e3),
             model.max_context > 0 ? grouped(model.max_context) : "",
             model.experts ? fmt::format("{} of {}", model.experts->per_token, model.experts->count) : ""});
    }
    return heading("Models", catalog.models.size(), style) + table.text(style);
}

std::string tiers_text(const Catalog& catalog, const Style& style) {
    Table table({{"tier"},
                 {"memory GB", Align::right},
                 {"GB/s", Align::right},
                 {"TFLOP/s", Align::right},
                 {"reached", Align::right},
                 {"of GB/s", Align::right},
                 {"GPUs/node", Align::right},
                 {"USD/GPU/h", Align::right},
                 {"evidence"}});
    for (const Tier& tier : catalog.tiers) {
        const std::string mark(1, evidence_mark(tier.evidence));
        table.add({tier.id, significant(tier.mem_gb), grouped(tier.mem_bw_gbs), significant(tier.peak_tflops),
                   percent(tier.mfu) + mark, percent(tier.mbu) + mark, std::to_string(tier.gpus_per_node),
                   grouped(tier.price_usd_per_gpu_hour, 2), to_string(tier.evidence)});
    }
    return heading("Tiers", catalog.tiers.size(), style) + table.text(style) +
           "  'reached' is the share of the peak, 'of GB/s' the share of the bandwidth, that a model's "
           "layers reach.\n"
           "  Prices are list prices from memory: give your own in the instance.\n";
}

std::string engines_text(const Catalog& catalog, const Style& style) {
    Table table({{"engine"},
                 {"us/layer", Align::right},
                 {"+TP us", Align::right},
                 {"us/sequence", Align::right},
                 {"ms/request", Align::right},
                 {"interference", Align::right},
                 {"what it stands for"}});
    for (const EngineProfile& engine : catalog.engines) {
        table.add({engine.id, significant(engine.dev_us_layer), significant(engine.tp_us_layer),
                   significant(engine.seq_us), significant(engine.request_ms),
                   significant(engine.prefill_interference), engine.description});
    }
    return heading("Engines", catalog.engines.size(), style) + table.text(style);
}

void write_models(JsonWriter& json, const Catalog& catalog) {
    json.key("models").begin_array();
    for (const Model& model : catalog.models) {
        json.begin_line_object()
            .member("id", model.id)
            .member("name", model.name)
            .member("layers", model.layers);
        json.member("hidden", model.hidden).member("heads", model.heads).member("kv_heads", model.kv_heads);
        json.member("params_total", model.params_total).member("params_linear", model.params_linear);
        json.member("params_linear_active", model.params_linear_active);
        json.member("kv_bytes_per_token_16", model.kv_bytes_per_token_16);
        json.member("max_context", model.max_context).end_object();
    }
    json.end_array();
}

void write_tiers(JsonWriter& json, const Catalog& catalog) {
    json.key("tiers").begin_array();
    for (const Tier& tier : catalog.tiers) {
        json.begin_line_object()
            .member("id", tier.id)
            .member("gpu", tier.gpu)
            .member("precision", tier.precision);
        json.member("mem_gb", tier.mem_gb).member("mem_bw_gbs", tier.mem_bw_gbs);
        json.member("peak_tflops", tier.peak_tflops).member("mfu", tier.mfu).member("mbu", tier.mbu);
        json.member("gpus_per_node", tier.gpus_per_node);
        json.member("price_usd_per_gpu_hour", tier.price_usd_per_gpu_hour);
        json.member("evidence", to_string(tier.evidence)).end_object();
    }
    json.end_array();
}

void write_engines(JsonWriter& json, const Catalog& catalog) {
    json.key("engines").begin_array();
    for (const EngineProfile& engine : catalog.engines) {
        json.begin_line_object().member("id", engine.id).member("description", engine.description);
        json.member("dev_us_layer", engine.dev_us_layer).member("tp_us_layer", engine.tp_us_layer);
        json.member("seq_us", engine.seq_us).member("request_ms", engine.request_ms);
        json.member("prefill_interference", engine.prefill_interference).end_object();
    }
    json.end_array();
}

}  // namespace

std::string catalog_text(const Catalog& catalog, const CatalogParts& parts, const Style& style) {
    std::string text;
    const auto append = [&](const std::string& part) { text += (text.empty() ? "" : "\n") + part; };
    if (parts.models) append(models_text(catalog, style));
    if (parts.tiers) {
        append(tiers_text(catalog, style));
        std::vector<Evidence> used;
        for (const Tier& tier : catalog.tiers) used.push_back(tier.evidence);
        for (const std::string& line : evidence_legend(used)) text += "  " + line + "\n";
    }
    if (parts.engines) append(engines_text(catalog, style));
    return text;
}

std::string catalog_json(const Catalog& catalog, const CatalogParts& parts) {
    JsonWriter json;
    json.begin_object().member("format", "allot-catalog/1");
    if (parts.models) write_models(json, catalog);
    if (parts.tiers) write_tiers(json, catalog);
    if (parts.engines) write_engines(json, catalog);
    json.end_object();
    return json.text() + "\n";
}

}  // namespace allot
