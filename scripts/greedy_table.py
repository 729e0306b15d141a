#!/usr/bin/env python3
"""What plans of a quick method cost over the optimum, family by family; writes a Markdown table.

    scripts/greedy_table.py [--method gh] [--families paper,batched,fleet] [--size 6,6,10] [--seeds 0-19] [--time-limit 15]

For every seed: `allot generate`, `allot solve --method METHOD` and `--method exact`. Ratios are over the instances on which the method's
plan keeps all limits (`served`), of those on which `exact` has one (`of`). `table`, `solve`: ms until the candidate table is built, and from
there until the plan is found and its bound is known. Ends with 1 where a plan costs less than a proven optimum.
"""

import argparse
import json
import statistics
import subprocess
import sys

from allot_runs import PROGRAM, allot, parse_seeds

SHORT = ("infeasible", "unserved")
TOLERANCE = 1e-6


def solve(instance, *options):
    """The plan of an instance given as text; 0, or 3, 5 and others that say that it goes short."""
    words = [str(PROGRAM), "solve", "-", "--format", "json", *map(str, options)]
    result = subprocess.run(words, input=instance, capture_output=True, text=True, check=False)
    if result.returncode not in (0, 3, 5):
        sys.exit(f"greedy_table.py: {' '.join(words)} ended with {result.returncode}\n{result.stderr}")
    return json.loads(result.stdout)


def keeps_limits(plan):
    return plan["status"] not in SHORT


def row(family, arguments):
    types, models, tiers = arguments.size.split(",")
    ratios, table_ms, solve_ms = [], [], []
    possible = 0
    for seed in parse_seeds(arguments.seeds):
        instance = allot("generate", "--family", family, "--types", types, "--models", models, "--tiers", tiers, "--seed", seed)
        plan = solve(instance, "--method", arguments.method)
        best = solve(instance, "--method", "exact", "--time-limit", arguments.time_limit)
        table_ms.append(plan["run"]["table_ms"])
        solve_ms.append(plan["run"]["solve_ms"] - plan["run"]["table_ms"])
        possible += keeps_limits(best)
        if keeps_limits(plan) and keeps_limits(best):
            ratios.append(plan["cost"]["total"] / best["cost"]["total"])
            if best["status"] == "optimal" and ratios[-1] < 1 - TOLERANCE:
                sys.exit(f"greedy_table.py: {family} {seed}: {ratios[-1]} of a proven optimum")
    figures = [statistics.median(ratios), statistics.mean(ratios), max(ratios)] if ratios else [float("nan")] * 3
    times = f"{statistics.median(table_ms):.1f} | {statistics.median(solve_ms):.1f} | {max(solve_ms):.1f}"
    return f"| {family} | {len(ratios)} of {possible} | " + " | ".join(f"{figure:.3f}" for figure in figures) + f" | {times} |"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--method", default="gh")
    parser.add_argument("--families", default="paper,batched,fleet")
    parser.add_argument("--size", default="6,6,10")
    parser.add_argument("--seeds", default="0-19")
    parser.add_argument("--time-limit", type=float, default=15)
    arguments = parser.parse_args()
    print("| family | served | median ratio | mean | worst | table, median ms | solve, median ms | max ms |")
    print("|---|---|---|---|---|---|---|---|")
    for family in arguments.families.split(","):
        print(row(family, arguments), flush=True)


if __name__ == "__main__":
    main()
