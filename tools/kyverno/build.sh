#!/usr/bin/env bash
# Builds Kyverno's own CLI, pinned in go.mod, from its published Go module into
# a folder (first argument; default .engine/kyverno of this repository), for
# tests/kyverno. Does nothing when the folder already holds exactly that. JOBS
# bounds parallel compiling.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bin=${1:-$here/../../.engine/kyverno}
mkdir -p "$bin"
bin=$(cd "$bin" && pwd)
cd "$here"
source ../enough.sh

# The pins and the wanted Go come from go.mod alone.
version=$(awk '$1 == "github.com/kyverno/kyverno" { print $2 }' go.mod)
inputs=$(cat go.mod go.sum build.sh | sha256sum)

if [[ -x $bin/kyverno && $(cat "$bin/.inputs" 2>/dev/null) == "$inputs" ]]; then
    echo "kyverno $version is already in $bin"
    exit 0
fi

need "Kyverno's CLI $version" "$(awk '$1 == "go" { print $2 }' go.mod)" "$bin"
export GOTOOLCHAIN=local CGO_ENABLED=0 GOFLAGS=-mod=readonly
rm -f "$bin/.inputs"
# Without the version, `kyverno version` says (devel).
go build ${JOBS:+-p "$JOBS"} -trimpath -buildvcs=false -o "$bin/kyverno" \
    -ldflags "-s -w -X github.com/kyverno/kyverno/pkg/version.BuildVersion=$version" \
    github.com/kyverno/kyverno/cmd/cli/kubectl-kyverno
echo "$inputs" >"$bin/.inputs"
echo "kyverno $version is now in $bin"
