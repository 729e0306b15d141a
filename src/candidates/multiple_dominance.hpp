#pragma once

#include <vector>

#include "candidates/candidate_table.hpp"

namespace allot {

/// By configuration, 1 when some optimal plan does without it: q replicas of another configuration d of its group do the work of one
/// of c, at no higher cost and within every limit. With q whole,
///
///     q g_d <= g_c             no more GPUs, hence no more rent; and no more of any resource, per replica and per start
///     q sigma_d <= sigma_c     starts no dearer (c does not run now, or keeping it would be free)
///     D_id <= D_ic             for all types i that c admits, all of which d admits: delay cost, mean delay, their protection
///     a_id <= q (s a_ic + (1 - s) k_ic)    with one s in [0, 1] for all types: slots hold whatever the shares
///     k_id <= q (t a_ic + (1 - t) k_ic)    with one t in [0, 1] for all types: KV memory
///
/// Error, stored weights, stored data and protection belong to the group and do not change; nor does what is left unserved, so this
/// holds for the elastic problem too. The relation is transitive; of configurations that replace each other the first stays.
/// O(sum over groups of n^2 types). Once `stop` is met, nothing is said of the groups that are left.
std::vector<char> find_replaceable(const CandidateTable& table, const StopCriterion& stop = {});

}  // namespace allot
