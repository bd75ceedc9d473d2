#!/usr/bin/env bash
# Builds documents/, a main of ours around FerretDB with SQLite, from its
# published Go module into a folder (first argument; default
# .engine/rehearsal/documents of this repository), for tests/rehearsal/documents.
# Does nothing when the folder already holds exactly that. JOBS bounds parallel
# compiling.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bin=${1:-$here/../../.engine/rehearsal/documents}
mkdir -p "$bin"
bin=$(cd "$bin" && pwd)
# shellcheck source=../enough.sh
source "$here/../enough.sh"
cd "$here/documents"

version=$(awk '$2 == "github.com/FerretDB/FerretDB" { print $3 }' go.mod)
inputs=$(cat go.mod go.sum main.go ../documents.sh | sha256sum)

if [[ -x $bin/documents && $(cat "$bin/.inputs" 2>/dev/null) == "$inputs" ]]; then
    echo "FerretDB $version is already in $bin"
    exit 0
fi
need "FerretDB $version" "$(awk '$1 == "go" { print $2 }' go.mod)" "$bin"
export GOTOOLCHAIN=local CGO_ENABLED=0 GOFLAGS=-mod=readonly
rm -f "$bin/.inputs"
go build ${JOBS:+-p "$JOBS"} -trimpath -buildvcs=false -ldflags "-s -w" -o "$bin/documents" .
echo "$inputs" >"$bin/.inputs"
echo "FerretDB $version is now in $bin"
