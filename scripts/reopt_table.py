#!/usr/bin/env python3
"""Re-plans fleets for a tenth more demand and compares with plans from nothing: starts, costs, times.

    scripts/reopt_table.py [--program PROGRAM] [--families F ...] [--sizes IxJxK ...] [--seeds A-B] [--efforts N ...]
                           [--factor F] [--repeats N] [--folder FOLDER]

For every seed: the default plan of the instance runs, all rates change by the factor, and `allot reopt` plans from what runs;
`allot solve` plans the same demand from nothing. Starts of the latter are those that moving to it from what runs would take. A row is a
family and size; `half`: seeds with at most half the starts; `beyond`: cost beyond that of the plan from nothing; `over`: seeds that are
beyond it by more than 0.5 %; `unserved`: seeds that break max_unmet where the plan from nothing does not. Times are CPU times of
one thread, without that of reading the files (what `allot audit` of the running plan takes), the least of N runs (--repeats); the order of
the change is part of them. Plans are kept in FOLDER and reused.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

MOST_BEYOND = 0.005


def run(words):
    """The standard output of a command; infeasible plans (exit codes 3 and 5) are results, too."""
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 3, 4, 5):
        sys.exit(f"{' '.join(words)}: {done.stderr}")
    return done.stdout


def cpu_ms(words):
    """What a command takes of the processors, and its standard output."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    text = run(words)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1e3 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime), text


def prepare(program, folder, family, size, seed, change):
    """Instance, running plan and plan from nothing of a seed, made where they are not there yet."""
    name = f"{family}-{size}-{seed}"
    instance, before, scratch = (folder / f"{name}{end}" for end in (".yaml", ".from.json", ".scratch.json"))
    types, models, tiers = size.split("x")
    if not instance.exists():
        instance.write_text(run([program, "generate", "--family", family, "--types", types, "--models", models, "--tiers",
                                 tiers, "--seed", str(seed)]))  # fmt: skip
    for plan, words in ((before, []), (scratch, change)):
        if not plan.exists():
            plan.write_text(run([program, "solve", str(instance), "--format", "json", *words]))
    return instance, before, scratch


def replan(program, instance, before, change, effort, repeats):
    """The changes and the plan of a re-plan, and its least time [ms]."""
    times = []
    for _ in range(repeats):
        with tempfile.TemporaryDirectory() as folder:
            plan = Path(folder) / "next.json"
            took, text = cpu_ms([program, "reopt", str(instance), "--from", str(before), *change, "--effort", str(effort),
                                 "--threads", "1", "--format", "json", "-o", str(plan)])  # fmt: skip
            files_ms, _ = cpu_ms([program, "audit", str(instance), str(before)])
            written = json.loads(plan.read_text())
            times.append(took - files_ms)
    return json.loads(text), written, min(times)


def row(program, folder, family, size, seeds, effort, change, repeats):
    """Figures of one family and size."""
    ms, beyond, starts, scratch_starts, half, unserved = [], [], 0, 0, 0, 0
    for seed in seeds:
        instance, before, scratch = prepare(program, folder, family, size, seed, change)
        changes, plan, took = replan(program, instance, before, change, effort, repeats)
        nothing = json.loads(scratch.read_text())
        own = changes["started"]
        others = json.loads(run([program, "diff", str(before), str(scratch), "--format", "json"]))["started"]
        starts += own
        scratch_starts += others
        half += 2 * own <= others
        is_short = plan["status"] in ("infeasible", "unserved")
        was_short = nothing["status"] in ("infeasible", "unserved")
        unserved += is_short and not was_short
        if not is_short and not was_short:
            beyond.append(plan["cost"]["total"] / nothing["cost"]["total"] - 1)
        ms.append(took)
        print(f"  {family} {size} {seed}: {own} of {others} starts, {100 * (beyond or [0])[-1]:+.3f} %, {took:.1f} ms, "
              f"{plan['status']}", file=sys.stderr)  # fmt: skip
    over = sum(each > MOST_BEYOND for each in beyond)
    return (f"| {effort} | {family} {size}, {seeds[0]}-{seeds[-1]} | {statistics.median(ms):.1f} | {max(ms):.0f} | "
            f"{100 * statistics.median(beyond):.3f} % | {100 * max(beyond):.2f} % | {over} | {half} of {len(seeds)} | "
            f"{starts} | {scratch_starts} | {unserved} |")  # fmt: skip


def main():
    """The table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default="build/release/bin/allot")
    parser.add_argument("--families", nargs="+", default=["paper", "batched", "fleet"])
    parser.add_argument("--sizes", nargs="+", default=["6x6x10", "20x20x20"])
    parser.add_argument("--seeds", default="0-19")
    parser.add_argument("--efforts", nargs="+", type=int, default=[0, 1])
    parser.add_argument("--factor", type=float, default=1.1)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    first, last = (int(word) for word in options.seeds.split("-"))
    change = ["--set", f"query_types.*.rate_per_hour*={options.factor}"]
    with tempfile.TemporaryDirectory() as own:
        folder = options.folder or Path(own)
        folder.mkdir(parents=True, exist_ok=True)
        print("| effort | instances, seeds | median CPU ms | max CPU ms | median beyond | worst beyond | over | half | starts | "
              "from nothing | unserved |\n|---|---|---|---|---|---|---|---|---|---|---|")  # fmt: skip
        for effort in options.efforts:
            for size in options.sizes:
                for family in options.families:
                    print(row(options.program, folder, family, size, list(range(first, last + 1)), effort, change,
                              options.repeats), flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
