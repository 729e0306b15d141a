#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "allot/io.hpp"
#include "allot/measurement.hpp"
#include "io/csv_reader.hpp"
#include "io/text_input.hpp"
#include "util/numbers.hpp"

namespace allot {

namespace {

enum class Column : std::size_t {
    source,
    kind,
    engine,
    model,
    gpu,
    precision,
    kv_bytes,
    tp,
    pp,
    batch,
    prompt_tokens,
    output_tokens,
    prompt_ms,
    token_ms,
    e2e_ms,
};

constexpr std::array kColumns{"source",        "kind",          "engine",    "model",    "gpu",
                              "precision",     "kv_bytes",      "tp",        "pp",       "batch",
                              "prompt_tokens", "output_tokens", "prompt_ms", "token_ms", "e2e_ms"};

/// Largest text that is read, about 600,000 measurements.
constexpr std::size_t kLargestCsv = 64U << 20U;

/// Far above anything real; keeps what is computed from a row finite.
constexpr double kMostTokens = 1e7;
constexpr double kMostMs = 1e9;
constexpr int kMostBatch = 1'000'000;
constexpr int kMostDegree = 1024;

/// Fields of the current row as values; a bad one is reported and read as some value of its type.
class RowFields {
  public:
    explicit RowFields(CsvReader& csv) : csv_(csv) {}

    std::string name(Column column) {
        if (text(column).empty()) {
            report(column, "a name");
        }
        return std::string(text(column));
    }

    MeasurementKind measurement_kind() {
        constexpr std::array kinds{MeasurementKind::static_batch, MeasurementKind::closed_loop,
                                   MeasurementKind::per_layer};
        for (const MeasurementKind candidate : kinds) {
            if (text(Column::kind) == to_string(candidate)) {
                return candidate;
            }
        }
        report(Column::kind, "static_batch, closed_loop or per_layer");
        return {};
    }

    double number(Column column, double least, double most) {
        double value = 0;
        if (parse_number(text(column), value) != NumberFault::none || value < least || value > most) {
            report(column, "a number from " + shortest_text(least) + " to " + shortest_text(most));
        }
        return value;
    }

    int whole(Column column, int most) {
        int value = 0;
        if (parse_number(text(column), value) != NumberFault::none || value < 1 || value > most) {
            report(column, "a whole number from 1 to " + std::to_string(most));
        }
        return value;
    }

    std::optional<double> milliseconds(Column column) {
        if (text(column).empty()) {
            return std::nullopt;
        }
        double value = 0;
        if (parse_number(text(column), value) != NumberFault::none || value <= 0 || value > kMostMs) {
            report(column, "milliseconds above 0 and up to " + shortest_text(kMostMs) + ", or nothing");
        }
        return value;
    }

  private:
    std::string_view text(Column column) const { return csv_.text(static_cast<std::size_t>(column)); }
    void report(Column column, const std::string& expected) {
        csv_.report(static_cast<std::size_t>(column), expected);
    }

    CsvReader& csv_;
};

Measurement read_row(CsvReader& csv) {
    RowFields fields(csv);
    Measurement row;
    row.line = csv.line();
    row.source = fields.name(Column::source);
    row.kind = fields.measurement_kind();
    row.engine = fields.name(Column::engine);
    row.model = fields.name(Column::model);
    row.gpu = fields.name(Column::gpu);
    row.precision = fields.name(Column::precision);
    row.kv_bytes = fields.number(Column::kv_bytes, 0.125, 8);
    row.tensor = fields.whole(Column::tp, kMostDegree);
    row.pipeline = fields.whole(Column::pp, kMostDegree);
    row.batch = fields.whole(Column::batch, kMostBatch);
    row.prompt_tokens = fields.number(Column::prompt_tokens, 1, kMostTokens);
    row.output_tokens = fields.number(Column::output_tokens, 0, kMostTokens);
    row.prompt_ms = fields.milliseconds(Column::prompt_ms);
    row.token_ms = fields.milliseconds(Column::token_ms);
    row.e2e_ms = fields.milliseconds(Column::e2e_ms);
    return row;
}

}  // namespace

std::vector<Measurement> read_measurements(const std::string& path) {
    const std::string text = read_input(path, kLargestCsv);
    check_text(text, path, kLargestCsv);
    return parse_measurements(text, path);
}

std::vector<Measurement> parse_measurements(std::string_view text, const std::string& file) {
    CsvReader csv(text, file, kColumns);
    std::vector<Measurement> rows;
    while (csv.next()) {
        rows.push_back(read_row(csv));
    }
    csv.finish();
    return rows;
}

}  // namespace allot
