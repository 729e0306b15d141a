#!/usr/bin/python3
"""Draws what a study found.

    scripts/plot_study.py sweep  SWEEP.csv  OUT.png [--measure COLUMN]
    scripts/plot_study.py stress STRESS.csv OUT.png
    scripts/plot_study.py replay REPLAY.csv OUT.png

The kind of study says which command wrote the CSV. A sweep over two fields gives heatmaps of total cost, rent, unmet queries and
--measure (default: gap); over one field, or in any case with --lines, trends both ways, stacked costs, use of limits with a line
at 1, GPUs, and replicas by tensor-parallel degree. Infeasible cells are hatched.
"""

import argparse
import csv
import math
import sys

try:
    import matplotlib
except ModuleNotFoundError:
    sys.exit(f"plot_study.py: {sys.executable} has no matplotlib; run scripts/install_dependencies.sh plots, and this with /usr/bin/python3")

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402

COST_PARTS = {"rental_usd": "rental", "storage_usd": "storage", "delay_usd": "delay", "unmet_usd": "unmet"}


def fail(message):
    sys.exit(f"plot_study.py: {message}")


def number(text):
    try:
        return float(text)
    except ValueError:
        return math.nan


def read(path, needed):
    try:
        with open(path, newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            rows = list(reader)
            names = reader.fieldnames or []
    except OSError as error:
        fail(f"{path}: {error.strerror}")
    missing = [name for name in needed if name not in names]
    if missing or not rows:
        fail(f"{path}: no rows" if not missing else f"{path}: no column {', '.join(missing)}; is this the right kind of study?")
    return names, rows


def axes_of(names):
    """The varied fields: what stands between the number of the cell and its status."""
    return names[1 : names.index("status")]


def short(name):
    return name.replace("query_types.", "").replace("*.", "").rstrip("*+") + (" (factor)" if name.endswith("*") else "")


def is_short(row):
    return row["status"] in ("infeasible", "unserved")


def heatmap(ax, rows, x_name, y_name, measure):
    xs = sorted({number(row[x_name]) for row in rows})
    ys = sorted({number(row[y_name]) for row in rows})
    grid = [[math.nan] * len(xs) for _ in ys]
    for row in rows:
        grid[ys.index(number(row[y_name]))][xs.index(number(row[x_name]))] = number(row[measure])
    # Cells that go short would drown the others: their colour is that of the dearest feasible one.
    plain = [number(row[measure]) for row in rows if not is_short(row)]
    finite = [value for value in plain or sum(grid, []) if not math.isnan(value)] or [0]
    low, high = min(finite), max(finite)
    image = ax.imshow(grid, origin="lower", aspect="auto", cmap="viridis", vmin=low, vmax=high)
    for row in rows:
        x, y = xs.index(number(row[x_name])), ys.index(number(row[y_name]))
        value = grid[y][x]
        if is_short(row):
            ax.add_patch(pyplot.Rectangle((x - 0.5, y - 0.5), 1, 1, fill=False, hatch="///", edgecolor="white", lw=0))
        if not math.isnan(value):
            shade = (value - low) / (high - low) if high > low else 0
            ax.text(x, y, f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}", ha="center", va="center", fontsize=6, color="black" if shade > 0.6 else "white")
    ax.set_xticks(range(len(xs)), [f"{x:.3g}" for x in xs], fontsize=7)
    ax.set_yticks(range(len(ys)), [f"{y:.3g}" for y in ys], fontsize=7)
    ax.set_xlabel(short(x_name))
    ax.set_ylabel(short(y_name))
    ax.set_title(measure)
    ax.figure.colorbar(image, ax=ax, fraction=0.05)


def trend(ax, rows, x_name, by_name, measure):
    for value in sorted({number(row[by_name]) for row in rows}) if by_name else [None]:
        line = sorted((number(r[x_name]), number(r[measure])) for r in rows if by_name is None or number(r[by_name]) == value)
        ax.plot(*zip(*line), marker="o", ms=3, label=None if value is None else f"{value:.3g}")
    if by_name:
        ax.legend(title=short(by_name), fontsize=6, title_fontsize=6)
    ax.set_xlabel(short(x_name))
    ax.set_title(measure)


def stacked_costs(ax, rows):
    ordered = sorted(rows, key=lambda row: number(row["total_usd"]))
    bottom = [0.0] * len(ordered)
    for column, label in COST_PARTS.items():
        heights = [number(row[column]) for row in ordered]
        ax.bar(range(len(ordered)), heights, bottom=bottom, width=1, label=label)
        bottom = [b + h for b, h in zip(bottom, heights)]
    ax.set_xlabel("cells by total cost")
    ax.set_title("cost [USD]")
    ax.legend(fontsize=7)


def limits(ax, rows):
    positions = range(len(rows))
    for column in ("delay_utilisation", "error_utilisation", "memory_utilisation", "load", "budget_use"):
        values = [number(row[column]) for row in rows]
        if not all(math.isnan(value) for value in values):
            ax.plot(positions, values, label=column.replace("_", " "), lw=1)
    ax.axhline(1, color="black", lw=0.8, ls="--")
    ax.set_xlabel("cell")
    ax.set_title("use of limits")
    ax.legend(fontsize=6)


def tensor_bars(ax, rows, names):
    bottom = [0.0] * len(rows)
    for column in (name for name in names if name.startswith("replicas_tp")):
        heights = [number(row[column]) for row in rows]
        ax.bar(range(len(rows)), heights, bottom=bottom, width=1, label=column.removeprefix("replicas_").upper())
        bottom = [b + h for b, h in zip(bottom, heights)]
    mean = ax.twinx()
    mean.plot(range(len(rows)), [number(row["mean_tensor"]) for row in rows], color="black", lw=1)
    mean.set_ylabel("mean degree")
    ax.set_xlabel("cell")
    ax.set_title("replicas by tensor-parallel degree")
    ax.legend(fontsize=6)


def plot_sweep(arguments):
    names, rows = read(arguments.csv, ["cell", "status", "total_usd", arguments.measure])
    axes = axes_of(names)
    if len(axes) == 2 and not arguments.lines:
        figure, panels = pyplot.subplots(2, 2, figsize=(13, 9))
        for ax, measure in zip(panels.flat, ["total_usd", "rental_usd", "unmet_rate", arguments.measure]):
            heatmap(ax, rows, axes[1], axes[0], measure)
        return figure
    figure, panels = pyplot.subplots(2, 3, figsize=(15, 8))
    second = axes[1] if len(axes) > 1 else None
    trend(panels[0][0], rows, axes[0], second, "total_usd")
    trend(panels[0][1], rows, second or axes[0], axes[0] if second else None, "total_usd" if second else arguments.measure)
    stacked_costs(panels[0][2], rows)
    limits(panels[1][0], rows)
    panels[1][1].plot(range(len(rows)), [number(row["gpus"]) for row in rows], lw=1)
    panels[1][1].set_title("GPUs")
    panels[1][1].set_xlabel("cell")
    tensor_bars(panels[1][2], rows, names)
    return figure


def plot_stress(arguments):
    _, rows = read(arguments.csv, ["plan", "delay", "error", "rate", "loss", "violation_rate", "mean_usd"])
    has_samples = any(number(row["samples"]) > 0 for row in rows)
    cost, violations = ("mean_usd", "mean_violation_rate") if has_samples else ("total_usd", "violation_rate")
    scenarios = list(dict.fromkeys((row["delay"], row["error"], row["rate"], row["loss"]) for row in rows))
    labels = [f"D {d} E {e} R {r}" + ("" if loss == "none" else f"\n{loss}") for d, e, r, loss in scenarios]
    plans = list(dict.fromkeys(row["plan"] for row in rows))
    figure, panels = pyplot.subplots(2, 1, figsize=(max(8, 0.7 * len(scenarios)), 8), sharex=True)
    for n, plan in enumerate(plans):
        mine = [row for row in rows if row["plan"] == plan]
        at = [scenarios.index((row["delay"], row["error"], row["rate"], row["loss"])) for row in mine]
        left = [a + (n - (len(plans) - 1) / 2) * 0.8 / len(plans) for a in at]
        for ax, column, factor in ((panels[0], cost, 1), (panels[1], violations, 100)):
            ax.bar(left, [number(row[column]) * factor for row in mine], width=0.8 / len(plans), label=plan)
    panels[0].set_yscale("log")
    panels[0].set_title("mean stage-2 cost [USD]" if has_samples else "stage-2 cost [USD]")
    panels[1].set_title("queries without service [%]")
    panels[1].set_xticks(range(len(labels)), labels, rotation=45, ha="right", fontsize=7)
    panels[0].legend()
    return figure


def plot_replay(arguments):
    _, rows = read(arguments.csv, ["policy", "hour", "cumulative_usd", "violation_rate", "gpus", "queries"])
    figure, panels = pyplot.subplots(4, 1, figsize=(10, 10), sharex=True)
    policies = list(dict.fromkeys(row["policy"] for row in rows))
    first = [row for row in rows if row["policy"] == policies[0]]
    panels[0].plot([number(row["hour"]) for row in first], [number(row["queries"]) for row in first], color="black", lw=1)
    panels[0].set_title("queries per window")
    for policy in policies:
        mine = [row for row in rows if row["policy"] == policy]
        hours = [number(row["hour"]) for row in mine]
        panels[1].step(hours, [number(row["gpus"]) for row in mine], where="post", lw=1, label=policy)
        panels[2].plot(hours, [number(row["cumulative_usd"]) for row in mine], lw=1.2, label=policy)
        panels[3].plot(hours, [100 * number(row["violation_rate"]) for row in mine], lw=1, label=policy)
    for ax, title in zip(panels[1:], ("GPUs", "cost so far [USD]", "queries without service [%]")):
        ax.set_title(title)
        ax.legend(fontsize=7)
    panels[3].set_xlabel("hour")
    return figure


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    kinds = {"sweep": plot_sweep, "stress": plot_stress, "replay": plot_replay}
    parser.add_argument("kind", choices=kinds)
    parser.add_argument("csv")
    parser.add_argument("output")
    parser.add_argument("--measure", default="gap", help="the study's own measure, a column of a sweep")
    parser.add_argument("--lines", action="store_true", help="lines and bars for a sweep over two fields, too")
    arguments = parser.parse_args()
    figure = kinds[arguments.kind](arguments)
    figure.tight_layout()
    try:
        figure.savefig(arguments.output, dpi=80, metadata={"Software": None})
    except OSError as error:
        fail(f"{arguments.output}: {error.strerror}")


if __name__ == "__main__":
    main()
