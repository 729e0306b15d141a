#include "cli/arguments.hpp"

#include <charconv>
#include <cmath>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "util/duration.hpp"
#include "util/suggest.hpp"
#include "util/text.hpp"

namespace allot::cli {
namespace {

std::string footer_of(const std::vector<std::string>& examples) {
    std::string footer = examples.empty() ? "" : "Examples:";
    for (const std::string& example : examples) footer += "\n  " + example;
    return footer;
}

std::string joined(const std::vector<std::string>& words) {
    return fmt::format("{}", fmt::join(words, ", "));
}

/// The whole of `text` as a number, or nothing.
template <typename Number>
std::optional<Number> parsed(const std::string& text) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

/// "--name" of "--name=value".
std::string name_of(const std::string& word) { return word.substr(0, word.find('=')); }

/// A word that asks for an option: not "-" (standard input) and not a negative number.
bool is_option(const std::string& word) {
    return word.size() > 1 && word[0] == '-' && word[1] != '.' && (word[1] < '0' || word[1] > '9');
}

/// Operands before options, as they are usually typed; the packaged one calls every operand optional.
class HelpFormatter : public CLI::Formatter {
  public:
    /// `usage` may still change until the help is asked for; it must outlive this.
    explicit HelpFormatter(const std::string& usage) : usage_(usage) {}
    std::string make_usage(const CLI::App*, std::string) const override {
        return "Usage: " + usage_ + " [OPTIONS]\n";
    }

  private:
    const std::string& usage_;
};

}  // namespace

struct Arguments::Parser {
    Parser(const std::string& summary, const std::string& name) : app(summary, name) {}
    CLI::App app;
};

Arguments::Arguments(const std::string& command, const std::string& summary,
                     const std::vector<std::string>& examples)
    : parser_(std::make_unique<Parser>(summary + ".\n", "allot " + command)), usage_("allot " + command) {
    parser_->app.formatter(std::make_shared<HelpFormatter>(usage_));
    parser_->app.set_help_flag("-h,--help", "Print this help and exit");
    parser_->app.get_formatter()->label("Positionals", "Arguments");
    parser_->app.get_formatter()->column_width(34);
    parser_->app.allow_extras();
    parser_->app.footer(footer_of(examples));
}

Arguments::~Arguments() = default;

void Arguments::reject(const std::string& field, const std::string& found, const std::string& expected) {
    Problem problem;
    problem.field = field;
    problem.value = found;
    problem.expected = expected;
    problems_.push_back(std::move(problem));
}

void Arguments::operand(std::string& target, const std::string& name, const std::string& help) {
    CLI::Option* option = parser_->app.add_option(name, target, help)->option_text(" ");
    usage_ += " " + name;
    inputs_.emplace_back([&target] { return std::vector{target}; });
    readers_.emplace_back([this, option, name] {
        if (option->count() == 0)
            reject(name, "", "is missing; see '" + parser_->app.get_name() + " --help'");
    });
}

void Arguments::operands(std::vector<std::string>& target, const std::string& name, const std::string& help) {
    CLI::Option* option = parser_->app.add_option(name, target, help)->option_text(" ");
    usage_ += " " + name + "...";
    inputs_.emplace_back([&target] { return target; });
    readers_.emplace_back([this, option, name] {
        if (option->count() == 0)
            reject(name, "", "is missing; see '" + parser_->app.get_name() + " --help'");
    });
}

void Arguments::choose(std::string& target, const std::string& name, const std::vector<std::string>& choices,
                       const std::string& found) {
    const bool is_known = std::find(choices.begin(), choices.end(), found) != choices.end();
    if (is_known) target = found;
    if (!is_known) reject(name, found, "one of " + joined(choices) + did_you_mean(found, choices));
}

void Arguments::optional_choice(std::string& target, const std::string& name,
                                const std::vector<std::string>& choices, const std::string& help) {
    usage_ += " [" + name + "]";
    const auto given = std::make_shared<std::string>();
    CLI::Option* option =
        parser_->app.add_option(name, *given, help)->option_text(fmt::format("{}", fmt::join(choices, "|")));
    readers_.emplace_back([this, &target, option, given, name, choices] {
        if (option->count() > 0) choose(target, name, choices, *given);
    });
}

void Arguments::flag(bool& target, const std::string& names, const std::string& help) {
    parser_->app.add_flag(names, target, help);
}

void Arguments::texts(std::vector<std::string>& target, const std::string& names,
                      const std::string& value_name, const std::string& help) {
    parser_->app.add_option(names, target, help)->allow_extra_args(false)->option_text(value_name);
}

void Arguments::value(const std::string& names, const std::string& value_name, const std::string& help,
                      Check check) {
    const auto given = std::make_shared<std::vector<std::string>>();
    CLI::Option* option =
        parser_->app.add_option(names, *given, help)->allow_extra_args(false)->option_text(value_name);
    readers_.emplace_back([this, option, given, check = std::move(check)] {
        if (given->size() > 1)
            reject(option->get_name(), joined(*given), "one value: the option was given several times");
        if (given->size() == 1) check(given->front());
    });
}

void Arguments::text(std::string& target, const std::string& names, const std::string& value_name,
                     const std::string& help) {
    value(names, value_name, help, [this, &target, names](const std::string& found) {
        if (found.empty()) reject(names, "", "needs a value");
        target = found;
    });
}

void Arguments::file(std::string& target, const std::string& names, const std::string& value_name,
                     const std::string& help) {
    text(target, names, value_name, help);
    inputs_.emplace_back([&target] { return std::vector{target}; });
}

void Arguments::files(std::vector<std::string>& target, const std::string& names,
                      const std::string& value_name, const std::string& help) {
    value(names, value_name, help, [this, &target, names](const std::string& found) {
        if (found.empty()) reject(names, "", "needs a value");
        target = split(found, ',');
    });
    inputs_.emplace_back([&target] { return target; });
}

void Arguments::choice(std::string& target, const std::string& name, const std::vector<std::string>& choices,
                       const std::string& help) {
    value(name, fmt::format("{}", fmt::join(choices, "|")), help,
          [this, &target, name, choices](const std::string& found) { choose(target, name, choices, found); });
}

void Arguments::choices(std::vector<std::string>& target, const std::string& name,
                        const std::vector<std::string>& choices, const std::string& help) {
    value(name, "LIST", help, [this, &target, name, choices](const std::string& found) {
        target.clear();
        for (const std::string& part : split(found, ',')) {
            std::string chosen;
            choose(chosen, name, choices, part);
            if (chosen.empty()) continue;
            const bool is_new = std::find(target.begin(), target.end(), chosen) == target.end();
            if (is_new) target.push_back(chosen);
            if (!is_new) reject(name, chosen, "each at most once");
        }
    });
}

void Arguments::whole(std::uint64_t& target, const std::string& names, std::uint64_t low, std::uint64_t high,
                      const std::string& help) {
    value(names, "N", help, [this, &target, names, low, high](const std::string& found) {
        const auto number = parsed<std::uint64_t>(found);
        const bool is_fine = number && *number >= low && *number <= high;
        if (is_fine) target = *number;
        if (!is_fine) reject(names, found, fmt::format("a whole number from {} to {}", low, high));
    });
}

void Arguments::whole(int& target, const std::string& names, int low, int high, const std::string& help) {
    value(names, "N", help, [this, &target, names, low, high](const std::string& found) {
        const auto number = parsed<int>(found);
        const bool is_fine = number && *number >= low && *number <= high;
        if (is_fine) target = *number;
        if (!is_fine) reject(names, found, fmt::format("a whole number from {} to {}", low, high));
    });
}

void Arguments::whole(std::optional<int>& target, const std::string& names, int low, int high,
                      const std::string& help) {
    value(names, "N", help, [this, &target, names, low, high](const std::string& found) {
        const auto number = parsed<int>(found);
        const bool is_fine = number && *number >= low && *number <= high;
        if (is_fine) target = *number;
        if (!is_fine) reject(names, found, fmt::format("a whole number from {} to {}", low, high));
    });
}

void Arguments::number(const std::string& names, const std::string& value_name, const std::string& help,
                       std::function<void(double)> accept) {
    value(names, value_name, help, [this, names, accept = std::move(accept)](const std::string& found) {
        const auto number = parsed<double>(found);
        const bool is_fine = number && std::isfinite(*number) && *number > 0;
        if (is_fine) accept(*number);
        if (!is_fine) reject(names, found, "a number above 0");
    });
}

void Arguments::positive(double& target, const std::string& names, const std::string& value_name,
                         const std::string& help) {
    number(names, value_name, help, [&target](double found) { target = found; });
}

void Arguments::positive(std::optional<double>& target, const std::string& names,
                         const std::string& value_name, const std::string& help) {
    number(names, value_name, help, [&target](double found) { target = found; });
}

void Arguments::number_in(double& target, const std::string& names, double low, double high,
                          const std::string& help) {
    value(names, "NUMBER", help, [this, &target, names, low, high](const std::string& found) {
        const auto number = parsed<double>(found);
        const bool is_fine = number && *number >= low && *number <= high;
        if (is_fine) target = *number;
        if (!is_fine) reject(names, found, fmt::format("a number from {} to {}", low, high));
    });
}

void Arguments::factors(std::vector<double>& target, const std::string& names, const std::string& help,
                        bool may_be_zero) {
    value(names, "LIST", help, [this, &target, names, may_be_zero](const std::string& found) {
        std::vector<double> factors;
        for (const std::string& part : split(found, ',')) {
            const auto number = parsed<double>(part);
            const bool is_number = number && std::isfinite(*number);
            if (!is_number || *number < 0 || (*number == 0 && !may_be_zero)) {
                return reject(
                    names, found,
                    fmt::format("numbers {}, separated by commas", may_be_zero ? "of 0 or more" : "above 0"));
            }
            factors.push_back(*number);
        }
        target = std::move(factors);
    });
}

void Arguments::duration(std::optional<double>& target_s, const std::string& names, const std::string& help) {
    value(names, "DURATION", help, [this, &target_s, names](const std::string& found) {
        const std::optional<double> seconds = parse_duration_s(found);
        const bool is_fine = seconds && *seconds > 0;
        if (is_fine) target_s = seconds;
        if (!is_fine) reject(names, found, "a duration above 0, such as 30s, 5m or 2h");
    });
}

void Arguments::only(const std::string& name, const std::string& where, std::function<bool()> has_effect) {
    conditions_.push_back({name, where, std::move(has_effect)});
}

void Arguments::refuse_what_has_no_effect() {
    for (const Condition& condition : conditions_) {
        const bool is_given = parser_->app.get_option(condition.name)->count() > 0;
        if (is_given && !condition.has_effect())
            reject(condition.name, "", "has no effect here, only " + condition.where);
    }
}

std::vector<std::string> Arguments::inputs() const {
    std::vector<std::string> all;
    for (const auto& named : inputs_) {
        for (std::string& path : named()) {
            if (!path.empty()) all.push_back(std::move(path));
        }
    }
    return all;
}

std::vector<std::string> Arguments::option_names() const {
    std::vector<std::string> names;
    for (const CLI::Option* option : parser_->app.get_options()) {
        for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
    return names;
}

void Arguments::find_unknown_options(const std::vector<std::string>& words) {
    for (const std::string& word : words) {
        if (word == "--") return;
        if (!is_option(word)) continue;
        const std::string name = word.starts_with("--") ? name_of(word) : word.substr(0, 2);
        if (parser_->app.get_option_no_throw(name) != nullptr) continue;
        reject(name, "",
               "is not an option of '" + parser_->app.get_name() + "'" + did_you_mean(name, option_names()));
    }
}

bool Arguments::parse(const std::vector<std::string>& words) {
    find_unknown_options(words);
    if (!problems_.empty()) throw InputError(problems_);
    try {
        parser_->app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
    } catch (const CLI::CallForHelp&) {
        return false;
    } catch (const CLI::ArgumentMismatch& mismatch) {
        const std::string what = mismatch.what();
        reject(what.substr(0, what.find(':')), "", "needs a value");
    } catch (const CLI::ParseError& error) {
        reject("", "", error.what());
    }
    if (!problems_.empty()) throw InputError(problems_);
    for (const auto& read : readers_) read();
    for (const std::string& word : parser_->app.remaining())
        reject("", word, "nothing more on this command line");
    if (problems_.empty()) refuse_what_has_no_effect();
    if (!problems_.empty()) throw InputError(problems_);
    for (const auto& check : checks_) check();
    return true;
}

std::string Arguments::help() const { return parser_->app.help(); }

}  // namespace allot::cli
