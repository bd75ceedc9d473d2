"""MongoDB to DocumentDB: dumped with writes held, restored over TLS, compared as raw BSON."""

from __future__ import annotations

from typing import Final

from migration.moves import steps
from migration.moves.model import Move, NothingWritten, Parameter, Step, command, pipe

_TOOLS: Final = "https://github.com/awslabs/amazon-documentdb-tools/tree/master"
_DUMP: Final = "https://www.mongodb.com/docs/database-tools/mongodump/"
_RESTORE: Final = "https://www.mongodb.com/docs/database-tools/mongorestore/"
_NO_MONGOD: Final = "no mongod and no MongoDB Database Tools were to be had: composed from its manual, never run"

#: The address and the password of each side stand in a file that only the Job mounts.
_DUMP_TO_FILE: Final = command(
    _DUMP,
    *("mongodump", "--config=/move/source.yaml", "--db=alphacar", "--readPreference=primary"),
    *("--gzip", "--archive=/data/documents.archive"),
    not_run=_NO_MONGOD,
)
#: ``--drop``: a copy that was cut off is begun anew, and comes to the same.
_RESTORE_FROM_FILE: Final = command(
    _RESTORE,
    *("mongorestore", "--config=/move/target.yaml", "--ssl", "--sslCAFile=/etc/documentdb/global-bundle.pem"),
    *("--gzip", "--archive=/data/documents.archive", "--nsInclude=alphacar.*", "--drop", "--stopOnError"),
    not_run=_NO_MONGOD,
)
_EMPTY_AGAIN: Final = command(
    "https://pymongo.readthedocs.io/en/stable/api/pymongo/mongo_client.html",
    "python",
    "-c",
    "import pymongo, yaml; "
    "pymongo.MongoClient(yaml.safe_load(open('/move/target.yaml'))['uri']).drop_database('alphacar')",
    not_run=_NO_MONGOD,
)
_SCAN: Final = command(
    f"{_TOOLS}/compat-tool",
    *("python", "/opt/amazon-documentdb-tools/compat-tool/compat.py", "--version", "5.0"),
    *("--directory", "$APPLICATION_SOURCE"),
)

MOVE: Final = Move(
    capability="documents",
    title="MongoDB to Amazon DocumentDB",
    summary=(
        "Application and indexes are scanned first. A whole copy is rehearsed while MongoDB goes on, then made again "
        "with writes held; between the crawls nothing else writes. mongodump and mongorestore are of one version at "
        "both ends, and no oplog is replayed: DocumentDB takes none."
    ),
    parameters=(
        steps.ENVIRONMENT,
        steps.SOURCE_CONTEXT,
        steps.TARGET_CONTEXT,
        steps.SOURCE_NAMESPACE,
        steps.WRITER_NAMESPACE,
        steps.WRITERS,
        steps.WRITER_REPLICAS,
        Parameter(
            name="APPLICATION_SOURCE",
            meaning="a checkout of what speaks to MongoDB",
            found_by="git clone of main-backend",
        ),
    ),
    steps=(
        Step(
            name="scan-application",
            kind="precheck",
            title="Scan the application's source for operators that DocumentDB lacks",
            owner="application",
            minutes=60,
            run=(_SCAN,),
            # It ends with 1 when it finds an operator, and with 0 where there is no source to scan.
            verify=(
                command(
                    "https://www.gnu.org/software/grep/manual/html_node/File-and-Directory-Selection.html",
                    *("grep", "--recursive", "--quiet", "mongo", "$APPLICATION_SOURCE"),
                ),
                _SCAN,
            ),
            undo=NothingWritten(),
        ),
        Step(
            name="scan-indexes",
            kind="precheck",
            title="Dump the database, and refuse indexes in its metadata that DocumentDB cannot have",
            owner="platform",
            minutes=30,
            place="cluster",
            run=(
                command(
                    _DUMP,
                    *("mongodump", "--config=/move/source.yaml", "--db=alphacar", "--out=/data/metadata"),
                    not_run=_NO_MONGOD,
                ),
            ),
            verify=(
                # It ends with 0 whatever it finds; what it says is the answer.
                pipe(
                    f"{_TOOLS}/index-tool",
                    (
                        *("python", "/opt/amazon-documentdb-tools/index-tool/migrationtools/documentdb_index_tool.py"),
                        *("--dir", "/data/metadata", "--show-issues"),
                    ),
                    ("grep", "--fixed-strings", "No incompatibilities found."),
                    with_errors=True,
                ),
            ),
            undo=NothingWritten(),
        ),
        steps.open_network("documents", 27017),
        steps.prove_requirements("documents"),
        Step(
            name="rehearse-copy",
            kind="copy",
            title="Copy everything while MongoDB goes on: how long it takes, and what fails",
            owner="platform",
            minutes=120,
            place="cluster",
            run=(_DUMP_TO_FILE, _RESTORE_FROM_FILE),
            verify=(steps.compare("documents"),),
            undo=(_EMPTY_AGAIN,),
        ),
        Step(
            name="compare",
            kind="verify",
            title="Compare counts, documents as raw BSON, indexes with their expiry, and users",
            owner="platform",
            minutes=60,
            run=(steps.compare("documents"),),
            verify=(steps.compare("documents", "verify"),),
            undo=NothingWritten(),
        ),
        Step(
            name="hold-writes-and-copy",
            kind="cut-over",
            title="Hold writes on premises, copy again, and compare before anything writes to the target",
            owner="platform",
            minutes=120,
            run=(*steps.hold_writes(), _DUMP_TO_FILE, _RESTORE_FROM_FILE),
            verify=(steps.writes_held(), steps.compare("documents", "cut-over")),
            # Nothing has been written to the target but the copy.
            undo=steps.let_write(),
        ),
        Step(
            name="switch-applications",
            kind="cut-over",
            title="Deploy the application in EKS with DOCUMENTS_URI; its first write is the real point of no return",
            owner="application",
            minutes=30,
            run=(steps.restart(),),
            # From here on the target is ahead: both sides are not compared again.
            verify=steps.rolled_out(),
            undo=steps.let_write(),
        ),
        steps.no_alarm("alarms-documents", "documents"),
        steps.remove_release(
            "documents",
            "MongoDB",
            "its last dump stays in the export bucket for the days of its retention",
            "app.kubernetes.io/name=mongodb",
        ),
    ),
    roll_back=Step(
        name="carry-back",
        kind="roll-back",
        title="Hold writes in EKS, dump DocumentDB, and restore into the replica set, which must still be there",
        owner="platform",
        minutes=180,
        run=(
            command(
                f"{steps.KUBECTL}kubectl_scale/",
                *("kubectl", "--context", "$TARGET_CONTEXT", "--namespace", "alphacar", "scale", "deployment", "--all"),
                "--replicas=0",
                not_run=steps.NO_ACCOUNT,
            ),
            command(
                _DUMP,
                *("mongodump", "--config=/move/target.yaml", "--ssl", "--sslCAFile=/etc/documentdb/global-bundle.pem"),
                *("--db=alphacar", "--gzip", "--archive=/data/back.archive"),
                not_run=_NO_MONGOD,
            ),
            # Into another database: what is there now is dropped only after it was compared.
            command(
                _RESTORE,
                *("mongorestore", "--config=/move/source.yaml", "--gzip", "--archive=/data/back.archive"),
                *("--nsFrom=alphacar.*", "--nsTo=alphacar_back.*", "--stopOnError"),
                not_run=_NO_MONGOD,
            ),
        ),
        # The file names DocumentDB as the source and alphacar_back as the target.
        verify=(steps.compare("documents", stores="/move/back.yaml"),),
        undo=(
            command(
                f"{steps.KUBECTL}kubectl_scale/",
                *("kubectl", "--context", "$TARGET_CONTEXT", "--namespace", "alphacar", "scale", "deployment", "--all"),
                "--replicas=2",
                not_run=steps.NO_ACCOUNT,
            ),
        ),
    ),
    limits=(
        (
            "The scan is necessary, not sufficient: it misses updates by pipeline, $$NOW, correlated $lookup, "
            "collations and partial indexes."
        ),
        (
            "Without a change stream the time of writes held is the time of a whole copy. AWS DMS (homogeneous, with "
            "change data capture) is shorter and does not carry created, renamed or dropped collections."
        ),
        "retryWrites must be false below DocumentDB 8.0.2.",
    ),
    after=("secrets",),
)
