#!/usr/bin/env bash
# Puts Kafka, as workflow/pom.xml pins it, with its libraries into a folder (first
# argument; default .engine/rehearsal/workflow of this repository), held against
# workflow/jars.sha256, for tests/rehearsal. Does nothing when the folder already
# holds exactly that. Wants mvn and, to run it, Java 17.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bin=${1:-$here/../../.engine/rehearsal/workflow}
inputs=$(cat "$here/workflow/pom.xml" "$here/workflow/jars.sha256" "$here/workflow.sh" | sha256sum)

if [[ $(cat "$bin/.inputs" 2>/dev/null) == "$inputs" ]]; then
    echo "kafka is already in $bin"
    exit 0
fi
rm -rf "$bin"
mkdir -p "$bin/libs"
bin=$(cd "$bin" && pwd)
mvn --quiet --batch-mode --file "$here/workflow/pom.xml" dependency:copy-dependencies -DoutputDirectory="$bin/libs"
(cd "$bin/libs" && sha256sum --quiet --check "$here/workflow/jars.sha256")
echo "$inputs" >"$bin/.inputs"
echo "kafka is now in $bin"
