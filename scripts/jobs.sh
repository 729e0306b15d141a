#!/usr/bin/env bash
# Prints how many compilers, or tests, may run at once: scripts/jobs.sh [MIB]
# One for each core that this process may use, but no more than the free memory has room for at MIB each (1536, what the largest
# sources of a release build take), and at least one. A limit of the container counts as the machine's memory does.
set -euo pipefail
each_mib=${1:-1536}
free_mib=$(awk '/^MemAvailable:/ { print int($2 / 1024) }' /proc/meminfo)
limit=$(cat /sys/fs/cgroup/memory.max 2>/dev/null || echo max)
if [ "$limit" != max ]; then
    used=$(($(cat /sys/fs/cgroup/memory.current) - $(awk '/^inactive_file / { print $2 }' /sys/fs/cgroup/memory.stat)))
    room_mib=$(((limit - used) / 1048576))
    [ "$room_mib" -ge "$free_mib" ] || free_mib=$room_mib
fi
jobs=$((free_mib / each_mib))
cores=$(nproc)
[ "$jobs" -le "$cores" ] || jobs=$cores
[ "$jobs" -ge 1 ] || jobs=1
echo "$jobs"
