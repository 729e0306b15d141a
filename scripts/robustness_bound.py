#!/usr/bin/env python3
"""What rent every plan must pay that still serves almost everything in an inflated world, as a Markdown table.

    scripts/robustness_bound.py [--seeds 0-9] [--inflation 1.5] [--violations 0.01]

Delays (and with them loads) and errors inflated by f: a query type admits the same configurations as one with limits divided by f,
and needs the replicas of one with f times the rate. A plan that leaves at most a share v of all queries unserved leaves at most
v * all / own of each type. So the least rent of that changed instance, without penalties, storage and budget, bounds the rent of
every plan that reaches v in the inflated world, and our lower bound on it is a proof. $ALLOT names another program than
scripts/allot.
"""

import argparse
import json
import pathlib
import re
import tempfile

from allot_runs import allot, parse_seeds


def solve(instance, settings):
    words = [word for setting in settings for word in ("--set", setting)]
    return json.loads(allot("solve", instance, "--format", "json", *words))


def rates(instance):
    text = instance.read_text(encoding="utf-8")
    names = re.findall(r"^  - name: (.+)$", text, re.M)
    return dict(zip(names, map(float, re.findall(r"^    rate_per_hour: (.+)$", text, re.M))))


def inflated(instance, factor, violations):
    limits = [f"query_types.*.slo.{limit}*={1 / factor!r}" for limit in ("delay_s", "error")]
    free = [
        "budget_usd=1e12",
        "storage.price_usd_per_gb_hour=0",
        "query_types.*.penalty.delay_usd_per_query_s=0",
        "query_types.*.penalty.unmet_usd_per_query=0",
        f"query_types.*.rate_per_hour*={factor!r}",
    ]
    rate = rates(instance)
    unmet = [f"query_types.{name}.max_unmet={min(1, violations * sum(rate.values()) / own)!r}" for name, own in rate.items()]
    return solve(instance, limits + free + unmet)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=parse_seeds, default=range(10))
    parser.add_argument("--inflation", type=float, default=1.5)
    parser.add_argument("--violations", type=float, default=0.01)
    arguments = parser.parse_args()
    print("| seed | nominal plan, USD | least rent in the inflated world: bound, USD | found, USD | bound / nominal |")
    print("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        for seed in arguments.seeds:
            instance = pathlib.Path(name) / f"paper-{seed}.yaml"
            allot("generate", "--family", "paper", "--seed", seed, "-o", instance)
            nominal = solve(instance, ["budget_usd=1e12"])["cost"]["total"]
            worst = inflated(instance, arguments.inflation, arguments.violations)
            bound, found = worst["lower_bound"], worst["cost"]["total"]
            print(f"| {seed} | {nominal:.0f} | {bound:.0f} | {found:.0f} | {bound / nominal:.2f} |")


if __name__ == "__main__":
    main()
