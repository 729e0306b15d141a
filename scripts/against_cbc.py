#!/usr/bin/env python3
"""Proofs by Allot and by CBC on the same full models, in turn, instance by instance; writes a Markdown table.

    scripts/against_cbc.py [--family paper] [--size 6,6,10] [--seeds 0-19] [--time-limit 60] [--cbc cbc]

For every seed: `allot generate`, `allot solve --method exact` (its own time of solving, table included), then `allot export --mps`
and the CBC program on that file, given the same gap (wall time of the process, reading included). Both must find the same cost
where both prove theirs. Where CBC was stopped by the limit the ratio is at least so much.
"""

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from allot_runs import allot, parse_seeds

GAP = 1e-6


def run_exact(instance, limit_s):
    plan = json.loads(allot("solve", instance, "--method", "exact", "--time-limit", limit_s, "--format", "json"))
    return plan["status"] == "optimal", plan["cost"]["total"], plan["run"]["solve_ms"] / 1e3


def run_cbc(cbc, model, limit_s):
    begin = time.monotonic()
    words = [cbc, model, "sec", str(limit_s), "ratio", str(GAP), "solve"]
    text = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    seconds = time.monotonic() - begin
    cost = re.search(r"Objective value:\s+(\S+)", text)
    return "Result - Optimal" in text, float(cost.group(1)) if cost else float("inf"), seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--family", default="paper")
    parser.add_argument("--size", default="6,6,10", help="types,models,tiers")
    parser.add_argument("--seeds", type=parse_seeds, default=parse_seeds("0-19"), help="one, or first-last")
    parser.add_argument("--time-limit", type=float, default=60)
    parser.add_argument("--cbc", default="cbc")
    options = parser.parse_args()
    sizes = zip(("--types", "--models", "--tiers"), options.size.split(","))
    size_words = [word for pair in sizes for word in pair]
    print("| seed | exact s | proven | CBC s | proven | ratio |\n|---|---|---|---|---|---|")
    ratios, proven_ratios = [], []
    with tempfile.TemporaryDirectory() as folder:
        instance, model = Path(folder) / "instance.yaml", Path(folder) / "full.mps"
        for seed in options.seeds:
            allot("generate", "--family", options.family, *size_words, "--seed", seed, "-o", instance)
            is_proven, usd, exact_s = run_exact(instance, options.time_limit)
            allot("export", instance, "--mps", model)
            cbc_proven, cbc_usd, cbc_s = run_cbc(options.cbc, model, options.time_limit)
            if is_proven and cbc_proven and abs(usd - cbc_usd) > 3 * GAP * usd:
                sys.exit(f"seed {seed}: exact proves {usd}, CBC {cbc_usd}")
            ratio = cbc_s / exact_s
            ratios.append(ratio)
            proven_ratios += [ratio] if is_proven and cbc_proven else []
            at_least = "" if cbc_proven else "at least "
            print(f"| {seed} | {exact_s:.3f} | {'yes' if is_proven else 'no'} | {cbc_s:.1f} | {'yes' if cbc_proven else 'no'} "
                  f"| {at_least}{ratio:.0f} |", flush=True)
    print(f"\nMedian ratio {statistics.median(ratios):.0f}, least {min(ratios):.0f}; where both prove, {len(proven_ratios)} of "
          f"{len(ratios)}: median {statistics.median(proven_ratios or [0]):.0f}, least {min(proven_ratios or [0]):.0f}.")


if __name__ == "__main__":
    main()
