#!/usr/bin/env python3
"""Is a time limit kept, and is more time never worth less? Runs methods under limits and prints the tables of BENCHMARKS.md.

    scripts/time_limits.py [--instances fleet-60x14x20,batched-60x14x20] [--methods auto,agh,...] [--limits 0.1,1,5] [--seeds 0]
                           [--processor-time] [--program FILE]

A limit is kept when the program ends at most a tenth or 50 ms after it, whichever is more, reading and printing included. What is
measured is the whole process: wall time, on all threads. On a machine that others use, too, wall time says little: with --processor-time
the program runs on one thread and its clock is the processor time of the process (Linux with a C compiler), and so is what is measured.

A cell: how long it took, how it ended, what the plan costs, and the mean over the types of what it leaves unserved. A plan is worse than
one of a shorter limit where more queries go short of what must be served, or else where it costs more.
"""

import argparse
import itertools
import json
import os
import re
import resource
import subprocess
import tempfile
import time
from pathlib import Path

from allot_runs import PROGRAM, parse_seeds

METHODS = "auto,agh,gh,exact,milp,lpr,dvr,hf"
NOISE = 1e-6  # of a comparison of plans, in parts of what is compared

# The program's clocks (std::chrono::steady_clock, and gettimeofday in CBC) tell the processor time of the process.
PROCESSOR_CLOCK = """
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
int clock_gettime(clockid_t id, struct timespec *t) {
    return (int)syscall(SYS_clock_gettime, id == CLOCK_MONOTONIC ? CLOCK_PROCESS_CPUTIME_ID : id, t);
}
int gettimeofday(struct timeval *restrict tv, void *restrict zone) {
    struct timespec t;
    (void)zone;
    syscall(SYS_clock_gettime, CLOCK_PROCESS_CPUTIME_ID, &t);
    tv->tv_sec = t.tv_sec;
    tv->tv_usec = t.tv_nsec / 1000;
    return 0;
}
"""


def build_processor_clock(folder):
    source, library = Path(folder) / "clock.c", Path(folder) / "clock.so"
    source.write_text(PROCESSOR_CLOCK, encoding="utf-8")
    subprocess.run(["cc", "-O2", "-shared", "-fPIC", source, "-o", library], check=True)
    return library


def write_instance(program, name, seed, folder):
    family, size = name.split("-")
    types, models, tiers = size.split("x")
    path = Path(folder) / f"{name}-{seed}.yaml"
    words = ["--family", family, "--types", types, "--models", models, "--tiers", tiers, "--seed", str(seed)]
    subprocess.run([program, "generate", *words, "-o", path], check=True)
    return path


def processor_seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def run(program, instance, method, limit, clock):
    """Seconds that one run took, by the clock that counts, and its plan; None where it printed none."""
    words = [program, "solve", instance, "--method", method, "--format", "json", "--time-limit", str(limit)]
    environment = dict(os.environ)
    if clock:
        words += ["--threads", "1"]
        environment["LD_PRELOAD"] = str(clock)
    start_s, start_processor_s = time.monotonic(), processor_seconds()
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=environment)
    seconds = processor_seconds() - start_processor_s if clock else time.monotonic() - start_s
    return seconds, json.loads(done.stdout) if done.stdout.startswith("{") else None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--instances", default="fleet-60x14x20,batched-60x14x20")
    parser.add_argument("--methods", default=METHODS)
    parser.add_argument("--limits", default="0.1,1,5")
    parser.add_argument("--seeds", type=parse_seeds, default=range(1))
    parser.add_argument("--processor-time", action="store_true")
    parser.add_argument("--program", default=PROGRAM)
    arguments = parser.parse_args()
    limits = sorted(float(limit) for limit in arguments.limits.split(","))
    names, methods = arguments.instances.split(","), arguments.methods.split(",")
    print("| instance | seed | method | " + " | ".join(f"{limit:g} s" for limit in limits) + " |")
    print("|---|---|---|" + "---|" * len(limits))
    worst, broken, worse = 0.0, 0, 0
    with tempfile.TemporaryDirectory() as folder:
        clock = build_processor_clock(folder) if arguments.processor_time else None
        for name, seed in itertools.product(names, arguments.seeds):
            instance = write_instance(arguments.program, name, seed, folder)
            for method in methods:
                cells, best = [], None
                for limit in limits:
                    seconds, plan = run(arguments.program, instance, method, limit, clock)
                    over = seconds - limit - max(0.05, 0.1 * limit)
                    rank = rank_of(plan, instance)
                    is_worse = best is not None and is_beyond(rank, best)
                    best = rank if best is None or not is_worse else best
                    worst, broken, worse = max(worst, over), broken + (over > 0), worse + is_worse
                    marks = ("**over** " if over > 0 else "") + ("**worse** " if is_worse else "")
                    cells.append(f"{seconds:.2f} s, {marks}{outcome(plan)}")
                print(f"| {name} | {seed} | {method} | " + " | ".join(cells) + " |", flush=True)
    print(f"\n{broken} runs beyond a tenth or 50 ms, the worst by {max(worst, 0):.2f} s; {worse} plans worse than one of a shorter limit.")


def rank_of(plan, instance):
    """Queries an hour short of what must be served, and cost. Generated types have one priority, and a line for each of their figures."""
    if plan is None:
        return float("inf"), float("inf")
    figures = [[float(each) for each in re.findall(rf"^    {key}: (.*)$", instance.read_text(), re.M)] for key in ("rate_per_hour", "max_unmet")]
    short = sum(rate * max(0, each["unmet"] - most - NOISE) for rate, most, each in zip(*figures, plan["query_types"], strict=True))
    return short, plan["cost"]["total"]


def is_beyond(one, other):
    """Whether one rank is worse, by more than rounding."""
    for a, b in zip(one, other):
        if abs(a - b) > NOISE * (1 + abs(b)):
            return a > b
    return False


def outcome(plan):
    if plan is None:
        return "no plan"
    unmet = sum(each["unmet"] for each in plan["query_types"]) / len(plan["query_types"])
    return f"{plan['status']}, {plan['cost']['total']:,.0f} USD, {100 * unmet:.1f} % unserved"


if __name__ == "__main__":
    main()
