#!/usr/bin/env bash
# Every gate a change has to pass: scripts/check.sh [GATE...]
#   format   clang-format has nothing to change
#   scripts  the shell scripts pass shellcheck, the checks below find what they should
#   layers   folders include only what they may, libraries are named only where they may be
#   sizes    functions of at most 60 lines, files of at most 500, above every test case why it exists
#   tidy     clang-tidy finds nothing
#   asan     all tests under the address and undefined-behaviour sanitizers, in debug, built by Clang
#   tsan     the tests of parallel code under the thread sanitizer, built by Clang, five times or ALLOT_TSAN_RUNS
#   release  all tests as users run them
#   docs     what comments and documents point to exists, the examples of the documentation end as they say
#   golden   the plans of tests/golden come out as they are frozen there
# Without arguments all of them, the quick ones first; it stops at the first gate that fails.
set -euo pipefail
root=$(cd -P -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/.." && pwd)
cd "$root"

sources() { find include src tests bench -name '*.hpp' -o -name '*.cpp' | sort; }

gate_format() { sources | xargs -d '\n' clang-format-14 --dry-run -Werror; }

gate_scripts() {
    shellcheck scripts/allot scripts/test scripts/*.sh .ci/run
    PYTHONDONTWRITEBYTECODE=1 python3 -m unittest discover -q -s tests/scripts
}

gate_layers() { scripts/check_layers.py; }

gate_sizes() {
    scripts/check_sizes.py
    scripts/check_tests.py
}

# A folder of its own: configured only, so that clang-tidy sees the commands of GCC without its extras.
gate_tidy() {
    cmake -S . -B build/tidy -G Ninja -DCMAKE_BUILD_TYPE=Debug -DALLOT_UNITE_FOLDERS=ON >/dev/null
    scripts/run_tidy.py
}

gate_asan() {
    scripts/build.sh asan
    ctest --preset asan -j "$(scripts/jobs.sh)"
}

gate_tsan() {
    scripts/build.sh tsan
    ctest --preset tsan -j "$(scripts/jobs.sh)" --repeat until-fail:"${ALLOT_TSAN_RUNS:-5}" -R '[Pp]arallel|thread|determinis'
}

gate_release() { scripts/test; }

gate_docs() {
    scripts/check_citations.py
    scripts/check_docs.sh
}

gate_golden() { scripts/golden.py --check -j "$(scripts/jobs.sh 1024)"; }

all=(format scripts layers sizes release docs golden asan tsan tidy)
[ $# -gt 0 ] || set -- "${all[@]}"
for gate in "$@"; do
    if ! declare -F "gate_$gate" >/dev/null; then
        echo "no gate is called '$gate': ${all[*]}" >&2
        exit 2
    fi
done
scripts/install_dependencies.sh build checks
# Not `gate || report`: bash would then run on after a failed command inside the gate.
trap '[ $? -eq 0 ] || echo "== $gate FAILED" >&2' EXIT
for gate in "$@"; do
    started=$SECONDS
    echo "== $gate"
    "gate_$gate"
    echo "== $gate passed in $((SECONDS - started)) s"
done
