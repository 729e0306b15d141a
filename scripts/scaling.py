#!/usr/bin/env python3
"""Runs every method on the paper family from 6x6x10 to 20x20x20 and writes BENCHMARKS.md, section "Scaling".

    scripts/scaling.py [--sizes 6x6x10,10x10x10,15x15x15,20x20x20] [--seeds 3] [--time-limit 60] [--family paper] [PROGRAM]

Costs are means over the seeds, gaps are to the best bound that any method proved, times are wall times of a run.
"""
import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BEGIN, END = "<!-- scaling: begin -->", "<!-- scaling: end -->"


def generate(program, family, size, seed, folder):
    types, models, tiers = size.split("x")
    path = os.path.join(folder, f"{family}-{size}-{seed}.yaml")
    subprocess.run(
        [program, "generate", "--family", family, "--types", types, "--models", models, "--tiers", tiers]
        + ["--seed", str(seed), "-o", path],
        check=True,
    )
    return path


def compare(program, files, limit):
    command = [program, "compare", *files, "--time-limit", str(limit), "--format", "json"]
    found = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    if found.returncode not in (0, 3):
        sys.exit(f"{' '.join(command)} ended with {found.returncode}")
    return json.loads(found.stdout)


def percent(value):
    return "-" if value is None else f"{100 * value:.2f} %"


def rows(size, comparison):
    for method in comparison["summary"]:
        mean = method["mean_total"]
        cost = "-" if mean is None else f"{mean:,.2f}"
        yield (
            f"| {size} | {method['method']} | {method['served']}/{method['runs']} | {cost} | "
            f"{percent(method['mean_gap_to_bound'])} | {method['proven']} | {method['run']['mean_wall_s']:.3g} |"
        )


def section(arguments, tables):
    commit = subprocess.run(
        ["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"], stdout=subprocess.PIPE, text=True, check=False
    ).stdout.strip()
    peak_gb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
    return "\n".join(
        [
            BEGIN,
            f"## Scaling: {arguments.family} family",
            "",
            f"`scripts/scaling.py --seeds {arguments.seeds}` writes this section. "
            f"Commit {commit}, {os.cpu_count()} cores, seeds 0-{arguments.seeds - 1}, at most {arguments.time_limit:g} s a run; "
            f"load average at the end {os.getloadavg()[0]:.0f}, which stretches the times when it is above the cores. "
            f"Largest process: {peak_gb:.2f} GB. Size = query types x models x tiers. `proven`: within 1e-6 of the bound.",
            "",
            "| size | method | served | mean USD | mean gap to bound | proven | mean s |",
            "|---|---|---|---|---|---|---|",
            *tables,
            END,
            "",
        ]
    )


def write(text):
    """In place of the section that is there, else at the end."""
    path = ROOT / "BENCHMARKS.md"
    old = path.read_text(encoding="utf-8") if path.exists() else "# Benchmarks\n\n"
    if BEGIN in old:
        head, rest = old.split(BEGIN, 1)
        new = head + text + rest.split(END, 1)[1].removeprefix("\n")
    else:
        new = old.rstrip("\n") + "\n\n" + text
    scratch = path.with_suffix(".tmp")
    scratch.write_text(new, encoding="utf-8")
    scratch.replace(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="6x6x10,10x10x10,15x15x15,20x20x20")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--time-limit", type=float, default=60)
    parser.add_argument("--family", default="paper")
    parser.add_argument("program", nargs="?", default=str(ROOT / "build/release/bin/allot"))
    arguments = parser.parse_args()
    tables = []
    with tempfile.TemporaryDirectory() as folder:
        for size in arguments.sizes.split(","):
            files = [
                generate(arguments.program, arguments.family, size, seed, folder) for seed in range(arguments.seeds)
            ]
            tables += rows(size, compare(arguments.program, files, arguments.time_limit))
    write(section(arguments, tables))


if __name__ == "__main__":
    main()
