"""What AWS and the remote components would answer in a first preview.

One source with two doors: the recorder asks here, and so can a provider that stands in for AWS under the real engine.
Every answer is a constant of the region: nothing here looks anything up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from model import type_tokens
from preview.simulate.eks import cluster, node_groups
from preview.simulate.expansion import Children
from preview.simulate.registration import Registration
from preview.simulate.wire import UNKNOWN_TEXT
from stacks.offered import REGION

#: An account for examples (source: AWS documentation conventions); a real one would tie the preview to somebody.
ACCOUNT: Final = "123456789012"
ZONES: Final = {f"{REGION}{letter}": f"apne2-az{place}" for place, letter in enumerate("abcd", start=1)}
NOBODY: Final[Mapping[str, Registration]] = MappingProxyType({})


def invoke(token: str, args: Mapping[str, Any], registered: Mapping[str, Registration] = NOBODY) -> dict[str, Any]:
    """The answer to the look-up ``token``; ``registered`` is by URN. Raises :class:`LookupError` when there is none."""
    if token == "pulumi:pulumi:getResource":  # noqa: S105 - a function's name
        return _resource(args, registered)
    answer = LOOK_UPS.get(token)
    if answer is None:
        known = ", ".join(sorted(LOOK_UPS))
        raise LookupError(f"the preview has no answer for the look-up {token}; it answers {known}")
    if args.get("region", REGION) != REGION:
        raise LookupError(f"the preview answers {token} for {REGION} only, not for {args['region']}")
    return answer(args)


def children(registration: Registration, made: Children | None = None) -> list[Registration]:
    """What a remote component would register below itself, parents first; nothing for any other resource.

    ``made`` takes the children as they come; under the real engine it registers them.

    Raises :class:`ValueError` for an argument that its table does not model, or that the component refuses.
    """
    if registration.type not in COMPONENTS:
        return []
    below, _ = COMPONENTS[registration.type]
    return below(registration, made)


def outputs(registration: Registration) -> dict[str, Any]:
    """What a resource holds after a first preview; a property that is absent here is unknown to the program.

    Inside a given block the same does not hold: what AWS adds to it has to be named, or it would read as not there.
    """
    if registration.type in COMPONENTS:
        _, shown = COMPONENTS[registration.type]
        return shown(registration)
    seen = dict(registration.inputs) if registration.custom else {}
    block, added = ADDED.get(registration.type, ("", ()))
    if isinstance(seen.get(block), Mapping):
        seen[block] = {**dict.fromkeys(added, UNKNOWN_TEXT), **seen[block]}
    return seen


def _resource(args: Mapping[str, Any], registered: Mapping[str, Registration]) -> dict[str, Any]:
    found = registered.get(str(args.get("urn")))
    if found is None:
        raise LookupError(f"pulumi:pulumi:getResource: nothing is registered as {args.get('urn')}")
    # An empty id is an unknown one.
    return {"urn": found.urn, "id": "", "state": dict(found.outputs)}


def _caller_identity(_: Mapping[str, Any]) -> dict[str, Any]:
    return {"accountId": ACCOUNT, "arn": f"arn:aws:iam::{ACCOUNT}:user/preview", "userId": "AIDAPREVIEW", "id": ACCOUNT}


def _availability_zones(args: Mapping[str, Any]) -> dict[str, Any]:
    excluded = {*args.get("excludeNames", ()), *args.get("excludeZoneIds", ())}
    zones = {name: zone for name, zone in ZONES.items() if not excluded & {name, zone}}
    answer = {"names": list(zones), "zoneIds": list(zones.values()), "groupNames": [REGION]}
    return {**args, **answer, "id": REGION, "region": REGION}


def _region(_: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": REGION,
        "name": REGION,
        "region": REGION,
        "description": "Asia Pacific (Seoul)",
        "endpoint": f"ec2.{REGION}.amazonaws.com",
    }


def _partition(_: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": "aws", "partition": "aws", "dnsSuffix": "amazonaws.com", "reverseDnsPrefix": "com.amazonaws"}


LOOK_UPS: Final[Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]]] = {
    "aws:index/getAvailabilityZones:getAvailabilityZones": _availability_zones,
    "aws:index/getCallerIdentity:getCallerIdentity": _caller_identity,
    "aws:index/getPartition:getPartition": _partition,
    "aws:index/getRegion:getRegion": _region,
}

#: What AWS adds to a block that the program gave. Source: the docstrings of pulumi_aws 7.51.1's output types.
ADDED: Final = {
    type_tokens.EKS_CLUSTER: ("vpcConfig", ("clusterSecurityGroupId", "vpcId")),
    type_tokens.OPENSEARCH_DOMAIN: ("vpcOptions", ("availabilityZones", "vpcId")),
}

Expansion = Callable[[Registration, Children | None], list[Registration]]
Shown = Callable[[Registration], dict[str, Any]]
#: A remote component's children, and its outputs.
COMPONENTS: Final[Mapping[str, tuple[Expansion, Shown]]] = {
    type_tokens.PULUMI_EKS_CLUSTER: (cluster.children, cluster.outputs),
    type_tokens.PULUMI_EKS_MANAGED_NODE_GROUP: (node_groups.children, node_groups.outputs),
}
