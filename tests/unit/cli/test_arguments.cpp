#include <doctest/doctest.h>

#include "cli/arguments.hpp"

using allot::InputError;
using allot::cli::Arguments;

namespace {

/// A command with one of everything.
struct Everything {
    std::string path;
    std::string part = "all";
    std::string format = "table";
    std::vector<std::string> sets;
    std::uint64_t seed = 0;
    int threads = 0;
    std::optional<double> time_limit_s;
    std::optional<double> peak_s;
    bool is_quiet = false;
    Arguments arguments{"solve", "Find it", {"allot solve x.yaml"}};

    Everything() {
        arguments.operand(path, "INSTANCE", "Instance");
        arguments.optional_choice(part, "PART", {"models", "tiers", "all"}, "Part");
        arguments.choice(format, "--format", {"table", "json"}, "Format");
        arguments.texts(sets, "--set", "PATH=VALUE", "Set");
        arguments.whole(seed, "--seed", 0, allot::cli::kLargestSeed, "Seed");
        arguments.whole(threads, "--threads", 0, 64, "Threads");
        arguments.positive(time_limit_s, "--time-limit", "SECONDS", "Limit");
        arguments.duration(peak_s, "--peak", "Window");
        arguments.flag(is_quiet, "-q,--quiet", "Quiet");
    }

    /// The messages of what is wrong with the words, or none.
    std::vector<std::string> problems(const std::vector<std::string>& words) {
        std::vector<std::string> messages;
        try {
            arguments.parse(words);
        } catch (const InputError& error) {
            for (const auto& problem : error.problems()) messages.push_back(to_string(problem));
        }
        return messages;
    }
};

using Messages = std::vector<std::string>;

}  // namespace

// Values such as a=-1 look like options, and 2^64 - 1 is a valid seed: neither may be refused or cut.
TEST_CASE("words are read wherever they stand") {
    Everything e;
    CHECK(e.problems({"--seed", "18446744073709551615", "x.yaml", "--set", "a=-1", "-q", "--set=b*=2",
                      "tiers", "--time-limit", "0.5", "--format=json", "--threads", "8", "--peak", "5m"}) ==
          Messages{});
    CHECK(e.path == "x.yaml");
    CHECK(e.part == "tiers");
    CHECK(e.format == "json");
    CHECK(e.sets == Messages{"a=-1", "b*=2"});
    CHECK(e.seed == allot::cli::kLargestSeed);
    CHECK(e.threads == 8);
    CHECK(e.time_limit_s == 0.5);
    CHECK(e.peak_s == 300.0);
    CHECK(e.is_quiet);
}

// A lone dash is standard input all over Unix; taken for an option, it would break every pipe.
TEST_CASE("what is not given keeps its value, and - is an operand") {
    Everything e;
    CHECK(e.problems({"-"}) == Messages{});
    CHECK(e.path == "-");
    CHECK(e.format == "table");
    CHECK_FALSE(e.time_limit_s.has_value());
}

// Long options are mistyped all the time; the hint must survive `=5` and must not invent one for -z.
TEST_CASE("a mistyped option is named with the one that was meant") {
    CHECK(Everything().problems({"x.yaml", "--seeed", "5"}) ==
          Messages{"--seeed: is not an option of 'allot solve'; did you mean '--seed'?"});
    CHECK(Everything().problems({"--tim-limit=5", "-z"}) ==
          Messages{"--tim-limit: is not an option of 'allot solve'; did you mean '--time-limit'?",
                   "-z: is not an option of 'allot solve'"});
}

// `5s`, `0x10` or 1e999 accepted as far as it goes would run with a limit that nobody wrote.
TEST_CASE("bad values are all reported, with what would be right") {
    CHECK(Everything().problems(
              {"x", "--seed", "-1", "--threads", "65", "--format", "jsn", "--time-limit", "nan"}) ==
          Messages{"--format: got jsn, expected one of table, json; did you mean 'json'?",
                   "--seed: got -1, expected a whole number from 0 to 18446744073709551615",
                   "--threads: got 65, expected a whole number from 0 to 64",
                   "--time-limit: got nan, expected a number above 0"});
    for (const char* bad : {"0", "-3", "inf", "1e999", "5s", "0x10", " 5"}) {
        CAPTURE(bad);
        CHECK(Everything().problems({"x", "--time-limit", bad}).size() == 1);
    }
    for (const char* bad : {"1.5", "18446744073709551616", "1e3", "seven"}) {
        CAPTURE(bad);
        CHECK(Everything().problems({"x", "--seed", bad}).size() == 1);
    }
}

// A window of 0 divides by nothing, and `5x` read as 5 seconds would be off by a factor of 60.
TEST_CASE("durations need a unit that is known and a time above zero") {
    for (const char* bad : {"0", "5x", "-1m", "m", ""}) {
        CAPTURE(bad);
        CHECK(Everything().problems({"x", "--peak", bad}) ==
              Messages{"--peak: " + (*bad == 0 ? std::string() : "got " + std::string(bad) + ", expected ") +
                       "a duration above 0, such as 30s, 5m or 2h"});
    }
}

// Shell globs expand to many files or to none; none must not pass as an empty trace.
TEST_CASE("an operand that may repeat takes all words and needs one") {
    const auto parse = [](const std::vector<std::string>& words) {
        std::vector<std::string> files;
        Arguments arguments("import", "Import", {});
        arguments.operands(files, "CSV", "Files");
        arguments.parse(words);
        return files;
    };
    CHECK(parse({"a.csv", "b.csv"}) == Messages{"a.csv", "b.csv"});
    CHECK_THROWS_WITH_AS(parse({}), "CSV: is missing; see 'allot import --help'", InputError);
}

// A second --seed that wins silently makes logged command lines lie about the run.
TEST_CASE("missing, surplus and repeated words are reported") {
    CHECK(Everything().problems({}) == Messages{"INSTANCE: is missing; see 'allot solve --help'"});
    CHECK(Everything().problems({"x", "all", "y"}) ==
          Messages{"got y, expected nothing more on this command line"});
    CHECK(Everything().problems({"x", "tires"}) ==
          Messages{"PART: got tires, expected one of models, tiers, all; did you mean 'tiers'?"});
    CHECK(Everything().problems({"x", "--seed"}) == Messages{"--seed: needs a value"});
    CHECK(Everything().problems({"x", "--seed", "1", "--seed", "2"}) ==
          Messages{"--seed: got 1, 2, expected one value: the option was given several times"});
}

// What an option is good for often hangs on another one, which may stand behind it.
TEST_CASE("an option that has no effect under the others is refused when it is given, and only then") {
    const auto parse = [](const std::vector<std::string>& words) {
        std::string file, other;
        double hours = 0;
        bool is_loud = false;
        Arguments arguments("play", "Play", {});
        arguments.file(file, "--file", "FILE", "File");
        arguments.positive(hours, "--hours", "H", "Hours");
        arguments.flag(is_loud, "-l,--loud", "Loud");
        for (const char* name : {"--hours", "--loud"})
            arguments.only(name, "with --file", [&file] { return !file.empty(); });
        arguments.parse(words);
    };
    CHECK_NOTHROW(parse({}));
    CHECK_NOTHROW(parse({"--hours", "2", "--file", "x", "-l"}));
    CHECK_THROWS_WITH_AS(
        parse({"--hours", "2", "-l"}),
        "--hours: has no effect here, only with --file\n--loud: has no effect here, only with --file",
        InputError);
}

// The files that a command reads must all be known: an output that is one of them would destroy it.
TEST_CASE("the files that a command reads are known however they were named") {
    std::string instance, plan, name;
    std::vector<std::string> more, traces, seen;
    Arguments arguments("play", "Play", {});
    arguments.operand(instance, "INSTANCE", "Instance");
    arguments.operands(more, "PLAN", "Plans");
    arguments.file(plan, "--plan", "PLAN", "Plan");
    arguments.files(traces, "--trace", "CSV,...", "Traces");
    arguments.text(name, "--name", "NAME", "No file");
    arguments.check([&] { seen = arguments.inputs(); });
    CHECK(arguments.parse({"a.yaml", "b.json", "-", "--trace", "c.csv,d.csv", "--name", "e"}));
    CHECK(seen == std::vector<std::string>{"a.yaml", "b.json", "-", "c.csv", "d.csv"});
    CHECK(traces == std::vector<std::string>{"c.csv", "d.csv"});
}

// Help is generated; what a new option forgets to say, nobody will ever find.
TEST_CASE("help names the command, its options and the examples") {
    Everything e;
    CHECK_FALSE(e.arguments.parse({"--help"}));
    const std::string help = e.arguments.help();
    for (const char* part : {"Find it.\n\nUsage: allot solve INSTANCE [PART] [OPTIONS]\n", "--set PATH=VALUE",
                             "--format table|json", "allot solve x.yaml"}) {
        CAPTURE(part);
        CHECK(help.find(part) != std::string::npos);
    }
}
