#!/usr/bin/env python3
"""How plans of three methods fare in the paper's stage-2 scenarios, as a Markdown table.

    scripts/stage_two_table.py [--seeds 0-9] [--milp-seconds 60]

Instances: allot generate --family paper, 6 x 6 x 10. Plans: `gh`, `auto` and the cost-minimal plan of the MILP (below the table: how many
of its plans were not proven to be that in the time). $ALLOT names another program than scripts/allot. Scenarios, each at delay and
error times 1, 1.2 and 1.5:
    S1, S2  as planned; inflated
    S3      critical budget: 2 % above what the plan of `auto` takes of it
    S4      high unmet penalty: five times
    S5      both
Costs are stage-2 costs, in USD at factor 1 and relative to the plan's own there at the others; violations are queries without
service. Means over seeds.
"""

import argparse
import csv
import io
import json
import pathlib
import tempfile

from allot_runs import allot, parse_seeds

METHODS = ("gh", "auto", "milp")
FACTORS = ("1", "1.2", "1.5")


def sets(settings):
    return [word for setting in settings for word in ("--set", setting)]


def solve(folder, instance, method, settings, seconds):
    plan = folder / f"{method}.json"
    limit = ["--time-limit", seconds] if method == "milp" else []
    allot("solve", instance, "--method", method, *limit, *sets(settings), "-o", plan)
    return plan


def stress(folder, instance, settings, seconds):
    """{(method, factor): (stage-2 cost, violation rate)}, and the plans."""
    plans = [solve(folder, instance, method, settings, seconds) for method in METHODS]
    text = allot("stress", instance, *plans, *sets(settings), "--delay", ",".join(FACTORS), "--error", ",".join(FACTORS),
                 "--format", "csv")
    found = {}
    for row in csv.DictReader(io.StringIO(text)):
        if row["delay"] == row["error"]:
            found[row["plan"], row["delay"]] = (float(row["total_usd"]), float(row["violation_rate"]))
    return found, {plan.stem: json.loads(plan.read_text(encoding="utf-8")) for plan in plans}


def settings_of(folder, instance):
    plan = json.loads(allot("solve", instance, "--format", "json"))
    spent = plan["cost"]["rental"] + plan["cost"]["storage"]
    budget = [f"budget_usd={1.02 * spent}"]
    penalty = ["query_types.*.penalty.unmet_usd_per_query*=5"]
    return {"S1, S2 as planned": [], "S3 critical budget": budget, "S4 high penalty": penalty, "S5 both": budget + penalty}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=parse_seeds, default=range(10))
    parser.add_argument("--milp-seconds", type=float, default=60)
    arguments = parser.parse_args()
    sums, unproven, premiums = {}, [], []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for seed in arguments.seeds:
            instance = folder / f"paper-{seed}.yaml"
            allot("generate", "--family", "paper", "--seed", seed, "-o", instance)
            for label, settings in settings_of(folder, instance).items():
                found, plans = stress(folder, instance, settings, arguments.milp_seconds)
                for (method, factor), (usd, rate) in found.items():
                    total = sums.setdefault((label, factor, method), [0, 0])
                    total[0] += usd if factor == "1" else usd / found[method, "1"][0]
                    total[1] += rate
                premiums.append(plans["auto"]["cost"]["total"] / plans["milp"]["cost"]["total"] - 1)
                if plans["milp"]["status"] != "optimal":
                    unproven.append(f"{label}, seed {seed}: gap {100 * plans['milp']['gap']:.2f} %")
    count = len(arguments.seeds)
    print("| scenario | delay, error | " + " | ".join(f"{m.upper()} cost | violations" for m in METHODS) + " |")
    print("|---|---|" + "---|" * (2 * len(METHODS)))
    labels = list(dict.fromkeys(label for label, _, _ in sums))
    for label in labels:
        for factor in FACTORS:
            cells = []
            for method in METHODS:
                usd, rate = (value / count for value in sums[label, factor, method])
                cells += [f"{usd:.0f} USD" if factor == "1" else f"x {usd:.1f}", f"{100 * rate:.1f} %"]
            print(f"| {label} | x {factor} | " + " | ".join(cells) + " |")
    print(f"\nMILP plans not proven: {len(unproven)} of {count * len(labels)}", *unproven, sep="\n")
    equal = sum(abs(premium) <= 1e-6 for premium in premiums)
    print(f"auto: plans that cost what the MILP's do: {equal}; the dearest costs {100 * max(premiums):.2f} % more")


if __name__ == "__main__":
    main()
