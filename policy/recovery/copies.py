"""How old a store's newest good copy may become, from the schedules that are declared; hours, at worst.

A store's points in time (DocumentDB, RDS) end with it and count for nothing here. Snapshots that go with a store are
counted and told as such: they help while the store itself stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from model import type_tokens
from model.helm import CHART_TYPES, chart_name
from model.kubernetes import group_and_kind
from model.property_check import found_at
from model.resource import MISSING, UNKNOWN, Resource, peek
from model.schedule import hours_of_week, longest_gap
from policy.recovery.restore import transfer_hours
from stacks.offered import REGION
from stacks.sections.recovery import Store

#: Minutes that AWS Backup gives a job unless a plan says less (source: AWS Backup API reference, BackupRule).
DEFAULT_DONE: Final = 10_080
#: Hours that a backup of Velero may take: the alert on it waits as long.
VELERO_HOURS: Final = 2.0
#: OpenSearch Service takes a snapshot an hour by itself (source: its developer guide, creating index snapshots).
SEARCH_HOURS: Final = 2.0
#: Nothing counts them; a metric says that none was taken for so long (source: the same, AutomatedSnapshotFailure).
SEARCH_TOLD: Final = 36.0
#: What takes a snapshot into a bucket of ours, as its pod is started.
SNAPSHOTTER: Final = "snapshotter.run"
#: Where a CronJob says what its pod starts.
_COMMAND: Final = ("spec", "jobTemplate", "spec", "template", "spec", "containers", "*", "command", "*")
#: An hour's window, and an hour for the snapshot that begins within it.
CACHE_HOURS: Final = 26.0
#: Data Lifecycle Manager begins within an hour of its time (source: Amazon EBS user guide, schedules of policies).
VOLUMES_LATE: Final = 1.0
#: S3 copies most objects within this many hours (source: S3 user guide, replication: fifteen minutes).
REPLICATED_HOURS: Final = 0.25


@dataclass(frozen=True, kw_only=True)
class Reached:
    """Hours of changes that may be lost at worst, or ``None`` where nothing is kept; and why, in words.

    ``known`` is false where a schedule cannot be read before the deployment.
    """

    hours: float | None
    why: str
    known: bool = True
    #: Whether they are still there when the store is deleted.
    outlives: bool = True
    #: Hours after the newest copy before which no alarm can tell that none followed it.
    told: float = 0


NOTHING: Final = "nothing of it is copied"
NOT_READ: Final = Reached(hours=None, why="a schedule is not known, or is none of a week", known=False)
Reading = Callable[[Sequence[Resource], Sequence[Resource], Decimal | None], tuple[Reached, Reached]]


def _nowhere() -> Reached:
    return Reached(hours=None, why=NOTHING)


def reached(store: Store, resources: Sequence[Resource], size_gb: Decimal | None) -> tuple[Reached, Reached] | None:
    """What the copies of ``store`` come to, here and in a second region; ``None`` where there is no such store yet."""
    held = holders(store, resources)
    return READINGS[store][1](held, resources, size_gb) if held else None


def holders(store: Store, resources: Sequence[Resource]) -> list[Resource]:
    """What of ``resources`` holds ``store``, or keeps its copies where pods hold it; empty without such a store."""
    kinds = READINGS[store][0]
    return [each for each in resources if each.type in kinds and (store != "cluster" or _is_velero(each))]


def _planned(held: Sequence[Resource], all_: Sequence[Resource], size_gb: Decimal | None) -> tuple[Reached, Reached]:
    """By AWS Backup's plans that select the store by its ARN: the worst of several stores."""
    here = [_by_plans(store, all_, size_gb, elsewhere=False) for store in held]
    there = [_by_plans(store, all_, size_gb, elsewhere=True) for store in held]
    return _worst(here), _worst(there)


def _worst(found: Sequence[Reached]) -> Reached:
    return next((each for each in found if each.hours is None), max(found, key=lambda each: each.hours or 0))


def _by_plans(store: Resource, resources: Sequence[Resource], size_gb: Decimal | None, *, elsewhere: bool) -> Reached:
    times: list[float] = []
    done, shortest = 0.0, float("inf")
    for rule in _rules(store, resources):
        copies = [each for each in found_at(rule, ("copyActions", "*")) if not _in_region(each)]
        if elsewhere and not any(copy is not MISSING for copy in copies):
            continue
        schedule = peek(rule, "schedule")
        found = hours_of_week(schedule) if isinstance(schedule, str) else None
        minutes, days = (
            peek(rule, "completionWindow"),
            peek(copies[0] if elsewhere else rule, "lifecycle", "deleteAfter"),
        )
        if found is None or minutes is UNKNOWN or days is UNKNOWN:
            return NOT_READ
        times += found
        done = max(done, (minutes if isinstance(minutes, int | float) else DEFAULT_DONE) / 60)
        shortest = min(shortest, days * 24 if isinstance(days, int | float) else shortest)
    gap = longest_gap(times)
    if gap is None:
        return _nowhere()
    if shortest < gap:
        return Reached(hours=None, why=f"a copy ends after {shortest:g} hours, before the next is made")
    why = f"{gap:g} hours between two recovery points, {done:g} until one is done"
    if not elsewhere:
        return Reached(hours=gap + done, why=why)
    if size_gb is None:
        return Reached(hours=None, why="its size is not known (landing:usage)", known=False)
    sent = transfer_hours(size_gb)
    return Reached(hours=gap + done + sent, why=f"{why}, {sent:g} until it is in the second region")


def _in_region(copy: object) -> bool:
    """Whether a copy stays in the stores' own region, in another account."""
    arn = peek(copy, "destinationVaultArn")
    return isinstance(arn, str) and f":{REGION}:" in arn


def _rules(store: Resource, resources: Sequence[Resource]) -> Iterator[object]:
    plans = {each.urn: each for each in resources if each.type == type_tokens.BACKUP_PLAN}
    for selection in resources:
        if selection.type != type_tokens.BACKUP_SELECTION or store.urn not in selection.references.get("resources", ()):
            continue
        for urn in selection.references.get("planId", ()):
            if urn in plans:
                yield from (rule for rule in found_at(plans[urn].props, ("rules", "*")) if rule is not MISSING)


def _cache(held: Sequence[Resource], _: Sequence[Resource], __: Decimal | None) -> tuple[Reached, Reached]:
    days = [each.get("snapshotRetentionLimit") for each in held]
    if UNKNOWN in days:
        return NOT_READ, _nowhere()
    kept = all(isinstance(each, int | float) and each > 0 for each in days)
    # Source: ElastiCache user guide, deleting a replication group: automatic backups are not retained; a final one is
    # made where whoever deletes asks for it.
    why = "a snapshot a day, begun within its window; it goes with the cache"
    return Reached(hours=CACHE_HOURS, why=why, outlives=False) if kept else _nowhere(), _nowhere()


def _search(_: Sequence[Resource], all_: Sequence[Resource], __: Decimal | None) -> tuple[Reached, Reached]:
    """By the CronJob that takes snapshots into our bucket; without one, the service's own count, which go along."""
    jobs = [each for each in all_ if group_and_kind(each.type) == ("batch", "CronJob") and _starts_snapshotter(each)]
    if not jobs:
        why = "OpenSearch Service's own snapshot an hour; it goes with the domain"
        return Reached(hours=SEARCH_HOURS, why=why, outlives=False, told=SEARCH_TOLD), _nowhere()
    times: list[float] = []
    done = 0.0
    for job in jobs:
        schedule, seconds = job.get("spec", "schedule"), job.get("spec", "jobTemplate", "spec", "activeDeadlineSeconds")
        fires = hours_of_week(schedule) if isinstance(schedule, str) else None
        if job.get("spec", "suspend") is True:
            continue
        if fires is None or not isinstance(seconds, int | float):
            return NOT_READ, _nowhere()
        times += fires
        done = max(done, seconds / 3600)
    if (gap := longest_gap(times)) is None:
        return _nowhere(), _nowhere()
    return Reached(hours=gap + done, why=f"{gap:g} hours between two snapshots, {done:g} until one is done"), _nowhere()


def _starts_snapshotter(job: Resource) -> bool:
    return SNAPSHOTTER in list(found_at(job.props, _COMMAND))


def _volumes(held: Sequence[Resource], _: Sequence[Resource], __: Decimal | None) -> tuple[Reached, Reached]:
    intervals = [
        found
        for policy in held
        if policy.get("state") != "DISABLED"
        for found in found_at(policy.props, ("policyDetails", "schedules", "*", "createRule", "interval"))
    ]
    if UNKNOWN in intervals:
        return NOT_READ, _nowhere()
    hours = [float(each) for each in intervals if isinstance(each, int | float)]
    if not hours:
        return _nowhere(), _nowhere()
    why = f"a snapshot every {min(hours):g} hours, begun within an hour"
    return Reached(hours=min(hours) + VOLUMES_LATE, why=why), _nowhere()


def _cluster(held: Sequence[Resource], all_: Sequence[Resource], _: Decimal | None) -> tuple[Reached, Reached]:
    times: list[float] = []
    for release in held:
        for found in found_at(release.props, ("values", "schedules")):
            for schedule in found.values() if isinstance(found, Mapping) else ():
                cron = peek(schedule, "schedule")
                fires = hours_of_week(cron) if isinstance(cron, str) else None
                if fires is None:
                    return NOT_READ, NOT_READ
                times += fires
    if (gap := longest_gap(times)) is None:
        return _nowhere(), _nowhere()
    here = Reached(hours=gap + VELERO_HOURS, why=f"{gap:g} hours between two backups, {VELERO_HOURS:g} for one")
    buckets = {
        bucket
        for release in held
        for bucket in found_at(release.props, ("values", "configuration", "backupStorageLocation", "*", "bucket"))
    }
    sent = any(each.type == type_tokens.S3_BUCKET_REPLICATION_CONFIG and each.get("bucket") in buckets for each in all_)
    there = gap + VELERO_HOURS + REPLICATED_HOURS
    return here, Reached(hours=there, why=f"{here.why}, minutes until S3 has copied it") if sent else _nowhere()


def _is_velero(resource: Resource) -> bool:
    return chart_name(resource.get("chart")) == "velero"


def _secrets(held: Sequence[Resource], _: Sequence[Resource], __: Decimal | None) -> tuple[Reached, Reached]:
    gone = [each for each in held if each.get("recoveryWindowInDays") == 0]
    why = "a deleted secret is kept for its recovery window, and the version before the newest beside it"
    return Reached(hours=0, why=why) if not gone else _nowhere(), _nowhere()


def _audit(held: Sequence[Resource], all_: Sequence[Resource], _: Decimal | None) -> tuple[Reached, Reached]:
    names = {trail.get("s3BucketName") for trail in held}
    versioned = {
        each.get("bucket")
        for each in all_
        if each.type in (type_tokens.S3_BUCKET_VERSIONING, type_tokens.S3_BUCKET_VERSIONING_V2)
        and each.get("versioningConfiguration", "status") == "Enabled"
    }
    declared = {each.urn: each.get("bucket") for each in all_ if each.type in _BUCKETS}
    versioned |= {
        declared[urn]
        for each in all_
        if each.type == type_tokens.S3_BUCKET_VERSIONING and each.get("versioningConfiguration", "status") == "Enabled"
        for urn in each.references.get("bucket", ())
        if urn in declared
    }
    kept = bool(names) and all(name in versioned for name in names)
    return Reached(hours=0, why="S3 keeps every version") if kept else _nowhere(), _nowhere()


_BUCKETS: Final = (type_tokens.S3_BUCKET, type_tokens.S3_BUCKET_V2)
#: By store: the types that hold it, or keep its copies where pods hold it, and how their copies are read.
READINGS: Final[Mapping[Store, tuple[tuple[str, ...], Reading]]] = {
    "documents": ((type_tokens.DOCDB_CLUSTER,), _planned),
    "workflow": ((type_tokens.RDS_INSTANCE,), _planned),
    "cache": ((type_tokens.ELASTICACHE_REPLICATION_GROUP,), _cache),
    "search": ((type_tokens.OPENSEARCH_DOMAIN,), _search),
    "volumes": ((type_tokens.DLM_LIFECYCLE_POLICY,), _volumes),
    "cluster": (CHART_TYPES, _cluster),
    "secrets": ((type_tokens.SECRETSMANAGER_SECRET,), _secrets),
    "audit": ((type_tokens.CLOUDTRAIL_TRAIL,), _audit),
}
