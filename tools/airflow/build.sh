#!/usr/bin/env bash
# Installs Airflow, as requirements.lock pins it with hashes, into a virtual
# environment of its own (first argument; default .engine/airflow of this
# repository), for tests/airflow. Does nothing when the folder already holds
# exactly that. PYTHON names the interpreter, 3.11 or newer.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bin=${1:-$here/../../.engine/airflow}
python=${PYTHON:-python3}
inputs=$(cat "$here/requirements.lock" "$here/build.sh" | sha256sum)
version=$(sed -n 's/^apache-airflow==\([0-9.]*\).*/\1/p' "$here/requirements.lock")

if [[ -x $bin/bin/python && $(cat "$bin/.inputs" 2>/dev/null) == "$inputs" ]]; then
    echo "airflow $version is already in $bin"
    exit 0
fi
if ! "$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null; then
    echo "error: airflow $version runs on Python 3.11 to 3.14; found: $("$python" --version 2>&1 || true)" >&2
    exit 2
fi
rm -rf "$bin"
"$python" -m venv "$bin"
# The lock is whole. Without --no-deps pip would follow an extra that a newer fastapi has and the pinned one has not.
"$bin/bin/python" -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes \
    -r "$here/requirements.lock"
"$bin/bin/python" -m pip check --disable-pip-version-check
echo "$inputs" >"$bin/.inputs"
echo "airflow $version is now in $bin"
