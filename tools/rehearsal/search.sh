#!/usr/bin/env bash
# Fetches Elasticsearch 7.10.2 and OpenSearch 2.19 as published to Maven, each
# jar by checksum, and compiles a main of ours that starts one node of them,
# into a folder (first argument; default .engine/rehearsal/search of this
# repository), for tests/rehearsal/search. Does nothing when the folder already
# holds exactly that. Wants mvn, and a JDK of 17 or newer: JAVA_HOME names one.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bin=${1:-$here/../../.engine/rehearsal/search}
java=${JAVA_HOME:+$JAVA_HOME/bin/}
inputs=$(cat "$here"/search/Server.java.in "$here"/search/*/* "$here/search.sh" | sha256sum)

if [[ $(cat "$bin/.inputs" 2>/dev/null) == "$inputs" ]]; then
    echo "Elasticsearch and OpenSearch are already in $bin"
    exit 0
fi
for program in mvn "${java}javac"; do
    if ! command -v "$program" >/dev/null; then
        echo "error: Elasticsearch and OpenSearch come from Maven, for a JDK of 17; found no $program" >&2
        exit 2
    fi
done
rm -rf "$bin"
mkdir -p "$bin"
bin=$(cd "$bin" && pwd)
for product in elasticsearch opensearch; do
    mkdir -p "$bin/$product/classes"
    mvn --quiet --batch-mode --file "$here/search/$product/pom.xml" dependency:copy-dependencies \
        "-DoutputDirectory=$bin/$product/lib"
    (cd "$bin/$product/lib" && sha256sum --quiet --check "$here/search/$product/jars.sha256")
    sed "s/@PRODUCT@/$product/" "$here/search/Server.java.in" >"$bin/$product/Server.java"
    "${java}javac" -nowarn -Xlint:none -cp "$bin/$product/lib/*" -d "$bin/$product/classes" "$bin/$product/Server.java"
done
echo "$inputs" >"$bin/.inputs"
echo "Elasticsearch and OpenSearch are now in $bin"
