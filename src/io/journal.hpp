#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace allot {

/// The finished items of a long study in a file, so that a study that was interrupted goes on where it stood. A line per item, written
/// in one piece when it is finished: whatever kills the process, at most the last line is cut off, and is then left out.
class Journal {
  public:
    /// Opens the journal at `path`, or begins one. `study` identifies the study and what it was asked. Throws InputError when the
    /// file is the journal of another study, is no journal, or cannot be read or written.
    Journal(std::string path, std::string_view study);
    ~Journal();
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    /// Records by item: those found in the file and those added since.
    const std::map<std::size_t, std::string>& records() const { return records_; }
    /// `record` is a line without its end.
    void add(std::size_t item, const std::string& record);
    /// Forgets what an interrupted study left at `path`. Throws InputError when there is something else than a journal.
    static void discard(const std::string& path);
    /// The study is complete: removes the file.
    void remove();

  private:
    void read(const std::string& head);
    void write(const std::string& line);

    std::string path_;
    int descriptor_ = -1;
    std::map<std::size_t, std::string> records_;
};

}  // namespace allot
