#!/usr/bin/env python3
"""Checks that a comment directly above every test case says why the test exists.

    scripts/check_tests.py [ROOT]

It sees that there is such a comment; whether it gives a reason and does not repeat the name is for reviews. Prints every test case
without one as file:line: message and exits with 1 if there is one.
"""

import re
import sys
from pathlib import Path

TEST_CASE = re.compile(r"[ \t]*(TEST_CASE|SCENARIO)(_[A-Z_]+)?\(")
COMMENT = re.compile(r"[ \t]*//.*\w")


def unexplained(text):
    """Yields the line numbers of test cases without a comment in the line above."""
    above = ""
    for number, line in enumerate(text.splitlines(), 1):
        if TEST_CASE.match(line) and not COMMENT.match(above):
            yield number
        above = line


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent)
    found = 0
    for path in sorted((root / "tests").rglob("*.cpp")):
        for number in unexplained(path.read_text(encoding="utf-8")):
            print(f"{path.relative_to(root).as_posix()}:{number}: no comment above the test case says why it exists")
            found += 1
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
