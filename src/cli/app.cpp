#include "cli/app.hpp"

#include <csignal>
#include <new>

#include <fmt/format.h>

#include "allot/error.hpp"
#include "cli/command.hpp"
#include "util/suggest.hpp"
#include "util/text.hpp"
#include "util/version.hpp"

namespace allot::cli {
namespace {

std::string help_text(const Style& style) {
    std::string text = "Allot decides how to serve LLM inference on rented GPUs at least cost.\n\n";
    text += style.paint("Usage", Tone::heading) + ": allot COMMAND [ARGUMENTS]\n\n";
    text += style.paint("Commands", Tone::heading) + ":\n";
    for (const Command& command : commands())
        text += fmt::format("  {:22}{}\n", command.name, command.summary);
    text += "\n  --help, -h            Print this help; 'allot COMMAND --help' for one command\n";
    text += "  --version             Print the version\n\n";
    text += style.paint("Examples", Tone::heading) + ":\n";
    text += "  allot solve configs/instances/azure-2023.yaml\n";
    text += "  allot solve fleet.yaml --set query_types.chat.rate_per_hour*=1.5 -o plan.json\n";
    text += "  allot audit fleet.yaml plan.json\n";
    text += "  allot explain fleet.yaml --query-type chat\n\n";
    text +=
        "Exit codes: 0 success, 1 internal error, 2 bad usage or input, 3 infeasible (proven), 4 audit "
        "violations,\n            5 no plan found that serves what must be served\n";
    return text;
}

/// `allot import --help`: the commands that begin with that word. Empty when none of two words does.
std::string group_help(const std::string& first_word, const Style& style) {
    std::string lines;
    for (const Command& command : commands()) {
        if (command.name.starts_with(first_word + ' '))
            lines += fmt::format("  {:22}{}\n", command.name, command.summary);
    }
    if (lines.empty()) return {};
    return style.paint("Usage", Tone::heading) + ": allot " + first_word + " COMMAND [ARGUMENTS]\n\n" +
           style.paint("Commands", Tone::heading) + ":\n" + lines +
           "\n  'allot COMMAND --help' for one command\n";
}

InputError usage_error(const std::string& message) {
    Problem problem;
    problem.expected = message;
    return InputError({problem});
}

/// Names that may stand at the position where the user's words left the table.
InputError unknown_command(const std::vector<std::string>& words) {
    std::vector<std::string> first_words{"help", "--help", "--version"};
    std::vector<std::string> second_words;
    for (const Command& command : commands()) {
        const auto parts = split(command.name, ' ');
        first_words.push_back(parts[0]);
        if (parts.size() == 2 && parts[0] == words[0]) second_words.push_back(parts[1]);
    }
    if (second_words.empty()) {
        return usage_error(fmt::format("'{}' is not a command{}; see 'allot --help'", words[0],
                                       did_you_mean(words[0], first_words)));
    }
    const std::string known = fmt::format("{}", fmt::join(second_words, ", "));
    if (words.size() == 1)
        return usage_error(fmt::format("'allot {}' needs to know what: {}", words[0], known));
    return usage_error(fmt::format("'allot {}' knows {}, not '{}'{}", words[0], known, words[1],
                                   did_you_mean(words[1], second_words)));
}

int dispatch(Terminal& terminal, Interrupts& interrupts, const std::vector<std::string>& words) {
    for (const Command& command : commands()) {
        const auto name = split(command.name, ' ');
        if (words.size() < name.size() || !std::equal(name.begin(), name.end(), words.begin())) continue;
        const auto rest = words.begin() + static_cast<std::ptrdiff_t>(name.size());
        return command.run(Session{terminal, interrupts, {rest, words.end()}}, command);
    }
    throw unknown_command(words);
}

int run_words(Terminal& terminal, Interrupts& interrupts, std::vector<std::string> words) {
    if (words.empty()) {
        terminal.message(help_text(terminal.message_style()));
        return exit_bad_input;
    }
    if (words[0] == "help" && words.size() > 1) {
        words.erase(words.begin());
        words.emplace_back("--help");
    }
    if (words[0] == "--help" || words[0] == "-h" || words[0] == "help") {
        terminal.print(help_text(terminal.output_style()));
        return exit_success;
    }
    if (words[0] == "--version") {
        terminal.print(fmt::format("allot {}\n", version));
        return exit_success;
    }
    if (words.size() == 2 && (words[1] == "--help" || words[1] == "-h")) {
        const std::string help = group_help(words[0], terminal.output_style());
        if (!help.empty()) {
            terminal.print(help);
            return exit_success;
        }
    }
    return dispatch(terminal, interrupts, words);
}

/// A line for each of the message.
void tell(Terminal& terminal, const std::string& message) {
    terminal.clear_progress();
    for (const std::string& line : split(message, '\n'))
        terminal.message("allot: " + terminal.message_style().paint(line, Tone::bad) + "\n");
}

}  // namespace

bool Session::read(Arguments& arguments) const {
    if (arguments.parse(words)) return true;
    terminal.print(arguments.help());
    return false;
}

int run(const std::vector<std::string>& words) {
    // A reader that went away (`| head`) ends the program without a word, also when the caller has the signal ignored.
    std::signal(SIGPIPE, SIG_DFL);
    Interrupts interrupts;
    Terminal terminal;
    try {
        const int code = run_words(terminal, interrupts, words);
        return interrupts.was_interrupted() ? interrupts.exit_code() : code;
    } catch (const InputError& error) {
        for (const Problem& problem : error.problems()) tell(terminal, to_string(problem));
        return exit_bad_input;
    } catch (const std::bad_alloc&) {
        tell(terminal, "out of memory");
        return exit_internal_error;
    } catch (const std::exception& error) {
        tell(terminal, std::string("internal error: ") + error.what());
        return exit_internal_error;
    }
}

}  // namespace allot::cli
