#!/usr/bin/env bash
# Installs what is missing of the Debian packages that Allot needs.
#   scripts/install_dependencies.sh [--missing] [build] [checks] [bench] [plots]
# build (the default): compiler and libraries; checks: what scripts/check.sh needs besides; bench: what bench/ needs besides;
# plots: what scripts/plot_study.py needs.
# --missing only prints what is missing.
# Never removes a package. Needs root or sudo if something is missing; apt's output goes to standard error.
set -euo pipefail
root=$(cd -P -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/.." && pwd)

build_packages=(g++ cmake ninja-build libtbb-dev libcli11-dev libyaml-cpp-dev libfmt-dev doctest-dev
    coinor-libclp-dev coinor-libcbc-dev)
check_packages=(clang-format-14 clang-tidy-14 clang-14 libclang-rt-14-dev python3 shellcheck coinor-cbc glpk-utils)
bench_packages=(libbenchmark-dev python3)
plot_packages=(python3-matplotlib)
boost_package=libboost1.81-dev
boost_folder="$root/build/_deps/boost"

say() { printf 'allot: %s\n' "$*" >&2; }

is_installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

missing_of() {
    local package
    for package in "$@"; do
        is_installed "$package" || printf '%s\n' "$package"
    done
}

# apt-get waits for dpkg's lock by itself, but not for the lock of the package lists.
apt() {
    local deadline=$((SECONDS + 600)) output
    output=$(mktemp)
    while ! "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l \
        apt-get -q -y -o DPkg::Lock::Timeout=600 "$@" </dev/null 2>&1 | tee "$output" >&2; do
        if ! grep -q 'Could not get lock' "$output" || [ $SECONDS -ge $deadline ]; then
            rm -f "$output"
            return 1
        fi
        say 'another program is using the package lists, trying again'
        sleep 3
    done
    rm -f "$output"
}

# Whether the lists know a version of every package named.
are_known() {
    local package
    for package in "$@"; do
        [[ $(apt-cache policy "$package" 2>/dev/null) == *'Candidate: '[^\(]* ]] || return 1
    done
}

# Boost 1.81 and Debian's default 1.74 exclude each other. Where 1.74 is in use the headers of 1.81 are unpacked privately, which
# any user may do: Allot needs nothing else of it, and no package is removed.
unpack_boost_if_in_conflict() {
    [[ " ${missing[*]} " == *" $boost_package "* ]] && are_known "$boost_package" || return 0
    ! apt-get -s --no-remove install "$boost_package" >/dev/null 2>&1 || return 0
    local temporary
    say "$boost_package conflicts with an installed Boost: unpacking its headers into build/_deps/boost"
    temporary=$(mktemp -d)
    (cd "$temporary" && apt-get -q -o APT::Sandbox::User=root download "$boost_package" </dev/null >&2)
    rm -rf "$boost_folder"
    mkdir -p "$boost_folder"
    dpkg -x "$temporary"/*.deb "$boost_folder"
    rm -rf "$temporary"
    mapfile -t missing < <(printf '%s\n' "${missing[@]}" | grep -vxF "$boost_package")
}

say_what_to_install() {
    say "these Debian packages are missing: $*"
    say 'Install them as root, then run this command again:'
    say "    apt-get update && apt-get install --no-install-recommends --no-remove $*"
}

only_print=false
if [ "${1:-}" = --missing ]; then
    only_print=true
    shift
fi
wanted=()
for group in "${@:-build}"; do
    case $group in
        build)
            wanted+=("${build_packages[@]}")
            [ -e "$boost_folder/usr/include/boost/version.hpp" ] || wanted+=("$boost_package")
            ;;
        checks) wanted+=("${check_packages[@]}") ;;
        bench) wanted+=("${bench_packages[@]}") ;;
        plots) wanted+=("${plot_packages[@]}") ;;
        *)
            say "no group of packages is called '$group' (build, checks, bench, plots)"
            exit 2
            ;;
    esac
done

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    say 'packages can only be installed on Debian and its relatives. By their names there, Allot needs:'
    say "    ${wanted[*]}"
    exit 1
fi

mapfile -t missing < <(missing_of "${wanted[@]}")
[ ${#missing[@]} -gt 0 ] || exit 0
if $only_print; then
    printf '%s\n' "${missing[@]}"
    exit 0
fi

unpack_boost_if_in_conflict
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null || ! { sudo -n true 2>/dev/null || { [ -t 2 ] && sudo true; }; }; then
        say_what_to_install "${missing[@]}"
        exit 1
    fi
    as_root=(sudo)
fi

say "installing ${missing[*]}"
are_known "${missing[@]}" || { apt update && unpack_boost_if_in_conflict; }
[ ${#missing[@]} -gt 0 ] || exit 0
install=(install --no-install-recommends --no-remove "${missing[@]}")
# Lists older than the archive name packages that are gone: fetch new ones and try once more.
apt "${install[@]}" || { apt update && apt "${install[@]}"; } || {
    say_what_to_install "${missing[@]}"
    exit 1
}
