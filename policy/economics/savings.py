"""What the landing zone saves by design: each measure undone, alone, and the stack billed again.

USD a month before VAT. A saving is the difference that the meter itself finds between two declarations, so it holds at
the same prices, hours and usage as the bill. Measures overlap (Spot is a share of Graviton's price): they do not add
up, which is why undoing all of them together is a figure of its own. What has no price on the other side is left as it
is and saves nothing. Figures that a formula works out follow what is declared, as in the bill.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from model import type_tokens
from model.resource import Resource
from policy.economics.recommendations.logs import ALLOWED_UNSEEN, FEWER_FEATURES
from pricing import meter
from pricing.aws import logs
from pricing.book import Book
from pricing.properties import UnreadableError
from stacks.sections.measures import Spread, Usage

#: The x86 family of the same size, or the one before it where the book does not know the same generation.
X86: Final[Mapping[str, str]] = {"t4g": "t3", "m6g": "m6i", "m7g": "m7i", "r6g": "r5"}
#: Pods that write to S3 by themselves; what AWS delivers (trails, search snapshots) never passes NAT.
WRITTEN_BY_PODS: Final = frozenset({"backup", "workflow", "logs", "traces"})
#: What a log group without an end holds when the three-year view closes.
NO_END_DAYS: Final = 1096
#: The guide's 35 USD are 350 GB of images; a lifecycle keeps 50.
IMAGES_WITHOUT_END: Final = 7
#: The guide's 29 USD for 10 secrets hold 25 for this many reads: each secret every five seconds.
READS_EVERY_5_SECONDS: Final = Decimal(5_000_000)


@dataclass(frozen=True, kw_only=True)
class Declared:
    """A stack as the meter sees it."""

    resources: tuple[Resource, ...]
    usage: Usage
    book: Book

    def bill(self) -> meter.Bill:
        """The month's bill."""
        return meter.compute_bill(self.resources, self.usage, self.book)

    def each(self, kind: str, change: Callable[[Resource], Mapping[str, Any]]) -> Declared:
        """The same with new properties for every resource of a type; those not named stay."""
        changed = (
            replace(item, props={**item.props, **change(item)}) if item.type == kind else item
            for item in self.resources
        )
        return replace(self, resources=tuple(changed))

    def use(self, **figures: Decimal) -> Declared:
        """The same with other usage."""
        changed = {name: Spread.of(value) for name, value in figures.items()}
        return replace(self, usage=self.usage.model_copy(update=changed))

    def used(self, figure: str) -> Decimal:
        """A usage figure; 0 where it is not set."""
        found: Spread | None = getattr(self.usage, figure)
        return found.base if found else Decimal(0)

    def of(self, kind: str) -> list[Resource]:
        """The resources of a type."""
        return [item for item in self.resources if item.type == kind]


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One decision that lowers the bill, and the stack without it; ``gives_up`` says what the lower price costs."""

    name: str
    instead: str
    gives_up: str
    undone: Callable[[Declared], Declared]


def compute_savings(declared: Declared) -> dict[str, Decimal]:
    """What each measure saves, and under ``ALL`` what all of them do together.

    Raises :class:`ValueError` when undoing one leaves something without a price: the difference would be no saving.
    """
    together = declared
    for measure in MEASURES:
        together = measure.undone(together)
    undone = {measure.name: measure.undone(declared) for measure in MEASURES}
    return {name: _difference(name, declared, other) for name, other in {**undone, ALL: together}.items()}


def possible_savings(declared: Declared) -> Iterator[tuple[Measure, Decimal]]:
    """What could still be saved: the options that are not taken, and by how much each would lower the bill."""
    for option in OPTIONS:
        yield option, -_difference(option.name, declared, option.undone(declared))


def _difference(name: str, declared: Declared, other: Declared) -> Decimal:
    now, then = declared.bill(), other.bill()
    if new := sorted({gap.reason for gap in then.unpriced} - {gap.reason for gap in now.unpriced}):
        raise ValueError(f"{name}: {new[0]}")
    return then.usd_per_month - now.usd_per_month


def _graviton(declared: Declared) -> Declared:
    def x86(name: Any, key: str) -> Any:
        parts = str(name).split(".")
        parts[-2:-1] = [X86.get(part, part) for part in parts[-2:-1]]
        other = ".".join(parts)
        return other if declared.book.price(key.format(other)) else name

    return (
        declared.each(
            type_tokens.EKS_NODE_GROUP,
            lambda group: {"instanceTypes": [x86(name, "ec2/{}") for name in group.props.get("instanceTypes", [])]},
        )
        .each(
            type_tokens.DOCDB_CLUSTER_INSTANCE,
            lambda item: {"instanceClass": x86(item.props.get("instanceClass"), "docdb/{}")},
        )
        .each(
            type_tokens.ELASTICACHE_REPLICATION_GROUP,
            lambda item: {"nodeType": x86(item.props.get("nodeType"), "elasticache/{}:Valkey")},
        )
    )


def _spot(declared: Declared) -> Declared:
    return declared.each(type_tokens.EKS_NODE_GROUP, lambda _: {"capacityType": "ON_DEMAND"})


def _gp3(declared: Declared) -> Declared:
    def older(item: Resource) -> Mapping[str, Any]:
        mappings = item.props.get("blockDeviceMappings", [])
        return {"blockDeviceMappings": [{**one, "ebs": {**one["ebs"], "volumeType": "gp2"}} for one in mappings]}

    return declared.each(type_tokens.EC2_LAUNCH_TEMPLATE, older).each(
        type_tokens.K8S_STORAGE_V1_STORAGE_CLASS,
        lambda item: {"parameters": {**item.props.get("parameters", {}), "type": "gp2"}},
    )


def _valkey(declared: Declared) -> Declared:
    return declared.each(
        type_tokens.ELASTICACHE_REPLICATION_GROUP, lambda _: {"engine": "redis", "engineVersion": "7.1"}
    )


def _gateway_endpoint(declared: Declared) -> Declared:
    gateways = [
        item
        for item in declared.of(type_tokens.EC2_VPC_ENDPOINT)
        if item.get("vpcEndpointType") == "Gateway" and str(item.get("serviceName")).endswith(".s3")
    ]
    if not gateways:
        return declared
    through = sum((line.quantity for line in declared.bill().lines if _passes(line)), Decimal(0))
    kept = tuple(item for item in declared.resources if item not in gateways)
    return replace(declared, resources=kept).use(nat_gb=declared.used("nat_gb") + through)


def _passes(line: meter.Line) -> bool:
    return line.item == "images" or (line.item == "objects" and line.capability in WRITTEN_BY_PODS)


def _nat_in_each_zone(declared: Declared) -> Declared:
    zones = {item.get("availabilityZone") for item in declared.of(type_tokens.EC2_SUBNET)}
    more: list[Resource] = []
    for kind in (type_tokens.EC2_NAT_GATEWAY, type_tokens.EC2_EIP):
        there = declared.of(kind)
        missing = range(len(zones) - len(there)) if there else range(0)
        more += [replace(there[-1], urn=f"{there[-1].urn}-{place}") for place in missing]
    return replace(declared, resources=(*declared.resources, *more))


def _retention(declared: Declared) -> Declared:
    return declared.each(type_tokens.CLOUDWATCH_LOG_GROUP, lambda _: {"retentionInDays": NO_END_DAYS})


def _lifecycle(declared: Declared) -> Declared:
    return declared.use(registry_gb=declared.used("registry_gb") * IMAGES_WITHOUT_END)


def _off_hours(declared: Declared) -> Declared:
    return replace(
        declared, resources=tuple(item for item in declared.resources if item.type != type_tokens.AUTOSCALING_SCHEDULE)
    )


def _refresh(declared: Declared) -> Declared:
    return (
        declared.use(secret_api_calls=READS_EVERY_5_SECONDS)
        if declared.of(type_tokens.K8S_EXTERNAL_SECRETS_V1_EXTERNAL_SECRET)
        else declared
    )


def _standard_class(figure: str) -> Callable[[Declared], Declared]:
    """The standard class for the groups that a usage figure fills."""

    def undone(declared: Declared) -> Declared:
        return declared.each(
            type_tokens.CLOUDWATCH_LOG_GROUP,
            lambda item: {"logGroupClass": "STANDARD"} if _filled_by(item) == figure else {},
        )

    return undone


def _filled_by(group: Resource) -> str | None:
    try:
        return logs.figure_of(group)
    except UnreadableError:
        return None


def _all_packets(declared: Declared) -> Declared:
    return declared.each(type_tokens.EC2_FLOW_LOG, lambda _: {"trafficType": "ALL"})


def _infrequent(declared: Declared) -> Declared:
    return declared.each(type_tokens.CLOUDWATCH_LOG_GROUP, lambda item: _cheaper(item.props))


def _cheaper(props: Mapping[str, Any]) -> Mapping[str, Any]:
    shipped = str(props.get("name")).startswith(logs.OWN)
    return {"logGroupClass": "INFREQUENT_ACCESS"} if shipped else {}


ALL: Final = "all of these together"
MEASURES: Final[Sequence[Measure]] = (
    Measure(
        name="Graviton nodes and databases",
        instead="x86 of the same size",
        gives_up="images must be built for arm64; software without such a build does not run",
        undone=_graviton,
    ),
    Measure(
        name="Spot nodes",
        instead="on demand",
        gives_up="AWS takes a node back with two minutes' notice: its pods start again elsewhere and pull their images",
        undone=_spot,
    ),
    Measure(
        name="nodes asleep off hours",
        instead="730 hours a month",
        gives_up="no pod runs at night and on days off, and each morning's nodes pull their images anew",
        undone=_off_hours,
    ),
    Measure(
        name="gp3 volumes",
        instead="gp2",
        gives_up="gp2's higher throughput on volumes above 170 GB, and its IOPS above 1,000 GB, unless paid for",
        undone=_gp3,
    ),
    Measure(
        name="Valkey",
        instead="Redis OSS on the same nodes",
        gives_up="Redis by name: Valkey goes on from Redis OSS 7.2 and speaks its protocol",
        undone=_valkey,
    ),
    Measure(
        name="S3 gateway endpoint",
        instead="images and what pods write to S3 through NAT",
        gives_up="nothing: a gateway endpoint is free",
        undone=_gateway_endpoint,
    ),
    Measure(
        name="fewer NAT gateways",
        instead="one in each zone",
        gives_up="a zone that goes down takes along the way out of those that share its gateway",
        undone=_nat_in_each_zone,
    ),
    Measure(
        name="infrequent-access class of control-plane logs",
        instead="the standard class",
        gives_up=FEWER_FEATURES,
        undone=_standard_class("control_plane_log_gb"),
    ),
    Measure(
        name="infrequent-access class of flow logs",
        instead="the standard class",
        gives_up=FEWER_FEATURES,
        undone=_standard_class("flow_log_gb"),
    ),
    Measure(
        name="flow logs of refused packets alone",
        instead="flow logs of all packets",
        gives_up=ALLOWED_UNSEEN,
        undone=_all_packets,
    ),
    Measure(
        name="log retention",
        instead="never expiring, in its 36th month",
        gives_up="what is older cannot be searched",
        undone=_retention,
    ),
    Measure(
        name="ECR lifecycle",
        instead="the guide's 350 GB for each 50 GB kept",
        gives_up="an image that has expired cannot be rolled back to",
        undone=_lifecycle,
    ),
    Measure(
        name="secrets read hourly",
        instead="the guide's 5 million reads a month",
        gives_up="a changed secret reaches its pods up to an hour later",
        undone=_refresh,
    ),
)
OPTIONS: Final[Sequence[Measure]] = (
    Measure(
        name="infrequent-access class for pods' logs",
        instead="the standard class is kept",
        gives_up=f"{FEWER_FEATURES}; nothing here uses them yet, so this is what an alarm on logs may cost",
        undone=_infrequent,
    ),
)
