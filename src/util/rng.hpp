#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <boost/random/mersenne_twister.hpp>

namespace allot {

/// A stream of random numbers that is the same on every platform, compiler and standard library.
class Rng {
  public:
    /// Streams of one seed that differ in `stream` or `index` are unrelated: give each start, or each generated object, its own,
    /// and its numbers depend neither on the order of work nor on how many others there are.
    explicit Rng(std::uint64_t seed, std::uint64_t stream = 0, std::uint64_t index = 0);

    /// In [0, 1), 53 random bits.
    double uniform();
    /// In [low, high); low <= high.
    double uniform(double low, double high) { return low + (high - low) * uniform(); }
    /// In {low, ..., high}; low <= high.
    int integer(int low, int high);
    /// In {0, ..., n - 1}; n >= 1.
    std::size_t index(std::size_t n);
    /// Mean 0, standard deviation 1.
    double normal();
    bool chance(double probability) { return uniform() < probability; }

    /// Fisher and Yates.
    template <class T>
    void shuffle(std::vector<T>& items) {
        for (std::size_t n = items.size(); n > 1; --n) {
            std::swap(items[n - 1], items[index(n)]);
        }
    }

  private:
    boost::random::mt19937_64 engine_;
};

}  // namespace allot
