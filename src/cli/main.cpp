#include "cli/app.hpp"

int main(int argc, char** argv) {
    std::vector<std::string> words(argv, argv + argc);
    if (!words.empty()) words.erase(words.begin());
    return allot::cli::run(words);
}
