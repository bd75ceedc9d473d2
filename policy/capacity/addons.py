"""EKS add-ons' long-running pods: their configuration where it is written, else what the add-on asks for by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from policy.capacity.workload import NOTHING, Bundle, Container, Request, Workload


def _csi(name: str, key: str, beside: str) -> Container:
    """A sidecar of the EBS driver; without a request of its own it takes that of the driver beside it."""
    return Container(name, (f"sidecars.{key}.resources", f"{beside}.resources"), ("10m", "40Mi"))


def _daemon(*containers: tuple[str, str, Request], name: str) -> Workload:
    return Workload(
        name=name,
        kind="daemonset",
        containers=tuple(Container(label, (path,), default) for label, path, default in containers),
    )


ADDONS: Final[Mapping[str, Bundle]] = {
    "vpc-cni": Bundle(
        source="aws/amazon-vpc-cni-k8s, charts/aws-vpc-cni; both requests as seen on EKS pods (v1.14, v1.19)",
        confidence="derived",
        workloads=(
            _daemon(
                ("aws-node", "resources", ("25m", "0")),
                ("aws-eks-nodeagent", "nodeAgent.resources", ("25m", "0")),
                name="aws-node",
            ),
        ),
    ),
    "kube-proxy": Bundle(
        source="as seen on an EKS cluster (v1.28.1-minimal-eksbuild.1)",
        confidence="derived",
        workloads=(_daemon(("kube-proxy", "resources", ("100m", "0")), name="kube-proxy"),),
    ),
    "coredns": Bundle(
        source="EKS's manifest, from memory: two replicas, 100m and 70Mi each",
        confidence="recalled",
        workloads=(
            Workload(
                name="coredns",
                replicas="replicaCount",
                count=2,
                containers=(Container("coredns", ("resources",), ("100m", "70Mi")),),
            ),
        ),
    ),
    "eks-pod-identity-agent": Bundle(
        source="aws/eks-pod-identity-agent, charts/eks-pod-identity-agent: it asks for nothing",
        confidence="derived",
        workloads=(_daemon(("eks-pod-identity-agent", "resources", NOTHING), name="eks-pod-identity-agent"),),
    ),
    "aws-ebs-csi-driver": Bundle(
        source="kubernetes-sigs/aws-ebs-csi-driver at v1.63.1, chart 2.63.0, which the add-on is built from",
        confidence="derived",
        workloads=(
            Workload(
                name="ebs-csi-controller",
                replicas="controller.replicaCount",
                count=2,
                containers=(
                    Container("ebs-plugin", ("controller.resources",), ("10m", "40Mi")),
                    _csi("csi-provisioner", "provisioner", "controller"),
                    _csi("csi-attacher", "attacher", "controller"),
                    _csi("csi-snapshotter", "snapshotter", "controller"),
                    _csi("csi-resizer", "resizer", "controller"),
                    _csi("liveness-probe", "livenessProbe", "controller"),
                ),
            ),
            Workload(
                name="ebs-csi-node",
                kind="daemonset",
                containers=(
                    Container("ebs-plugin", ("node.resources",), ("10m", "40Mi")),
                    _csi("node-driver-registrar", "nodeDriverRegistrar", "node"),
                    _csi("liveness-probe", "livenessProbe", "node"),
                ),
            ),
        ),
    ),
    "snapshot-controller": Bundle(
        source="no manifest of the add-on was found, and upstream's asks for nothing: two small replicas are assumed",
        confidence="recalled",
        workloads=(
            Workload(
                name="snapshot-controller",
                count=2,
                containers=(Container("snapshot-controller", ("resources",), ("10m", "20Mi")),),
            ),
        ),
    ),
    "metrics-server": Bundle(
        source="kubernetes-sigs/metrics-server, chart 3.13.0; that the add-on runs two is from memory",
        confidence="recalled",
        workloads=(
            Workload(
                name="metrics-server",
                replicas="replicas",
                count=2,
                containers=(Container("metrics-server", ("resources",), ("100m", "200Mi")),),
            ),
        ),
    ),
    "amazon-cloudwatch-observability": Bundle(
        source="aws-observability/helm-charts, chart 6.4.0; exporters run on GPU and Neuron nodes only",
        confidence="derived",
        workloads=(
            _daemon(("otc-container", "agent.resources", ("250m", "128Mi")), name="cloudwatch-agent"),
            Workload(
                name="controller-manager",
                containers=(Container("manager", ("manager.resources",), ("100m", "64Mi")),),
            ),
            Workload(
                name="fluent-bit",
                kind="daemonset",
                containers=(Container("fluent-bit", ("containerLogs.fluentBit.resources",), ("50m", "25Mi")),),
                switch="containerLogs.enabled",
            ),
        ),
    ),
}
