# Sourced by the builds of this folder: refuses a machine that is too small, in one line, before an hour is lost on it.
# `need NAME WANTED` asks for the Go that a go.mod wants, 6 GB of memory and 5 GB of disk.
MEMORY_GB=6
DISK_GB=5

need() { # need NAME GO_VERSION FOLDER: exit code 2 with one line where NAME cannot be built into FOLDER here
    local name=$1 want=$2 folder=$3 have memory disk
    have=$(go env GOVERSION 2>/dev/null | sed 's/^go//; s/ .*//') || true
    if [[ -z $have || $(printf '%s\n' "$want" "$have" | sort -V | head -n 1) != "$want" ]]; then
        echo "error: $name is built with Go $want or newer; found: ${have:-none}" >&2
        exit 2
    fi
    # LANDING_MEMORY_GB and LANDING_DISK_GB stand in for what the machine says, for a container that is told less.
    memory=${LANDING_MEMORY_GB:-$(awk '$1 == "MemTotal:" { printf "%d", $2 / 1000000 }' /proc/meminfo 2>/dev/null || echo "")}
    disk=${LANDING_DISK_GB:-$(df -Pk "$folder" 2>/dev/null | awk 'NR == 2 { printf "%d", $4 / 1000000 }')}
    if [[ -n $memory && $memory -lt $MEMORY_GB ]]; then
        echo "error: building $name takes $MEMORY_GB GB of memory; this machine has $memory" >&2
        exit 2
    fi
    if [[ -n $disk && $disk -lt $DISK_GB ]]; then
        echo "error: building $name takes $DISK_GB GB of disk; $folder has $disk free" >&2
        exit 2
    fi
}
