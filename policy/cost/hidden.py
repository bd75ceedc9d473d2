"""Bills that nobody asked for: tables of what AWS charges for quietly, and what to write instead."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from policy.check import Check
from policy.lifecycle import extended_versions
from policy.resource import MISSING, UNKNOWN, Resource
from policy.rule import Context, Finding

#: Families that AWS sells on only for those who have them; the present ones cost less for the same (AWS, 2026).
PREVIOUS_GENERATIONS: Final = frozenset(
    {"t1", "t2", "m1", "m2", "m3", "m4", "c1", "c3", "c4", "r3", "r4", "i2", "i3", "x1", "d2", "g2", "g3", "p2"}
)
EIP: Final = "aws:ec2/eip:Eip"
NAT: Final = "aws:ec2/natGateway:NatGateway"
ROUTE: Final = "aws:ec2/route:Route"
ADDON: Final = "aws:eks/addon:Addon"


@dataclass(frozen=True, kw_only=True)
class Cheaper:
    """A property whose usual value costs more than it has to."""

    type: str
    check: Check
    why: str


def _not_old(*path: str | int) -> Check:
    return Check(path=path, is_="one of", value=("gp3", "st1", "sc1", "standard"))


DISKS: Final = "gp3 costs less than gp2 at the same speed, and io1 and io2 bill every IOPS"
CHEAPER: Final = (
    Cheaper(type="aws:ebs/volume:Volume", check=_not_old("type"), why=DISKS),
    Cheaper(
        type="aws:ec2/launchTemplate:LaunchTemplate",
        check=_not_old("blockDeviceMappings", "*", "ebs", "volumeType"),
        why=DISKS,
    ),
    Cheaper(type="aws:rds/instance:Instance", check=_not_old("storageType"), why=DISKS),
    Cheaper(type="aws:opensearch/domain:Domain", check=_not_old("ebsOptions", "volumeType"), why=DISKS),
    Cheaper(
        type="aws:elasticache/replicationGroup:ReplicationGroup",
        check=Check(path=("engine",), is_="equal", value="valkey"),
        why="Valkey costs a fifth less than Redis, and unset means Redis",
    ),
    Cheaper(
        type="aws:elasticache/serverlessCache:ServerlessCache",
        check=Check(path=("engine",), is_="equal", value="valkey"),
        why="serverless Redis starts at ten times the price of serverless Valkey",
    ),
    Cheaper(
        type="aws:eks/cluster:Cluster",
        check=Check(path=("upgradePolicy", "supportType"), is_="equal", value="STANDARD"),
        why="unset means EXTENDED: past its standard support a cluster costs six times as much",
    ),
    Cheaper(
        type="aws:rds/instance:Instance",
        check=Check(path=("engineLifecycleSupport",), is_="equal", value="open-source-rds-extended-support-disabled"),
        why="unset means paid extended support once the engine's version has ended",
    ),
)
#: Where each type names its class.
CLASSES: Final[dict[str, tuple[str, ...]]] = {
    "aws:ec2/instance:Instance": ("instanceType",),
    "aws:eks/nodeGroup:NodeGroup": ("instanceTypes",),
    "aws:docdb/clusterInstance:ClusterInstance": ("instanceClass",),
    "aws:rds/instance:Instance": ("instanceClass",),
    "aws:elasticache/replicationGroup:ReplicationGroup": ("nodeType",),
    "aws:opensearch/domain:Domain": ("clusterConfig", "instanceType"),
}
TYPES: Final = tuple(sorted({*(item.type for item in CHEAPER), *CLASSES, ADDON, "kubernetes:storage.k8s.io/"}))


def no_hidden_bills(resource: Resource, context: Context) -> Iterator[Finding]:
    """Nothing is declared that bills more than it has to, or for what nobody asked for."""
    for item in CHEAPER:
        if item.type == resource.type and (outcome := item.check.outcome(resource.props)) != "holds":
            state = "is not known yet; it must be" if outcome == "unknown" else "must be"
            yield Finding(f"{item.check.dotted} {state} {item.check.wanted}: {item.why}")
    for name in _class_names(resource):
        if family(name) in PREVIOUS_GENERATIONS:
            yield Finding(f"{name} is of a previous generation: present ones cost less for the same work")
    if resource.type == "aws:eks/cluster:Cluster" and resource.get("version") in extended_versions(context.today):
        yield Finding("this version is in extended support: 0.60 USD an hour instead of 0.10")
    if resource.type.endswith(":StorageClass") and resource.get("parameters", "type") in ("gp2", "io1", "io2"):
        yield Finding(f"parameters.type must be gp3: {DISKS}")
    if resource.type == ADDON and resource.get("addonName") == "amazon-cloudwatch-observability":
        yield from _insights(resource)


def _insights(resource: Resource) -> Iterator[Finding]:
    text = resource.get("configurationValues")
    if text is UNKNOWN:
        yield Finding("configurationValues is not known yet; the add-on bills Container Insights unless told not to")
        return
    try:
        values = json.loads(text) if isinstance(text, str) else {}
    except ValueError:
        values = {}
    for key in ("containerInsights", "applicationSignals", "containerLogs"):
        part: Any = values.get(key, {}) if isinstance(values, dict) else {}
        if not isinstance(part, dict) or part.get("enabled") is not False:
            yield Finding(f"configurationValues.{key}.enabled must be false: on, which is the default, it is billed")


def family(name: str) -> str:
    """``m4`` of ``m4.large``, ``db.m4.large``, ``cache.m4.large`` and ``m4.large.search``."""
    return name.removeprefix("db.").removeprefix("cache.").split(".")[0]


def _class_names(resource: Resource) -> Iterator[str]:
    if resource.type in CLASSES:
        found = resource.get(*CLASSES[resource.type])
        for name in found if isinstance(found, list) else [found]:
            if isinstance(name, str):
                yield name


def nothing_idles(resources: Sequence[Resource]) -> Iterator[Finding]:
    """An address that nothing uses and a NAT gateway that no route leads to are billed all the same."""
    used = {urn for resource in resources for urn in resource.dependencies if resource.type != EIP}
    routed = {urn for resource in resources if resource.type == ROUTE for urn in resource.dependencies}
    for resource in resources:
        if resource.type == EIP and resource.urn not in used and resource.get("instance") is MISSING:
            yield Finding("this address is used by nothing, and billed by the hour", urn=resource.urn)
        if resource.type == NAT and resource.urn not in routed:
            yield Finding("no route leads to this NAT gateway, which is billed by the hour", urn=resource.urn)
