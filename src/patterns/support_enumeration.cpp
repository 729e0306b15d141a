#include "patterns/support_enumeration.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "util/index.hpp"

namespace allot {
namespace {

/// Steps of the enumeration, which are quick, until there seem to be too many supports.
constexpr int kStepsPerSupport = 20;
constexpr int kLeastSteps = 20'000;

/// Depth first over the units, those of an artifact one after the other.
class Enumeration {
  public:
    Enumeration(const Lagrangian& lagrangian, const Scope& scope, const NodeGains& gains, double cutoff_usd,
                int most)
        : lagrangian_(lagrangian),
          scope_(scope),
          cutoff_usd_(cutoff_usd),
          most_(at(most)),
          most_steps_(std::max(kLeastSteps, kStepsPerSupport * most)) {
        collect(gains);
        base_usd_ = gains.bound_usd;
        for (int a = 0; a < static_cast<int>(scope.artifact_is_kept.size()); ++a) {
            base_usd_ -= lagrangian.artifact_part_usd(a, lagrangian.artifact_gain()[at(a)]);
            if (scope.artifact_is_kept[at(a)] != 0) base_usd_ += artifact_usd(a);
        }
        rest_usd_.assign(units_.size() + 1, 0);
        paid_rest_usd_.assign(units_.size() + 1, 0);
        for (std::size_t n = units_.size(); n-- > 0;) {
            rest_usd_[n] = best_from(n, false);
            paid_rest_usd_[n] = best_from(n, true);
        }
    }

    std::optional<std::vector<std::vector<int>>> run() {
        if (!is_empty_ && base_usd_ + rest_usd_[0] < cutoff_usd_) descend(0, base_usd_, false);
        if (is_too_much_) return std::nullopt;
        std::vector<std::size_t> order(found_.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::stable_sort(order.begin(), order.end(),
                         [this](std::size_t a, std::size_t b) { return bound_usd_[a] < bound_usd_[b]; });
        std::vector<std::vector<int>> supports;
        for (const std::size_t n : order) {
            std::sort(found_[n].begin(), found_[n].end());
            supports.push_back(std::move(found_[n]));
        }
        return supports;
    }

  private:
    struct Option {
        int configuration;
        double gain;
    };
    struct Unit {
        int artifact;
        bool must_run;
        std::vector<Option> options;  // best first
        double best() const {
            const double gain = options.empty() ? 0 : options.front().gain;
            return must_run ? gain : std::max(0.0, gain);
        }
    };

    void collect(const NodeGains& gains) {
        const Units& units = lagrangian_.units();
        std::vector<Unit> by_unit(at(units.size()));
        for (int u = 0; u < units.size(); ++u) {
            by_unit[at(u)].artifact = units.artifact[at(u)];
            by_unit[at(u)].must_run = scope_.unit_runs[at(u)] != 0;
        }
        for (std::size_t n = 0; n < scope_.choices.size(); ++n) {
            const int c = scope_.choices[n].configuration;
            by_unit[at(units.of[at(c)])].options.push_back({c, gains.gain[n]});
        }
        for (Unit& unit : by_unit) {
            if (unit.options.empty() && unit.must_run) is_empty_ = true;
            if (unit.options.empty()) continue;
            std::stable_sort(unit.options.begin(), unit.options.end(),
                             [](const Option& a, const Option& b) { return a.gain > b.gain; });
            units_.push_back(std::move(unit));
        }
        std::stable_sort(units_.begin(), units_.end(),
                         [](const Unit& a, const Unit& b) { return a.artifact < b.artifact; });
    }

    double artifact_usd(int a) const { return lagrangian_.pricer().values().artifact_usd(a); }
    bool is_kept(std::size_t n) const { return scope_.artifact_is_kept[at(units_[n].artifact)] != 0; }

    /// The least that the rest of an artifact from unit n on can add, when it is paid for already or not.
    double rest_of_artifact(std::size_t n, bool is_paid, std::size_t& end) const {
        double gain = 0;
        bool must_run = false;
        for (end = n; end < units_.size() && units_[end].artifact == units_[n].artifact; ++end) {
            gain += units_[end].best();
            must_run = must_run || units_[end].must_run;
        }
        if (is_paid || is_kept(n)) return -gain;
        const double usd = artifact_usd(units_[n].artifact) - gain;
        return must_run ? usd : std::min(0.0, usd);
    }

    /// The least that the artifacts from unit n on can add, when its own is paid for already or not.
    double best_from(std::size_t n, bool is_paid) const {
        std::size_t end = n;
        const double usd = rest_of_artifact(n, is_paid, end);
        return usd + rest_usd_[end];
    }

    /// The same after unit n, whose artifact is paid for or not.
    double rest_after(std::size_t n, bool is_paid) const {
        const bool is_last = n + 1 == units_.size() || units_[n + 1].artifact != units_[n].artifact;
        return is_paid && !is_last ? paid_rest_usd_[n + 1] : rest_usd_[n + 1];
    }

    /// Decides about unit n and those after it, of which some choice may stay below the cutoff.
    void descend(std::size_t n, double usd, bool is_paid) {
        if (is_too_much_) return;
        if (++steps_ > most_steps_ || (n == units_.size() && found_.size() == most_)) {
            is_too_much_ = true;
            return;
        }
        if (n == units_.size()) {
            found_.push_back(chosen_);
            bound_usd_.push_back(usd);
            return;
        }
        if (n > 0 && units_[n].artifact != units_[n - 1].artifact) is_paid = false;
        const double entry_usd = is_paid || is_kept(n) ? 0 : artifact_usd(units_[n].artifact);
        for (const Option& option : units_[n].options) {
            const double with_usd = usd + entry_usd - option.gain;
            if (with_usd + rest_after(n, true) >= cutoff_usd_) break;  // as do the options that follow
            chosen_.push_back(option.configuration);
            descend(n + 1, with_usd, true);
            chosen_.pop_back();
        }
        if (units_[n].must_run || usd + rest_after(n, is_paid) >= cutoff_usd_) return;
        descend(n + 1, usd, is_paid);
    }

    const Lagrangian& lagrangian_;
    const Scope& scope_;
    double cutoff_usd_;
    std::size_t most_;
    int most_steps_;
    double base_usd_ = 0;
    std::vector<Unit> units_;
    std::vector<double> rest_usd_;       // from a unit on, none of its artifact paid for yet
    std::vector<double> paid_rest_usd_;  // the same once that is paid for
    std::vector<int> chosen_;
    std::vector<std::vector<int>> found_;
    std::vector<double> bound_usd_;
    int steps_ = 0;
    bool is_too_much_ = false;
    bool is_empty_ = false;  // some unit has to run and cannot
};

}  // namespace

std::optional<std::vector<std::vector<int>>> enumerate_supports(const Lagrangian& lagrangian,
                                                                const Scope& scope, const NodeGains& gains,
                                                                double cutoff_usd, int most) {
    return Enumeration(lagrangian, scope, gains, cutoff_usd, most).run();
}

}  // namespace allot
