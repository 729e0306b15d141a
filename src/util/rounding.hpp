#pragma once

namespace allot {

/// The double nearest to `value` written with `digits` significant decimals (1..17). Numbers that went through a platform's own
/// arithmetic (contracted multiply-adds, pow) come out equal everywhere. `value` must be finite.
double round_significant(double value, int digits);

}  // namespace allot
