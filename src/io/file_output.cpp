#include <atomic>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <sys/stat.h>

#include "allot/io.hpp"

namespace allot {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& path, int error) {
    throw file_error(path, std::string("cannot be written: ") + std::strerror(error));
}

/// Closes on destruction; write_all reports what went wrong as an errno value, 0 = nothing.
class Descriptor {
  public:
    explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }
    ~Descriptor() {
        if (is_open()) ::close(descriptor_);
    }

    bool is_open() const { return descriptor_ >= 0; }
    int get() const { return descriptor_; }

    int write_all(std::string_view content) {
        while (!content.empty()) {
            const ssize_t written = ::write(descriptor_, content.data(), content.size());
            if (written < 0 && errno == EINTR) continue;
            if (written < 0) return errno;
            content.remove_prefix(static_cast<std::size_t>(written));
        }
        return 0;
    }

    int close() {
        const int result = ::close(descriptor_);
        descriptor_ = -1;
        return result == 0 ? 0 : errno;
    }

  private:
    int descriptor_;
};

/// A new file in the folder of `target` that is gone when it was not renamed.
class TemporaryFile {
  public:
    explicit TemporaryFile(const fs::path& target) {
        static std::atomic<unsigned> counter{0};
        constexpr int kMostTries = 1000;  // names that ended processes of the same number have left behind
        for (int tries = 0; tries < kMostTries && !file_.is_open(); ++tries) {
            const std::string name =
                ".allot-" + std::to_string(::getpid()) + '-' + std::to_string(counter++) + ".tmp";
            path_ = target.parent_path() / name;
            file_ = Descriptor(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
            if (!file_.is_open() && errno != EEXIST) break;
        }
        error_ = file_.is_open() ? 0 : errno;
    }
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;
    ~TemporaryFile() {
        if (error_ == 0 && !is_renamed_) ::unlink(path_.c_str());
    }

    int error() const { return error_; }
    Descriptor& file() { return file_; }
    int rename_to(const fs::path& target) {
        if (::rename(path_.c_str(), target.c_str()) != 0) return errno;
        is_renamed_ = true;
        return 0;
    }

  private:
    fs::path path_;
    Descriptor file_{-1};
    int error_ = 0;
    bool is_renamed_ = false;
};

/// A terminal, pipe or device cannot be replaced, only written to.
void write_in_place(const std::string& path, std::string_view content) {
    Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!file.is_open()) fail(path, errno);
    if (const int error = file.write_all(content); error != 0) fail(path, error);
    if (const int error = file.close(); error != 0) fail(path, error);
}

/// Permissions as they are, or as the user's mask has them for a new file.
void replace_file(const std::string& path, const fs::path& target, bool exists, std::string_view content) {
    TemporaryFile temporary(target);
    if (temporary.error() != 0) fail(path, temporary.error());
    struct stat status {};
    if (exists && ::stat(target.c_str(), &status) == 0)
        static_cast<void>(::fchmod(temporary.file().get(), status.st_mode & 07777U));
    if (const int error = temporary.file().write_all(content); error != 0) fail(path, error);
    if (const int error = temporary.file().close(); error != 0) fail(path, error);
    if (const int error = temporary.rename_to(target); error != 0) fail(path, error);
}

}  // namespace

void write_file(const std::string& path, std::string_view content) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    const bool exists = fs::exists(status);
    if (fs::is_directory(status)) fail(path, EISDIR);
    if (exists && ::access(path.c_str(), W_OK) != 0) fail(path, errno);
    if (exists && !fs::is_regular_file(status)) return write_in_place(path, content);
    const fs::path target =
        exists ? fs::canonical(path, error) : fs::path(path);  // a link stays, its target is replaced
    if (error && exists) fail(path, error.value());
    if (target.filename().empty()) fail(path, EISDIR);
    replace_file(path, target, exists, content);
}

}  // namespace allot
