"""The systems of the cluster itself that rows speak of: mesh, admission, volumes, backup, and the cluster.

Where each name comes from stands, with a date, in ``tests/policy/ledger/forbidden_names.yaml``.
"""

from __future__ import annotations

from typing import Final

from model import type_tokens
from policy.ledger.row import Forms, System

ISTIO: Final = System(
    slug="istio",
    title="Istio",
    forms=Forms(
        charts=("istiod", "istio-base", "istio-cni", "ztunnel", "istio-operator", "istio-ingressgateway"),
        repository_charts=(
            "istio/base",
            "istio/cni",
            "istio/gateway",
            "istio/ztunnel",
            "istio/ambient",
            "istio-release/base",
            "istio-release/cni",
            "istio-release/gateway",
            "istio-release/ztunnel",
            "istio-release/ambient",
        ),
        images=(
            "istio/pilot",
            "istio-release/pilot",
            "istio-testing/pilot",
            "release/pilot",
            "testing/pilot",
            "proxyv2",
            "ztunnel",
            "install-cni",
            "mirrored-istio-pilot",
            "mirrored-istio-proxyv2",
            "mirrored-istio-install-cni",
        ),
        kinds=(
            "networking.istio.io",
            "security.istio.io",
            "telemetry.istio.io",
            "extensions.istio.io",
            "install.istio.io",
        ),
    ),
)
NO_MESH: Final = System(slug="none", title="no mesh")
APP_MESH: Final = System(
    slug="app-mesh",
    title="AWS App Mesh",
    refused_because="AWS ended it on 2026-09-30",
    forms=Forms(
        types=(type_tokens.APPMESH_MODULE,),
        charts=("appmesh-controller", "appmesh-prometheus", "appmesh-grafana", "appmesh-jaeger", "appmesh-inject"),
        images=("appmesh-controller", "aws-appmesh-envoy", "aws-appmesh-proxy-route-manager"),
        kinds=("appmesh.k8s.aws",),
    ),
)
KYVERNO: Final = System(slug="kyverno", title="Kyverno")
GATEKEEPER: Final = System(
    slug="gatekeeper",
    title="OPA Gatekeeper",
    forms=Forms(
        charts=("gatekeeper",),
        images=(
            "openpolicyagent/gatekeeper",
            "openpolicyagent/gatekeeper-crds",
            "open-policy-agent/gatekeeper",
            "mirrored-openpolicyagent-gatekeeper",
            "mirrored-openpolicyagent-gatekeeper-crds",
        ),
        kinds=(
            "templates.gatekeeper.sh",
            "constraints.gatekeeper.sh",
            "config.gatekeeper.sh",
            "connection.gatekeeper.sh",
            "status.gatekeeper.sh",
            "mutations.gatekeeper.sh",
            "expansion.gatekeeper.sh",
            "externaldata.gatekeeper.sh",
            "syncset.gatekeeper.sh",
        ),
    ),
)
LONGHORN: Final = System(
    slug="longhorn",
    title="Longhorn",
    forms=Forms(
        charts=("longhorn",),
        images=(
            "longhorn-manager",
            "longhorn-engine",
            "longhorn-ui",
            "longhorn-instance-manager",
            "longhorn-share-manager",
            "backing-image-manager",
            "mirrored-longhornio-longhorn-manager",
            "mirrored-longhornio-longhorn-engine",
            "mirrored-longhornio-longhorn-ui",
            "mirrored-longhornio-longhorn-instance-manager",
            "mirrored-longhornio-longhorn-share-manager",
            "mirrored-longhornio-backing-image-manager",
        ),
        kinds=("longhorn.io",),
        provisioners=("driver.longhorn.io", "rancher.io/longhorn"),
        storage_classes=("longhorn", "longhorn-static"),
    ),
)
EBS: Final = System(slug="ebs", title="Amazon EBS")
VELERO: Final = System(slug="velero", title="Velero")
VELERO_S3: Final = System(slug="velero-s3", title="Velero with S3")
ON_PREMISES: Final = System(slug="on-premises", title="the on-premises cluster")
EKS: Final = System(slug="eks", title="Amazon EKS with its nodes, network and load balancer")
