"""What must hold for every resource: encryption, privacy, protection in prod, tags, and no door to the whole world."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from policy.capacity import USABLE_PERCENT, Capacity, capacity
from policy.guardrails.demands import ENCRYPTION, METADATA, PRIVACY, REQUIRED_TAGS, STATEFUL, TAGGED, Demand
from policy.resource import MISSING, UNKNOWN, Resource
from policy.rule import Context, Finding, Rule, StackRule

WORLD: Final = frozenset({"0.0.0.0/0", "::/0"})


def _meets(demands: Sequence[Demand]) -> Callable[[Resource, Context], Iterator[Finding]]:
    def check(resource: Resource, context: Context) -> Iterator[Finding]:
        for demand in demands:
            if demand.type != resource.type:
                continue
            outcome = demand.check.outcome(resource.props)
            control = f" ({demand.control})" if demand.control else ""
            if outcome == "fails":
                yield Finding(f"{demand.check.dotted} must be {demand.check.wanted}: {demand.why}{control}")
            elif outcome == "unknown":
                # Security hangs on it: what cannot be shown to hold is refused.
                yield Finding(
                    f"undetermined: {demand.check.dotted} is not known yet, and it must be {demand.check.wanted}: "
                    f"{demand.why}{control}; write it as a plain value"
                )

    return check


def no_open_ingress(resource: Resource, context: Context) -> Iterator[Finding]:
    """No way in from the whole world, through any of the doors that AWS has for it."""
    for what, value in _sources(resource):
        found = value if isinstance(value, list) else [value]
        if any(item in WORLD for item in found if isinstance(item, str)):
            yield Finding(f"{what} admits the whole internet (0.0.0.0/0 or ::/0); name the networks that need it")
        elif UNKNOWN in found:
            yield Finding(f"undetermined: {what} is not known yet; write the networks as plain values")


def _sources(resource: Resource) -> Iterator[tuple[str, Any]]:
    """Each property of ``resource`` that says from where traffic is admitted."""
    short = resource.type.rpartition(":")[2]
    if short == "SecurityGroupIngressRule":
        yield "cidrIpv4", resource.get("cidrIpv4")
        yield "cidrIpv6", resource.get("cidrIpv6")
    elif short == "SecurityGroupRule" and resource.get("type") != "egress":
        yield "cidrBlocks", resource.get("cidrBlocks")
        yield "ipv6CidrBlocks", resource.get("ipv6CidrBlocks")
    elif short in ("SecurityGroup", "DefaultSecurityGroup"):
        rules = resource.get("ingress")
        if rules is UNKNOWN:
            yield "ingress", UNKNOWN
        for place, _ in enumerate(rules if isinstance(rules, list) else ()):
            yield f"ingress[{place}].cidrBlocks", resource.get("ingress", place, "cidrBlocks")
            yield f"ingress[{place}].ipv6CidrBlocks", resource.get("ingress", place, "ipv6CidrBlocks")
    elif resource.type == "aws:eks/cluster:Cluster" and resource.get("vpcConfig", "endpointPublicAccess") is not False:
        allowed = resource.get("vpcConfig", "publicAccessCidrs")
        # EKS reads an absent list as the whole internet.
        yield "vpcConfig.publicAccessCidrs", "0.0.0.0/0" if allowed in (MISSING, []) else allowed


def stateful_is_protected_in_prod(resource: Resource, context: Context) -> Iterator[Finding]:
    """In prod, what holds data refuses to be deleted, by Pulumi and by AWS alike."""
    if resource.type not in STATEFUL or context.environment != "prod":
        return
    if not resource.protect:
        yield Finding("protect must be on in prod: this resource holds data (landing:deletionProtection)")
    for check in STATEFUL[resource.type]:
        outcome = check.outcome(resource.props)
        if outcome != "holds":
            state = "must be" if outcome == "fails" else "is undetermined and must be"
            yield Finding(f"{check.dotted} {state} {check.wanted} in prod: this resource holds data")


def tagged(resource: Resource, context: Context) -> Iterator[Finding]:
    """What is billed or audited names its project, environment, owner and ledger row."""
    if resource.type not in TAGGED:
        return
    tags = resource.get("tags")
    if tags is UNKNOWN:
        # One unknown value can hide the whole map in a preview; the engine shows it once known.
        yield Finding("tags are not known yet", kind="undetermined")
        return
    missing = [key for key in REQUIRED_TAGS if resource.get("tags", key) in (MISSING, "")]
    if missing:
        yield Finding(f"tags must name {', '.join(REQUIRED_TAGS)}; missing: {', '.join(missing)}")


def logs_expire(resource: Resource, context: Context) -> Iterator[Finding]:
    """A log group says how long it keeps; CloudWatch's default is for ever."""
    days = resource.get("retentionInDays")
    if days is UNKNOWN:
        yield Finding("retentionInDays is not known yet", kind="undetermined")
    elif isinstance(days, bool) or not isinstance(days, int) or days <= 0:
        yield Finding("retentionInDays must be 1 or more: without it every line is kept, and billed, for ever")


def pods_fit_on_nodes(resources: Sequence[Resource], context: Context) -> Iterator[Finding]:
    """Every pod finds room with the largest node lost, and a fifth of the rest to spare; in dev as well."""
    found = capacity(resources)
    if not found.groups:
        return
    if found.fits is False:
        groups = ", ".join(f"landing:nodeGroups.{group.name}" for group in found.groups)
        yield Finding(
            f"pods do not fit on {found.nodes_left} nodes, which is what losing the largest leaves, at "
            f"{USABLE_PERCENT} % of what they give: {_shortage(found)}; raise desired or instanceTypes of {groups}, "
            "or lower the cpu and memory of landing:applications"
        )
    for gap in found.gaps:
        yield Finding(f"whether pods fit on nodes cannot be said: {gap}", kind="undetermined")


def _shortage(found: Capacity) -> str:
    pairs = (
        ("CPU", found.requests.cpu_millis, found.allocatable.cpu_millis, "m"),
        ("memory", found.requests.memory_mib, found.allocatable.memory_mib, "Mi"),
        ("pods", found.requests.pods, found.allocatable.pods, ""),
    )
    return ", ".join(f"{what} {asked:,}{unit} of {room:,}{unit}" for what, asked, room, unit in pairs if asked > room)


RULES = (
    Rule(
        name="data-is-encrypted",
        description="Stores, disks and traffic between them are encrypted.",
        check=_meets(ENCRYPTION),
        types=tuple(sorted({demand.type for demand in ENCRYPTION})),
    ),
    Rule(
        name="data-is-private",
        description="No store, bucket, subnet or machine is reachable from the internet.",
        check=_meets(PRIVACY),
        types=tuple(sorted({demand.type for demand in PRIVACY})),
    ),
    Rule(
        name="nodes-keep-their-credentials",
        description="The metadata service wants a token and answers one hop away only.",
        check=_meets(METADATA),
        types=tuple(sorted({demand.type for demand in METADATA})),
    ),
    Rule(
        name="no-open-ingress",
        description="Nothing admits traffic from 0.0.0.0/0 or ::/0.",
        check=no_open_ingress,
        types=("aws:ec2/", "aws:vpc/", "aws:eks/cluster:"),
    ),
    Rule(
        name="stateful-is-protected-in-prod",
        description="In prod, what holds data is protected against deletion.",
        check=stateful_is_protected_in_prod,
        types=tuple(sorted(STATEFUL)),
    ),
    Rule(
        name="resources-are-tagged",
        description="Billed and audited resources carry project, environment, owner and decision.",
        check=tagged,
        types=tuple(sorted(TAGGED)),
    ),
    Rule(
        name="logs-expire",
        description="Every log group has a finite retention.",
        check=logs_expire,
        types=("aws:cloudwatch/logGroup:LogGroup",),
    ),
)

STACK_RULES: tuple[StackRule, ...] = (
    StackRule(
        name="pods-fit-on-nodes",
        description="All requests fit on the nodes when the largest is lost, with headroom.",
        check=pods_fit_on_nodes,
    ),
)
