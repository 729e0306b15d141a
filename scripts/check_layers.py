#!/usr/bin/env python3
"""Checks which folder of src/ may include which, and where a library or a construct may be named at all.

    scripts/check_layers.py [ROOT]

Prints every breach as file:line: message and exits with 1 if there is one.
"""

import re
import sys
from pathlib import Path

# The layers of planning, in the order in which data flows; each may include those before it.
PLANNING = (
    "problem", "performance", "candidates", "cost", "lp", "subproblem", "bounds", "search", "tree", "milp",
    "solvers", "infeasibility", "planning",
)  # fmt: skip

# Layer -> the layers it may include. Every layer may include itself and util.
BELOW = {"util": set()} | {layer: set(PLANNING[:position]) for position, layer in enumerate(PLANNING)}
BELOW |= {
    "lp": set(),  # linear programs know nothing of instances
    "audit": {"problem"},
    "simulate": {"problem", "performance", "audit"},  # of the auditor only what a plan's names mean
    "studies": set(PLANNING) | {"audit"},
    "generator": {"problem", "performance"},
    "io": {"problem", "lp"},
    "report": {"problem"},
}
BELOW["cli"] = set(BELOW)

# Public header -> its layer. One that is not listed here belongs to no layer and is refused.
PUBLIC = {
    "error": "problem",
    "catalog": "problem",
    "measurement": "problem",
    "instance": "problem",
    "plan": "problem",
    "plan_diff": "problem",
    "mechanisms": "problem",
    "validation": "performance",
    "solve_options": "solvers",
    "solve": "planning",
    "reopt": "planning",
    "reduced_costs": "planning",
    "limit_steps": "planning",
    "audit": "audit",
    "simulate": "simulate",
    "studies": "studies",
    "stress": "studies",
    "replay": "studies",
    "two_stage": "studies",
    "frontier": "studies",
    "io": "io",
    "explain": "candidates",
}

# Options and results: what io and report may know of the layers whose work they read, write and show.
RESULTS = {"performance", "solvers", "planning", "audit", "simulate", "studies", "candidates"}
PUBLIC_ONLY = {"io": RESULTS, "report": RESULTS}

# The public entrance audits what it returns; no solver behind it knows the auditor.
EXCEPTIONS = {("src/planning/solve.cpp", "allot/audit.hpp")}

# (pattern on code without comments, files of src/ and include/ in which it may stand, what to say of any other).
CONFINED = [
    (
        r'#include [<"](coin/|coin-or/)?Cbc|\bCbc_\w+\(',
        r"src/milp/cbc_backend\.cpp",
        "CBC is named in milp/cbc_backend.cpp alone",
    ),
    (r'#include [<"](coin/|coin-or/)?(Clp|Coin)|\bClpSimplex\b', r"src/lp/.*", "Clp is named in lp/ alone"),
    (r"#include <(tbb|oneapi)/|\btbb::", r"src/util/parallel\.cpp", "oneTBB is named in util/parallel.cpp alone"),
    (r"#include <CLI/|\bCLI::", r"src/cli/.*", "CLI11 is named in cli/ alone"),
    (r"#include <yaml-cpp/|\bYAML::", r"src/io/.*", "yaml-cpp is named in io/ alone"),
    (
        r"\bstd::(cout|cerr|clog|puts|printf)\b|\bfmt::print\(",
        r"src/cli/.*",
        "only cli/ prints",
    ),
    (
        r"\bstd::(shuffle|random_shuffle|uniform_\w+|\w+_distribution|random_device|mt19937\w*)\b|\bs?rand\(",
        r"$^",
        "random numbers come from Boost.Random, whose streams are the same on every platform",
    ),
]


COMMENT_OR_LITERAL = re.compile(
    r"""//[^\n]*|/\*.*?\*/|R"(?P<tag>[^(\s]*)\(.*?\)(?P=tag)"|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+'""", re.S
)


def without_comments(text):
    """The text with comments and the content of strings blanked, line breaks kept; include lines stay readable."""

    def blank(match):
        found = match.group()
        line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        if found.startswith('"') and line.strip().startswith("#include"):
            return found
        # An apostrophe inside a number (1'000'000) opens no character literal.
        if found.startswith("'") and text[match.start() - 1].isalnum():
            return found
        return re.sub(r"[^\n]", " ", found)

    return COMMENT_OR_LITERAL.sub(blank, text)


def layer_of(path):
    """The layer of a file given by its path from the root, or None for tests and benchmarks."""
    parts = path.parts
    if parts[:2] == ("include", "allot"):
        return PUBLIC.get(path.stem)
    if parts[0] == "src" and len(parts) > 2:
        return parts[1]
    return None


def allowed(layer, included, is_public):
    if included in (layer, "util") or included in BELOW.get(layer, set()):
        return True
    return is_public and included in PUBLIC_ONLY.get(layer, set())


def include_breach(root, path, layer, name):
    """What is wrong with `#include "name"` in a file of a layer, or None."""
    is_public = name.startswith("allot/")
    target = Path("include" if is_public else "src") / name
    in_tests = path.parts[0] in ("tests", "bench")
    if in_tests and ((root / "tests" / name).exists() or (root / "bench" / name).exists()):
        return None
    exists = (root / target).exists() or (root / f"{target}.in").exists()
    if not exists:
        return f'"{name}" is no full path from src/, include/ or tests/'
    if in_tests:
        return None
    included = layer_of(target)
    if included is None:
        return f'"{name}" belongs to no layer: add it to PUBLIC in scripts/check_layers.py'
    if not allowed(layer, included, is_public) and (path.as_posix(), name) not in EXCEPTIONS:
        return f'{layer} may not include "{name}" ({included})'
    return None


def breaches(root, path):
    """Yields (line number, message) for a file given by its path from the root."""
    code = without_comments((root / path).read_text(encoding="utf-8"))
    layer = layer_of(path)
    in_library = path.parts[0] in ("src", "include")
    if in_library and layer not in BELOW:
        yield 1, "this file is in no known layer: see BELOW and PUBLIC in scripts/check_layers.py"
        return
    if path.suffix == ".hpp" and not re.search(r"^#pragma once$", code, re.M):
        yield 1, "a header starts with #pragma once"
    for number, line in enumerate(code.splitlines(), 1):
        include = re.match(r'\s*#include "([^"]+)"', line)
        if include:
            message = include_breach(root, path, layer, include.group(1))
            if message:
                yield number, message
        if path.suffix == ".hpp" and re.match(r"\s*using namespace\b", line):
            yield number, "no using-directive in a header"
        for pattern, places, message in CONFINED if in_library else ():
            if re.search(pattern, line) and not re.fullmatch(places, path.as_posix()):
                yield number, message


def sources(root):
    for folder in ("include", "src", "tests", "bench"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".hpp", ".cpp"):
                yield path.relative_to(root)


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent)
    found = 0
    for path in sources(root):
        for number, message in breaches(root, path):
            print(f"{path.as_posix()}:{number}: {message}")
            found += 1
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
