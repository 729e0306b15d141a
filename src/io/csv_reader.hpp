#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "allot/error.hpp"

namespace allot {

/// Most problems of a CSV file that are spelt out; the others are counted.
inline constexpr std::size_t kMostCsvProblems = kMostProblemsTold;

/// Reads the named columns of a CSV text row by row and collects problems. The first line names the columns, in any order; others
/// are ignored. Lines end with LF or CR LF, the last one may lack its end; empty lines and a byte order mark are skipped.
/// Fields are separated by commas; there is no quoting. The text must outlive the reader.
class CsvReader {
  public:
    /// Reads the header. Throws InputError when it is missing or does not name each of `columns` once. `file` names the text in
    /// messages.
    CsvReader(std::string_view text, std::string file, std::span<const char* const> columns);

    /// Goes to the next row with as many fields as the header; rows with another number are reported. False at the end.
    bool next();

    /// 1-based line of the current row.
    int line() const { return line_; }
    /// Text of a column of the current row, by position in the `columns` of the constructor.
    std::string_view text(std::size_t column) const { return fields_[position_[column]].text; }

    /// Notes that the current row's field is wrong.
    void report(std::size_t column, const std::string& expected);

    /// Throws InputError with all problems, if there are any or the file has no rows.
    void finish();

  private:
    struct Field {
        std::string_view text;
        int column = 0;  ///< 1-based position of its first character in the line
    };

    std::string_view take_line();
    void split(std::string_view line);
    void read_header();
    void throw_problems();
    void add(int column, const std::string& field, std::string_view value, const std::string& expected);

    std::string_view rest_;
    std::string file_;
    std::vector<const char*> columns_;
    std::vector<std::size_t> position_;  // of each column among the fields of a row
    std::vector<Field> fields_;
    std::size_t num_fields_ = 0;
    int line_ = 0;
    bool has_rows_ = false;
    std::size_t num_problems_ = 0;
    std::vector<Problem> problems_;
};

}  // namespace allot
