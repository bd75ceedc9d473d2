#!/usr/bin/env bash
# Builds, from published Go modules alone, what tests/kube needs into a folder
# (first argument; default .engine/kube of this repository): etcd and
# kube-apiserver, the CRDs of our custom resources, and the real
# pulumi-resource-kubernetes. Each piece has its own go.mod with its pins; a
# piece that is already there is left alone, and one that cannot be had is said
# and does not keep the others from being built. Without an API server there is
# nothing to test: only then is the exit code 1. JOBS bounds parallel compiling.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bin=${1:-$here/../../.engine/kube}
mkdir -p "$bin/crds"
bin=$(cd "$bin" && pwd)
# shellcheck source=../enough.sh
source "$here/../enough.sh"
export GOTOOLCHAIN=local CGO_ENABLED=0 GOFLAGS=-mod=readonly

pin() { # pin PIECE MODULE
    awk -v module="$2" '$1 == "require" { sub(/^require /, "") } $1 == module { print $2; exit }' "$here/$1/go.mod"
}

compile() { # compile PIECE FILE PACKAGE LDFLAGS
    go build -C "$here/$1" ${JOBS:+-p "$JOBS"} -trimpath -buildvcs=false -ldflags "-s -w $4" -o "$bin/$2" "$3"
}

etcd() {
    compile etcd etcd go.etcd.io/etcd/server/v3 ""
}

apiserver() {
    # Without these, /version says v0.0.0-master and clients misjudge the cluster.
    local version flags="" package
    version=$(pin apiserver k8s.io/kubernetes)
    for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
        flags+=" -X $package.gitVersion=$version -X $package.gitMajor=$(cut -d. -f1 <<<"${version#v}")"
        flags+=" -X $package.gitMinor=$(cut -d. -f2 <<<"$version")"
    done
    compile apiserver kube-apiserver k8s.io/kubernetes/cmd/kube-apiserver "$flags"
}

crds() {
    rm -f "$bin"/crds/*.yaml
    local module file folder
    while read -r module file; do
        # go.sum is checked; without -json the folder would not be said, and a failure is said in the JSON.
        if ! folder=$(cd "$here/crds" && go mod download -json "$module@$(pin crds "$module")"); then
            echo "$folder" >&2
            return 1
        fi
        folder=$(sed -n 's/^\t"Dir": "\(.*\)",\{0,1\}$/\1/p' <<<"$folder")
        install -m 644 "$folder/$file" "$bin/crds/"
    done <"$here/crds/files"
}

provider() {
    # The provider's module has no tags: its version is that of the SDK it was released with.
    local version
    version=$(pin provider github.com/pulumi/pulumi-kubernetes/sdk/v4)
    compile provider pulumi-resource-kubernetes . "-X main.version=${version#v}"
}

# `set -e` does not reach into a function that is part of a condition, hence a shell of its own for each piece.
if [[ ${2:-} ]]; then
    "$2"
    exit
fi

missing=()
for piece in etcd apiserver crds provider; do
    inputs=$(cd "$here" && cat build.sh "$piece"/* | sha256sum)
    if [[ $(cat "$bin/.$piece" 2>/dev/null) == "$inputs" ]]; then
        echo "$piece is already in $bin"
        continue
    fi
    rm -f "$bin/.$piece"
    missing+=("$piece:$inputs")
done

if ((${#missing[@]})); then
    want=$(awk '$1 == "go" { print $2 }' "$here"/*/go.mod | sort -V | tail -n 1)
    # What is already there is of use without the rest, so the refusal only ends this where nothing can be tested.
    if ! (need "${missing[*]%%:*}" "$want" "$bin"); then
        [[ -e $bin/.etcd && -e $bin/.apiserver && -e $bin/.crds ]] || exit 2
    else
        for each in "${missing[@]}"; do
            piece=${each%%:*}
            if "$here/build.sh" "$bin" "$piece"; then
                echo "${each#*:}" >"$bin/.$piece"
                echo "$piece is now in $bin"
            else
                echo "build.sh: $piece could not be built; what stopped it is said above" >&2
            fi
        done
    fi
fi

[[ -e $bin/.etcd && -e $bin/.apiserver && -e $bin/.crds ]]
