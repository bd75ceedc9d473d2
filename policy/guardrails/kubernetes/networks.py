"""Who may speak with the pods of a namespace: nobody whom no policy names, in either direction.

Source: CIS Amazon EKS Benchmark 1.8, 4.3.2; kubernetes.io, Network Policies, Default policies.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, Literal

from model.kubernetes import CORE, group_and_kind, objects_of
from model.resource import MISSING, UNKNOWN, Resource
from policy.engine.rule import Context, Finding
from policy.guardrails.demand import StackDemand

Direction = Literal["Ingress", "Egress"]

_NAMESPACE: Final = (CORE, "Namespace")
_POLICY: Final = ("networking.k8s.io", "NetworkPolicy")
#: The cluster's own, into which its provider puts what must never wait for a policy of ours.
_THE_CLUSTER_S: Final = ("default", "kube-node-lease", "kube-public", "kube-system")
#: What may shut namespaces by other words, which nobody reads here. Sources: docs.tigera.io, docs.cilium.io,
#: network-policy-api.sigs.k8s.io, and EKS user guide, Cluster network policies.
_OTHER_GROUPS: Final = (
    *("cilium.io", "crd.projectcalico.org", "projectcalico.org"),
    *("networking.k8s.aws", "policy.networking.k8s.io"),
)
_ENDS: Final = {"Ingress": "from", "Egress": "to"}
_WHAT: Final = {"Ingress": "lets in whoever is in the cluster", "Egress": "lets its pods out to every address"}


def _shut(direction: Direction) -> StackDemand:
    def check(resources: Sequence[Resource], context: Context) -> Iterator[Finding]:  # noqa: ARG001 - called alike
        declared = [(one, found) for one in resources for found in objects_of(one)]
        if any(group_and_kind(found.type)[0] in _OTHER_GROUPS for _, found in declared):
            return
        policies = [
            (one, found)
            for one, found in declared
            if group_and_kind(found.type) == _POLICY and _denies(found, direction) is not False
        ]
        for one, namespace in declared:
            name = namespace.get("metadata", "name")
            if group_and_kind(namespace.type) != _NAMESPACE or name in _THE_CLUSTER_S or one.type.endswith("Patch"):
                continue
            found = [_is_for(one, name, *policy) and _denies(policy[1], direction) for policy in policies]
            if True in found:
                continue
            yield Finding(
                f"a namespace must have a NetworkPolicy with an empty podSelector and {direction} among its "
                f"policyTypes: without one it {_WHAT[direction]}",
                urn=one.urn,
                kind="undetermined" if UNKNOWN in found else "violation",
            )

    return StackDemand(name=f"{direction.lower()} is shut", check=check, control="4.3.2")


def _is_for(namespace: Resource, name: Any, policy: Resource, declared: Resource) -> Any:
    """Whether a policy stands in a namespace; what Pulumi names is known by whom the policy refers to."""
    if any(namespace.urn in urns for urns in policy.references.values()):
        return True
    where = declared.get("metadata", "namespace")
    if where is UNKNOWN or (name in (UNKNOWN, MISSING) and where is not MISSING):
        return UNKNOWN
    return where == name


def _denies(policy: Resource, direction: Direction) -> Any:
    """Whether it selects every pod, and opens the direction for named ends alone, or for none."""
    selector, types, rules = (policy.get("spec", key) for key in ("podSelector", "policyTypes", direction.lower()))
    if UNKNOWN in (selector, types, rules):
        return UNKNOWN
    if isinstance(selector, dict) and any(selector.values()):
        return False
    # Left out, the types are ingress, and egress where there are rules of it (source: the API's own description).
    told = types if types not in (MISSING, []) else ["Ingress", *(["Egress"] if rules is not MISSING else [])]
    if not isinstance(told, list) or direction not in told:
        return False
    return not any(
        isinstance(rule, dict) and not rule.get(_ENDS[direction]) and not rule.get("ports")
        for rule in (rules if isinstance(rules, list) else ())
    )


SHUT: Final = (_shut("Ingress"), _shut("Egress"))
