#include "tree/lagrangian_cuts.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <utility>

#include "util/index.hpp"
#include "util/infinity.hpp"

namespace allot {
namespace {

/// What not running an obligatory configuration costs in a case of a certificate, in amounts of its constant term. It has to lift the
/// bound beyond the cutoff, so that the case rules out supports without it; no larger than that takes, as rounding errors grow with it.
constexpr double kAbsencePenalty = 16;

struct GainOption {
    int configuration;
    double gain;
};

/// A block whose place in the order is not known yet.
struct UnplacedBlock {
    int artifact = 0;
    bool must_run = false;
    std::vector<GainOption> options;  // not empty, best first
    double best() const { return options.front().gain; }
};

/// Narrows the replica ranges of a pricer to the limits of a case, for as long as it lives.
class LimitedReplicas {
  public:
    LimitedReplicas(PatternPricer& pricer, std::span<const CertificateCase::Replicas> limits)
        : pricer_(pricer), limits_(limits) {
        for (const CertificateCase::Replicas& limit : limits_) {
            const int c = limit.configuration;
            before_.emplace_back(pricer_.least(c), pricer_.most(c));
            pricer_.limit(c, std::max(limit.least, pricer_.least(c)), std::min(limit.most, pricer_.most(c)));
        }
    }
    LimitedReplicas(const LimitedReplicas&) = delete;
    LimitedReplicas& operator=(const LimitedReplicas&) = delete;
    ~LimitedReplicas() {
        for (std::size_t n = 0; n < limits_.size(); ++n) {
            pricer_.limit(limits_[n].configuration, before_[n].first, before_[n].second);
        }
    }

  private:
    PatternPricer& pricer_;
    std::span<const CertificateCase::Replicas> limits_;
    std::vector<std::pair<int, int>> before_;
};

}  // namespace

LagrangianCuts::LagrangianCuts(Lagrangian& lagrangian, const NodeDomain& domain, const NodeGains& gains)
    : lagrangian_(lagrangian), domain_(domain) {
    collect(gains);
    assert(gains.gain.size() == domain.choices.size());
    base_.assign(kMaxRows, -kInfinity);  // a row that no cut uses excludes nothing
    gain_.assign(configuration_.size() * kMaxRows, 0);
    artifact_usd_.assign(blocks_.size() * kMaxRows, 0);
    rest_.assign((blocks_.size() + 1) * kMaxRows, 0);
    rest_if_paid_ = rest_;
    best_.assign(blocks_.size() * kMaxRows, 0);
    is_excluded_.assign(configuration_.size(), 0);
}

/// Artifacts of the largest gain come first, and of each the blocks of the largest gain: deciding about them changes the bound most, so
/// that cuts rule out large parts of the enumeration early.
void LagrangianCuts::collect(const NodeGains& gains) {
    const ConvexityBlocks& blocks = lagrangian_.blocks();
    std::vector<UnplacedBlock> drafts(at(blocks.size()));
    for (int u = 0; u < blocks.size(); ++u) {
        drafts[at(u)].artifact = blocks.artifact[at(u)];
        drafts[at(u)].must_run = domain_.block_runs[at(u)] != 0;
    }
    for (std::size_t n = 0; n < domain_.choices.size(); ++n) {
        const int c = domain_.choices[n].configuration;
        drafts[at(blocks.of[at(c)])].options.push_back({c, gains.gain[n]});
    }
    is_empty_ = std::any_of(drafts.begin(), drafts.end(), [](const UnplacedBlock& draft) {
        return draft.must_run && draft.options.empty();
    });
    std::erase_if(drafts, [](const UnplacedBlock& draft) { return draft.options.empty(); });
    std::vector<double> worth(domain_.artifact_is_kept.size(), 0);
    for (UnplacedBlock& draft : drafts) {
        std::stable_sort(draft.options.begin(), draft.options.end(),
                         [](const GainOption& a, const GainOption& b) { return a.gain > b.gain; });
        worth[at(draft.artifact)] += std::max(0.0, draft.best());
    }
    std::stable_sort(drafts.begin(), drafts.end(), [&worth](const UnplacedBlock& a, const UnplacedBlock& b) {
        if (a.artifact == b.artifact) return a.best() > b.best();
        const double a_usd = worth[at(a.artifact)];
        const double b_usd = worth[at(b.artifact)];
        return a_usd > b_usd || (a_usd == b_usd && a.artifact < b.artifact);
    });
    for (const UnplacedBlock& draft : drafts) {
        const int first = static_cast<int>(configuration_.size());
        for (const GainOption& option : draft.options) configuration_.push_back(option.configuration);
        const int u = num_blocks();
        const bool is_first = u == 0 || block(u - 1).artifact != draft.artifact;
        blocks_.push_back({draft.artifact, draft.must_run, first, static_cast<int>(configuration_.size()),
                           is_first ? u : block(u - 1).artifact_first, u + 1});
    }
    for (int u = num_blocks() - 2; u >= 0; --u) {
        if (block(u + 1).artifact == block(u).artifact)
            blocks_[at(u)].artifact_end = block(u + 1).artifact_end;
    }
    assert(
        std::all_of(blocks_.begin(), blocks_.end(), [](const Block& each) { return each.first < each.end; }));
}

bool LagrangianCuts::add(const Prices& prices) {
    const CertificateCase single{{}, prices};
    return add({&single, 1});
}

bool LagrangianCuts::add(std::span<const CertificateCase> certificate) {
    assert(!certificate.empty());
    if (!find_room(static_cast<int>(certificate.size()))) return false;
    for (std::size_t n = 0; n < rows_of_last_.size(); ++n) {
        if (n < certificate.size()) {
            fill(certificate[n], rows_of_last_[n]);
        } else {
            base_[at(rows_of_last_[n])] = kInfinity;  // a case that is none rules out everything
        }
    }
    return true;
}

/// Rows for a cut of so many cases, rounded up to a power of two: in a batch that has a lane left, or a new one. False when there is no
/// room for a new one.
bool LagrangianCuts::find_room(int num_cases) {
    const int wanted = static_cast<int>(std::bit_ceil(static_cast<unsigned>(num_cases)));
    auto batch = std::find_if(batches_.begin(), batches_.end(), [wanted](const Batch& each) {
        return each.num_cases == wanted && each.num_cuts < kLanes;
    });
    if (batch == batches_.end()) {
        if (num_rows_ + wanted * kLanes > kMaxRows) return false;
        batch = batches_.insert(batch, {num_rows_, wanted, 0});
        num_rows_ += wanted * kLanes;
    }
    const int lane = batch->num_cuts++;
    batch_of_last_ = static_cast<std::size_t>(batch - batches_.begin());
    rows_of_last_.clear();
    assert(num_rows_ <= kMaxRows && lane < kLanes);
    for (int n = 0; n < wanted; ++n) rows_of_last_.push_back(batch->first_row + n * kLanes + lane);
    return true;
}

/// Where a configuration has to run in the case, supports without it are not in the case: kAbsencePenalty puts them beyond every cutoff.
/// It is part of the base, and the configuration's gain takes it away again.
void LagrangianCuts::fill(const CertificateCase& certificate_case, int row) {
    assert(row >= 0 && row < kMaxRows);
    const LimitedReplicas limited(lagrangian_.pricer(), certificate_case.limits);
    double& base = base_[at(row)];
    base = lagrangian_.set_prices(certificate_case.prices);
    PatternPricer& pricer = lagrangian_.pricer();
    const auto is_kept = [this](int artifact) { return domain_.artifact_is_kept[at(artifact)] != 0; };
    for (int a = 0; a < static_cast<int>(domain_.artifact_is_kept.size()); ++a) {
        if (is_kept(a)) base += pricer.values().artifact_usd(a);
    }
    for (int n = 0; n < static_cast<int>(configuration_.size()); ++n) {
        cell(gain_, n, row) = pricer.gain(configuration(n));
    }
    const double penalty_usd = kAbsencePenalty * std::abs(base);
    for (const CertificateCase::Replicas& limit : certificate_case.limits) {
        if (limit.least == 0) continue;
        base += penalty_usd;
        for (int n = 0; n < static_cast<int>(configuration_.size()); ++n) {
            if (configuration(n) == limit.configuration) cell(gain_, n, row) += penalty_usd;
        }
    }
    for (int u = 0; u < num_blocks(); ++u) {
        const int a = block(u).artifact;
        cell(artifact_usd_, u, row) = is_kept(a) ? 0 : pricer.values().artifact_usd(a);
    }
    find_rests(row);
}

/// What the blocks from each one on add at least, summed from the last block to the first.
void LagrangianCuts::find_rests(int row) {
    double later_usd = 0;  // of the artifacts after that of the block
    double gain = 0;       // of its artifact, from the block on
    bool must_run = false;
    for (int u = num_blocks() - 1; u >= 0; --u) {
        if (is_last_of_artifact(u)) {
            later_usd = rest(u + 1, false)[row];
            gain = 0;
            must_run = false;
        }
        cell(best_, u, row) = best_gain(u, row);
        gain += cell(best_, u, row);
        must_run = must_run || block(u).must_run;
        const double usd = artifact_usd(u)[row] - gain;
        const bool is_kept = domain_.artifact_is_kept[at(block(u).artifact)] != 0;
        cell(rest_, u, row) = later_usd + (must_run || is_kept ? usd : std::min(0.0, usd));
        cell(rest_if_paid_, u, row) = later_usd - gain;
    }
}

double LagrangianCuts::best_gain(int u, int row) const {
    assert(u >= 0 && u < num_blocks() && row >= 0 && row < num_rows_);
    double best = block(u).must_run ? -kInfinity : 0;
    for (int n = block(u).first; n < block(u).end; ++n) {
        if (!is_excluded(n)) best = std::max(best, gain(n)[row]);
    }
    return best;
}

void LagrangianCuts::exclude_by_last(double cutoff_usd) {
    assert(batch_of_last_ < batches_.size() && !rows_of_last_.empty());
    const Batch& batch = batches_[batch_of_last_];
    exclude_if(
        [&](int u, int option) { return least_usd(u, option, batch, batch.num_cuts - 1) >= cutoff_usd; });
}

void LagrangianCuts::exclude_by_all(double cutoff_usd) {
    exclude_if([&](int u, int option) {
        return std::any_of(batches_.begin(), batches_.end(), [&](const Batch& batch) {
            for (int lane = 0; lane < batch.num_cuts; ++lane) {
                if (least_usd(u, option, batch, lane) >= cutoff_usd) return true;
            }
            return false;
        });
    });
}

/// Excludes the options of which it is true that no support below the cutoff has them; without them the rests become larger.
template <typename IsBeyondCutoff>
void LagrangianCuts::exclude_if(IsBeyondCutoff is_beyond_cutoff) {
    bool has_changed = false;
    for (int u = 0; u < num_blocks(); ++u) {
        for (int n = block(u).first; n < block(u).end; ++n) {
            if (is_excluded(n) || !is_beyond_cutoff(u, n)) continue;
            is_excluded_[at(n)] = 1;
            has_changed = true;
        }
    }
    if (!has_changed) return;
    for (const Batch& batch : batches_) {
        for (int n = 0; n < batch.num_cases; ++n) {
            for (int lane = 0; lane < batch.num_cuts; ++lane) find_rests(batch.first_row + n * kLanes + lane);
        }
    }
}

/// What a cut proves of all supports with this option of block u: the least over its cases. NaN comes up only in a case that rules out
/// every support (infinity less infinity), and min() then keeps the others.
double LagrangianCuts::least_usd(int u, int option, const Batch& batch, int lane) const {
    assert(block(u).first <= option && option < block(u).end && lane < batch.num_cuts);
    const int first = block(u).artifact_first;
    const int end = block(u).artifact_end;
    double least = kInfinity;
    for (int n = 0; n < batch.num_cases; ++n) {
        const int row = batch.first_row + n * kLanes + lane;
        const double later_usd = rest(end, false)[row];
        const double elsewhere_usd = rest(0, false)[row] - (rest(first, false)[row] - later_usd);
        const double best_gain = later_usd - rest(first, true)[row];
        const double gain_with = best_gain - line(best_, u)[row] + gain(option)[row];
        least = std::min(least, base_[at(row)] + elsewhere_usd + artifact_usd(u)[row] - gain_with);
    }
    return least;
}

double LagrangianCuts::bound_of(std::span<const int> support, std::span<const CertificateCase> certificate) {
    assert(std::is_sorted(support.begin(), support.end()));
    double usd = kInfinity;
    for (const CertificateCase& each : certificate) usd = std::min(usd, bound_in_case(support, each));
    return usd;
}

/// +infinity when the support is not in the case, as it lacks a configuration that has to run.
double LagrangianCuts::bound_in_case(std::span<const int> support, const CertificateCase& certificate_case) {
    const auto is_missing = [support](const CertificateCase::Replicas& limit) {
        return limit.least > 0 && !std::binary_search(support.begin(), support.end(), limit.configuration);
    };
    if (std::any_of(certificate_case.limits.begin(), certificate_case.limits.end(), is_missing))
        return kInfinity;
    const LimitedReplicas limited(lagrangian_.pricer(), certificate_case.limits);
    double usd = lagrangian_.set_prices(certificate_case.prices);
    std::vector<char> is_stored = domain_.artifact_is_kept;
    for (const int c : support) {
        const ConvexityBlocks& blocks = lagrangian_.blocks();
        is_stored[at(blocks.artifact[at(blocks.of[at(c)])])] = 1;
        usd -= lagrangian_.pricer().gain(c);
    }
    for (std::size_t a = 0; a < is_stored.size(); ++a) {
        if (is_stored[a] != 0) usd += lagrangian_.pricer().values().artifact_usd(static_cast<int>(a));
    }
    return usd;
}

}  // namespace allot
