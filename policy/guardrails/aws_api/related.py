"""What AWS wants of several properties together, and no model says: the order of a lifecycle, sizes, windows apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any, Final

from model import type_tokens
from model.resource import peek

Related = Callable[[Mapping[str, Any]], Iterator[str]]

#: Objects rest at least this long in S3 Standard before they move to a class of infrequent access, and in that before
#: they move on (source: S3 user guide, lifecycle transition considerations).
INFREQUENT_DAYS: Final = 30
INFREQUENT: Final = ("STANDARD_IA", "ONEZONE_IA")
ARCHIVES: Final = ("GLACIER", "DEEP_ARCHIVE")
_LIFECYCLE: Final = "S3 user guide, lifecycle transition considerations"
#: AWS Backup keeps what it moved to cold storage at least this long (source: AWS Backup API, Lifecycle).
COLD_DAYS: Final = 90
#: Master users that RDS for PostgreSQL refuses (source: RDS user guide, master user account privileges).
RESERVED: Final = ("admin", "rdsadmin", "rds_superuser")
_MINUTES_OF_A_DAY: Final = 24 * 60
_MINUTES_OF_A_WEEK: Final = 7 * _MINUTES_OF_A_DAY
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _whole(value: Any) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdecimal():
        return int(value[:18])
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _entries(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if isinstance(value, Mapping) else []


def lifecycle(props: Mapping[str, Any]) -> Iterator[str]:
    """A rule's moves and its end: in order, and neither too early for the class."""
    for place, rule in enumerate(_entries(props.get("rules"))):
        where = f"rules[{place}]"
        yield from _moves(where, _entries(peek(rule, "transitions")), "days", peek(rule, "expiration", "days"))
        yield from _moves(
            where,
            _entries(peek(rule, "noncurrentVersionTransitions")),
            "noncurrentDays",
            peek(rule, "noncurrentVersionExpiration", "noncurrentDays"),
        )


def inline_lifecycle(props: Mapping[str, Any]) -> Iterator[str]:
    """The same of rules that a bucket holds itself, where a noncurrent version's days are called as any other's."""
    for place, rule in enumerate(_entries(props.get("lifecycleRules"))):
        where = f"lifecycleRules[{place}]"
        for kind, end in (
            ("transitions", "expiration"),
            ("noncurrentVersionTransitions", "noncurrentVersionExpiration"),
        ):
            yield from _moves(where, _entries(peek(rule, kind)), "days", peek(rule, end, "days"))


def _moves(where: str, moves: list[Any], unit: str, ends: Any) -> Iterator[str]:
    timed = [(days, peek(move, "storageClass")) for move in moves if (days := _whole(peek(move, unit))) is not None]
    end = _whole(ends)
    kind = "expiration.days" if unit == "days" else "noncurrentVersionExpiration.noncurrentDays"
    for days, storage in timed:
        if storage in INFREQUENT and days < INFREQUENT_DAYS:
            yield (
                f"{where} moves to {storage} after {days} days; allowed are {INFREQUENT_DAYS} or more ({_LIFECYCLE})"
            )
        if end is not None and end <= days:
            yield (
                f"{where}.{kind} is {end} and a transition is after {days} days; the end must be later (S3 API, "
                "PutBucketLifecycleConfiguration)"
            )
    for days, storage in timed:
        for later, archive in timed:
            if storage in INFREQUENT and archive in ARCHIVES and later < days + INFREQUENT_DAYS:
                yield (
                    f"{where} moves to {storage} after {days} days and to {archive} after {later}; allowed are "
                    f"{INFREQUENT_DAYS} days between, or more ({_LIFECYCLE})"
                )


def backup_lifecycle(props: Mapping[str, Any]) -> Iterator[str]:
    """What moves to cold storage is kept there for a time."""
    for place, rule in enumerate(_entries(props.get("rules"))):
        cold, ends = (_whole(peek(rule, "lifecycle", name)) for name in ("coldStorageAfter", "deleteAfter"))
        if cold is not None and ends is not None and ends < cold + COLD_DAYS:
            yield (
                f"rules[{place}].lifecycle.deleteAfter is {ends}; allowed are {COLD_DAYS} days after coldStorageAfter "
                f"{cold}, or more (AWS Backup API, Lifecycle)"
            )


def node_group(props: Mapping[str, Any]) -> Iterator[str]:
    """The least, the wanted and the most nodes, in this order."""
    names = ("minSize", "desiredSize", "maxSize")
    yield from _in_order(props, [("scalingConfig", name) for name in names], "EKS API, NodegroupScalingConfig")


def scaling_group(props: Mapping[str, Any]) -> Iterator[str]:
    """The least, the wanted and the most machines, in this order."""
    names = ("minSize", "desiredCapacity", "maxSize")
    yield from _in_order(props, [(name,) for name in names], "EC2 Auto Scaling API, CreateAutoScalingGroup")


def _in_order(props: Mapping[str, Any], paths: list[tuple[str, ...]], source: str) -> Iterator[str]:
    known = [(path, size) for path in paths if (size := _whole(peek(props, *path))) is not None]
    for (path, size), (after, larger) in pairwise(known):
        if size > larger:
            yield f"{'.'.join(path)} is {size}, more than {'.'.join(after)}, which is {larger} ({source})"


def fifo(attribute: str, source: str) -> Related:
    """A FIFO topic or queue is called so, and no other is."""

    def check(props: Mapping[str, Any]) -> Iterator[str]:
        name, ordered = props.get("name"), props.get(attribute, False)
        if isinstance(name, str) and isinstance(ordered, bool) and name.endswith(".fifo") is not ordered:
            word = "must" if ordered else "may not"
            yield f"name {word} end with .fifo where {attribute} is {str(ordered).lower()} ({source})"

    return check


def failover(props: Mapping[str, Any]) -> Iterator[str]:
    """Automatic failover, and several zones, want somebody to fail over to."""
    if _whole(props.get("numNodeGroups")) is not None or _whole(props.get("replicasPerNodeGroup")) is not None:
        return
    clusters = _whole(props.get("numCacheClusters"))
    if props.get("automaticFailoverEnabled") is True and clusters is not None and clusters < 2:
        yield (
            f"automaticFailoverEnabled is true with numCacheClusters {clusters}; allowed are 2 or more (ElastiCache "
            "API, CreateReplicationGroup.AutomaticFailoverEnabled)"
        )
    if props.get("multiAzEnabled") is True and props.get("automaticFailoverEnabled", False) is False:
        yield (
            "multiAzEnabled is true and automaticFailoverEnabled is not; the one needs the other (ElastiCache API, "
            "CreateReplicationGroup.MultiAZEnabled)"
        )


def reserved_names(props: Mapping[str, Any]) -> Iterator[str]:
    """PostgreSQL keeps some names for itself."""
    if any(props.get(source) for source in ("snapshotIdentifier", "replicateSourceDb", "restoreToPointInTime")):
        # What is restored keeps the user that it had, and none is sent.
        return
    engine, name = props.get("engine"), props.get("username", props.get("masterUsername"))
    if isinstance(engine, str) and "postgres" in engine and isinstance(name, str) and name.lower() in RESERVED:
        where = "username" if "username" in props else "masterUsername"
        yield f"{where} is a word that PostgreSQL reserves (RDS API, MasterUsername)"


def apart(daily: str, weekly: str, shortest: tuple[int, int], source: str) -> Related:
    """A window for backups and one for maintenance, each long enough and neither within the other."""

    def check(props: Mapping[str, Any]) -> Iterator[str]:
        backup, maintenance = _window(props.get(daily), 1), _window(props.get(weekly), 7)
        for name, window, least in ((daily, backup, shortest[0]), (weekly, maintenance, shortest[1])):
            if window and window[1] < least:
                yield f"{name} is {window[1]} minutes long; allowed are {least} or more ({source})"
        if backup and maintenance and _meet(backup, maintenance):
            yield f"{daily} and {weekly} meet; allowed are windows apart ({source})"

    return check


def _window(value: Any, days: int) -> tuple[int, int] | None:
    """Where a window begins in the day or week and how long it is, in minutes; ``None`` for what is no window."""
    if not isinstance(value, str) or value.count("-") != 1:
        return None
    length = days * _MINUTES_OF_A_DAY
    try:
        first, last = (_minute(part, days) for part in value.lower().split("-"))
    except ValueError:
        return None
    return first, (last - first) % length


def _minute(text: str, days: int) -> int:
    *day, hour, minute = text.split(":")
    if len(day) != (days > 1):
        raise ValueError(text)
    start = _DAYS.index(day[0]) * _MINUTES_OF_A_DAY if day else 0
    return start + int(hour) * 60 + int(minute)


def _meet(backup: tuple[int, int], maintenance: tuple[int, int]) -> bool:
    (begins, lasts), (start, long) = backup, maintenance
    for day in range(7):
        first = begins + day * _MINUTES_OF_A_DAY
        if (start - first) % _MINUTES_OF_A_WEEK < lasts or (first - start) % _MINUTES_OF_A_WEEK < long:
            return True
    return False


_RDS_WINDOWS: Final = "RDS API, PreferredBackupWindow and PreferredMaintenanceWindow"
_DOCDB_WINDOWS: Final = "DocumentDB API, PreferredBackupWindow and PreferredMaintenanceWindow"
_BUCKET_LIFECYCLES: Final = (
    type_tokens.S3_BUCKET_LIFECYCLE_CONFIGURATION,
    type_tokens.S3_BUCKET_LIFECYCLE_CONFIGURATION_V2,
)
RELATED: Final[Mapping[str, tuple[Related, ...]]] = {
    **dict.fromkeys(_BUCKET_LIFECYCLES, (lifecycle,)),
    **dict.fromkeys((type_tokens.S3_BUCKET, type_tokens.S3_BUCKET_V2), (inline_lifecycle,)),
    type_tokens.BACKUP_PLAN: (backup_lifecycle,),
    type_tokens.EKS_NODE_GROUP: (node_group,),
    type_tokens.AUTOSCALING_GROUP: (scaling_group,),
    type_tokens.SNS_TOPIC: (fifo("fifoTopic", "SNS API, CreateTopic.Name"),),
    type_tokens.SQS_QUEUE: (fifo("fifoQueue", "SQS API, CreateQueue.QueueName"),),
    type_tokens.ELASTICACHE_REPLICATION_GROUP: (failover,),
    type_tokens.DOCDB_CLUSTER: (
        apart("preferredBackupWindow", "preferredMaintenanceWindow", (30, 30), _DOCDB_WINDOWS),
    ),
    type_tokens.RDS_CLUSTER: (
        apart("preferredBackupWindow", "preferredMaintenanceWindow", (30, 30), _RDS_WINDOWS),
        reserved_names,
    ),
    type_tokens.RDS_INSTANCE: (apart("backupWindow", "maintenanceWindow", (30, 30), _RDS_WINDOWS), reserved_names),
}
