"""What must hold for every resource: encryption, privacy, protection in prod, tags, and no door to the whole world."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from model import type_tokens
from model.resource import UNKNOWN, Resource
from policy.capacity import USABLE_PERCENT, Capacity, capacity
from policy.engine.rule import Context, Finding
from policy.guardrails.access import ENTRIES
from policy.guardrails.audit_logging import AUDIT
from policy.guardrails.aws_api.rule import aws_accepts_it
from policy.guardrails.companions import STAND_BESIDE
from policy.guardrails.controls.current import CURRENT
from policy.guardrails.deletion_protection import PROTECTED
from policy.guardrails.demand import Check, Demand, Guardrail, StackDemand, StackGuardrail
from policy.guardrails.encryption import ENCRYPTION
from policy.guardrails.hardening import HARDENING
from policy.guardrails.iam.accounts import ACCOUNTS
from policy.guardrails.iam.documents import NAMED, NARROW
from policy.guardrails.iam.users import BY_GROUPS
from policy.guardrails.kubernetes.namespaces import NAMESPACED
from policy.guardrails.kubernetes.networks import SHUT
from policy.guardrails.kubernetes.objects import OBJECTS
from policy.guardrails.kubernetes.pods import PODS
from policy.guardrails.kubernetes.rbac import RBAC
from policy.guardrails.kubernetes.secret_stores import SECRET_STORES
from policy.guardrails.losses.demands import SURVIVED
from policy.guardrails.network.ingress import CLOSED
from policy.guardrails.network.zones import zones_have_their_own_nat
from policy.guardrails.node_metadata import METADATA
from policy.guardrails.passwords import WRITTEN_DOWN
from policy.guardrails.privacy import CLUSTER_API, PRIVACY
from policy.guardrails.property_rule import demands_of
from policy.guardrails.rotation import ROTATED
from policy.guardrails.services.audit_logging import LOGGED
from policy.guardrails.services.encryption import ENCRYPTED
from policy.guardrails.services.hardening import HARDENED
from policy.guardrails.services.machines import ADDRESSES, DISKS, FLEET_ADDRESSES, FLEET_DISKS, MACHINES
from policy.guardrails.services.networks import BESIDE_NETWORKS, TUNNELS
from policy.guardrails.services.privacy import PRIVATE
from policy.guardrails.services.secrets import WRITTEN_ELSEWHERE
from policy.guardrails.services.stores import BESIDE_STORES, STORES
from policy.guardrails.tags import TAGGED, check_tags
from policy.guardrails.tls import BY_INGRESS, IN_TRANSIT, PARAMETERS, REDIRECTS, TLS
from policy.recovery.rule import KEPT

_ENCRYPTED: Final = (*ENCRYPTION, *TLS, *REDIRECTS, *BY_INGRESS, *IN_TRANSIT, *PARAMETERS, *DISKS, *ENCRYPTED)
_PRIVATE: Final = (*PRIVACY, *PRIVATE)
_LOGGED: Final = (*AUDIT, *TUNNELS, *LOGGED)
_HARDENED: Final = (*HARDENING, *MACHINES, *STORES, *HARDENED)
#: Every property that is asked for, as pages list them.
DEMANDS: Final = (*_ENCRYPTED, *_PRIVATE, *CLUSTER_API, *METADATA, *_LOGGED, *_HARDENED)
#: What a log group of these classes keeps is settled by AWS: it hands its lines on and keeps none.
PASSING_CLASSES: Final = ("DELIVERY",)


def _unless_unsettled(demand: Demand) -> Check:
    """The API answers inside the VPC only; without settings nobody knows whether that is excepted."""

    def check(resource: Resource, context: Context) -> Iterator[Finding]:
        for finding in demand.check(resource, context):
            yield finding if context.settings else replace(finding, kind="undetermined")

    return check


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


GUARDRAILS: Final = (
    Guardrail(
        name="data-is-encrypted",
        description="Stores, disks and traffic between them are encrypted.",
        demands=(*demands_of(_ENCRYPTED), *FLEET_DISKS),
    ),
    Guardrail(
        name="data-is-private",
        description="No store, bucket, object, subnet, snapshot, document or machine is reachable from the internet.",
        demands=(*demands_of(_PRIVATE), *ADDRESSES, *FLEET_ADDRESSES),
    ),
    Guardrail(
        name="cluster-api-is-private",
        description="The cluster's API answers inside the VPC only.",
        demands=tuple(
            Demand(name=demand.name, types=demand.types, check=_unless_unsettled(demand), control=demand.control)
            for demand in demands_of(CLUSTER_API)
        ),
    ),
    Guardrail(
        name="imds-v2-hop-limit-1",
        description="The metadata service wants a token and answers one hop away only.",
        demands=demands_of(METADATA),
    ),
    Guardrail(
        name="audit-logging-enabled",
        description="The logs of clusters, stores, balancers and the account are on, and show who changed them.",
        demands=demands_of(_LOGGED),
    ),
    Guardrail(
        name="services-are-hardened",
        description="What a service offers against loss and misuse is on: patches, backups, users, locks.",
        demands=demands_of(_HARDENED),
    ),
    Guardrail(
        name="permissions-are-narrow",
        description="No identity may do everything, give itself everything, read every secret, or sign in for ever.",
        demands=NARROW,
    ),
    Guardrail(
        name="users-have-no-policies",
        description="What a user of IAM may do is a group's or a role's, and nobody's own.",
        demands=BY_GROUPS,
    ),
    Guardrail(
        name="policies-name-principals",
        description="No resource is opened to everybody by its policy, and no role to whoever has a token.",
        demands=NAMED,
    ),
    Guardrail(
        name="pods-are-restricted",
        description="Pods that a program declares give up what they do not need, say what they do, and are probed; "
        "and no other object undoes it.",
        demands=(*PODS, *OBJECTS),
    ),
    Guardrail(
        name="rbac-is-narrow",
        description="No role in the cluster is for everything, or could give itself more, and nobody is cluster-admin.",
        demands=RBAC,
    ),
    Guardrail(
        name="no-open-ingress",
        description="Nothing admits traffic from the whole internet, written whole or in pieces.",
        demands=CLOSED,
    ),
    Guardrail(
        name="stateful-is-protected-in-prod",
        description="In prod, what holds data is protected against deletion.",
        demands=PROTECTED,
    ),
    Guardrail(
        name="resources-are-tagged",
        description="Billed and audited resources carry project, environment, owner and decision.",
        demands=tuple(
            Demand(name=f"{name.rpartition(':')[2]} is tagged", types=(name,), check=check_tags)
            for name in sorted(TAGGED)
        ),
    ),
    Guardrail(
        name="aws-accepts-it",
        description="Every input is one that AWS's own API takes.",
        demands=(Demand(name="AWS takes it", types=(type_tokens.AWS_PACKAGE,), check=aws_accepts_it),),
    ),
    Guardrail(
        name="logs-expire",
        description="Every log group has a finite retention.",
        demands=(Demand(name="a retention", types=(type_tokens.CLOUDWATCH_LOG_GROUP,), check=logs_expire),),
    ),
)
RULES: Final = tuple(guardrail.rule() for guardrail in GUARDRAILS)

STACK_GUARDRAILS: Final = (
    StackGuardrail(
        name="pods-fit-on-nodes",
        description="All requests fit on the nodes when the largest is lost, with headroom.",
        demands=(StackDemand(name="room", check=pods_fit_on_nodes),),
    ),
    StackGuardrail(
        name="zones-have-their-own-nat",
        description="In prod, a zone's way out does not end in another zone.",
        demands=(StackDemand(name="a gateway each", check=zones_have_their_own_nat),),
    ),
    StackGuardrail(
        name="losses-are-survived",
        description="No loss of a zone, a node or a NAT gateway takes down what a priced piece more would hold.",
        demands=SURVIVED,
    ),
    StackGuardrail(
        name="cluster-entries-are-declared",
        description="Nobody gets into a cluster by an entry that no state knows, and nobody by two.",
        demands=ENTRIES,
    ),
    StackGuardrail(
        name="no-foreign-accounts",
        description="No document lets a whole account in that is not ours.",
        demands=ACCOUNTS,
    ),
    StackGuardrail(
        name="no-plaintext-passwords",
        description="No password, token or key stands in the program as text.",
        demands=(*WRITTEN_DOWN, *WRITTEN_ELSEWHERE),
    ),
    StackGuardrail(
        name="companions-are-declared",
        description="Buckets, repositories, networks and the account have what they must not stand without.",
        demands=(*STAND_BESIDE, *BESIDE_STORES, *BESIDE_NETWORKS),
    ),
    StackGuardrail(
        name="secrets-rotate",
        description="Every secret rotates within 90 days, or is excepted until a day.",
        demands=ROTATED,
    ),
    StackGuardrail(
        name="namespaces-are-named",
        description="What runs in the cluster names a namespace of its own, and never the default one.",
        demands=NAMESPACED,
    ),
    StackGuardrail(
        name="namespaces-are-shut",
        description="A namespace that a program makes lets nobody in and nothing out whom no network policy names.",
        demands=SHUT,
    ),
    StackGuardrail(
        name="namespaces-read-their-own-secrets",
        description="No two namespaces read secrets by the same identity, and none by a store for everybody.",
        demands=SECRET_STORES,
    ),
)
STACK_RULES: Final = (*(guardrail.rule() for guardrail in STACK_GUARDRAILS), CURRENT, KEPT)
