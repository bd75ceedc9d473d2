"""Elasticsearch to OpenSearch Service: a snapshot of 7.10 or older, restored; newer ones go by Migration Assistant."""

from __future__ import annotations

from typing import Final

from migration.moves import steps
from migration.moves.model import Move, NothingWritten, Parameter, Step, command, pipe

_SNAPSHOT: Final = (
    "https://docs.opensearch.org/2.19/tuning-your-cluster/availability-and-recovery/snapshots/snapshot-restore/"
)
_CURL: Final = "https://curl.se/docs/manpage.html"
#: Its user and password, or the signature, stand in a file that only the Job mounts.
_SOURCE: Final = ("curl", "--fail-with-body", "--silent", "--show-error", "--config", "/move/source.curl")
_TARGET: Final = ("curl", "--fail-with-body", "--silent", "--show-error", "--config", "/move/target.curl")
_DROP: Final = command(
    f"{_CURL}#-X", *_TARGET, "--request", "DELETE", "https://$SEARCH_HOST/vehicles", not_run=steps.NO_ACCOUNT
)

_AWS_SNAPSHOTS: Final = "https://docs.aws.amazon.com/opensearch-service/latest/developerguide/"
_SNAP: Final = command(
    "https://www.elastic.co/guide/en/elasticsearch/reference/7.10/create-snapshot-api.html",
    *(*_SOURCE, "--request", "PUT", "--header", "content-type: application/json"),
    *("--data", '{"indices": "vehicles", "include_global_state": false}'),
    "https://$SOURCE_HOST:9200/_snapshot/alphacar/$SNAPSHOT?wait_for_completion=true",
)
_RESTORE: Final = command(
    _SNAPSHOT,
    *(*_TARGET, "--request", "POST", "--header", "content-type: application/json"),
    *("--data", '{"indices": "vehicles", "include_global_state": false}'),
    "https://$SEARCH_HOST/_snapshot/on-premises/$SNAPSHOT/_restore?wait_for_completion=true",
)

MOVE: Final = Move(
    capability="search",
    title="Elasticsearch to Amazon OpenSearch Service",
    summary=(
        "A snapshot of Elasticsearch 7.10.2 or older goes to S3 and is restored by OpenSearch 2.19, the index without "
        "the cluster's state. Rehearsed with Elasticsearch 7.10.2 and OpenSearch 2.19.6: 20,000 documents, equal in "
        "digest, mapping and alias."
    ),
    parameters=(
        steps.ENVIRONMENT,
        steps.SOURCE_CONTEXT,
        steps.TARGET_CONTEXT,
        steps.SOURCE_NAMESPACE,
        steps.WRITER_NAMESPACE,
        steps.WRITERS,
        steps.WRITER_REPLICAS,
        Parameter(name="SOURCE_HOST", meaning="the address of Elasticsearch", found_by="kubectl get services -A"),
        Parameter(name="SEARCH_HOST", meaning="the domain's endpoint", found_by="pulumi stack output searchUrl"),
        Parameter(name="SNAPSHOT", meaning="a name for the snapshot, as vehicles-20261120", found_by="you choose it"),
    ),
    steps=(
        Step(
            name="read-version",
            kind="precheck",
            title="Read the version: OpenSearch 2 reads snapshots of Elasticsearch up to 7.10.2, and none of 7.11",
            owner="platform",
            minutes=15,
            place="cluster",
            run=(command(_CURL, *_SOURCE, "https://$SOURCE_HOST:9200/"),),
            verify=(
                pipe(
                    "https://opensearch.org/docs/2.19/migrate-or-upgrade/",
                    (*_SOURCE, "https://$SOURCE_HOST:9200/"),
                    ("jq", "--exit-status", '.version.number | test("^7[.]([0-9]|10)[.]")'),
                ),
            ),
            undo=NothingWritten(),
        ),
        steps.open_network("search", 443),
        steps.prove_requirements("search"),
        Step(
            name="register-repositories",
            kind="copy",
            title="Register one bucket as a repository at both ends, read-only at the target",
            owner="platform",
            minutes=30,
            place="cluster",
            run=(
                command(
                    "https://www.elastic.co/guide/en/elasticsearch/plugins/7.10/repository-s3-repository.html",
                    *(*_SOURCE, "--request", "PUT", "--header", "content-type: application/json"),
                    *("--data", "@/move/repository-source.json", "https://$SOURCE_HOST:9200/_snapshot/alphacar"),
                    not_run=steps.NO_CLUSTER,
                ),
                command(
                    f"{_AWS_SNAPSHOTS}managedomains-snapshots.html",
                    *(*_TARGET, "--request", "PUT", "--header", "content-type: application/json"),
                    *("--data", "@/move/repository-target.json", "https://$SEARCH_HOST/_snapshot/on-premises"),
                    not_run=steps.NO_ACCOUNT,
                ),
            ),
            verify=(
                pipe(
                    f"{_AWS_SNAPSHOTS}managedomains-snapshots.html",
                    (*_TARGET, "https://$SEARCH_HOST/_snapshot/on-premises"),
                    ("jq", "--exit-status", '."on-premises".settings.readonly | tostring == "true"'),
                    not_run=steps.NO_ACCOUNT,
                ),
            ),
            undo=(
                command(
                    f"{_AWS_SNAPSHOTS}managedomains-snapshots.html",
                    *(*_TARGET, "--request", "DELETE", "https://$SEARCH_HOST/_snapshot/on-premises"),
                    not_run=steps.NO_ACCOUNT,
                ),
            ),
        ),
        Step(
            name="snapshot",
            kind="copy",
            title="Write a snapshot of the index into the bucket, without the cluster's state",
            owner="platform",
            minutes=30,
            place="cluster",
            run=(_SNAP,),
            verify=(
                pipe(
                    "https://www.elastic.co/guide/en/elasticsearch/reference/7.10/get-snapshot-api.html",
                    (*_SOURCE, "https://$SOURCE_HOST:9200/_snapshot/alphacar/$SNAPSHOT"),
                    ("jq", "--exit-status", '.snapshots[0] | .state == "SUCCESS" and .shards.failed == 0'),
                ),
            ),
            undo=(
                command(
                    "https://www.elastic.co/guide/en/elasticsearch/reference/7.10/delete-snapshot-api.html",
                    *(*_SOURCE, "--request", "DELETE", "https://$SOURCE_HOST:9200/_snapshot/alphacar/$SNAPSHOT"),
                ),
            ),
        ),
        Step(
            name="restore",
            kind="copy",
            title="Restore the index from the repository, registered as read-only",
            owner="platform",
            minutes=60,
            place="cluster",
            run=(_RESTORE,),
            verify=(
                pipe(
                    "https://docs.opensearch.org/2.19/api-reference/cluster-api/cluster-health/",
                    (*_TARGET, "https://$SEARCH_HOST/_cluster/health/vehicles"),
                    ("jq", "--exit-status", '.status != "red" and .active_primary_shards > 0'),
                ),
            ),
            undo=(_DROP,),
        ),
        Step(
            name="compare",
            kind="verify",
            title="Compare counts, documents by digest, mappings, aliases and templates",
            owner="platform",
            minutes=30,
            run=(steps.compare("search"),),
            verify=(steps.compare("search", "verify"),),
            undo=NothingWritten(),
        ),
        Step(
            name="switch-applications",
            kind="cut-over",
            title="Hold writes, snapshot and restore again, compare, and start the application in EKS with SEARCH_URL",
            owner="application",
            minutes=60,
            # Under another SNAPSHOT than before: what was written since the first copy comes along.
            run=(
                *steps.hold_writes(),
                *(_SNAP, _DROP, _RESTORE),
                steps.compare("search", "cut-over"),
                steps.restart(),
            ),
            verify=(steps.writes_held(), *steps.rolled_out()),
            undo=steps.let_write(),
        ),
        steps.no_alarm("alarms-search", "search"),
        steps.remove_release(
            "search", "Elasticsearch", "its snapshot stays in the bucket until that expires", "app=elasticsearch-master"
        ),
    ),
    roll_back=Step(
        name="index-again",
        kind="roll-back",
        title="Start the application on premises; it fills the index again from the documents",
        owner="application",
        minutes=120,
        run=steps.let_write(),
        verify=(
            pipe(
                "https://www.elastic.co/guide/en/elasticsearch/reference/7.10/search-count.html",
                (*_SOURCE, "https://$SOURCE_HOST:9200/vehicles/_count"),
                ("jq", "--exit-status", ".count > 0"),
                not_run=steps.NO_CLUSTER,
            ),
        ),
        undo=steps.hold_writes(),
    ),
    limits=(
        "The guide's _reindex from a remote host does not exist on T2 and T3 data nodes.",
        "An index that Elasticsearch 7 made does not open in OpenSearch 3: reindex before that upgrade.",
        "Legacy templates are not carried, because the cluster's state is not.",
        "Elasticsearch 7.11 and newer: AWS's Migration Assistant, which reads versions 1 to 8.",
    ),
    after=("documents",),
)
