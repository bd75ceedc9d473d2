# Sourced by the builds of this folder: refuses a machine that is too small, in one line, before an hour is lost on it.
MEMORY_GB=6
DISK_GB=5
# Where the machine, and the container that it may be, say how much memory there is.
MEMINFO=/proc/meminfo
CGROUPS=/sys/fs/cgroup

need() { # need NAME GO_VERSION FOLDER: exit code 2 with one line where NAME cannot be built into FOLDER here
    local name=$1 want=$2 folder=$3 have memory disk said
    have=$(go env GOVERSION 2>/dev/null | sed 's/^go//; s/ .*//') || true
    if [[ -z $have || $(printf '%s\n' "$want" "$have" | sort -V | head -n 1) != "$want" ]]; then
        echo "error: $name is built with Go $want or newer; found: ${have:-none}" >&2
        exit 2
    fi
    # LANDING_MEMORY_GB and LANDING_DISK_GB stand in for what the machine says, where it is wrong.
    memory=${LANDING_MEMORY_GB:-$(memory_gb)}
    # Read from the right: a device's name may hold spaces. Where nobody says, nobody refuses.
    disk=${LANDING_DISK_GB:-$(df -Pk "$folder" 2>/dev/null | awk 'NR == 2 { printf "%d", $(NF - 2) / 1000000 }' || true)}
    for said in LANDING_MEMORY_GB="$memory" LANDING_DISK_GB="$disk"; do
        if [[ ! ${said#*=} =~ ^[0-9]*$ ]]; then
            echo "error: ${said%%=*}: '${said#*=}' is refused; allowed is a whole number of GB" >&2
            exit 2
        fi
    done
    if [[ -n $memory && $memory -lt $MEMORY_GB ]]; then
        echo "error: building $name takes $MEMORY_GB GB of memory; this machine has $memory" >&2
        exit 2
    fi
    if [[ -n $disk && $disk -lt $DISK_GB ]]; then
        echo "error: building $name takes $DISK_GB GB of disk; $folder has $disk free" >&2
        exit 2
    fi
}

memory_gb() { # the machine's memory, or less where a container may use less; nothing where neither is said
    {
        awk '$1 == "MemTotal:" { printf "%.0f\n", $2 * 1024 }' "$MEMINFO" || true
        # Version 2 of control groups, then version 1; "max" and numbers beyond any machine mean no limit.
        cat "$CGROUPS/memory.max" "$CGROUPS/memory/memory.limit_in_bytes" || true
    } 2>/dev/null | awk '/^[0-9]+$/ && (!least || $1 < least) { least = $1 } END { if (least) printf "%d", least / 1000000000 }'
}
