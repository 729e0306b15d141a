#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "cost/dual_certificate.hpp"
#include "tree/lagrangian_cuts.hpp"

namespace allot {

/// The nogoods that a node hands down: dual certificates that put supports beyond the cutoff when an ancestor was enumerated. They
/// hold in every part of the ancestor's domain, as a smaller domain only raises the Lagrangian at given prices. A value that nodes
/// share; copying it is O(1).
class NogoodStore {
  public:
    /// A store holds at most this many, the latest. Each becomes a cut that every step of the next enumeration evaluates, and the
    /// room for cuts (LagrangianCuts::kMaxRows) is wanted for what is found there: 24 certificates, most of one or two cases, take
    /// about a tenth to a fifth of it. Later ones were found under a lower cutoff, beside the supports that are still possible.
    static constexpr std::size_t kMaxNogoods = 24;

    std::size_t size() const { return nogoods_ ? nogoods_->size() : 0; }

    /// Adds all of them as cuts, the oldest first, as far as there is room. O(size x cost of LagrangianCuts::add).
    void add_to(LagrangianCuts& cuts) const;

    /// This store followed by the nogoods found since, cut down to the latest kMaxNogoods.
    NogoodStore followed_by(std::vector<DualCertificate>&& found) const;

  private:
    std::shared_ptr<const std::vector<DualCertificate>> nogoods_;  // null = none
};

}  // namespace allot
