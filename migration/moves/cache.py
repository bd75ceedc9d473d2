"""Redis to ElastiCache for Valkey: synchronised by RedisShake, or left empty for the application to fill."""

from __future__ import annotations

from typing import Final

from migration.moves import steps
from migration.moves.model import Move, NothingWritten, Parameter, Step, command, pipe

_CLI: Final = "https://valkey.io/topics/cli/"
_SHAKE: Final = "https://github.com/tair-opensource/RedisShake/blob/v4/shake.toml"
_NO_SHAKE: Final = "RedisShake was not to be had: its configuration was read, and it was never run"
_USERS: Final = f"{steps.AWS}elasticache/"
_INFO: Final = pipe(
    _CLI,
    ("valkey-cli", "-h", "$SOURCE_HOST", "-p", "6379", "--no-auth-warning", "INFO", "server"),
    # From 7.4 on its payloads are of a format that Valkey refuses as foreign.
    ("grep", "--extended-regexp", "^redis_version:(6[.]|7[.][02][.])"),
    not_run=steps.NO_CLUSTER,
    signs_in=("REDISCLI_AUTH", "/move/source-password"),
)
_FLUSH: Final = command(
    _CLI,
    *("valkey-cli", "-h", "$CACHE_HOST", "-p", "6379", "--tls", "--user", "$MIGRATION_USER", "--no-auth-warning"),
    *("FLUSHALL", "SYNC"),
    not_run=steps.NO_ACCOUNT,
    signs_in=("REDISCLI_AUTH", "/move/target-password"),
)
_DESCRIBE: Final = ("aws", "elasticache", "describe-users", "--output", "json")
_USER: Final = pipe(
    f"{_USERS}describe-users.html",
    (*_DESCRIBE, "--user-id", "$MIGRATION_USER"),
    ("jq", "--exit-status", '.Users[0].Status == "active"'),
    not_run=steps.NO_ACCOUNT,
)
_NO_USER: Final = pipe(
    f"{_USERS}describe-users.html",
    _DESCRIBE,
    ("jq", "--exit-status", "--arg", "user", "$MIGRATION_USER", "[.Users[] | select(.UserId == $user)] | length == 0"),
    not_run=steps.NO_ACCOUNT,
)

MOVE: Final = Move(
    capability="cache",
    title="Redis to Amazon ElastiCache for Valkey",
    summary=(
        "The guide allows the application to fill an empty cache again: leave out the step synchronise then, and only "
        "the prechecks, the cut-over and the soak remain. With it RedisShake reads as a replica does and writes by "
        "RESTORE, as a user that exists for the move alone: the application's own may not."
    ),
    parameters=(
        steps.ENVIRONMENT,
        steps.SOURCE_CONTEXT,
        steps.TARGET_CONTEXT,
        steps.SOURCE_NAMESPACE,
        steps.WRITER_NAMESPACE,
        steps.WRITERS,
        steps.WRITER_REPLICAS,
        Parameter(name="SOURCE_HOST", meaning="the address of Redis", found_by="kubectl get services -A"),
        Parameter(
            name="MIGRATION_USER",
            meaning="the id of the user that may restore",
            found_by="aws elasticache describe-users, once landing:moves has the cache copying",
        ),
        Parameter(name="CACHE_HOST", meaning="the primary endpoint", found_by="pulumi stack output cacheUri"),
    ),
    steps=(
        Step(
            name="read-version",
            kind="precheck",
            title="Read the source's version and its databases: one that Valkey's RESTORE reads",
            owner="platform",
            minutes=15,
            place="cluster",
            run=(_INFO,),
            verify=(_INFO,),
            undo=NothingWritten(),
        ),
        steps.open_network("cache", 6379),
        steps.deployed(
            "make-user",
            "Deploy with the cache planned in landing:moves: a user that may restore exists until the cache is live",
            _USER,
            kind="precheck",
        ),
        steps.prove_requirements("cache"),
        Step(
            name="synchronise",
            kind="copy",
            title="Synchronise every database, replacing what a copy before this one left",
            owner="platform",
            minutes=60,
            place="cluster",
            run=(command(_SHAKE, "redis-shake", "/move/shake.toml", not_run=_NO_SHAKE),),
            verify=(steps.compare("cache"),),
            undo=(_FLUSH,),
        ),
        Step(
            name="compare",
            kind="verify",
            title="Compare values by type in every database, and when they expire, within a second",
            owner="platform",
            minutes=30,
            run=(steps.compare("cache"),),
            verify=(steps.compare("cache", "verify"),),
            undo=NothingWritten(),
        ),
        Step(
            name="switch-applications",
            kind="cut-over",
            title="Hold writes on premises, compare, and start the application in EKS with CACHE_URI",
            owner="application",
            minutes=30,
            run=(*steps.hold_writes(), steps.compare("cache", "cut-over"), steps.restart()),
            verify=(steps.writes_held(), *steps.rolled_out()),
            undo=steps.let_write(),
        ),
        Step(
            name="remove-user",
            kind="cut-over",
            title="Enter live in landing:moves and deploy: the user of the move goes",
            owner="platform",
            minutes=15,
            run=(steps.deploy(),),
            verify=(_NO_USER,),
            undo=(steps.deploy(),),
        ),
        steps.no_alarm("alarms-cache", "cache"),
        steps.remove_release("cache", "Redis", "nothing of it is kept: it was a cache", "app.kubernetes.io/name=redis"),
    ),
    roll_back=Step(
        name="fill-again",
        kind="roll-back",
        title="Start the application on premises with an empty Redis, which it fills again",
        owner="application",
        minutes=30,
        run=steps.let_write(),
        verify=(
            command(
                f"{steps.KUBECTL}kubectl_rollout/kubectl_rollout_status/",
                *("kubectl", "--context", "$SOURCE_CONTEXT", "--namespace", "$WRITER_NAMESPACE", "rollout", "status"),
                *("deployment", "--selector", "$WRITERS", "--timeout=10m"),
                not_run=steps.NO_CLUSTER,
            ),
        ),
        undo=steps.hold_writes(),
    ),
    limits=(
        (
            "Nothing is carried back: Redis 7.0 reads no dump of Valkey, and one that is made its replica empties "
            "itself. Never make the source a replica of the target."
        ),
        "DUMP's payloads are never equal across versions: what is compared are values, by type.",
        "ElastiCache's own online migration wants a source on EC2 without TLS and AUTH.",
        "From live on the user of the move is gone: stores.yaml names one that may read, before the soak is looked at.",
        "sync_aof must be false in shake.toml, or RedisShake never ends, and dir a folder below /data.",
        "rdb_restore_command_behavior must be rewrite in shake.toml, or a second run stops at the first key.",
    ),
)
