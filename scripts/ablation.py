#!/usr/bin/env python3
"""What each part of the algorithms is worth: solves instances with one part switched off and writes a Markdown table.

    scripts/ablation.py [--program FILE] [--methods gh,agh] [--family paper] [--size 6,6,10] [--seeds 20]

Every row is a method without one of its parts, over all seeds. Breaks: plans with a limit broken, by constraint, as the auditor
reports them. Short: plans that break nothing but leave queries unserved beyond max_unmet. Mean cost and ratio to the whole method
are over the seeds on which both plans keep every limit.
"""

import argparse
import collections
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GREEDY = ["m1", "m2", "m3", "m1,m2,m3", "pre-allocation"]
ADAPTIVE = GREEDY + ["multistart", "local-search", "consolidation", "local-search,consolidation", "add", "swap",
                     "replace", "pairs"]


def run(words):
    return subprocess.run(words, capture_output=True, text=True, check=False)


def limit_of(violation):
    """What a violation breaks: for configurations and routes that are not admissible the limit that rules them out."""
    if violation["constraint"].startswith("reported."):
        return "figure"
    if violation["constraint"] != "admissibility":
        return violation["constraint"]
    if " GB " in violation["message"]:
        return "memory"
    return "delay" if " delay " in violation["message"] else "other admissibility"


def solve(program, instance, method, without):
    """The plan and the names of the constraints it breaks, figures aside."""
    words = [program, "solve", instance, "--method", method, "--format", "json", "--threads", "1"]
    words += ["--without", without] if without else []
    done = run(words)
    if done.returncode not in (0, 3, 4):
        sys.exit(f"{' '.join(words)}: exit code {done.returncode}\n{done.stderr}")
    plan = json.loads(done.stdout)
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.write(done.stdout)
        file.flush()
        audit = json.loads(run([program, "audit", instance, file.name, "--format", "json"]).stdout)
    return plan["cost"]["total"], {limit_of(each) for each in audit["violations"]} - {"figure"}


def row(name, costs, whole):
    """`costs`: (cost, broken constraints) by seed; `whole`: the same of the method with all its parts."""
    breaks = collections.Counter(c for _, broken in costs for c in broken if c != "max_unmet")
    num_broken = sum(1 for _, broken in costs if broken - {"max_unmet"})
    num_short = sum(1 for _, broken in costs if broken == {"max_unmet"})
    both = [(cost, full) for (cost, broken), (full, bad) in zip(costs, whole) if not broken and not bad]
    mean = f"{statistics.mean(cost for cost, _ in both):.2f}" if both else "-"
    ratio = f"{statistics.mean(cost / full for cost, full in both):.4f}" if both else "-"
    worst = f"{max(cost / full for cost, full in both):.4f}" if both else "-"
    listed = ", ".join(f"{c} {n}" for c, n in sorted(breaks.items())) or "-"
    return f"| {name} | {len(both)} | {mean} | {ratio} | {worst} | {num_short} | {num_broken} | {listed} |"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=str(ROOT / "build/release/bin/allot"))
    parser.add_argument("--methods", default="gh,agh")
    parser.add_argument("--family", default="paper")
    parser.add_argument("--size", default="6,6,10", help="query types, models, tiers")
    parser.add_argument("--seeds", type=int, default=20)
    options = parser.parse_args()
    types, models, tiers = options.size.split(",")
    print(f"Family {options.family}, {types} query types x {models} models x {tiers} tiers, seeds 0-{options.seeds - 1}.\n")
    print("| method | comparable | mean cost | mean ratio | worst ratio | short | breaks | constraints broken |")
    print("|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        instances = []
        for seed in range(options.seeds):
            path = f"{folder}/{seed}.yaml"
            done = run([options.program, "generate", "--family", options.family, "--types", types, "--models", models,
                        "--tiers", tiers, "--seed", str(seed)])
            Path(path).write_text(done.stdout, encoding="utf-8")
            instances.append(path)
        for method in options.methods.split(","):
            def all_seeds(without):
                return [solve(options.program, path, method, without) for path in instances]
            whole = all_seeds("")
            print(row(method, whole, whole))
            for without in ADAPTIVE if method in ("agh", "auto") else GREEDY:
                print(row(f"{method} without {without}", all_seeds(without), whole), flush=True)


if __name__ == "__main__":
    main()
