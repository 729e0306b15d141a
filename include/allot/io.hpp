#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "allot/instance.hpp"
#include "allot/measurement.hpp"
#include "allot/plan.hpp"

namespace allot {

/// One `--set PATH=VALUE`, `PATH*=FACTOR` or `PATH+=AMOUNT`, as typed.
struct Override {
    std::string text;
};

/// Reads allot-instance/1 from a file, or from standard input when `path` is "-". Throws InputError with all problems.
Instance read_instance(const std::string& path, const std::vector<Override>& overrides = {});

/// The same from text; `file` names it in messages and relative catalogue folders are resolved against its folder.
Instance parse_instance(std::string_view text, const std::string& file,
                        const std::vector<Override>& overrides = {});

/// allot-instance/1 that reads back to the same data: models, tiers, engine and accuracy that differ from the built-in
/// catalogue are written out. Numbers in full precision, the same bytes on every platform.
std::string to_yaml(const InstanceData& data);

/// The built-in catalogue, or one read from a folder with hardware.yaml, models.yaml and accuracy.yaml.
const Catalog& builtin_catalog();
Catalog read_catalog(const std::string& folder);

/// Reads allot-plan/1 ("-" = standard input), or allot-fleet/1, what runs as somebody wrote it by hand: Plan::is_fleet(). Structure, types, finiteness and the indices of deployments are checked here;
/// whether it keeps an instance's constraints is the auditor's business. Throws InputError with all problems.
Plan read_plan(const std::string& path);
Plan parse_plan(std::string_view text, const std::string& file);

/// The same, and every name in it must be one of `instance`: for a plan that was made for it, not for one that ran before it.
Plan read_plan(const std::string& path, const Instance& instance);
Plan parse_plan(std::string_view text, const std::string& file, const Instance& instance);

/// allot-plan/1 (docs/format.md, section "Plans"): its field order, full precision, newline at the end.
std::string to_json(const Plan& plan);

/// Reads measurements from CSV: a header with the columns source, kind, engine, model, gpu, precision, kv_bytes, tp, pp, batch,
/// prompt_tokens, output_tokens, prompt_ms, token_ms, e2e_ms in any order (others are ignored), then one row per measurement;
/// an empty time was not measured. No quoting. "-" is standard input. Throws InputError with all problems.
std::vector<Measurement> read_measurements(const std::string& path);
std::vector<Measurement> parse_measurements(std::string_view text, const std::string& file);

/// Writes to a temporary file beside `path`, then renames: the old content or the new one, never a part. Throws InputError.
void write_file(const std::string& path, std::string_view content);

}  // namespace allot
