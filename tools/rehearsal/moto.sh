#!/usr/bin/env bash
# Installs moto's server, as moto/requirements.lock pins it with hashes, into a
# virtual environment of its own (first argument; default .engine/rehearsal/moto
# of this repository), for tests/rehearsal. Does nothing when the folder already
# holds exactly that. PYTHON names the interpreter.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bin=${1:-$here/../../.engine/rehearsal/moto}
python=${PYTHON:-python3}
inputs=$(cat "$here/moto/requirements.lock" "$here/moto.sh" | sha256sum)

if [[ -x $bin/bin/moto_server && $(cat "$bin/.inputs" 2>/dev/null) == "$inputs" ]]; then
    echo "moto is already in $bin"
    exit 0
fi
rm -rf "$bin"
mkdir -p "$(dirname "$bin")"
"$python" -m venv "$bin"
"$bin/bin/python" -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes \
    -r "$here/moto/requirements.lock"
"$bin/bin/python" -m pip check --disable-pip-version-check
echo "$inputs" >"$bin/.inputs"
echo "moto is now in $bin"
