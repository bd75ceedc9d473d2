"""The two security groups that the cluster component adds unless told not to, and their six rules.

Source: pulumi/pulumi-eks v4.3.0, nodejs/eks/cluster/cluster.ts and nodes/securitygroup.ts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from model import type_tokens
from preview.simulate.expansion import Arguments, Children, Flow, applied, attribute
from preview.simulate.registration import Registration

ANYWHERE: Final = {"cidrBlocks": ["0.0.0.0/0"]}
ITSELF: Final = {"self": True}

#: Suffix, the group the rule belongs to, direction, ports, protocol, the other side (a group or inputs), description.
CLUSTER_RULES: Final = (
    ("eksClusterInternetEgressRule", "cluster", "egress", (0, 0), "-1", ANYWHERE, "Allow internet access."),
)
NODE_RULES: Final = (
    ("eksNodeIngressRule", "node", "ingress", (0, 0), "-1", ITSELF, "Allow nodes to communicate with each other"),
    (
        *("eksNodeClusterIngressRule", "node", "ingress", (1025, 65535), "tcp", "cluster"),
        "Allow worker Kubelets and pods to receive communication from the cluster control plane",
    ),
    (
        *("eksExtApiServerClusterIngressRule", "node", "ingress", (443, 443), "tcp", "cluster"),
        "Allow pods running extension API servers on port 443 to receive communication from cluster control plane",
    ),
    ("eksNodeInternetEgressRule", "node", "egress", (0, 0), "-1", ANYWHERE, "Allow internet access."),
    (
        *("eksClusterIngressRule", "cluster", "ingress", (443, 443), "tcp", "node"),
        "Allow pods to communicate with the cluster API Server",
    ),
)


def cluster_group(args: Arguments, made: Children) -> Registration:
    """Adds the control plane's group, open to the internet outwards."""
    name = f"{made.component.name}-eksClusterSecurityGroup"
    tags = applied(lambda tags: {"Name": name, **(tags or {})}, args.flow("tags"))
    group = made.add(type_tokens.EC2_SECURITY_GROUP, name, _group(args, tags))
    _rules(made, CLUSTER_RULES, {"cluster": group})
    return group


def node_group(args: Arguments, made: Children, cluster: Registration, group: Registration) -> None:
    """Adds the nodes' group and the rules between it and the control plane's."""
    name = f"{made.component.name}-nodeSecurityGroup"
    tags = applied(
        lambda tags, cluster_name: {"Name": name, f"kubernetes.io/cluster/{cluster_name}": "owned", **(tags or {})},
        args.flow("tags"),
        attribute(cluster, "name"),
    )
    _rules(
        made, NODE_RULES, {"cluster": group, "node": made.add(type_tokens.EC2_SECURITY_GROUP, name, _group(args, tags))}
    )


def _group(args: Arguments, tags: Flow) -> dict[str, Any]:
    return {"description": "Managed by Pulumi", "revokeRulesOnDelete": True, "vpcId": args.flow("vpcId"), "tags": tags}


def _rules(made: Children, rules: tuple[tuple[Any, ...], ...], groups: Mapping[str, Registration]) -> None:
    for suffix, owner, direction, (from_port, to_port), protocol, other, description in rules:
        inputs = {
            "description": description,
            "type": direction,
            "fromPort": from_port,
            "toPort": to_port,
            "protocol": protocol,
            "securityGroupId": attribute(groups[owner], "id"),
        }
        peer = {"sourceSecurityGroupId": attribute(groups[other], "id")} if isinstance(other, str) else other
        made.add(type_tokens.EC2_SECURITY_GROUP_RULE, f"{made.component.name}-{suffix}", {**inputs, **peer})
