#!/usr/bin/env python3
"""Golden plans: the plans of many small instances are frozen in tests/golden, so that a change that should keep them can show it.

    scripts/golden.py --check  [--exact] [--program FILE] [--folder DIR] [--cases PATTERN] [-j N]
    scripts/golden.py --freeze           [--program FILE] [--folder DIR] [--cases PATTERN] [-j N]

--check solves every case anew, lists what differs from the frozen plans and exits with 1 when something does. Names and whole numbers
have to be the same, other figures within the tolerances below, as another machine's mathematical library may round the last bit
differently. --exact wants the same bytes, for refactorings on one machine: there every figure of every plan counts.
--freeze writes what the program says now; read the differences before committing it.

The cases are those of golden_cases.py, a file each: NAME.json with a line per run, each distinct plan once.
"""

import argparse
import fnmatch
import functools
import hashlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from allot_runs import ROOT
from golden_cases import cases

SLOW_SECONDS = 2  # a run that takes longer than this has no place here
TOLERANCE = 1e-7  # of shares and costs, relative
LOOSE_TOLERANCE = 1e-6  # of bounds and prices
NEAR_ZERO = 1e-9  # prices per USD of total cost; smaller ones are rounding errors
LOOSE_FIELDS = ("lower_bound", "gap", "prices")


# --- Running ----------------------------------------------------------------------------------------------------------------------


def run(program, words):
    return subprocess.run([program, *map(str, words)], capture_output=True, text=True, check=False)


def changes(settings):
    return [word for setting in settings for word in ("--set", setting)]


def write_instance(program, case, folder):
    """The path of the case's instance, generated unless it is a shipped one."""
    if not case["generate"]:
        return ROOT / "configs" / "instances" / f"{case['instance']}.yaml"
    path = Path(folder) / f"{case['instance']}.yaml"
    if not path.exists():
        done = run(program, ["generate", *case["generate"], "-o", path])
        if done.returncode != 0:
            sys.exit(f"golden.py: {case['name']}: generate ended with {done.returncode}\n{done.stderr}")
    return path


def solve(program, instance, case, each):
    """The ended `allot solve` and the plan that it wrote."""
    words = ["solve", instance, "--method", each["method"], *changes(case["set"])]
    words += ["--effort", each["effort"]] if each["effort"] else []
    done = run(program, [*words, "--threads", 1, "--format", "json"])
    return done, done.stdout


def reopt(program, instance, case, each, folder):
    """The ended `allot reopt`, from the plan of the case, and the new plan that it wrote."""
    before, after = (Path(folder) / f"{case['name']}.{when}.json" for when in ("before", "after"))
    run(program, ["solve", instance, "--method", each["method"], *changes(case["set"]), "--threads", 1, "-o", before])
    words = ["reopt", instance, "--from", before, *changes(case["set"] + case["then_set"]), *case["reopt"]]
    done = run(program, [*words, "--threads", 1, "--format", "json", "-o", after])
    return done, after.read_text(encoding="utf-8") if after.exists() else ""


def run_one(program, folder, task):
    """Runs one method on one case. Returns what is frozen of it and the seconds it took."""
    case, instance, each = task
    is_reopt = "then_set" in case
    start = time.monotonic()
    done, text = reopt(program, instance, case, each, folder) if is_reopt else solve(program, instance, case, each)
    seconds = time.monotonic() - start
    plan = json.loads(text) if text else {}
    if plan and not is_reopt and plan["method"] != each["method"]:
        sys.exit(f"golden.py: {case['name']}: asked for method {each['method']}, got {plan['method']}")
    changed = json.loads(done.stdout) if is_reopt and done.stdout else {}
    return outcome(done.returncode, plan, changed, done.stderr), seconds


def run_all(program, chosen, jobs):
    """{case name: {"runs": {run name: outcome}}} of the chosen cases, and the seconds of each run."""
    with tempfile.TemporaryDirectory() as folder:
        tasks = []
        for case in chosen:
            instance = write_instance(program, case, folder)
            tasks += [(case, instance, each) for each in case["runs"]]
        with ThreadPoolExecutor(jobs) as pool:
            results = list(pool.map(functools.partial(run_one, program, folder), tasks))
    found, seconds = {}, {}
    for (case, _, each), (result, took) in zip(tasks, results):
        found.setdefault(case["name"], {})[each["name"]] = result
        seconds[f"{case['name']} {each['name']}"] = took
    return found, seconds


# --- What is frozen of a run ------------------------------------------------------------------------------------------------------


def rounded(value):
    """Ten digits of every number: enough for the tolerances, and the last bits do not show in the files."""
    if isinstance(value, dict):
        return {key: rounded(each) for key, each in value.items()}
    if isinstance(value, list):
        return [rounded(each) for each in value]
    if isinstance(value, float):
        value = float(f"{value:.10g}")
        return int(value) if value.is_integer() else value
    return value


def fingerprint(plan, changed):
    """SHA-256 of all that was said but the course of the run, and but the method, so that renaming one changes nothing."""
    kept = {key: value for key, value in plan.items() if key not in ("run", "method")}
    return hashlib.sha256(json.dumps([kept, changed], sort_keys=True).encode()).hexdigest()


def outcome(exit_code, plan, changed, errors):
    """The figures that identify a plan; `changed` is what reopt says beside it."""
    result = {"exit": exit_code}
    if not plan:
        return {**result, "says": errors.strip().splitlines()[-1:]}
    for key in ("status", "lower_bound", "gap"):
        if key in plan:
            result[key] = plan[key]
    for key in ("kept", "started", "stopped", "saving_usd_per_hour", "payback_hours", "breaks"):
        if key in changed:
            result[key] = changed[key]
    result["plan"] = short_plan(plan)
    if "prices" in plan:
        result["prices"] = short_prices(plan["prices"])
    return {**rounded(result), "sha256": fingerprint(plan, changed)}


def short_plan(plan):
    query_types = {}
    for each in plan["query_types"]:
        query_types[each["name"]] = {"unmet": each["unmet"], "delay_s": each.get("mean_delay_s"), "error": each.get("mean_error"),
                                     "binding": each["binding"], "shares": {}}
    for each in plan["routing"]:
        query_types[each["query_type"]]["shares"][str(each["deployment"])] = each["share"]
    keys = ("model", "tier", "tensor", "pipeline", "concurrency", "replicas")
    return {
        "cost": plan["cost"],
        "deployments": [[each[key] for key in keys] for each in plan["deployments"]],
        "query_types": query_types,
        "binding": plan.get("binding", []),
        "reasons": plan.get("reasons", []),
    }


def short_prices(prices):
    result = {key: value for key, value in prices.items() if key not in ("kind", "query_types", "pools")}
    for key, name in (("query_types", "query_type"), ("pools", "gpu")):
        for each in prices[key]:
            result[each[name]] = [value for field, value in each.items() if field != name]
    return result


# --- Files ------------------------------------------------------------------------------------------------------------------------


def pack(runs):
    """The text of a case's file: runs name their plan and prices by letter, as many runs have the same."""
    shared = {"plan": {}, "prices": {}}
    lines = []
    for name, result in runs.items():
        row = dict(result)
        for key in shared.keys() & row.keys():
            row[key] = shared[key].setdefault(json.dumps(row[key]), f"{key} {len(shared[key]) + 1}")
        lines.append(f"  {json.dumps(name)}: {json.dumps(row)}")
    blocks = ['"runs": {\n' + ",\n".join(lines) + "\n}"]
    for text, name in [*shared["plan"].items(), *shared["prices"].items()]:
        blocks.append(f"{json.dumps(name)}: {lay_out(json.loads(text))}")
    return "{\n" + ",\n".join(blocks) + "\n}\n"


def lay_out(value):
    """A line per field, and of lists and maps in fields one per item."""
    lines = []
    for key, each in value.items():
        if key == "deployments" and each:
            text = "[\n" + ",\n".join(f"    {json.dumps(item)}" for item in each) + "]"
        elif key == "query_types":
            text = "{\n" + ",\n".join(f"    {json.dumps(name)}: {json.dumps(item)}" for name, item in each.items()) + "}"
        else:
            text = json.dumps(each)
        lines.append(f"  {json.dumps(key)}: {text}")
    return "{\n" + ",\n".join(lines) + "\n}"


def unpack(text):
    """The runs of a case's file, each with its plan and prices."""
    content = json.loads(text)
    return {name: {key: content[value] if key in ("plan", "prices") else value for key, value in row.items()}
            for name, row in content["runs"].items()}


def read_frozen(folder):
    return {path.stem: unpack(path.read_text(encoding="utf-8")) for path in sorted(Path(folder).glob("*.json"))}


# --- Comparing --------------------------------------------------------------------------------------------------------------------


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_close(path, old, new, total):
    """Whether two numbers are the same within what `path`, the names of the fields above them, allows; `total` is the plan's cost."""
    relative = LOOSE_TOLERANCE if path[0] in LOOSE_FIELDS else TOLERANCE
    absolute = relative
    if path[:2] == ("plan", "cost") or path[0] == "saving_usd_per_hour":
        absolute = TOLERANCE * total
    elif path[0] == "prices":
        absolute = NEAR_ZERO * total
    return abs(old - new) <= max(relative * max(abs(old), abs(new)), absolute)


def changed_fields(old, new, total, path=()):
    """Yields (field, old, new) for every field that differs."""
    if isinstance(old, dict) and isinstance(new, dict):
        absent = 0 if path and path[-1] == "shares" else None
        for key in [*old, *(key for key in new if key not in old)]:
            yield from changed_fields(old.get(key, absent), new.get(key, absent), total, (*path, key))
    elif path == ("plan", "deployments"):
        if old != new:
            yield ".".join(path), [deployment_text(each) for each in old], [deployment_text(each) for each in new]
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (a, b) in enumerate(zip(old, new)):
            yield from changed_fields(a, b, total, (*path, str(index)))
    elif not (is_close(path, old, new, total) if is_number(old) and is_number(new) else old == new):
        yield ".".join(path), old, new


def deployment_text(deployment):
    model, tier, tensor, pipeline, concurrency, replicas = deployment
    return f"{replicas} x {model} on {tier} tp{tensor} pp{pipeline} c{concurrency}"


def plan_text(result):
    if "plan" not in result:
        return f"no plan: {result.get('says')}"
    cost, bound = result["plan"]["cost"]["total"], result.get("lower_bound", "none")
    return f"{result['status']}, cost {cost}, bound {bound}: " + "; ".join(map(deployment_text, result["plan"]["deployments"]))


def run_differences(old, new, is_exact):
    """Lines about one run; none when nothing differs."""
    old_rest, new_rest = ({key: value for key, value in each.items() if key != "sha256"} for each in (old, new))
    total = old["plan"]["cost"]["total"] if "plan" in old else 0
    found = list(changed_fields(old_rest, new_rest, total))
    is_other_plan = any(field.startswith(("plan.deployments", "exit")) for field, _, _ in found)
    if is_other_plan:
        lines = [f"old: {plan_text(old)}", f"new: {plan_text(new)}"]
        return lines + [f"{field}: {a} -> {b}" for field, a, b in found if not field.startswith(("plan", "prices"))]
    if not found and is_exact and old.get("sha256") != new.get("sha256"):
        return ["the bytes differ, by less than the tolerances or in a field that is not kept here"]
    return [f"{field}: {a} -> {b}" for field, a, b in found]


def differences(frozen, found, is_exact):
    """Lines about everything that differs between {case: {run: outcome}} of before and of now."""
    lines = []
    for case in sorted(frozen.keys() | found.keys()):
        if case not in frozen or case not in found:
            lines.append(f"{case}: " + ("not frozen" if case in found else "frozen, but no longer among the cases"))
            continue
        old, new = frozen[case], found[case]
        for name in [*new, *(name for name in old if name not in new)]:
            if name not in old:
                lines.append(f"{case} {name}: not frozen")
            elif name not in new:
                lines.append(f"{case} {name}: frozen, but no longer among the runs")
            else:
                about = run_differences(old[name], new[name], is_exact)
                lines += [f"{case} {name}: {line}" for line in about]
    return lines


# --- Commands ---------------------------------------------------------------------------------------------------------------------


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    command = parser.add_mutually_exclusive_group(required=True)
    command.add_argument("--check", action="store_true", help="compare with the frozen plans")
    command.add_argument("--freeze", action="store_true", help="write the plans")
    parser.add_argument("--exact", action="store_true", help="compare byte for byte")
    parser.add_argument("--program", type=Path, help="default: the release build, built first")
    parser.add_argument("--folder", type=Path, default=ROOT / "tests" / "golden")
    parser.add_argument("--cases", default="*", metavar="PATTERN", help="only cases with such names, like 'fleet-*'")
    parser.add_argument("-j", "--jobs", type=int, default=2, metavar="N", help="runs at a time; default 2")
    return parser.parse_args()


def built_program():
    subprocess.run([ROOT / "scripts" / "build.sh", "release", "allot_program"], check=True)
    return ROOT / "build" / "release" / "bin" / "allot"


def freeze(folder, found, pattern):
    """Writes the files of `found` and removes those of cases that no longer exist."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.json"):
        if fnmatch.fnmatchcase(path.stem, pattern) and path.stem not in found:
            path.unlink()
    for name, runs in found.items():
        (folder / f"{name}.json").write_text(pack(runs), encoding="utf-8")


def main():
    options = parse_options()
    program = options.program.resolve() if options.program else built_program()
    start = time.monotonic()
    chosen = [case for case in cases() if fnmatch.fnmatchcase(case["name"], options.cases)]
    found, seconds = run_all(program, chosen, options.jobs)
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    took = (f"{len(seconds)} runs of {len(found)} cases in {time.monotonic() - start:.0f} s "
            f"({usage.ru_utime + usage.ru_stime:.0f} s of processor time)")
    for name, each in seconds.items():
        if options.freeze and each > SLOW_SECONDS:
            print(f"{name}: took {each:.1f} s, more than {SLOW_SECONDS} s")
    if options.freeze:
        freeze(options.folder, found, options.cases)
        print(f"golden.py: froze {took}")
        return 0
    frozen = {name: runs for name, runs in read_frozen(options.folder).items() if fnmatch.fnmatchcase(name, options.cases)}
    lines = differences(frozen, found, options.exact)
    print("\n".join([*lines, f"golden.py: {took}: " + ("PLANS DIFFER" if lines else "all as frozen")]))
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
