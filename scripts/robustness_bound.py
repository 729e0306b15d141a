#!/usr/bin/env python3
"""What it costs to serve almost everything in an inflated world, as a Markdown table: a proof and what planning for scenarios reaches.

    scripts/robustness_bound.py [--seeds 0-9] [--inflation 1.5] [--violations 0.01] [--scenarios 100] [--extra 0.15]

Delays (and with them loads) and errors inflated by f: a query type admits the same configurations as one with limits divided by f
(errors above 1/f apart, of which there are none here), and needs the replicas of one with f times the rate. A plan that leaves at
most a share v of all queries unserved leaves at most v * all / own of each type. So the least rent of that changed instance, without
penalties, storage and budget, bounds the rent of every plan that reaches v in the inflated world, and our lower bound on it is a
proof.

Beside it, stressed in 1,000 random worlds around that inflation which none has seen: the cost-minimal plan (method exact), the plan for
scenarios around it, and the one that may spend so much more than the cost-minimal plan costs (--extra). --scenarios 0 leaves the
last two out. A second table has the means over all seeds of the same at other inflations, stage 2 as a part of the cost-minimal plan's.
$ALLOT names another program than scripts/allot.
"""

import argparse
import csv
import io
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
        "storage.capacity_gb=1e12",
        "query_types.*.penalty.delay_usd_per_query_s=0",
        "query_types.*.penalty.unmet_usd_per_query=0",
        f"query_types.*.rate_per_hour*={factor!r}",
    ]
    rate = rates(instance)
    unmet = [f"query_types.{name}.max_unmet={min(1, violations * sum(rate.values()) / own)!r}" for name, own in rate.items()]
    return solve(instance, limits + free + unmet)


def two_stage(folder, instance, name, budget, arguments):
    """Like the cheapest plan, it has to serve everything where nothing goes wrong."""
    plan = folder / f"{name}.json"
    allot("solve", instance, "--set", f"budget_usd={budget}", "--set", "query_types.*.max_unmet=0", "--robust-scenarios",
          arguments.scenarios, "--inflation", arguments.inflation, "-o", plan)
    return plan


def stress(instance, plans, inflation):
    """Nominal costs by plan, and {(delay, error): [(stage-2 cost, violation rate) by plan]}, means over random worlds."""
    unlimited = ["--set", "budget_usd=1e12", "--format", "csv"]
    nominal = allot("stress", instance, *plans, *unlimited, "--delay", 1, "--error", 1)
    factors = ",".join(dict.fromkeys(["1", "1.2", f"{inflation:g}"]))
    worlds = allot("stress", instance, *plans, *unlimited, "--delay", factors, "--error", factors, "--samples", 1000)
    means = {}
    for row in csv.DictReader(io.StringIO(worlds)):
        figures = means.setdefault((float(row["delay"]), float(row["error"])), [])
        figures.append((float(row["mean_usd"]), float(row["mean_violation_rate"])))
    return [float(row["total_usd"]) for row in csv.DictReader(io.StringIO(nominal))], means


def study(folder, seed, arguments, grid):
    """The row of one instance; adds its worlds to the grid."""
    instance = folder / f"paper-{seed}.yaml"
    allot("generate", "--family", "paper", "--seed", seed, "-o", instance)
    cheapest = folder / f"cheapest-{seed}.json"
    allot("solve", instance, "--method", "exact", "--time-limit", 60, "--set", "budget_usd=1e12", "-o", cheapest)
    cost = json.loads(cheapest.read_text(encoding="utf-8"))["cost"]
    more = (1 + arguments.extra) * cost["total"] - cost["delay"]  # a budget pays for rent and storage alone
    bound = inflated(instance, arguments.inflation, arguments.violations)["lower_bound"]
    plans = [cheapest] if arguments.scenarios == 0 else [cheapest, two_stage(folder, instance, f"free-{seed}", 1e12, arguments),
             two_stage(folder, instance, f"extra-{seed}", more, arguments)]
    nominal, means = stress(instance, plans, arguments.inflation)
    for world, figures in means.items():
        grid.setdefault(world, []).append([(usd / figures[0][0], rate) for usd, rate in figures])
    base, *others = means[arguments.inflation, arguments.inflation]
    cells = [f"{seed}", f"{nominal[0]:.0f}", f"{base[0]:.0f}", f"{100 * base[1]:.1f} %", f"x {bound / nominal[0]:.2f}"]
    for usd, (mean, rate) in zip(nominal[1:], others):
        cells += [f"x {usd / nominal[0]:.2f}", f"{100 * mean / base[0]:.1f} %", f"{100 * rate:.1f} %"]
    return "| " + " | ".join(cells) + " |"


def grid_table(grid, names):
    """Means over the instances of stage 2, as a part of the cheapest plan's, and of violations."""
    columns = ["delay", "error", "cheapest plan: violations"]
    for name in names:
        columns += [f"{name}: stage 2", "violations"]
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    for (delay, error), instances in grid.items():
        means = [[sum(values) / len(values) for values in zip(*figures)] for figures in zip(*instances)]
        cells = [f"x {delay:g}", f"x {error:g}", f"{100 * means[0][1]:.1f} %"]
        for usd, rate in means[1:]:
            cells += [f"{100 * usd:.0f} %", f"{100 * rate:.1f} %"]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=parse_seeds, default=range(10))
    parser.add_argument("--inflation", type=float, default=1.5)
    parser.add_argument("--violations", type=float, default=0.01)
    parser.add_argument("--scenarios", type=int, default=100)
    parser.add_argument("--extra", type=float, default=0.15)
    arguments = parser.parse_args()
    columns = ["seed", "cheapest plan, USD", "its stage 2, USD", "violations", "least rent proven"]
    names = ["scenario plan", f"{100 * arguments.extra:.0f} % more money"] if arguments.scenarios > 0 else []
    for name in names:
        columns += [f"{name}: nominal cost", "stage 2", "violations"]
    print("| " + " | ".join(columns) + " |")
    print("|" + "---|" * len(columns))
    grid = {}
    with tempfile.TemporaryDirectory() as folder:
        for seed in arguments.seeds:
            print(study(pathlib.Path(folder), seed, arguments, grid), flush=True)
    print("\n" + grid_table(grid, names))


if __name__ == "__main__":
    main()
