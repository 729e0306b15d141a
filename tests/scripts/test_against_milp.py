"""The times that against_milp.py reads out of logs."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))
import against_milp  # noqa: E402

LOG = """
 J       0       0         0   0.00%   -inf            34599.445275       Large        0      0      0         0     0.1s
         0       0         0   0.00%   1006.979078     inf                  inf        0      0      0      2978     0.2s
 C       0       0         0   0.00%   1009.840223     9680.109463       89.57%      173     17     52      3080     0.4s
 L       0       0         0   0.00%   1012.010974     1021.443516        0.92%      419     38     52      3640     2.4s
        18       0         9 100.00%   1021.443516     1021.443516        0.00%       49     16    116      9793     3.4s
  Gap               0% (tolerance: 0.0001%)
"""


class FirstAsCheap(unittest.TestCase):
    def test_takes_the_first_line_that_is_cheap_enough(self):
        self.assertEqual(against_milp.first_as_cheap(LOG, 1021.443516), 2.4)
        self.assertEqual(against_milp.first_as_cheap(LOG, 1021.4431), 2.4)
        self.assertEqual(against_milp.first_as_cheap(LOG, 10000), 0.4)

    def test_says_when_nothing_is_cheap_enough(self):
        self.assertIsNone(against_milp.first_as_cheap(LOG, 1021.4))
        self.assertIsNone(against_milp.first_as_cheap("", 1))


if __name__ == "__main__":
    unittest.main()
