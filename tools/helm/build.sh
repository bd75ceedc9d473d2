#!/usr/bin/env bash
# Puts the helm pinned in go.mod into a folder (first argument; default
# .engine/helm of this repository): the one on PATH where it is exactly that
# version, else built from its published Go module. Does nothing when the folder
# already holds it. JOBS bounds parallel compiling.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bin=${1:-$here/../../.engine/helm}
mkdir -p "$bin"
bin=$(cd "$bin" && pwd)
cd "$here"
# shellcheck source=tools/enough.sh
source ../enough.sh

version=$(awk '$1 == "require" { sub(/^require /, "") } $1 == "helm.sh/helm/v3" { print $2; exit }' go.mod)
# Kubernetes 1.36 is client-go 0.36: without a version set here charts would be told 1.20.
minor=$(awk '$1 == "k8s.io/client-go" { split($2, part, "."); print part[2]; exit }' go.mod)
inputs=$(cat go.mod go.sum build.sh | sha256sum)

said() { # said HELM: the version it says it is, or nothing
    "$1" version --template '{{ .Version }}' 2>/dev/null || true
}

# What PATH held may have been replaced since, so that it is asked each time.
if [[ $(cat "$bin/.inputs" 2>/dev/null) == "$inputs" && $(said "$bin/helm") == "$version" ]]; then
    echo "helm $version is already in $bin"
    exit 0
fi
rm -f "$bin/.inputs"

if found=$(command -v helm) && [[ $(said "$found") == "$version" ]]; then
    ln -sf "$found" "$bin/helm"
    echo "$inputs" >"$bin/.inputs"
    echo "helm $version is the one on PATH, $found"
    exit 0
fi

need "helm $version" "$(awk '$1 == "go" { print $2 }' go.mod)" "$bin"
export GOTOOLCHAIN=local CGO_ENABLED=0 GOFLAGS=-mod=readonly
flags="-s -w -X helm.sh/helm/v3/internal/version.version=$version"
for package in pkg/chartutil pkg/lint/rules; do
    flags+=" -X helm.sh/helm/v3/$package.k8sVersionMajor=1 -X helm.sh/helm/v3/$package.k8sVersionMinor=$minor"
done
# A link would be written through, into what it points at.
rm -f "$bin/helm"
go build ${JOBS:+-p "$JOBS"} -trimpath -buildvcs=false -ldflags "$flags" -o "$bin/helm" helm.sh/helm/v3/cmd/helm
echo "$inputs" >"$bin/.inputs"
echo "helm $version is now in $bin"
