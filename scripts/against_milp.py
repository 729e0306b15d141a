#!/usr/bin/env python3
"""Allot against a MILP solver's program on the same full models, in turn, instance by instance; writes a Markdown table.

    scripts/against_milp.py [--solver cbc|highs] [--program PATH] [--family paper] [--size 6,6,10] [--seeds 0-19] [--time-limit 60]

For every seed: `allot generate`, `allot solve` and `allot solve --method exact` (their own time of solving, table included), then
`allot export --mps` and the solver's program on that file, given the same gap. Its time for the proof is that of the process,
reading included; its time for the cost is the first in its log at which its plan costs no more than that of `allot solve` (HiGHS
only: CBC's log does not tell). Where it was stopped by the limit, the ratio is at least so much. Both must find the same cost where
both prove theirs.
"""

import argparse
import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from allot_runs import allot, parse_seeds

GAP = 1e-6


def run_allot(instance, method, limit_s):
    plan = json.loads(allot("solve", instance, "--method", method, "--time-limit", limit_s, "--format", "json"))
    return plan["status"] == "optimal", plan["cost"]["total"], plan["run"]["solve_ms"] / 1e3


def run_cbc(program, model, limit_s, _usd):
    text = run([program, model, "sec", limit_s, "ratio", GAP, "solve"], model.parent)
    cost = re.search(r"Objective value:\s+(\S+)", text)
    return "Result - Optimal" in text, float(cost.group(1)) if cost else float("inf"), None


def run_highs(program, model, limit_s, usd):
    options = model.with_suffix(".options")
    options.write_text(f"mip_rel_gap = {GAP}\ntime_limit = {limit_s}\n", encoding="utf-8")
    text = run([program, "--model_file", model, "--options_file", options], model.parent)  # it leaves a log behind
    cost = re.search(r"Primal bound\s+(\S+)", text)
    return bool(re.search(r"Status\s+Optimal", text)), float(cost.group(1)) if cost else float("inf"), first_as_cheap(text, usd)


def first_as_cheap(log, usd):
    """Seconds in HiGHS' log at the first line whose best solution costs no more; None: there is none."""
    for line in log.splitlines():
        words = line.removesuffix("s").split()
        is_progress = line.endswith("s") and "%" in line and len(words) >= 8
        costs = [words[n - 1] for n, word in enumerate(words) if is_progress and word.endswith("%") and n >= 5]
        if costs and costs[-1] != "inf" and float(costs[-1]) <= usd * (1 + GAP):
            return float(words[-1])
    return None


def run(words, folder):
    return subprocess.run([*map(str, words)], capture_output=True, text=True, check=False, cwd=folder).stdout


def ratio_text(ratio, is_whole):
    return f"{'' if is_whole else 'at least '}{ratio:.0f}"


def summary(name, pairs):
    """Of (ratio, whether it is more than a lower bound)."""
    if not pairs:
        return f"{name}: none."
    whole = [ratio for ratio, is_whole in pairs if is_whole]
    text = f"{name}: median ratio {statistics.median(ratio for ratio, _ in pairs):.0f}, least {min(pairs)[0]:.0f}"
    return text + (f"; of the {len(whole)} of {len(pairs)} that finished: median {statistics.median(whole):.0f}." if whole else ".")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--solver", choices=("cbc", "highs"), default="cbc")
    parser.add_argument("--program", help="default: the solver's name")
    parser.add_argument("--family", default="paper")
    parser.add_argument("--size", default="6,6,10", help="types,models,tiers")
    parser.add_argument("--seeds", type=parse_seeds, default=parse_seeds("0-19"), help="one, or first-last")
    parser.add_argument("--time-limit", type=float, default=60)
    options = parser.parse_args()
    program = shutil.which(options.program or options.solver)
    if program is None:
        sys.exit(f"{options.program or options.solver}: no such program")
    program = Path(program).resolve()
    sizes = zip(("--types", "--models", "--tiers"), options.size.split(","))
    size_words = [word for pair in sizes for word in pair]
    solve_model = run_cbc if options.solver == "cbc" else run_highs
    print("| seed | auto s | exact s | proven | solver s | proven | ratio of proofs | solver s to auto's cost | ratio |\n" + "|---" * 9 + "|")
    proofs, costs = [], []
    with tempfile.TemporaryDirectory() as folder:
        instance, model = Path(folder) / "instance.yaml", Path(folder) / "full.mps"
        for seed in options.seeds:
            allot("generate", "--family", options.family, *size_words, "--seed", seed, "-o", instance)
            _, auto_usd, auto_s = run_allot(instance, "auto", options.time_limit)
            is_proven, usd, exact_s = run_allot(instance, "exact", options.time_limit)
            allot("export", instance, "--mps", model)
            begin = time.monotonic()
            other_proven, other_usd, cost_s = solve_model(program, model, options.time_limit, auto_usd)
            other_s = time.monotonic() - begin
            if is_proven and other_proven and abs(usd - other_usd) > 3 * GAP * usd:
                sys.exit(f"seed {seed}: exact proves {usd}, {options.solver} {other_usd}")
            proofs.append((other_s / exact_s, other_proven))
            row = [seed, f"{auto_s:.3f}", f"{exact_s:.3f}", "yes" if is_proven else "no", f"{other_s:.1f}", "yes" if other_proven else "no",
                   ratio_text(*proofs[-1])]
            if options.solver == "highs":
                costs.append(((cost_s or other_s) / auto_s, cost_s is not None))
                row += [f"{cost_s:.1f}" if cost_s else "never", ratio_text(*costs[-1])]
            else:
                row += ["", ""]
            print("| " + " | ".join(map(str, row)) + " |", flush=True)
    print(f"\n{summary('Proofs', proofs)} {summary('To the cost', costs) if costs else ''}")


if __name__ == "__main__":
    main()
