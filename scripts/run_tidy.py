#!/usr/bin/env python3
"""Runs clang-tidy over the sources of the project, several at a time, skipping those that passed before.

Where the build folder unites the sources of a folder (ALLOT_UNITE_FOLDERS), they are checked as one, which is several times as
fast, and a PATH stands for its folder.

    scripts/run_tidy.py [--build FOLDER] [PATH...]

PATH: files or folders to check (default: src, bench, tests and docs). FOLDER: a configured build folder with compile_commands.json
(default: build/tidy). A source is checked again when its text, the text of any header of the project that it includes, its
compile command, a .clang-tidy or clang-tidy itself has changed; what passed is remembered in FOLDER/passed. Exits with 1 when
clang-tidy found something.
"""

import argparse
import concurrent.futures
import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OWN_FOLDERS = [ROOT / name for name in ("include", "src", "tests", "bench")]
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.M)


def find_tidy():
    for name in ("clang-tidy-14", "clang-tidy"):
        if shutil.which(name):
            return name
    sys.exit("clang-tidy-14 is not installed: scripts/install_dependencies.sh checks")


def own_headers(source, generated, seen):
    """Adds the project's files that `source` includes, at any depth, to `seen`."""
    for name in INCLUDE.findall(source.read_text(encoding="utf-8")):
        for folder in (source.parent, ROOT / "include", ROOT / "src", ROOT / "tests", generated):
            header = folder / name
            if header.is_file() and header not in seen:
                seen.add(header)
                own_headers(header, generated, seen)
    return seen


def key_of(source, command, tidy_version, build):
    """A hash of everything of the project that the verdict on a source depends on."""
    digest = hashlib.sha256()
    digest.update(tidy_version.encode() + command.encode())
    configurations = [folder / ".clang-tidy" for folder in source.parents if folder.is_relative_to(ROOT)]
    headers = own_headers(source, build / "generated", set())
    for path in [source, *sorted(headers), *(c for c in configurations if c.exists())]:
        digest.update(path.as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def sources_of(unit):
    """The sources that a file that CMake made unites; of any other file, itself."""
    united = INCLUDE.findall(unit.read_text(encoding="utf-8")) if "/Unity/" in unit.as_posix() else []
    return [Path(name) for name in united] or [unit]


def selected(build, paths):
    """The (source, compile command) pairs of the project of which something lies under one of the paths."""
    for entry in json.loads((build / "compile_commands.json").read_text(encoding="utf-8")):
        unit = Path(entry["file"]).resolve()
        if unit.is_file() and any(source.is_relative_to(path) for source in sources_of(unit) for path in paths):
            yield unit, entry["command"]


def check(tidy, build, source):
    # The compile commands are GCC's: warnings that only it knows are no errors.
    own = "|".join(re.escape(folder.as_posix()) for folder in OWN_FOLDERS)
    return subprocess.run(
        [
            tidy,
            "--quiet",
            "-p",
            build.as_posix(),
            "--extra-arg=-Wno-unknown-warning-option",
            "--extra-arg=-Wno-sign-conversion",
            f"--header-filter=^({own})/",
            source.as_posix(),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=Path, default=ROOT / "build" / "tidy")
    parser.add_argument("paths", nargs="*", type=Path, default=[ROOT / name for name in ("src", "bench", "tests", "docs")])
    arguments = parser.parse_args()
    build = arguments.build.resolve()
    passed = build / "passed"
    passed.mkdir(exist_ok=True)
    tidy = find_tidy()
    version = subprocess.run([tidy, "--version"], capture_output=True, text=True, check=True).stdout

    failures = skipped = 0
    jobs = int(subprocess.run([ROOT / "scripts" / "jobs.sh"], capture_output=True, text=True, check=True).stdout)
    with concurrent.futures.ThreadPoolExecutor(max_workers=jobs) as pool:
        running = {}
        for source, command in selected(build, [path.resolve() for path in arguments.paths]):
            mark = passed / key_of(source, command, version, build)
            if mark.exists():
                skipped += 1
            else:
                running[pool.submit(check, tidy, build, source)] = (source, mark)
        for future in concurrent.futures.as_completed(running):
            source, mark = running[future]
            result = future.result()
            if result.returncode == 0:
                mark.touch()
                continue
            failures += 1
            print(f"== {source.relative_to(ROOT)}\n{result.stdout}{'' if result.stdout else result.stderr}", flush=True)
    print(f"clang-tidy: {len(running)} sources checked, {skipped} unchanged, {failures} with findings")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
