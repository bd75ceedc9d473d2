"""EKS add-ons' long-running pods: their configuration where it is written, else what the add-on asks for by itself.

Which version each was read in is written beside the version that is installed: ``ADDONS_READ_AT`` in
:mod:`components.charts`. Those that are not there were seen on a cluster or are recalled, as their source says.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from model.workloads import NOTHING, Bundle, Container, Request, Workload


def _csi(name: str, key: str) -> Container:
    """A sidecar of the EBS driver's controller; without a request of its own it takes that of the driver beside it."""
    return Container(name, (f"sidecars.{key}.resources", "controller.resources"), ("10m", "40Mi"))


def _small(name: str, key: str) -> Container:
    """A sidecar of the EBS driver for which the chart has a request of its own."""
    return Container(name, (f"sidecars.{key}.resources",), ("10m", "32Mi"))


def _daemon(*containers: tuple[str, str, Request], name: str) -> Workload:
    return Workload(
        name=name,
        kind="daemonset",
        containers=tuple(Container(label, (path,), default) for label, path, default in containers),
    )


ADDONS: Final[Mapping[str, Bundle]] = {
    "vpc-cni": Bundle(
        source="aws/amazon-vpc-cni-k8s, charts/aws-vpc-cni; config/master/aws-k8s-cni.yaml requests the same",
        confidence="derived",
        workloads=(
            Workload(
                name="aws-node",
                kind="daemonset",
                containers=(
                    Container("aws-node", ("resources",), ("25m", "0")),
                    Container("aws-eks-nodeagent", ("nodeAgent.resources", "resources"), ("25m", "0")),
                ),
                inits=(Container("aws-vpc-cni-init", ("init.resources", "resources"), ("25m", "0")),),
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
        source="kubernetes-sigs/aws-ebs-csi-driver, charts/aws-ebs-csi-driver, which the add-on is built from",
        confidence="derived",
        workloads=(
            Workload(
                name="ebs-csi-controller",
                replicas="controller.replicaCount",
                count=2,
                containers=(
                    Container("ebs-plugin", ("controller.resources",), ("10m", "40Mi")),
                    _csi("csi-provisioner", "provisioner"),
                    _csi("csi-attacher", "attacher"),
                    _csi("csi-snapshotter", "snapshotter"),
                    _csi("csi-resizer", "resizer"),
                    _small("liveness-probe", "livenessProbe"),
                ),
            ),
            Workload(
                name="ebs-csi-node",
                kind="daemonset",
                containers=(
                    Container("ebs-plugin", ("node.resources",), ("10m", "40Mi")),
                    _small("node-driver-registrar", "nodeDriverRegistrar"),
                    _small("liveness-probe", "livenessProbe"),
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
        source="kubernetes-sigs/metrics-server, charts/metrics-server; that the add-on runs two is from memory",
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
