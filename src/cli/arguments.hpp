#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "allot/error.hpp"

namespace allot::cli {

inline constexpr std::uint64_t kLargestSeed = std::numeric_limits<std::uint64_t>::max();

/// The words after a command's name: declares what it takes and reads them into the caller's variables. Reports all that is wrong
/// at once, as InputError with the option as field.
class Arguments {
  public:
    /// `command` is how the user calls it ("import azure-trace"), `examples` whole command lines.
    Arguments(const std::string& command, const std::string& summary,
              const std::vector<std::string>& examples);
    ~Arguments();
    Arguments(const Arguments&) = delete;
    Arguments& operator=(const Arguments&) = delete;

    // Targets must live until parse() has returned; they keep their value when the user says nothing.
    /// A file that the command reads.
    void operand(std::string& target, const std::string& name, const std::string& help);
    /// At least one.
    void operands(std::vector<std::string>& target, const std::string& name, const std::string& help);
    void optional_choice(std::string& target, const std::string& name,
                         const std::vector<std::string>& choices, const std::string& help);
    void flag(bool& target, const std::string& names, const std::string& help);
    void text(std::string& target, const std::string& names, const std::string& value_name,
              const std::string& help);
    /// The name of a file that the command reads.
    void file(std::string& target, const std::string& names, const std::string& value_name,
              const std::string& help);
    /// Such names, separated by commas.
    void files(std::vector<std::string>& target, const std::string& names, const std::string& value_name,
               const std::string& help);
    /// May be given several times.
    void texts(std::vector<std::string>& target, const std::string& names, const std::string& value_name,
               const std::string& help);
    void choice(std::string& target, const std::string& name, const std::vector<std::string>& choices,
                const std::string& help);
    /// Comma-separated, each at most once.
    void choices(std::vector<std::string>& target, const std::string& name,
                 const std::vector<std::string>& choices, const std::string& help);
    /// Whole number in [low, high].
    void whole(std::uint64_t& target, const std::string& names, std::uint64_t low, std::uint64_t high,
               const std::string& help);
    void whole(std::optional<int>& target, const std::string& names, int low, int high,
               const std::string& help);
    void whole(int& target, const std::string& names, int low, int high, const std::string& help);
    /// Finite number above zero.
    void positive(double& target, const std::string& names, const std::string& value_name,
                  const std::string& help);
    void positive(std::optional<double>& target, const std::string& names, const std::string& value_name,
                  const std::string& help);

    /// Finite number in [low, high].
    void number_in(double& target, const std::string& names, double low, double high,
                   const std::string& help);

    /// "1,1.2,1.5": finite numbers above zero, or of zero too, separated by commas.
    void factors(std::vector<double>& target, const std::string& names, const std::string& help,
                 bool may_be_zero = false);

    /// "30s", "5m", "2h" or plain seconds; above zero.
    void duration(std::optional<double>& target_s, const std::string& names, const std::string& help);

    /// An option that changes nothing under what else was said is refused, when given, with `where` it does: "with --trace".
    void only(const std::string& name, const std::string& where, std::function<bool()> has_effect);
    /// Looked at once all words are read and none of them is wrong; throws InputError.
    void check(std::function<void()> condition) { checks_.push_back(std::move(condition)); }
    /// The files that the command was told to read, as named; "-" for standard input.
    std::vector<std::string> inputs() const;

    /// False when the user asked for help: then help() is what to print.
    bool parse(const std::vector<std::string>& words);
    std::string help() const;

  private:
    struct Parser;  // of the library that sorts out the words
    using Check = std::function<void(const std::string& value)>;
    void value(const std::string& names, const std::string& value_name, const std::string& help, Check check);
    void number(const std::string& names, const std::string& value_name, const std::string& help,
                std::function<void(double)> accept);
    void refuse_what_has_no_effect();
    void find_unknown_options(const std::vector<std::string>& words);
    std::vector<std::string> option_names() const;
    void choose(std::string& target, const std::string& name, const std::vector<std::string>& choices,
                const std::string& found);
    void reject(const std::string& field, const std::string& found, const std::string& expected);

    std::unique_ptr<Parser> parser_;
    std::string usage_;  ///< the command with its operands
    /// An option and when it matters.
    struct Condition {
        std::string name;
        std::string where;
        std::function<bool()> has_effect;
    };

    std::vector<std::function<void()>> readers_;  ///< convert what was given, once the words are sorted out
    std::vector<std::function<std::vector<std::string>()>> inputs_;
    std::vector<Condition> conditions_;
    std::vector<std::function<void()>> checks_;
    std::vector<Problem> problems_;
};

}  // namespace allot::cli
