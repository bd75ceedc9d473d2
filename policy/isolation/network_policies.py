"""The network policies of the table: everything is shut, and each workload opened to those that the table names.

As AWS's CNI reads them (aws-network-policy-agent, amazon-network-policy-controller-k8s): a packet is judged at the pod
while it still carries a Service's own address, which a peer that is named by its labels includes, and a block of
addresses does not; a node's own address is always let in, so kubelet's probes are; pods on their node's network are
never selected.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from policy.isolation.flows import (
    APPLICATIONS,
    STORES,
    Pair,
    Port,
    Table,
    Workload,
    existing_flows,
    existing_workloads,
    namespace_of,
)

Document = dict[str, Any]
Peer = dict[str, Any]

API_VERSION: Final = "networking.k8s.io/v1"
KIND: Final = "NetworkPolicy"
DENY_ALL: Final = "deny-all"
#: AWS' own namespace of add-ons: what is not named there is not shut, because AWS adds to it by itself.
UNSHUT: Final = ("kube-system",)
#: Where the EKS Pod Identity agent answers, on every node (source: EKS user guide, Pod Identity agent).
IDENTITY_AGENT: Final = "169.254.170.23/32"
#: The Service ``kubernetes`` stands there.
API_NAMESPACE: Final = "default"
#: Addresses that are not the internet's: those of a VPC, of Services, of carriers, and of a node's own services (RFC
#: 1918, 6598, 3927). Beside them the world is AWS' endpoints, too: there is an endpoint in the VPC for S3 alone, whose
#: addresses are public.
NOT_THE_WORLD: Final = ("10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16")


@dataclass(frozen=True, kw_only=True)
class Networks:
    """Networks by what stands in them, as CIDR blocks.

    ``private`` are the subnets of nodes, pods and the control plane's interfaces, ``data`` those of stores.
    """

    private: Sequence[str]
    data: Sequence[str]
    on_premises: Sequence[str] = ()


def network_policies(
    table: Table, present: frozenset[str], shut: Iterable[str], applications: Sequence[str], networks: Networks
) -> list[Document]:
    """A policy for each workload, and behind them one that shuts each namespace of ``shut``.

    Namespaces of ``applications`` are only named, as peers.
    """
    workloads = existing_workloads(table, present)
    named = Ends(workloads=workloads, applications=applications, networks=networks)
    incoming, outgoing = defaultdict[str, list[Pair]](list), defaultdict[str, list[Pair]](list)
    for pair in existing_flows(table, present):
        outgoing[pair.source].append(pair)
        incoming[pair.target].append(pair)
    made = []
    for name, workload in workloads.items():
        if workload.open:
            continue
        spec = {
            "podSelector": selector(workload),
            "policyTypes": ["Ingress", "Egress"],
            "ingress": _rules("from", [(pair.source, pair.ports) for pair in incoming[name]], named),
            "egress": _rules("to", [(pair.target, pair.ports) for pair in outgoing[name]], named),
        }
        made.append(_document(namespace_of(name), name, spec))
    denied = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    made += [_document(namespace, DENY_ALL, denied) for namespace in sorted(set(shut) - set(UNSHUT))]
    return made


def selector(workload: Workload) -> dict[str, Any]:
    """The workload's labels as Kubernetes' selector."""
    plain = {key: value for key, value in workload.labels.items() if isinstance(value, str)}
    several = [
        {"key": key, "operator": "DoesNotExist"}
        if value is None
        else {"key": key, "operator": "In", "values": list(value)}
        for key, value in workload.labels.items()
        if not isinstance(value, str)
    ]
    return {**({"matchLabels": plain} if plain else {}), **({"matchExpressions": several} if several else {})}


def _document(namespace: str, name: str, spec: Mapping[str, Any]) -> Document:
    metadata = {"name": name.rpartition("/")[2], "namespace": namespace}
    return {"apiVersion": API_VERSION, "kind": KIND, "metadata": metadata, "spec": dict(spec)}


@dataclass(frozen=True, kw_only=True)
class Ends:
    """How policies name an end: pods by namespace and labels, anything else by its addresses."""

    workloads: Mapping[str, Workload]
    applications: Sequence[str]
    networks: Networks

    def peers(self, end: str, *, called: bool) -> list[Peer]:
        """An end that is ``called``, or that calls."""
        if end in self.workloads:
            chosen = selector(self.workloads[end])
            return [{**_in(namespace_of(end)), **({"podSelector": chosen} if chosen else {})}]
        if end == APPLICATIONS:
            return [_in(namespace) for namespace in self.applications]
        if end == "control-plane" and called:
            # By its Service, and by its interfaces in the private subnets, which a client may be told instead.
            return [_in(API_NAMESPACE), *_blocks(self.networks.private)]
        if end in STORES:
            return _blocks(self.networks.data)
        return {
            "control-plane": _blocks(self.networks.private),
            "nodes": _blocks(self.networks.private),
            "on-premises": _blocks(self.networks.on_premises),
            "identity-agent": _blocks([IDENTITY_AGENT]),
            "world": [{"ipBlock": {"cidr": "0.0.0.0/0", "except": list(NOT_THE_WORLD)}}],
        }[end]


def _rules(
    key: Literal["from", "to"], far: Iterable[tuple[str, tuple[Port, ...]]], named: Ends
) -> list[dict[str, Any]]:
    """One rule for all ends that are met at the same ports; a rule without an end would be one for everybody."""
    by_ports: dict[tuple[Port, ...], list[Peer]] = {}
    for end, ports in far:
        together = by_ports.setdefault(ports, [])
        together += [one for one in named.peers(end, called=key == "to") if one not in together]
    return [
        {key: found, **({"ports": [{"protocol": one.protocol, "port": one.number} for one in ports]} if ports else {})}
        for ports, found in by_ports.items()
        if found
    ]


def _in(namespace: str) -> Peer:
    return {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}}}


def _blocks(cidrs: Sequence[str]) -> list[Peer]:
    return [{"ipBlock": {"cidr": cidr}} for cidr in cidrs]
