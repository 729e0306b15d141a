#include "patterns/support_cuts.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "util/index.hpp"

namespace allot {
namespace {

struct Option {
    int configuration;
    double gain;
};

/// A unit before its place is known.
struct Draft {
    int artifact = 0;
    bool must_run = false;
    std::vector<Option> options;
    double best() const { return options.front().gain; }
};

}  // namespace

SupportCuts::SupportCuts(Lagrangian& lagrangian, const Scope& scope, const NodeGains& gains)
    : lagrangian_(lagrangian), scope_(scope) {
    collect(gains);
    const double nothing = -std::numeric_limits<double>::infinity();
    base_.assign(kMost, nothing);
    gain_.assign(configuration_.size() * kMost, 0);
    artifact_usd_.assign(units_.size() * kMost, 0);
    rest_.assign((units_.size() + 1) * kMost, 0);
    rest_if_paid_ = rest_;
}

/// Artifacts worth most come first, and of each the units worth most: what is decided about them matters most for the rest.
void SupportCuts::collect(const NodeGains& gains) {
    const Units& units = lagrangian_.units();
    std::vector<Draft> drafts(at(units.size()));
    for (int u = 0; u < units.size(); ++u) {
        drafts[at(u)].artifact = units.artifact[at(u)];
        drafts[at(u)].must_run = scope_.unit_runs[at(u)] != 0;
    }
    for (std::size_t n = 0; n < scope_.choices.size(); ++n) {
        const int c = scope_.choices[n].configuration;
        drafts[at(units.of[at(c)])].options.push_back({c, gains.gain[n]});
    }
    is_empty_ = std::any_of(drafts.begin(), drafts.end(),
                            [](const Draft& draft) { return draft.must_run && draft.options.empty(); });
    std::erase_if(drafts, [](const Draft& draft) { return draft.options.empty(); });
    std::vector<double> worth(scope_.artifact_is_kept.size(), 0);
    for (Draft& draft : drafts) {
        std::stable_sort(draft.options.begin(), draft.options.end(),
                         [](const Option& a, const Option& b) { return a.gain > b.gain; });
        worth[at(draft.artifact)] += std::max(0.0, draft.best());
    }
    std::stable_sort(drafts.begin(), drafts.end(), [&worth](const Draft& a, const Draft& b) {
        if (a.artifact == b.artifact) return a.best() > b.best();
        const double a_usd = worth[at(a.artifact)];
        const double b_usd = worth[at(b.artifact)];
        return a_usd > b_usd || (a_usd == b_usd && a.artifact < b.artifact);
    });
    for (const Draft& draft : drafts) {
        const int first = static_cast<int>(configuration_.size());
        for (const Option& option : draft.options) configuration_.push_back(option.configuration);
        units_.push_back({draft.artifact, draft.must_run, first, static_cast<int>(configuration_.size())});
    }
}

bool SupportCuts::add(const Prices& prices) {
    if (num_cuts_ == kMost) return false;
    const int cut = num_cuts_++;
    base_[at(cut)] = lagrangian_.set_prices(prices);
    PatternPricer& pricer = lagrangian_.pricer();
    const auto is_kept = [this](int artifact) { return scope_.artifact_is_kept[at(artifact)] != 0; };
    for (int a = 0; a < static_cast<int>(scope_.artifact_is_kept.size()); ++a) {
        if (is_kept(a)) base_[at(cut)] += pricer.values().artifact_usd(a);
    }
    for (int n = 0; n < static_cast<int>(configuration_.size()); ++n) {
        cell(gain_, n, cut) = pricer.gain(configuration(n));
    }
    for (int u = 0; u < num_units(); ++u) {
        const int a = unit(u).artifact;
        cell(artifact_usd_, u, cut) = is_kept(a) ? 0 : pricer.values().artifact_usd(a);
    }
    find_rests(cut);
    return true;
}

double SupportCuts::best_gain(int u, int cut) const {
    double best = unit(u).must_run ? -std::numeric_limits<double>::infinity() : 0;
    for (int n = unit(u).first; n < unit(u).end; ++n) best = std::max(best, gain(n)[cut]);
    return best;
}

/// From the last unit to the first.
void SupportCuts::find_rests(int cut) {
    double later_usd = 0;  // of the artifacts after that of the unit
    double gain = 0;       // of its artifact, from the unit on
    bool must_run = false;
    for (int u = num_units() - 1; u >= 0; --u) {
        const bool is_last = u + 1 == num_units() || is_first_of_artifact(u + 1);
        if (is_last) {
            later_usd = rest(u + 1, false)[cut];
            gain = 0;
            must_run = false;
        }
        gain += best_gain(u, cut);
        must_run = must_run || unit(u).must_run;
        const double usd = artifact_usd(u)[cut] - gain;
        const bool is_kept = scope_.artifact_is_kept[at(unit(u).artifact)] != 0;
        cell(rest_, u, cut) = later_usd + (must_run || is_kept ? usd : std::min(0.0, usd));
        cell(rest_if_paid_, u, cut) = later_usd - gain;
    }
}

double SupportCuts::bound_of(std::span<const int> support, const Prices& prices) {
    double usd = lagrangian_.set_prices(prices);
    std::vector<char> is_stored = scope_.artifact_is_kept;
    for (const int c : support) {
        const Units& units = lagrangian_.units();
        is_stored[at(units.artifact[at(units.of[at(c)])])] = 1;
        usd -= lagrangian_.pricer().gain(c);
    }
    for (std::size_t a = 0; a < is_stored.size(); ++a) {
        if (is_stored[a] != 0) usd += lagrangian_.pricer().values().artifact_usd(static_cast<int>(a));
    }
    return usd;
}

}  // namespace allot
