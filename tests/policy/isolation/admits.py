"""What NetworkPolicies let through, as Kubernetes says it (concepts/services-networking/network-policies).

A connection is let through if its source's policies let it out and its target's let it in; a pod that no policy of a
direction selects is open in it. A pod is met by its labels and by its address, as AWS's CNI meets it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from ipaddress import IPv4Address, IPv4Network
from typing import Any

Document = Mapping[str, Any]


@dataclass(frozen=True)
class End:
    """An address; with a ``namespace`` a pod of it."""

    name: str
    address: str
    namespace: str = ""
    labels: Mapping[str, str] = field(default_factory=dict, hash=False, compare=False)


def admits(policies: Mapping[str, list[Document]], source: End, target: End, port: int, protocol: str) -> bool:
    """Whether ``source`` may open a connection to ``target``, by policies of each namespace."""
    out, into = (_chosen(policies, pod, direction) for pod, direction in ((source, "Egress"), (target, "Ingress")))
    return (out is None or any(_rule(rule, source, target, (port, protocol)) for rule in out)) and (
        into is None or any(_rule(rule, target, source, (port, protocol)) for rule in into)
    )


def by_namespace(documents: Iterable[Document]) -> dict[str, list[Document]]:
    """NetworkPolicies, by the namespace they stand in."""
    found: dict[str, list[Document]] = {}
    for document in documents:
        found.setdefault(document["metadata"]["namespace"], []).append(document)
    return found


def selects(selector: Mapping[str, Any] | None, labels: Mapping[str, str]) -> bool:
    """A label selector; an empty one selects everything."""
    if not selector:
        return True
    return all(labels.get(key) == value for key, value in selector.get("matchLabels", {}).items()) and all(
        {
            "In": labels.get(one["key"]) in one.get("values", ()),
            "DoesNotExist": one["key"] not in labels,
        }[one["operator"]]
        for one in selector.get("matchExpressions", ())
    )


def _chosen(policies: Mapping[str, list[Document]], pod: End, direction: str) -> list[Mapping[str, Any]] | None:
    """The rules of one direction that hold for a pod; ``None`` where it is open."""
    chosen = [
        policy["spec"]
        for policy in policies.get(pod.namespace, ())
        if direction in policy["spec"]["policyTypes"] and selects(policy["spec"]["podSelector"], pod.labels)
    ]
    return [rule for spec in chosen for rule in spec.get(direction.lower(), ())] if chosen else None


def _rule(rule: Mapping[str, Any], pod: End, other: End, port: tuple[int, str]) -> bool:
    # A list that is empty is everybody's, as one that is left out.
    ends = rule.get("to") or rule.get("from") or [{}]
    ports = [(one["port"], one["protocol"]) for one in rule.get("ports", ())]
    return (not ports or port in ports) and any(_is(end, pod, other) for end in ends)


def _is(end: Mapping[str, Any], pod: End, other: End) -> bool:
    if block := end.get("ipBlock"):
        inside = [_within(other.address, cidr) for cidr in (block["cidr"], *block.get("except", ()))]
        return inside[0] and not any(inside[1:])
    if not end:
        return True
    where = end.get("namespaceSelector")
    named = {"kubernetes.io/metadata.name": other.namespace}
    there = other.namespace == pod.namespace if where is None else selects(where, named)
    return bool(other.namespace) and there and selects(end.get("podSelector"), other.labels)


@cache
def _within(address: str, cidr: str) -> bool:
    return IPv4Address(address) in IPv4Network(cidr)
