#!/usr/bin/env python3
"""A day of random demand: a plan every five minutes against one plan for the day, as a Markdown table.

    scripts/replay_table.py [--seeds 0-2] [--sigma 0.04,0.05] [--switching 0s] [--milp-seconds 20]

Instances: allot generate --family paper, 6 x 6 x 10. Demand: a random walk from the planned rates (allot replay --synthetic), the same for
all policies of a seed. Five-minute plans follow the last window's demand (reopt); plans for 24 hours are made for the instance's rates
by `auto` and by the MILP (the best found in the time), and by `auto` for the most of each query type in any window. Means over seeds. $ALLOT names another program than scripts/allot.
"""

import argparse
import csv
import io
import pathlib
import tempfile

from allot_runs import allot, parse_seeds

POLICIES = (("5-minute auto", "reopt", "auto"), ("24-hour auto", "static", "auto"), ("24-hour auto for the peak", "static-peak", "auto"),
            ("24-hour MILP", "static", "milp"))


def replay(instance, policy, method, sigma, seed, switching, seconds):
    """Sums over the windows of a day."""
    limit = ["--time-limit", seconds] if method == "milp" else []
    pause = ["--switching", switching] if switching != "0s" and policy == "reopt" else []
    text = allot("replay", instance, "--synthetic", f"sigma={sigma}", "--seed", seed, "--policy", policy, "--method", method, *limit,
                 *pause, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(text)))
    sums = {name: sum(float(row[name]) for row in rows)
            for name in ("total_usd", "rental_usd", "unmet_usd", "switching_usd", "queries", "started", "planning_ms")}
    sums["lost"] = sum(float(row["queries"]) * float(row["violation_rate"]) for row in rows)
    return sums


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=parse_seeds, default=range(3))
    parser.add_argument("--sigma", default="0.04,0.05")
    parser.add_argument("--switching", default="0s", help="rent without service that a start costs, as 3m")
    parser.add_argument("--milp-seconds", type=float, default=20)
    arguments = parser.parse_args()
    print("| sigma | plans | total, USD | rent | unmet | starts, USD | violations | replicas started | planning |")
    print("|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        instances = {}
        for seed in arguments.seeds:
            instances[seed] = pathlib.Path(folder) / f"paper-{seed}.yaml"
            allot("generate", "--family", "paper", "--seed", seed, "-o", instances[seed])
        for sigma in arguments.sigma.split(","):
            for name, policy, method in POLICIES:
                days = [replay(instance, policy, method, sigma, seed, arguments.switching, arguments.milp_seconds)
                        for seed, instance in instances.items()]
                mean = {key: sum(day[key] for day in days) / len(days) for key in days[0]}
                print(f"| {sigma} | {name} | {mean['total_usd']:.0f} | {mean['rental_usd']:.0f} | {mean['unmet_usd']:.0f} "
                      f"| {mean['switching_usd']:.0f} | {100 * mean['lost'] / mean['queries']:.1f} % | {mean['started']:.0f} "
                      f"| {mean['planning_ms'] / 1000:.1f} s |")


if __name__ == "__main__":
    main()
