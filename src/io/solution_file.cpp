#include "io/solution_file.hpp"

#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "allot/error.hpp"
#include "io/mps.hpp"
#include "io/text_input.hpp"
#include "util/numbers.hpp"

namespace allot {
namespace {

constexpr std::size_t kLargestSolution = 256U << 20U;

std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    std::size_t at = 0;
    while (true) {
        at = line.find_first_not_of(" \t\r", at);
        if (at == std::string_view::npos) return words;
        const std::size_t end = std::min(line.find_first_of(" \t\r", at), line.size());
        words.push_back(line.substr(at, end - at));
        at = end;
    }
}

class SolutionParser {
  public:
    SolutionParser(std::string_view text, std::string file, const LinearProgram& lp)
        : rest_(text), file_(std::move(file)) {
        const std::vector<std::string> columns = mps_column_names(lp);
        for (std::size_t c = 0; c < columns.size(); ++c) column_.emplace(columns[c], c);
        for (std::string& name : mps_row_names(lp)) rows_.insert(std::move(name));
        result_.values.assign(columns.size(), 0.0);
    }

    SolutionFile parse() {
        if (!next_line()) {
            fail("", "a solution file of CBC, HiGHS or Gurobi, but it is empty");
        } else if (words_.size() == 2 && words_[0] == "Model" && words_[1] == "status") {
            parse_highs();
        } else if (line_.find("objective value") != std::string_view::npos && line_.front() != '#') {
            parse_cbc();
        } else {
            parse_pairs();
        }
        if (problems_.empty() && !has_value_) fail("", "the value of at least one column");
        if (!problems_.empty()) throw InputError(problems_);
        return std::move(result_);
    }

  private:
    /// The next line that is not blank.
    bool next_line() {
        while (!rest_.empty()) {
            const std::size_t end = std::min(rest_.find('\n'), rest_.size());
            line_ = rest_.substr(0, end);
            rest_.remove_prefix(std::min(end + 1, rest_.size()));
            ++number_;
            words_ = words_of(line_);
            if (!words_.empty()) return true;
        }
        return false;
    }

    /// "Optimal - objective value 12.5", then "index name value reduced-cost", with "**" before the index of infeasible ones.
    void parse_cbc() {
        if (words_[0] == "Infeasible" || words_[0] == "Integer" || words_[0] == "Unbounded") {
            return fail(line_, "a solution, but the solver says that there is none");
        }
        read_objective(words_.back());
        while (next_line()) {
            if (words_[0] == "**") words_.erase(words_.begin());
            if (words_.size() < 3) {
                reject(line_, "index, name, value and reduced cost of a column");
                continue;
            }
            set(words_[1], words_[2]);
        }
    }

    /// Sections; the columns stand after "# Primal solution values" and "# Columns N".
    void parse_highs() {
        bool is_primal = false;
        bool is_columns = false;
        while (next_line()) {
            if (line_.starts_with("# Primal solution values")) is_primal = true;
            if (line_.starts_with("# Dual solution values")) is_primal = false;
            if (line_.front() == '#') {
                is_columns = is_primal && words_.size() == 3 && words_[1] == "Columns";
            } else if (is_primal && !is_columns && words_.size() == 2 && words_[0] == "Objective") {
                read_objective(words_[1]);
            } else if (is_primal && !is_columns && words_.size() == 1 && words_[0] == "None") {
                return fail(line_, "a solution, but the solver has found none");
            } else if (is_columns) {
                read_pair();
            }
        }
    }

    /// "name value" per line; "# Objective value = 12.5" and other comments.
    void parse_pairs() {
        do {
            if (line_.front() != '#') {
                read_pair();
            } else if (words_.size() >= 5 && words_[1] == "Objective" && words_[2] == "value") {
                read_objective(words_[4]);
            }
        } while (next_line());
    }

    void read_pair() {
        if (words_.size() < 2) {
            reject(line_, "name and value of a column");
            return;
        }
        set(words_[0], words_[1]);
    }

    void read_objective(std::string_view text) {
        double value = 0;
        if (parse_number(text, value) == NumberFault::none) result_.objective = value;
    }

    void set(std::string_view name, std::string_view text) {
        const auto column = column_.find(std::string(name));
        if (column == column_.end()) {
            // CBC can be told to print rows as well.
            if (!rows_.contains(std::string(name)))
                reject(name, "a column of the exported model of this instance");
            return;
        }
        double value = 0;
        if (parse_number(text, value) != NumberFault::none) {
            reject(text, "a number");
            return;
        }
        result_.values[column->second] = value;
        has_value_ = true;
    }

    void reject(std::string_view value, const std::string& expected) {
        if (problems_.size() >= kMostProblems) return;
        problems_.push_back({file_, number_, 0, "", std::string(value.substr(0, 80)), expected});
    }

    void fail(std::string_view value, const std::string& expected) {
        number_ = value.empty() ? 0 : number_;
        reject(value, expected);
    }

    std::string_view rest_, line_;
    std::vector<std::string_view> words_;
    int number_ = 0;
    std::string file_;
    std::unordered_map<std::string, std::size_t> column_;
    std::unordered_set<std::string> rows_;
    SolutionFile result_;
    bool has_value_ = false;
    std::vector<Problem> problems_;
};

}  // namespace

SolutionFile read_solution(const std::string& path, const LinearProgram& lp) {
    return parse_solution(read_input(path, kLargestSolution), path, lp);
}

SolutionFile parse_solution(std::string_view text, const std::string& file, const LinearProgram& lp) {
    check_text(text, file, kLargestSolution);
    return SolutionParser(text, file, lp).parse();
}

}  // namespace allot
