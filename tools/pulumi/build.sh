#!/usr/bin/env bash
# Builds the Pulumi engine pinned in go.mod into a folder (first argument;
# default .engine/bin of this repository): pulumi, pulumi-language-python and
# the pulumi-language-python-exec that must lie beside it.
# Does nothing when the folder already holds exactly that.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bin=${1:-$here/../../.engine/bin}
mkdir -p "$bin"
bin=$(cd "$bin" && pwd)
cd "$here"
# shellcheck source=../enough.sh
source ../enough.sh

# The pins and the wanted Go come from go.mod alone.
version=$(awk '$1 == "github.com/pulumi/pulumi/pkg/v3" { print $2 }' go.mod)
want_go=$(awk '$1 == "go" { print $2 }' go.mod)
inputs=$(cat go.mod go.sum build.sh langhost/*.go | sha256sum)

if [[ -x $bin/pulumi-language-python && -x $bin/pulumi-language-python-exec &&
      $(cat "$bin/.inputs" 2>/dev/null) == "$inputs" &&
      $("$bin/pulumi" version 2>/dev/null) == "$version" ]]; then
    echo "pulumi $version is already in $bin"
    exit 0
fi

if ! command -v go >/dev/null && command -v pulumi >/dev/null; then
    echo "no Go here: the pulumi on PATH is used ($(pulumi version))"
    exit 0
fi
export GOTOOLCHAIN=local CGO_ENABLED=0 GOFLAGS=-mod=readonly
need "Pulumi $version" "$want_go" "$bin"

build() { # build NAME PACKAGE
    go build -trimpath -buildvcs=false -tags osusergo,grpcnotrace -o "$bin/$1" \
        -ldflags "-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=$version" "$2"
}

rm -f "$bin/.inputs"
build pulumi github.com/pulumi/pulumi/pkg/v3/cmd/pulumi
build pulumi-language-python ./langhost
sdk=$(go list -m -f '{{.Dir}}' github.com/pulumi/pulumi/sdk/v3)
install -m 755 "$sdk/python/cmd/pulumi-language-python-exec" "$bin/"
echo "$inputs" >"$bin/.inputs"
echo "pulumi $("$bin/pulumi" version) is now in $bin"
