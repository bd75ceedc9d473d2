"""What must hold for every resource: encryption, privacy, protection in prod, tags, and no door to the whole world."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from model import type_tokens
from model.resource import UNKNOWN, Resource
from policy.capacity import USABLE_PERCENT, Capacity, capacity
from policy.engine.rule import Context, Finding, Rule, StackRule
from policy.guardrails import iam, ingress
from policy.guardrails.access import cluster_entries_are_declared
from policy.guardrails.audit_logging import AUDIT
from policy.guardrails.aws_api.rule import aws_accepts_it
from policy.guardrails.deletion_protection import STATEFUL, stateful_is_protected_in_prod
from policy.guardrails.encryption import ENCRYPTION
from policy.guardrails.node_metadata import METADATA
from policy.guardrails.privacy import CLUSTER_API, PRIVACY
from policy.guardrails.property_rule import meets, types_of
from policy.guardrails.tags import TAGGED, check_tags
from policy.guardrails.zones import zones_have_their_own_nat

_PRIVATE_API: Final = meets(CLUSTER_API)
DEMANDS: Final = (*ENCRYPTION, *PRIVACY, *CLUSTER_API, *METADATA, *AUDIT)
#: What a log group of these classes keeps is settled by AWS: it hands its lines on and keeps none.
PASSING_CLASSES: Final = ("DELIVERY",)


def cluster_api_is_private(resource: Resource, context: Context) -> Iterator[Finding]:
    """The API answers inside the VPC only; without settings nobody knows whether that is excepted."""
    for finding in _PRIVATE_API(resource, context):
        yield finding if context.settings else replace(finding, kind="undetermined")


def logs_expire(resource: Resource, context: Context) -> Iterator[Finding]:
    """A log group says how long it keeps; CloudWatch's default is for ever."""
    if resource.get("logGroupClass") in PASSING_CLASSES:
        return
    days = resource.get("retentionInDays")
    if isinstance(days, str) and days.isdecimal():
        days = int(days)
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
        yield Finding(
            f"pods do not fit on {found.nodes_left} nodes, which is what losing the largest leaves, at "
            f"{USABLE_PERCENT} % of what they give: {_shortage(found)}; raise desired or instanceTypes of "
            f"{_groups(found, context)}, or lower the cpu and memory of landing:applications"
        )
    for gap in found.gaps:
        yield Finding(f"whether pods fit on nodes cannot be said: {gap}", kind="undetermined")


def _groups(found: Capacity, context: Context) -> str:
    """The stack file's node groups by name; a name that comes from a resource alone is not quoted."""
    known = context.settings.node_groups if context.settings else {}
    return ", ".join(f"landing:nodeGroups.{group.name}" for group in found.groups if group.name in known) or (
        "landing:nodeGroups"
    )


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
        check=meets(ENCRYPTION),
        types=types_of(ENCRYPTION),
    ),
    Rule(
        name="data-is-private",
        description="No store, bucket, subnet, snapshot or machine is reachable from the internet.",
        check=meets(PRIVACY),
        types=types_of(PRIVACY),
    ),
    Rule(
        name="cluster-api-is-private",
        description="The cluster's API answers inside the VPC only.",
        check=cluster_api_is_private,
        types=types_of(CLUSTER_API),
    ),
    Rule(
        name="imds-v2-hop-limit-1",
        description="The metadata service wants a token and answers one hop away only.",
        check=meets(METADATA),
        types=types_of(METADATA),
    ),
    Rule(
        name="audit-logging-enabled",
        description="The cluster's audit log and the account's trail are on, and show who changed them.",
        check=meets(AUDIT),
        types=types_of(AUDIT),
    ),
    Rule(
        name="permissions-are-narrow",
        description="No identity may do everything, decrypt everything, or sign in with a key that never expires.",
        check=iam.permissions_are_narrow,
        types=iam.NARROW_TYPES,
    ),
    Rule(
        name="policies-name-principals",
        description="No resource is opened to everybody by its policy.",
        check=iam.policies_name_principals,
        types=iam.NAMED_TYPES,
    ),
    Rule(
        name="no-open-ingress",
        description="Nothing admits traffic from the whole internet, written whole or in pieces.",
        check=ingress.no_open_ingress,
        types=ingress.TYPES,
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
        check=check_tags,
        types=tuple(sorted(TAGGED)),
    ),
    Rule(
        name="aws-accepts-it",
        description="Every input is one that AWS's own API takes.",
        check=aws_accepts_it,
        types=(type_tokens.AWS_PACKAGE,),
    ),
    Rule(
        name="logs-expire",
        description="Every log group has a finite retention.",
        check=logs_expire,
        types=(type_tokens.CLOUDWATCH_LOG_GROUP,),
    ),
)

STACK_RULES: tuple[StackRule, ...] = (
    StackRule(
        name="pods-fit-on-nodes",
        description="All requests fit on the nodes when the largest is lost, with headroom.",
        check=pods_fit_on_nodes,
    ),
    StackRule(
        name="zones-have-their-own-nat",
        description="In prod, a zone's way out does not end in another zone.",
        check=zones_have_their_own_nat,
    ),
    StackRule(
        name="cluster-entries-are-declared",
        description="Nobody gets into a cluster by an entry that no state knows, and nobody by two.",
        check=cluster_entries_are_declared,
    ),
)
