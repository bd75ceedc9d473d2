#!/usr/bin/env bash
# Builds kubeseal, pinned in secrets/go.mod, from its published Go
# module into a folder (first argument; default .engine/rehearsal/secrets of
# this repository), for tests/rehearsal. Does nothing when the folder already
# holds exactly that. JOBS bounds parallel compiling.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bin=${1:-$here/../../.engine/rehearsal/secrets}
mkdir -p "$bin"
bin=$(cd "$bin" && pwd)
cd "$here/secrets"
source ../../enough.sh
inputs=$(cat go.mod go.sum ../secrets.sh | sha256sum)

if [[ -x $bin/kubeseal && $(cat "$bin/.inputs" 2>/dev/null) == "$inputs" ]]; then
    echo "kubeseal is already in $bin"
    exit 0
fi
need kubeseal "$(awk '$1 == "go" { print $2 }' go.mod)" "$bin"
export GOTOOLCHAIN=local CGO_ENABLED=0 GOFLAGS=-mod=readonly
rm -f "$bin/.inputs"
go build ${JOBS:+-p "$JOBS"} -trimpath -buildvcs=false -ldflags "-s -w -X main.VERSION=0.40.0" -o "$bin/" \
    github.com/bitnami/sealed-secrets/cmd/kubeseal
echo "$inputs" >"$bin/.inputs"
echo "kubeseal is now in $bin"
