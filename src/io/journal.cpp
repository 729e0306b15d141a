#include "io/journal.hpp"

#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "allot/error.hpp"

namespace allot {
namespace {

constexpr std::string_view kJournalFormat = "allot-journal/1";

/// Fowler, Noll and Vo (1a), 64 bits: tells studies apart, keeps no secrets.
std::uint64_t digest(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    return hash;
}

std::string content_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

}  // namespace

Journal::Journal(std::string path, std::string_view study) : path_(std::move(path)) {
    const std::string head = fmt::format("{} {:016x}\n", kJournalFormat, digest(study));
    read(head);
    descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (descriptor_ < 0) throw file_error(path_, std::string("cannot be written: ") + std::strerror(errno));
    if (::lseek(descriptor_, 0, SEEK_END) == 0) write(head);
}

Journal::~Journal() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

/// Takes over the whole lines and cuts off what follows them.
void Journal::read(const std::string& head) {
    const std::string text = content_of(path_);
    const std::size_t end = text.rfind('\n') == std::string::npos ? 0 : text.rfind('\n') + 1;
    if (end == 0 && !head.starts_with(text))
        throw file_error(path_, "is no journal of a study; move it away");
    if (end > 0 && !text.starts_with(head)) {
        throw file_error(path_, text.starts_with(kJournalFormat)
                                    ? "holds the finished part of another study (other "
                                      "instance, other options); finish that one, "
                                      "remove the file, or say --restart"
                                    : "is no journal of a study; move it away");
    }
    std::size_t begin = head.size();
    while (begin < end) {
        const std::size_t line_end = text.find('\n', begin);
        const std::string_view line = std::string_view(text).substr(begin, line_end - begin);
        std::size_t item = 0;
        const auto [after, error] = std::from_chars(line.data(), line.data() + line.size(), item);
        if (error != std::errc() || after == line.data() + line.size() || *after != ' ') {
            throw file_error(
                path_, fmt::format("is damaged at '{}'; remove it or say --restart", line.substr(0, 40)));
        }
        records_[item] = std::string(after + 1, line.data() + line.size());
        begin = line_end + 1;
    }
    if (text.size() > end && ::truncate(path_.c_str(), static_cast<off_t>(end)) != 0) {
        throw file_error(path_, std::string("cannot be written: ") + std::strerror(errno));
    }
}

void Journal::write(const std::string& line) {
    const ssize_t written = ::write(descriptor_, line.data(), line.size());
    if (written == static_cast<ssize_t>(line.size())) return;
    throw file_error(path_,
                     std::string("cannot be written: ") + (written < 0 ? std::strerror(errno) : "no space"));
}

void Journal::add(std::size_t item, const std::string& record) {
    write(fmt::format("{} {}\n", item, record));
    records_[item] = record;
}

void Journal::discard(const std::string& path) {
    const std::string text = content_of(path).substr(0, kJournalFormat.size());
    if (!kJournalFormat.starts_with(text)) throw file_error(path, "is no journal of a study; move it away");
    if (::unlink(path.c_str()) != 0 && errno != ENOENT)
        throw file_error(path, std::string("cannot be removed: ") + std::strerror(errno));
}

void Journal::remove() { ::unlink(path_.c_str()); }

}  // namespace allot
