"""The only place where a chart's or an add-on's name, home and version is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A Helm chart: ``repository`` is a URL; ``checked_on`` says when the version was last looked up."""

    name: str
    repository: str
    version: str
    checked_on: str


EXTERNAL_SECRETS: Final = Chart(
    name="external-secrets",
    repository="https://charts.external-secrets.io",
    version="2.9.0",
    checked_on="2026-11-22",
)

#: EKS add-ons that were seen together on Kubernetes 1.35 (source: alphagov/govuk-infrastructure, 2026-08).
ADDON_VERSIONS: Final = {
    "vpc-cni": "v1.22.2-eksbuild.1",
    "coredns": "v1.13.2-eksbuild.3",
    "kube-proxy": "v1.35.3-eksbuild.13",
    "eks-pod-identity-agent": "v1.3.10-eksbuild.2",
    "aws-ebs-csi-driver": "v1.63.0-eksbuild.1",
    "metrics-server": "v0.8.1-eksbuild.11",
}
