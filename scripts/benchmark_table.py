#!/usr/bin/env python3
"""Turns the JSON of Google Benchmark into a table: benchmark_table.py RESULTS COMMIT COMMAND"""
import json
import sys

COUNTERS = ("pairs", "pairs/s", "allocations", "peak_mb", "usd", "best", "proven", "mean_gap_%", "worst_gap_%", "median_ms", "max_ms",
            "exact_median_ms", "exact_max_ms", "beyond_mean_%", "beyond_worst_%", "starts", "starts_from_nothing", "solve_ms")


def figure(value):
    """Three significant digits, thousands grouped."""
    return f"{value:,.0f}" if value >= 1000 or value == int(value) else f"{value:.3g}"


def main():
    path, commit, command = sys.argv[1:4]
    with open(path, encoding="utf-8") as file:
        results = json.load(file)
    # What is run once has no median.
    medians = [run for run in results["benchmarks"] if run.get("aggregate_name", "median") == "median"]
    columns = [name for name in COUNTERS if any(name in run for run in medians)]
    context = results["context"]
    print(f"\n## {context['date'][:10]}, commit {commit}\n")
    print(f"`{command.strip()}`, {context['num_cpus']} cores, medians of 3; load average before the run "
          f"{context['load_avg'][0]:.1f}\n")
    print("| benchmark | time | " + " | ".join(columns) + " |")
    print("|---" * (2 + len(columns)) + "|")
    for run in medians:
        name = run["run_name"].replace("/real_time", "")
        cells = [figure(run[column]) if column in run else "" for column in columns]
        print(f"| {name} | {figure(run['real_time'])} {run['time_unit']} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
