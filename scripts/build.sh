#!/usr/bin/env bash
# Builds a preset in build/PRESET: scripts/build.sh PRESET [TARGET...]
# Installs what is missing and configures when that is needed; prints nothing when there is nothing to do. All output goes to
# standard error, standard input is left alone.
set -euo pipefail
root=$(cd -P -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/.." && pwd)
cd "$root"
preset=$1
shift
folder=build/$preset
exec </dev/null >&2

say() { printf 'allot: %s\n' "$*"; }

# A build folder that came along with a copied or moved checkout still builds the sources of the old place.
is_configured() {
    [ -e "$folder/build.ninja" ] && grep -qsxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$folder/CMakeCache.txt"
}

configure() {
    cmake --fresh --preset "$preset" >"$folder/configure.log" 2>&1 && return
    scripts/install_dependencies.sh build || return
    cmake --fresh --preset "$preset" >"$folder/configure.log" 2>&1 && return
    cat "$folder/configure.log"
    return 1
}

build() {
    ninja -j "$(scripts/jobs.sh)" -C "$folder" "$@" 2>&1 |
        sed -u -e '/Re-checking globbed directories/d' -e '/^ninja: no work to do/d' -e '/^ninja: Entering directory/d'
}

if ! mkdir -p "$folder" 2>/dev/null || [ ! -w "$folder" ]; then
    if [ "$preset" = release ] && [ -x "$folder/bin/allot" ]; then
        exit 0 # someone else's checkout: use the program as it was built there
    fi
    say "cannot write to $root/$folder"
    exit 1
fi
exec 9>"$folder/.lock"
flock 9
if ! is_configured; then
    say "building in $folder, the first time takes a few minutes"
    find "$folder" -mindepth 1 ! -name .lock -delete
    configure || exit 1
fi
build "$@" || {
    # A library that was removed since the last build is installed again; an error in the sources is not tried twice.
    [ -n "$(scripts/install_dependencies.sh --missing build)" ] || exit 1
    configure && build "$@" || exit 1
}
