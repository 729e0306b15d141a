#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "support/process.hpp"
#include "support/rejection.hpp"
#include "support/small_instance.hpp"

using namespace allot::testing;

namespace {

using Words = std::vector<std::string>;

/// One input of each kind, and every command that writes a file, in each of its formats.
struct CommandFiles {
    TemporaryFolder folder;
    std::string instance = folder.write("small.yaml", small_instance());
    std::string plan = folder.write("plan.json", run_allot({"solve", instance, "--format", "json"}).out);
    std::string trace = folder.write("x_chat.csv",
                                     "TIMESTAMP,ContextTokens,GeneratedTokens\n"
                                     "2023-11-16 18:00:00,500,200\n2023-11-16 18:10:00,500,200\n");
    std::string parameters = folder.write("parameters.yaml", "format: allot-parameters/1\n");
    std::string study =
        folder.write("study.yaml", "format: allot-study/1\nname: x\nvary: [\"budget_usd=400,500\"]\n");

    std::vector<Words> commands() const {
        std::vector<Words> all{{"solve", instance, "--method", "gh", "--parameters", parameters},
                               {"export", instance},
                               {"reopt", instance, "--from", plan},
                               {"generate", "--types", "2", "--models", "2", "--tiers", "2"},
                               {"import", "azure-trace", trace}};
        const std::vector<std::pair<Words, Words>> studies{
            {{"solve", instance, "--method", "gh", "--frontier", "1"}, {"table", "json", "csv"}},
            {{"compare", instance, "--methods", "gh"}, {"table", "json", "csv"}},
            {{"stress", instance, plan}, {"table", "json", "csv"}},
            {{"sweep", instance, "--study", study, "--method", "gh"}, {"json", "csv"}},
            {{"replay", instance, "--synthetic", "0.1", "--hours", "1", "--every", "30m", "--method", "gh"},
             {"table", "json", "csv"}}};
        for (const auto& [words, formats] : studies) {
            for (const std::string& format : formats) {
                all.push_back(words);
                all.back().insert(all.back().end(), {"--format", format});
            }
        }
        return all;
    }
};

/// Those are written by hand, too, and look the same.
bool writes_instances(const Words& command) {
    return command.front() == "generate" || command.front() == "import";
}

Words with(Words words, const Words& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

}  // namespace

// A slip of the shell's completion must not cost the instance that somebody wrote by hand, whatever name or link leads to it.
TEST_CASE("an output that is an input is refused before any work, also through links") {
    const CommandFiles files;
    namespace fs = std::filesystem;
    fs::create_symlink(files.instance, files.folder.file("link.yaml"));
    fs::create_hard_link(files.instance, files.folder.file("hard.yaml"));
    fs::create_symlink(files.folder.path(), files.folder.file("folder"));
    const std::vector<std::pair<Words, Words>> cases{
        {{"solve", files.instance, "--parameters", files.parameters},
         {files.instance, files.folder.file("link.yaml"), files.folder.file("hard.yaml"),
          files.folder.file("folder/small.yaml"), files.folder.file("./small.yaml"), files.parameters}},
        {{"solve", files.folder.file("link.yaml")}, {files.instance, files.folder.file("hard.yaml")}},
        {{"compare", files.instance, files.folder.file("hard.yaml")}, {files.instance}},
        {{"export", files.instance}, {files.instance}},
        {{"reopt", files.instance, "--from", files.plan}, {files.instance, files.plan}},
        {{"stress", files.instance, files.plan}, {files.instance, files.plan}},
        {{"sweep", files.instance, "--study", files.study}, {files.instance, files.study}},
        {{"replay", files.instance, "--trace", files.trace}, {files.instance, files.trace}},
        {{"import", "azure-trace", files.trace}, {files.trace}},
    };
    for (const auto& each : cases) {
        const Words& words = each.first;
        for (const std::string& output : each.second) {
            CAPTURE(words);
            CAPTURE(output);
            for (const Words& more : {Words{"-o", output}, Words{"-o", output, "--force"}})
                check_refused(with(words, more), output + ": is read by this command");
        }
    }
    check_refused({"export", files.instance, "--mps", files.instance}, "is read by this command");
    CHECK(read_text(files.instance) == small_instance());
    CHECK(!read_text(files.plan).empty());
}

// What the command does not write itself is somebody's work: it is replaced only by those who say so.
TEST_CASE("a file that holds something else is written over only with --force") {
    const CommandFiles files;
    const std::string notes = "Notes on allot-plan/1, stress and sweep: remember budget_usd\n";
    for (const Words& command : files.commands()) {
        CAPTURE(command);
        const std::string other = files.folder.write("other", notes);
        check_refused(
            with(command, {"-o", other}),
            other + (writes_instances(command) ? ": is there already"
                                               : ": holds something else than this command writes"));
        CHECK(read_text(other) == notes);
        const ProcessResult forced = run_allot(with(command, {"-o", other, "--force"}));
        CAPTURE(forced.err);
        CHECK(forced.exit_code == 0);
        CHECK(read_text(other) != notes);
        // Its own earlier result, and an empty file, need no permission.
        if (!writes_instances(command)) CHECK(run_allot(with(command, {"-o", other})).exit_code == 0);
        CHECK(run_allot(with(command, {"-o", files.folder.write("empty", "")})).exit_code == 0);
    }
    check_refused({"solve", files.instance, "--force"},
                  "--force: has no effect here, only with a FILE to write");
}

// An instance written by hand looks like one that was generated: only its owner knows which it is.
TEST_CASE("generate and import write over no instance without --force") {
    const TemporaryFolder folder;
    const std::string instance = folder.write("mine.yaml", "# my own figures\n" + small_instance());
    const std::string trace = folder.write("trace.csv",
                                           "TIMESTAMP,ContextTokens,GeneratedTokens\n"
                                           "2023-11-16 18:15:46.6805900,374,44\n"
                                           "2023-11-16 18:16:46.6805900,374,44\n");
    for (const std::vector<std::string>& command :
         {std::vector<std::string>{"generate", "--types", "2"}, {"import", "azure-trace", trace}}) {
        std::vector<std::string> words = command;
        words.insert(words.end(), {"-o", instance});
        const ProcessResult refused = run_allot(words);
        CHECK(refused.exit_code == 2);
        CHECK(contains(refused.err, "--force"));
        CHECK(read_text(instance).starts_with("# my own figures"));
    }
    CHECK(run_allot({"generate", "--types", "2", "-o", instance, "--force"}).exit_code == 0);
    CHECK_FALSE(contains(read_text(instance), "my own"));
}

// A plan that took an hour must not vanish with the disk that was full in the end: what the file would have held is printed.
TEST_CASE("a result that cannot be written to its file is printed, with a message and exit code 2") {
    if (!std::filesystem::exists("/dev/full")) return;
    const CommandFiles files;
    for (const Words& command : files.commands()) {
        CAPTURE(command);
        const std::string whole = files.folder.file("whole");
        std::filesystem::remove(whole);
        REQUIRE(run_allot(with(command, {"-o", whole})).exit_code == 0);
        const ProcessResult result = run_allot(with(command, {"-o", "/dev/full"}));
        CHECK(result.exit_code == 2);
        CHECK(contains(result.err, "/dev/full: cannot be written: No space left"));
        const std::string written = read_text(whole);
        CHECK(result.out.substr(0, 40) == written.substr(0, 40));
        CHECK(lines_of(result.out).size() == lines_of(written).size());
    }
}

// Scripts pipe plans: with -o - there must be the plan on standard output, and nothing else.
TEST_CASE("-o - prints what a file would have held") {
    const CommandFiles files;
    for (const Words& words : {Words{"solve", files.instance, "--method", "gh"},
                               Words{"reopt", files.instance, "--from", files.plan}}) {
        const ProcessResult result = run_allot(with(words, {"-o", "-"}));
        CHECK(result.exit_code == 0);
        CHECK(result.out.starts_with("{\n  \"format\": \"allot-plan/1\""));
        CHECK(result.out.ends_with("}\n"));
        check_refused(with(words, {"-o", "-", "--format", "table"}), "--format: has no effect here");
    }
    CHECK(run_allot({"generate", "-o", "-"}).out == run_allot({"generate"}).out);
    CHECK(run_allot({"export", files.instance, "-o", "-"}).out == run_allot({"export", files.instance}).out);
}

// --restart removes the journal of the study; somebody else's file of that name must stay.
TEST_CASE("--restart forgets a journal and nothing else") {
    const CommandFiles files;
    const std::string out = files.folder.file("sweep.csv");
    const Words words{"sweep", files.instance, "--vary", "budget_usd=400:500:2", "-o", out, "--restart"};
    const std::string notes = files.folder.write("sweep.csv.partial", "my notes\n");
    check_refused(words, "is no journal of a study");
    CHECK(read_text(notes) == "my notes\n");
    files.folder.write("sweep.csv.partial", "allot-journal/1 0123456789abcdef\n0 feasible,1\n");
    CHECK(run_allot(words).exit_code == 0);
    CHECK(!std::filesystem::exists(notes));
}
