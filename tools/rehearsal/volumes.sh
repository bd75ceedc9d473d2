#!/usr/bin/env bash
# Builds Velero's restore action, pinned in volumes/go.mod, as a program of ours
# (volumes/main.go) into a folder (first argument; default .engine/rehearsal/volumes of
# this repository), for tests/rehearsal. Does nothing when the folder already
# holds exactly that. JOBS bounds parallel compiling.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bin=${1:-$here/../../.engine/rehearsal/volumes}
mkdir -p "$bin"
bin=$(cd "$bin" && pwd)
cd "$here/volumes"
source ../../enough.sh
inputs=$(cat go.mod go.sum main.go ../volumes.sh | sha256sum)

if [[ -x $bin/change-storage-class && $(cat "$bin/.inputs" 2>/dev/null) == "$inputs" ]]; then
    echo "change-storage-class is already in $bin"
    exit 0
fi
need "Velero's restore action" "$(awk '$1 == "go" { print $2 }' go.mod)" "$bin"
export GOTOOLCHAIN=local CGO_ENABLED=0 GOFLAGS=-mod=readonly
rm -f "$bin/.inputs"
go build ${JOBS:+-p "$JOBS"} -trimpath -buildvcs=false -ldflags "-s -w" -o "$bin/change-storage-class" .
echo "$inputs" >"$bin/.inputs"
echo "change-storage-class is now in $bin"
