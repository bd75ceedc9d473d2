"""What the EKS components know once their cluster exists, where a first preview shows an unknown.

Source: pulumi/pulumi-eks v4.3.0, nodejs/eks: cluster/cluster.ts (generateKubeconfig, createCluster) and
nodes/nodegroup.ts (createManagedNodeGroup), read at 7bf0c1b1.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from model import type_tokens
from preview.simulate.registration import Registration
from preview.simulate.wire import holds_unknown, is_reference, is_unknown, make_reference
from stacks.offered import REGION
from tests.engine.standins.monitor import Monitor

PROVIDER: Final = "pulumi:providers:kubernetes"


@dataclass
class Knowledge:
    """One component, and its children so far, by type."""

    component: Registration
    monitor: Monitor
    by_type: dict[str, Registration] = field(default_factory=dict)

    def inputs(self, type_: str) -> Mapping[str, Any]:
        """What the unknown inputs of a child of ``type_`` are, as far as that is known now."""
        raise NotImplementedError

    def outputs(self) -> dict[str, Any]:
        """The component's outputs, as far as they are known now."""
        raise NotImplementedError


class Cluster(Knowledge):
    """``eks:index:Cluster``: everything follows from the control plane's own outputs."""

    def inputs(self, type_: str) -> Mapping[str, Any]:
        """The provider's way into the cluster."""
        cluster = self._cluster()
        return {"kubeconfig": json.dumps(kubeconfig(cluster))} if cluster and type_ == PROVIDER else {}

    def outputs(self) -> dict[str, Any]:
        """Everything that a first preview shows as unknown."""
        cluster = self._cluster()
        if cluster is None:
            return {}
        given, config = self.component.inputs, kubeconfig(cluster)
        issuer = cluster["identities"][0]["oidcs"][0]["issuer"]
        group = self.by_type.get(type_tokens.EC2_SECURITY_GROUP)
        group_id = group.inputs["id"] if group else cluster["vpcConfig"]["clusterSecurityGroupId"]
        control_plane = make_reference(self.by_type[type_tokens.EKS_CLUSTER].urn, custom=True)
        return {
            "core": {
                "cluster": control_plane,
                "endpoint": cluster["endpoint"],
                "kubeconfig": config,
                "provider": make_reference(self.by_type[PROVIDER].urn, custom=True),
                "subnetIds": cluster["vpcConfig"]["subnetIds"],
                "vpcId": given["vpcId"],
                "instanceRoles": [],
                "nodeGroupOptions": {},
            },
            "kubeconfig": config,
            "kubeconfigJson": json.dumps(config),
            "clusterSecurityGroupId": group_id,
            "nodeSecurityGroupId": group_id,
            "oidcProviderUrl": issuer,
            "oidcIssuer": issuer.removeprefix("https://"),
        }

    def _cluster(self) -> Mapping[str, Any] | None:
        known = self.by_type.get(type_tokens.EKS_CLUSTER)
        return None if known is None or is_unknown(known.inputs["endpoint"]) else known.inputs


class ManagedNodeGroup(Knowledge):
    """``eks:index:ManagedNodeGroup``: the cluster arrives as a reference to its component, or as core data."""

    def inputs(self, type_: str) -> Mapping[str, Any]:  # noqa: ARG002 - there is one child only
        """What the group takes from its cluster."""
        given = self.component.inputs["cluster"]
        core = self.monitor.state(given).get("core") if is_reference(given) else given
        if not isinstance(core, Mapping) or holds_unknown(core):
            return {}
        cluster = self.monitor.state(core["cluster"])
        return {"clusterName": cluster["name"], "version": cluster["version"], "subnetIds": core["subnetIds"]}

    def outputs(self) -> dict[str, Any]:
        """The group itself."""
        return {"nodeGroup": make_reference(self.by_type[type_tokens.EKS_NODE_GROUP].urn, custom=True)}


def kubeconfig(cluster: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration that the component writes: it signs in through the aws CLI and holds no credential."""
    arguments = ["--region", REGION, "eks", "get-token", "--cluster-name", cluster["name"], "--output", "json"]
    info = {"name": "KUBERNETES_EXEC_INFO", "value": '{"apiVersion": "client.authentication.k8s.io/v1beta1"}'}
    sign_in = {
        "apiVersion": "client.authentication.k8s.io/v1beta1",
        "command": "aws",
        "args": arguments,
        "env": [info],
    }
    server = {"server": cluster["endpoint"], "certificate-authority-data": cluster["certificateAuthority"]["data"]}
    return {
        "apiVersion": "v1",
        "clusters": [{"cluster": server, "name": "kubernetes"}],
        "contexts": [{"context": {"cluster": "kubernetes", "user": "aws"}, "name": "aws"}],
        "current-context": "aws",
        "kind": "Config",
        "users": [{"name": "aws", "user": {"exec": sign_in}}],
    }


KNOWLEDGE: Final[Mapping[str, Callable[[Registration, Monitor], Knowledge]]] = {
    type_tokens.PULUMI_EKS_CLUSTER: Cluster,
    type_tokens.PULUMI_EKS_MANAGED_NODE_GROUP: ManagedNodeGroup,
}
