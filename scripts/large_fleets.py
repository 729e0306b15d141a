#!/usr/bin/env python3
"""Plans large fleets and prints the table of BENCHMARKS.md, "How long does a large fleet take?".

    scripts/large_fleets.py [--types 100,300,1000] [--seeds 0-5] [--threads 2] [PROGRAM]

Fleet family, 20 models, 30 tiers. Loose: with storage for everything; every third instance has a budget all the same. Tight: as it
is generated, where storage holds 300 types barely or not. Gaps are to the bound in the plan, the proof that there is none counts as
a status. Processor and wall time are those of a whole run, reading and writing included.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from allot_runs import PROGRAM, parse_seeds  # noqa: E402

KINDS = {"loose": ["--set", "storage.capacity_gb=1e6"], "tight": []}


def generate(program, types, seed, folder):
    path = os.path.join(folder, "fleet.yaml")
    words = ["generate", "--family", "fleet", "--types", types, "--models", 20, "--tiers", 30, "--seed", seed, "-o", path]
    pathlib.Path(path).unlink(missing_ok=True)
    subprocess.run([program, *map(str, words)], check=True)
    return path


def solve(program, path, options):
    """The plan, wall and processor seconds, and the most memory [GB]."""
    start = time.monotonic()
    with subprocess.Popen([program, "solve", path, "--format", "json", *options], stdout=subprocess.PIPE) as process:
        text = process.stdout.read()
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
    return json.loads(text), time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1e6


def row(types, kind, seed, found):
    plan, wall_s, processor_s, gb = found
    gap = f"{100 * plan['gap']:.2f} %" if plan.get("gap") is not None else "-"
    said = ("enough on its own", "no plan with less than this")
    enough = [line for line in plan.get("reasons", []) if line.startswith(said)]
    note = "; ".join(enough) or ", ".join(plan.get("binding", []))
    return f"| {types} {kind}, {seed} | {plan['status']} | {gap} | {wall_s:.1f} | {processor_s:.1f} | {gb:.2f} | {note} |"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--types", default="100,300,1000")
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--seeds", type=parse_seeds, default=range(6))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("program", nargs="?", default=PROGRAM)
    arguments = parser.parse_args()
    print("| types, seed | status | gap | wall s | processor s | GB | limits reached, or what would be enough |")
    print("|---|---|---|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for types in arguments.types.split(","):
            for seed in arguments.seeds:
                path = generate(arguments.program, types, seed, folder)
                for kind in arguments.kinds.split(","):
                    options = ["--threads", str(arguments.threads), *KINDS[kind]]
                    print(row(types, kind, seed, solve(arguments.program, path, options)), flush=True)


if __name__ == "__main__":
    main()
