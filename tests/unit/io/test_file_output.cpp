#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <unistd.h>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "allot/io.hpp"

namespace {

namespace fs = std::filesystem;

/// An empty folder that is gone at the end of the test.
class Folder {
  public:
    Folder() {
        std::string name = (fs::temp_directory_path() / "allot-test-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() { fs::remove_all(path_); }
    std::string file(const char* name) const { return (path_ / name).string(); }
    std::ptrdiff_t num_files() const {
        return std::distance(fs::directory_iterator(path_), fs::directory_iterator());
    }

  private:
    fs::path path_;
};

std::string content_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

// Readers must never see half a plan: files are replaced in one step, also by a shorter or an empty one.
TEST_CASE("a file is written whole, and written over whole") {
    const Folder folder;
    const std::string path = folder.file("a file.json");
    allot::write_file(path, std::string(100000, 'x'));
    CHECK(content_of(path) == std::string(100000, 'x'));
    allot::write_file(path, "new\n");
    CHECK(content_of(path) == "new\n");
    allot::write_file(path, "");
    CHECK(content_of(path).empty());
    CHECK(folder.num_files() == 1);
}

// Replacing a file by renaming would turn links into copies and open private plans to everybody.
TEST_CASE("a file keeps its permissions, and a link its target") {
    const Folder folder;
    const std::string path = folder.file("plan.json");
    allot::write_file(path, "old");
    fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read);
    fs::create_symlink("plan.json", folder.file("link.json"));
    allot::write_file(folder.file("link.json"), "new");
    CHECK(fs::is_symlink(folder.file("link.json")));
    CHECK(content_of(path) == "new");
    CHECK(fs::status(path).permissions() ==
          (fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read));
}

// A file made without regard to the user's mask is open to strangers, or closed to the rest of the team.
TEST_CASE("a new file has the permissions that the user's mask gives") {
    const Folder folder;
    const mode_t mask = ::umask(027);
    allot::write_file(folder.file("a"), "x");
    ::umask(mask);
    CHECK(fs::status(folder.file("a")).permissions() ==
          (fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read));
}

// Folders, missing paths and names too long fail in different system calls;
// each must be told and tidied up after.
TEST_CASE("where nothing can be written the user is told, and nothing is left behind") {
    const Folder folder;
    CHECK_THROWS_WITH_AS(allot::write_file("/nowhere/plan.json", "x"),
                         "/nowhere/plan.json: cannot be written: No such file or directory",
                         allot::InputError);
    fs::create_directory(folder.file("sub"));
    CHECK_THROWS_AS(allot::write_file(folder.file("sub"), "x"), allot::InputError);
    CHECK_THROWS_AS(allot::write_file(folder.file("sub/"), "x"), allot::InputError);
    CHECK_THROWS_AS(allot::write_file(folder.file("new/"), "x"), allot::InputError);
    CHECK_THROWS_AS(allot::write_file("", "x"), allot::InputError);
    CHECK_THROWS_AS(allot::write_file(folder.file(std::string(300, 'n').c_str()), "x"), allot::InputError);
    CHECK(folder.num_files() == 1);
}

// `-o /dev/stdout` and the like are common: renaming a file onto a device would destroy it.
TEST_CASE("devices are written to, not replaced") {
    allot::write_file("/dev/null", "x");
    CHECK(fs::is_character_file("/dev/null"));
    if (fs::exists("/dev/full"))
        CHECK_THROWS_WITH_AS(allot::write_file("/dev/full", "x"),
                             "/dev/full: cannot be written: No space left on device", allot::InputError);
}
