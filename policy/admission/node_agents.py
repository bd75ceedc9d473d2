"""Pods that change or read their node, admitted where AWS and this platform put them, by the very workload.

A namespace for them would be one for anybody: ``kubectl debug node`` makes a pod in whichever namespace it is told.
What AWS runs in ``kube-system`` (aws-node, kube-proxy, ebs-csi-node, eks-pod-identity-agent, eks-node-monitoring-agent)
is not here, because nobody looks there (:data:`policy.admission.kyverno.SYSTEM_NAMESPACES`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from policy.admission.kyverno import API_VERSION, KIND, Document
from policy.admission.target import Target, match_condition

#: By namespace and kind, the names of workloads.
NODE_AGENTS: Final[Mapping[tuple[str, str], Sequence[str]]] = {
    # AWS's add-ons. Sources: aws-observability/helm-charts 6.4.0, which names DaemonSets or the operator's objects that
    # they are called after, Windows' among them whether or not there is such a node; GuardDuty User Guide, "Runtime
    # coverage and troubleshooting for Amazon EKS clusters" (where Kyverno refused it); aws/network-flow-monitor-agent.
    ("amazon-cloudwatch", "DaemonSet"): (
        "cloudwatch-agent",
        "cloudwatch-agent-windows",
        "cloudwatch-agent-windows-container-insights",
        "dcgm-exporter",
        "fluent-bit",
        "fluent-bit-windows",
        "neuron-monitor",
        "node-exporter",
    ),
    ("amazon-cloudwatch", "Deployment"): ("cloudwatch-agent-cluster-scraper",),
    ("amazon-guardduty", "DaemonSet"): ("aws-guardduty-agent",),
    ("amazon-network-flow-monitor", "DaemonSet"): ("aws-network-flow-monitor-agent",),
    # Ours: the mesh's CNI plugin and proxy of the node, and what reads its logs and its figures.
    ("istio-system", "DaemonSet"): ("istio-cni-node", "ztunnel"),
    ("logging", "DaemonSet"): ("fluent-bit",),
    ("monitoring", "DaemonSet"): ("kube-prometheus-stack-prometheus-node-exporter",),
}


def is_node_agent(namespace: object, kind: str, name: object) -> bool:
    """Whether a workload is one of them; its namespace and name may be anything that a program wrote."""
    return any((namespace, kind) == home and name in names for home, names in NODE_AGENTS.items())


def node_agents_exception(policy: str, namespace: str) -> Document:
    """The exception of every agent of the nodes from ``policy``, in the ``namespace`` of exceptions; it has no end."""
    condition = " || ".join(
        f"({match_condition(Target(home, name, kind, 'apps/v1'), *more)})"
        for (home, kind), (name, *more) in NODE_AGENTS.items()
    )
    return {
        "apiVersion": API_VERSION,
        "kind": "PolicyException",
        "metadata": {"name": "node-agents", "namespace": namespace},
        "spec": {
            "policyRefs": [{"name": policy, "kind": KIND}],
            "matchConditions": [{"name": "node-agents", "expression": condition}],
            "properties": {"reason": "agents of AWS and of the platform that change or read their node"},
        },
    }
