#!/usr/bin/env bash
# Runs the benchmarks and prints a table of them: scripts/benchmark.sh [BENCHMARK OPTIONS...]
# Figures are medians of three repetitions. BENCHMARKS.md keeps those of the present commit, and a row of every release.
set -euo pipefail
root=$(cd -P -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/.." && pwd)
cd "$root"
scripts/install_dependencies.sh build bench
cmake --preset release -DALLOT_BUILD_BENCH=ON >/dev/null
ninja -j "$(scripts/jobs.sh)" -C build/release allot_bench >&2
options=(--benchmark_repetitions=3 --benchmark_report_aggregates_only=true --benchmark_min_time=0.2 "$@")
results=$(mktemp)
trap 'rm -f "$results"' EXIT
build/release/bench/allot_bench "${options[@]}" --benchmark_out="$results" --benchmark_out_format=json >&2
python3 scripts/benchmark_table.py "$results" "$(git rev-parse --short HEAD)" "scripts/benchmark.sh $*"
