"""Builds and tests in parallel as far as cores and memory go, and no further."""

import os
import re
import subprocess
import unittest
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


def jobs(*words):
    return int(subprocess.run([SCRIPTS / "jobs.sh", *words], capture_output=True, text=True, check=True).stdout)


class Jobs(unittest.TestCase):
    def test_at_most_one_for_each_core(self):
        self.assertIn(jobs("1"), range(1, len(os.sched_getaffinity(0)) + 1))

    def test_one_where_not_even_that_fits(self):
        self.assertEqual(jobs("1000000000"), 1)

    def test_every_script_limits_its_ninja_and_its_ctest(self):
        """Ninja alone starts more compilers than there are cores, whatever memory there is."""
        command = re.compile(r"^\s*(?:exec )?(?:ninja|ctest) (?!.*-j \"\$\(scripts/jobs\.sh)", re.MULTILINE)
        for script in sorted(path for path in SCRIPTS.iterdir() if path.is_file() and path.suffix in ("", ".sh")):
            self.assertIsNone(command.search(script.read_text(encoding="utf-8")), script.name)


if __name__ == "__main__":
    unittest.main()
