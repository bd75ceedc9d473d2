"""CloudWatch alarms on what no exporter in the cluster sees; which ones, a table of the caller's says."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

import pulumi
import pulumi_aws as aws

from ..account.budgets import TOPIC_ARN
from ..arguments import AccountRegion, common, given, matches, one_of, require, within
from ..bucket import BUCKET_NAME, BUCKET_NAMES
from ..stores.replica import RULE

HOURS_A_WEEK: Final = 168
MINUTES_AN_HOUR: Final = 60
HOURS_A_MONTH: Final = 730

#: What a store's thresholds are a share of, or what says how many alarms it needs.
SIZES: Final = {
    "documents": "documents_instances",
    "cache": "cache_nodes",
    "search": "search_volume_gb",
    "database": "database_storage_gb",
    "trace_group": "traces_per_month",
}
#: What a row may watch: see :func:`targets`.
TARGETS: Final = (
    "documents",
    "replicas",
    "cache-nodes",
    "cache",
    "search",
    "database",
    "nat",
    "vault",
    "traces",
    "cache-copies",
    "elsewhere",
    "volumes",
    "replicated",
)
#: How much further back than its periods CloudWatch looks for a value, when some are missing: five periods for three
#: (source: CloudWatch user guide, how alarms treat missing data). A copy counts until it leaves that range.
LOOKS_BACK: Final = 2
#: The longest that CloudWatch looks back: a day, and a week where a period is an hour or more.
DAY_SECONDS, WEEK_SECONDS = 86_400, 604_800
NAME: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
#: What an alarm watches over, and may be billed to.
Capability = Literal["documents", "cache", "search", "workflow", "platform", "backup", "volumes", "traces"]


@dataclass(frozen=True, kw_only=True)
class Watch:
    """A row of the table. Thresholds are in ``unit``, or shares of the target's size where ``sized``.

    It rings once the ``statistic`` of ``metric`` was ``over`` (or ``under``) for ``periods`` of so many ``minutes``;
    ``silence`` is how CloudWatch takes a period without a value. ``reason`` says what that means.
    """

    #: What the alarm, and its section of the runbook, is called.
    name: str
    #: One of :data:`TARGETS`.
    target: str
    #: Namespace and name, such as AWS/DocDB/CPUUtilization.
    metric: str
    unit: str
    statistic: Literal["Maximum", "Minimum", "Average", "Sum"]
    minutes: int
    #: Of a ``promised`` row none: as many hours as the target's newest copy may be old.
    periods: int
    silence: Literal["breaching", "notBreaching", "ignore"]
    reason: str
    over: float | None = None
    under: float | None = None
    sized: bool = False
    #: Whether it rings once the target's newest copy is older than was promised: see ``newest_copy_hours``.
    promised: bool = False
    #: Whether the metric has a value in every period: then CloudWatch looks no further back than it evaluates.
    steady: bool = False

    def __post_init__(self) -> None:
        common(self)
        matches(self, "name", NAME, "lower-case letters, digits and hyphens")
        one_of(self, "target", TARGETS)
        require(self, "metric", "/" in self.metric, "a namespace and a name, such as AWS/DocDB/CPUUtilization")
        within(self, "minutes", 1, 10_080)
        seconds = self.minutes * 60
        most = (WEEK_SECONDS if seconds >= 3600 else DAY_SECONDS) // seconds
        within(self, "periods", 0 if self.promised else 1, 0 if self.promised else most)
        require(self, "minutes", self.minutes == MINUTES_AN_HOUR or not self.promised, "60 where promised")
        require(self, "over", (self.over is None) is not (self.under is None), "given unless under is")


@dataclass(frozen=True, kw_only=True)
class ReplicatedBucket:
    """``bucket`` and its ``copy`` in a second region, by their names; metrics of their replication must be enabled."""

    bucket: str
    copy: str

    def __post_init__(self) -> None:
        common(self)
        for name in ("bucket", "copy"):
            matches(self, name, BUCKET_NAME, BUCKET_NAMES)


def _untagged(_: Capability) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, kw_only=True)
class AlarmsArgs:
    """What exists, by its physical name, and how large it is: what is ``None`` has no alarm.

    ``topic_arn`` is told, of each row of ``watches`` whose target exists; each alarm costs ten cents a month. ``tags``
    says what an alarm on a capability carries. Sizes are ``documents_instances``, ``cache_nodes``, and of the disk of a
    node ``search_volume_gb`` and ``database_storage_gb``.
    """

    place: AccountRegion
    topic_arn: pulumi.Input[str]
    watches: Sequence[Watch]
    #: Where each alarm's name is a heading that says what to do.
    runbook: str
    tags: Callable[[Capability], Mapping[str, str]] = _untagged
    #: DocumentDB cluster.
    documents: str | None = None
    documents_instances: int = 0
    #: ElastiCache replication group, whose nodes AWS calls NAME-001 and so on.
    cache: str | None = None
    cache_nodes: int = 0
    #: OpenSearch domain.
    search: str | None = None
    search_volume_gb: int = 0
    #: RDS instance.
    database: str | None = None
    database_storage_gb: int = 0
    #: By id; each has alarms of its own.
    nat_gateway_ids: Sequence[pulumi.Input[str]] = ()
    #: AWS Backup's vaults, by the store that each keeps.
    vaults: Mapping[str, str] = field(default_factory=dict)
    #: The policy of Data Lifecycle Manager that takes snapshots of volumes, by id.
    volumes_policy_id: pulumi.Input[str] | None = None
    #: By the store whose backups they hold.
    replicated: Mapping[str, ReplicatedBucket] = field(default_factory=dict)
    #: How many hours the newest copy of a store may be old, by the store's name; one without has no such alarm.
    newest_copy_hours: Mapping[str, int] = field(default_factory=dict)
    #: The same of its copy in a second region.
    newest_copy_elsewhere_hours: Mapping[str, int] = field(default_factory=dict)
    #: X-Ray group that counts every trace.
    trace_group: str | None = None
    #: The traces a month that X-Ray was chosen for.
    traces_per_month: int = 0

    def __post_init__(self) -> None:
        common(self)
        for hours in ("newest_copy_hours", "newest_copy_elsewhere_hours"):
            require(
                self,
                hours,
                all(1 <= value <= HOURS_A_WEEK for value in getattr(self, hours).values()),
                "1 to 168 hours",
            )
        matches(self, "topic_arn", TOPIC_ARN, "a topic's ARN, such as arn:aws:sns:REGION:ACCOUNT:NAME")
        differ = len({watch.name for watch in self.watches}) == len(self.watches)
        require(self, "watches", differ, "rows with names that differ")
        for store, size in SIZES.items():
            if getattr(self, store) is not None and getattr(self, size) < 1:
                raise ValueError(f"{size} must be 1 or more where there is {store}, not {getattr(self, size)}")


@dataclass(frozen=True)
class Target:
    """Something that exists: whose ``capability`` it is, its ``dimensions`` in CloudWatch, and its ``size``.

    ``suffix`` tells it from others of its kind, in the alarm's name.
    """

    capability: Capability
    dimensions: Mapping[str, pulumi.Input[str]]
    suffix: str = ""
    size: float = 1
    #: How many hours its newest copy may be old, where that is promised.
    hours: int | None = None


class Alarms(pulumi.ComponentResource):
    """Alarms that tell one topic when they ring and when they are over."""

    def __init__(self, name: str, args: AlarmsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        given(args, AlarmsArgs)
        super().__init__("alphacar:alarms:Alarms", name, None, opts)
        existing = targets(args)
        for watch in args.watches:
            for target in existing[watch.target]:
                if target.hours is not None or not watch.promised:
                    self._alarm(name, args, watch, target)
        self.register_outputs({})

    def _alarm(self, name: str, args: AlarmsArgs, watch: Watch, target: Target) -> None:
        namespace, _, metric = watch.metric.rpartition("/")
        limit = watch.over if watch.under is None else watch.under
        aws.cloudwatch.MetricAlarm(
            f"{name}-{watch.name}{target.suffix}",
            alarm_description=f"{watch.reason} See {args.runbook}#{watch.name}",
            namespace=namespace,
            metric_name=metric,
            dimensions=dict(target.dimensions),
            statistic=watch.statistic,
            comparison_operator="GreaterThanThreshold" if watch.under is None else "LessThanThreshold",
            threshold=limit * target.size if limit and watch.sized else limit,
            period=watch.minutes * 60,
            evaluation_periods=_periods(watch, target),
            treat_missing_data=watch.silence,
            alarm_actions=[args.topic_arn],
            ok_actions=[args.topic_arn],
            tags=args.tags(target.capability),
            opts=pulumi.ResourceOptions(parent=self),
        )


def _periods(watch: Watch, target: Target) -> int:
    if not watch.promised:
        return watch.periods
    return max(1, (target.hours or 0) - (0 if watch.steady else LOOKS_BACK))


def targets(args: AlarmsArgs) -> dict[str, list[Target]]:
    """What the table's rows may watch, by the name they use for it; nothing where nothing exists."""
    documents = [Target("documents", {"DBClusterIdentifier": args.documents})] if args.documents else []
    nodes = [f"{number:03}" for number in range(1, args.cache_nodes + 1)] if args.cache else []
    cache = [
        Target("cache", {"CacheClusterId": f"{args.cache}-{node}", "CacheNodeId": "0001"}, f"-{node}") for node in nodes
    ]
    domain = {"DomainName": args.search or "", "ClientId": args.place.account_id}
    instance = {"DBInstanceIdentifier": args.database or ""}
    # Traces are summed over a week, the line is a month's.
    week = args.traces_per_month * HOURS_A_WEEK // HOURS_A_MONTH
    return {
        "documents": documents,
        "replicas": documents if args.documents_instances > 1 else [],
        "cache-nodes": cache,
        "cache": cache[:1],
        # A snapshot is taken of the replica where there is one, and of the only node else.
        "cache-copies": [replace(each, hours=args.newest_copy_hours.get("cache")) for each in cache[-1:]],
        "search": [Target("search", domain, size=args.search_volume_gb * 1024)] if args.search else [],
        "database": [Target("workflow", instance, size=args.database_storage_gb * 1024**3)] if args.database else [],
        "nat": [
            Target("platform", {"NatGatewayId": gateway}, f"-{number}")
            for number, gateway in enumerate(args.nat_gateway_ids)
        ],
        "vault": _vaults(args, args.newest_copy_hours),
        "elsewhere": _vaults(args, args.newest_copy_elsewhere_hours),
        "volumes": [
            Target("volumes", {"DLMPolicyId": args.volumes_policy_id}, hours=args.newest_copy_hours.get("volumes"))
        ]
        if args.volumes_policy_id is not None
        else [],
        "replicated": [
            Target(
                "backup",
                {"SourceBucket": both.bucket, "DestinationBucket": both.copy, "RuleId": RULE},
                f"-{store}",
                hours=args.newest_copy_elsewhere_hours.get(store),
            )
            for store, both in args.replicated.items()
        ],
        "traces": [Target("traces", {"GroupName": args.trace_group}, size=week)] if args.trace_group else [],
    }


def _vaults(args: AlarmsArgs, hours: Mapping[str, int]) -> list[Target]:
    return [
        Target("backup", {"BackupVaultName": vault}, f"-{store}", hours=hours.get(store))
        for store, vault in args.vaults.items()
    ]
