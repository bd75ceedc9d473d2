#!/usr/bin/env bash
# Builds, from its published Go module alone, the real AWS provider with a main
# of our own (driver/main.go) into a folder (first argument; default
# .engine/aws of this repository). The provider's packages are internal to its
# module, so the driver is built in a copy of it, which goes when it is done;
# the copy holds the services of the file `services` alone, because all of them
# would be five times as much. Does nothing when the folder already holds
# exactly that. JOBS bounds parallel compiling.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bin=${1:-$here/../../.engine/aws}
mkdir -p "$bin"
bin=$(cd "$bin" && pwd)
cd "$here"
# shellcheck source=../enough.sh
source ../enough.sh

# The pin and the wanted Go come from go.mod alone.
module=github.com/hashicorp/terraform-provider-aws
version=$(awk -v module=$module '$1 == "require" && $2 == module { print $3 }' go.mod)
want=$(awk '$1 == "go" { print $2 }' go.mod)
inputs=$(cat go.mod go.sum build.sh services trim.py driver/main.go | sha256sum)

if [[ -x $bin/aws-provider && $(cat "$bin/.inputs" 2>/dev/null) == "$inputs" ]]; then
    echo "the AWS provider of $version is already in $bin"
    exit 0
fi
export GOTOOLCHAIN=local CGO_ENABLED=0 GOFLAGS=-mod=readonly
need "the AWS provider" "$want" "$bin"

copied=$bin/source
trap 'rm -rf "$copied" "$bin/.building"' EXIT
rm -rf "$copied" "$bin/.inputs" "$bin/aws-provider"
mkdir "$copied"

# go.sum is checked; without -json the folder would not be said, and a failure is said in the JSON.
if ! folder=$(go mod download -json "$module@$version"); then
    echo "$folder" >&2
    exit 1
fi
folder=$(sed -n 's/^\t"Dir": "\(.*\)",\{0,1\}$/\1/p' <<<"$folder")
python3 trim.py "$folder" "$copied" services
mkdir "$copied/driver"
cp driver/main.go "$copied/driver/"

go build -C "$copied" ${JOBS:+-p "$JOBS"} -trimpath -buildvcs=false -ldflags "-s -w" -o "$bin/.building" ./driver
mv "$bin/.building" "$bin/aws-provider"
echo "$inputs" >"$bin/.inputs"
echo "the AWS provider of $version is now in $bin"
