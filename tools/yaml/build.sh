#!/usr/bin/env bash
# Builds Pulumi's host for YAML programs, pinned in go.mod, from its published
# Go module into a folder (first argument; default .engine/yaml of this
# repository), for the engine tests. A module of its own: beside the CLI's
# requirements it does not compile. Does nothing when the folder already holds
# exactly that. JOBS bounds parallel compiling.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bin=${1:-$here/../../.engine/yaml}
mkdir -p "$bin"
bin=$(cd "$bin" && pwd)
cd "$here"
# shellcheck source=../enough.sh
source ../enough.sh

# The pins and the wanted Go come from go.mod alone.
version=$(awk '$1 == "github.com/pulumi/pulumi-yaml" { print $2 }' go.mod)
inputs=$(cat go.mod go.sum build.sh | sha256sum)

if [[ -x $bin/pulumi-language-yaml && $(cat "$bin/.inputs" 2>/dev/null) == "$inputs" ]]; then
    echo "pulumi-language-yaml $version is already in $bin"
    exit 0
fi

if ! command -v go >/dev/null && command -v pulumi-language-yaml >/dev/null; then
    echo "no Go here: the pulumi-language-yaml on PATH is used"
    exit 0
fi
need "Pulumi's YAML host $version" "$(awk '$1 == "go" { print $2 }' go.mod)" "$bin"
export GOTOOLCHAIN=local CGO_ENABLED=0 GOFLAGS=-mod=readonly
rm -f "$bin/.inputs"
go build ${JOBS:+-p "$JOBS"} -trimpath -buildvcs=false -o "$bin/pulumi-language-yaml" \
    -ldflags "-s -w -X github.com/pulumi/pulumi-yaml/pkg/version.Version=$version" \
    github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml
echo "$inputs" >"$bin/.inputs"
echo "pulumi-language-yaml $version is now in $bin"
