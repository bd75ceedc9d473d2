#!/usr/bin/env bash
# Puts axe-core, fetched from npm by checksum, and the name of a Chromium into a
# folder (first argument; default .engine/browser of this repository), for
# tests/browser. The Chromium is CHROMIUM, else Debian's or another on PATH: its
# version is the machine's, which patches it. Does nothing when the folder holds
# exactly that. Wants npm.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bin=${1:-$here/../../.engine/browser}
inputs=$(cat "$here"/* | sha256sum)

chromium=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}
if [[ -z $chromium || ! -x $chromium ]]; then
    echo "error: the page is shown by a Chromium; found ${chromium:-none} (Debian: apt-get install chromium)" >&2
    exit 2
fi
if [[ $(cat "$bin/.inputs" 2>/dev/null) == "$inputs" && $(cat "$bin/chromium" 2>/dev/null) == "$chromium" ]]; then
    echo "axe-core and the name of a Chromium are already in $bin"
    exit 0
fi
if ! command -v npm >/dev/null; then
    echo "error: axe-core comes from npm; found no npm" >&2
    exit 2
fi
rm -rf "$bin"
mkdir -p "$bin"
bin=$(cd "$bin" && pwd)
cd "$bin"
read -r _ archive <"$here/axe.sha256"
version=${archive#axe-core-}
npm pack --silent "axe-core@${version%.tgz}" >/dev/null
sha256sum --quiet --check "$here/axe.sha256"
tar -xzf "$archive" --strip-components=1 package/axe.min.js package/LICENSE
rm "$archive"
echo "$chromium" >chromium
echo "$inputs" >.inputs
echo "axe-core and the name of a Chromium are now in $bin"
