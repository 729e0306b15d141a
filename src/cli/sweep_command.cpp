#include <algorithm>
#include <map>
#include <memory>

#include <fmt/format.h>

#include "allot/io.hpp"
#include "cli/options.hpp"
#include "io/journal.hpp"
#include "io/study_yaml.hpp"
#include "io/variation.hpp"
#include "report/figures.hpp"
#include "solvers/parameters.hpp"
#include "studies/sweep.hpp"
#include "util/clock.hpp"
#include "util/json_writer.hpp"
#include "util/numbers.hpp"
#include "util/text.hpp"

namespace allot::cli {
namespace {

using Records = std::map<std::size_t, std::string>;

/// What the user asked for.
struct SweepRequest {
    InstanceOptions instance;
    SolverOptions solver;
    OutputOptions output;
    std::string study;
    std::vector<std::string> vary;
    std::string format = "csv";
    bool restart = false;

    /// Finished cells are kept beside a file, as a device cannot keep them.
    bool has_journal() const { return output.is_file() && !output.is_device(); }
    std::string journal_path() const { return output.path + ".partial"; }
};

std::vector<Variation> read_axes(const std::vector<std::string>& vary) {
    std::vector<Problem> problems;
    if (vary.empty())
        problems.push_back({"", 0, 0, "--vary", "", "is missing, at least one; or --study FILE"});
    std::vector<Variation> axes;
    for (const std::string& text : vary) axes.push_back(parse_variation(text, problems));
    if (!problems.empty()) throw InputError(std::move(problems));
    return axes;
}

/// "12/121 cells, 3 s left".
class CellProgress {
  public:
    CellProgress(Terminal& terminal, std::size_t total, std::size_t done)
        : terminal_(terminal), total_(total), done_(done), started_(Clock::now()) {}
    ~CellProgress() { terminal_.clear_progress(); }

    void count() {
        ++new_;
        const double s = seconds_since(started_);
        const std::size_t left = total_ - done_ - new_;
        const double left_s = s / static_cast<double>(new_) * static_cast<double>(left);
        terminal_.progress(fmt::format("{}/{} cells, {} left", done_ + new_, total_, duration_s(left_s)));
    }

  private:
    Terminal& terminal_;
    std::size_t total_;
    std::size_t done_;
    std::size_t new_ = 0;
    Clock::time_point started_;
};

/// All that decides the results, so that a journal is only taken up by the study that began it.
std::string identity(const Instance& base, const VariationGrid& grid, const SweepRequest& request,
                     const SolveOptions& options, const std::vector<std::string>& columns) {
    std::string text = to_yaml(base.data());
    for (const Variation& axis : grid.axes()) {
        text += axis.name;
        for (const double value : axis.values) text += ' ' + shortest_text(value);
    }
    text +=
        fmt::format("{} {} {} {} {} {}", options.method, options.seed, options.effort, options.relative_gap,
                    fmt::join(request.solver.without, ","), options.time_limit_s.value_or(0));
    if (options.parameters) {
        for (const auto& [name, value] : differences(*options.parameters, options.effort))
            text += name + ' ' + shortest_text(value);
    }
    for (const std::string& column : columns) text += column;
    return text;
}

/// Runs what the journal does not hold yet.
Records run_cells(const Session& session, const SweepStudy& study, Journal* journal, int threads) {
    Records records = journal == nullptr ? Records{} : journal->records();
    if (!records.empty()) {
        session.terminal.message(
            fmt::format("allot: going on after {} of {} cells\n", records.size(), study.num_items()));
    }
    std::vector<std::size_t> items;
    for (std::size_t cell = 0; cell < study.num_items(); ++cell) {
        if (!records.contains(cell)) items.push_back(cell);
    }
    CellProgress progress(session.terminal, study.num_items(), records.size());
    const Interrupts::Scope stoppable(session.interrupts);
    ThreadExecutor(threads).run(
        study, items,
        [&](std::size_t cell, const std::string& record) {
            // A cell that the interruption cut short is solved again.
            if (session.interrupts.was_interrupted()) return;
            if (journal != nullptr) journal->add(cell, record);
            records[cell] = record;
            progress.count();
        },
        session.interrupts.stop_token());
    return records;
}

std::string csv_of(const VariationGrid& grid, const SweepStudy& study, const Records& records) {
    std::string text = "cell";
    for (const Variation& axis : grid.axes()) text += ',' + csv_field(axis.name);
    for (const std::string& column : study.columns()) text += ',' + column;
    text += '\n';
    for (const auto& [cell, record] : records) {
        text += std::to_string(cell);
        for (const double value : grid.values(cell)) text += ',' + shortest_text(value);
        text += ',' + record + '\n';
    }
    return text;
}

/// Numbers as they stand in the records; null where there is none.
std::string json_of(const Instance& base, const VariationGrid& grid, const SweepStudy& study,
                    const Records& records) {
    const std::vector<std::string> columns = study.columns();
    JsonWriter json;
    json.begin_object().member("format", "allot-sweep/1").member("instance", base->name);
    json.member("stopped", records.size() < study.num_items()).key("cells").begin_array();
    for (const auto& [cell, record] : records) {
        json.begin_object().member("cell", static_cast<long long>(cell)).key("varied").begin_line_object();
        const std::vector<double> values = grid.values(cell);
        for (std::size_t n = 0; n < values.size(); ++n) json.member(grid.axes()[n].name, values[n]);
        json.end_object();
        const std::vector<std::string> fields = split(record, ',');
        json.member(columns[0], fields[0]);
        for (std::size_t n = 1; n < columns.size(); ++n) {
            double value = 0;
            json.key(columns[n]);
            if (parse_number(fields[n], value) == NumberFault::none) {
                json.value(value);
            } else {
                json.null();
            }
        }
        json.end_object();
    }
    json.end_array().end_object();
    return json.text() + "\n";
}

std::size_t num_of_status(const Records& records, Status status) {
    const std::string start = std::string(to_string(status)) + ",";
    return static_cast<std::size_t>(std::count_if(records.begin(), records.end(), [&](const auto& record) {
        return record.second.starts_with(start);
    }));
}

int finish(const Session& session, const SweepRequest& request, const Records& records) {
    const std::size_t num_infeasible = num_of_status(records, Status::infeasible);
    const std::size_t num_unserved = num_of_status(records, Status::unserved);
    const std::string where = request.output.is_file() ? ", written to " + request.output.path : "";
    session.terminal.message(
        fmt::format("allot: {} cells, {} of them infeasible{}{}\n", records.size(), num_infeasible,
                    num_unserved > 0 ? fmt::format(", {} unserved", num_unserved) : "", where));
    if (num_infeasible == records.size()) return exit_infeasible;
    return num_infeasible + num_unserved == records.size() ? exit_unserved : exit_success;
}

void declare(SweepRequest& request, Arguments& arguments) {
    request.instance.declare(arguments);
    arguments.texts(request.vary, "--vary", "PATH=RANGE",
                    "A field and its values, LO:HI:N, LO:HI:N:log or A,B,C; *= for factors; may be repeated");
    arguments.file(request.study, "--study", "FILE",
                   "A ready-made study (allot-study/1), see configs/studies");
    request.solver.declare(arguments);
    arguments.choice(request.format, "--format", {"csv", "json"}, "What to write; default csv");
    request.output.declare(arguments, "Write to FILE; cells are kept in FILE.partial until all are done",
                           {"allot-sweep/1", ",status,violations,lower_bound_usd,"});
    arguments.flag(request.restart, "--restart", "Forget the cells of an interrupted run");
    arguments.only("--restart", "with -o FILE", [&request] { return request.has_journal(); });
}

}  // namespace

int run_sweep(const Session& session, const Command& self) {
    SweepRequest request;
    Arguments arguments(
        self.name, self.summary,
        {"allot sweep fleet.yaml --vary budget_usd*=0.3:1:8 -o budget.csv",
         "allot sweep fleet.yaml --vary 'tiers.*.price_usd_per_gpu_hour*=0.4:1:6' --vary budget_usd=50:200:4",
         "allot sweep fleet.yaml --study configs/studies/delay-error.yaml -o delay-error.csv"});
    declare(request, arguments);
    if (!session.read(arguments)) return exit_success;
    if (!request.study.empty()) {
        const StudyFile file = read_study(request.study);
        request.instance.overrides.insert(request.instance.overrides.begin(), file.set.begin(),
                                          file.set.end());
        request.vary.insert(request.vary.begin(), file.vary.begin(), file.vary.end());
    }
    const SolveOptions options = request.solver.resolve(session.interrupts);
    std::vector<Variation> axes = read_axes(request.vary);
    const Instance base = request.instance.read();
    const VariationGrid grid(base, std::move(axes));
    const SweepStudy study(
        grid.num_cells(), [&grid](std::size_t cell) { return grid.instance(cell); }, base->parallelism.tensor,
        options);
    std::unique_ptr<Journal> journal;
    if (request.has_journal()) {
        if (request.restart) Journal::discard(request.journal_path());
        journal = std::make_unique<Journal>(request.journal_path(),
                                            identity(base, grid, request, options, study.columns()));
    }
    const Records records = run_cells(session, study, journal.get(), options.threads);
    const auto write = [&] {
        request.output.write(session, request.format == "csv" ? csv_of(grid, study, records)
                                                              : json_of(base, grid, study, records));
    };
    if (records.size() < study.num_items()) {
        if (!journal) write();
        session.terminal.message(fmt::format("allot: stopped after {} of {} cells{}\n", records.size(),
                                             study.num_items(),
                                             journal ? "; the same command goes on from there" : ""));
        return session.interrupts.exit_code();
    }
    write();
    if (journal) journal->remove();
    return finish(session, request, records);
}

}  // namespace allot::cli
