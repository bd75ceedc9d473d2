#!/usr/bin/env bash
# Builds crane and regctl, pinned in registry/go.mod, from their published Go
# modules into a folder (first argument; default .engine/rehearsal/registry of
# this repository), for tests/rehearsal. Does nothing when the folder already
# holds exactly that. JOBS bounds parallel compiling.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bin=${1:-$here/../../.engine/rehearsal/registry}
mkdir -p "$bin"
bin=$(cd "$bin" && pwd)
cd "$here/registry"
source ../../enough.sh
inputs=$(cat go.mod go.sum ../registry.sh | sha256sum)

if [[ -x $bin/crane && -x $bin/regctl && $(cat "$bin/.inputs" 2>/dev/null) == "$inputs" ]]; then
    echo "crane and regctl are already in $bin"
    exit 0
fi
need "crane and regctl" "$(awk '$1 == "go" { print $2 }' go.mod)" "$bin"
export GOTOOLCHAIN=local CGO_ENABLED=0 GOFLAGS=-mod=readonly
rm -f "$bin/.inputs"
go build ${JOBS:+-p "$JOBS"} -trimpath -buildvcs=false -ldflags "-s -w" -o "$bin/" \
    github.com/google/go-containerregistry/cmd/crane github.com/regclient/regclient/cmd/regctl
echo "$inputs" >"$bin/.inputs"
echo "crane and regctl are now in $bin"
