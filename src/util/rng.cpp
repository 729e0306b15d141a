#include "util/rng.hpp"

#include <boost/random/normal_distribution.hpp>
#include <boost/random/uniform_int_distribution.hpp>

namespace allot {

namespace {

/// Finaliser of SplitMix64 (Steele, Lea and Flood, 2014): neighbouring inputs give unrelated outputs.
std::uint64_t mix(std::uint64_t x) {
    x += 0x9e3779b97f4a7c15U;
    x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
    return x ^ (x >> 31U);
}

}  // namespace

Rng::Rng(std::uint64_t seed, std::uint64_t stream, std::uint64_t index)
    : engine_(mix(mix(mix(seed) ^ stream) ^ index)) {}

double Rng::uniform() { return static_cast<double>(engine_() >> 11U) * 0x1.0p-53; }

int Rng::integer(int low, int high) {
    return boost::random::uniform_int_distribution<int>(low, high)(engine_);
}

double Rng::normal() { return boost::random::normal_distribution<double>()(engine_); }

std::size_t Rng::index(std::size_t n) {
    return boost::random::uniform_int_distribution<std::size_t>(0, n - 1)(engine_);
}

}  // namespace allot
