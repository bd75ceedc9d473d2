"""Dated facts: what has ended or will end, and when. Each names its source and the day it was last checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from policy.resource import Resource, peek

WARN_BEFORE: Final = timedelta(days=90)
STALE_AFTER: Final = timedelta(days=180)
CHECKED: Final = date(2026, 11, 22)


@dataclass(frozen=True, kw_only=True)
class Fact:
    """An end of life. ``ends`` is the first day on which the subject may not be relied on; ``instead`` is what may."""

    subject: str
    ends: date
    instead: str
    source: str
    checked_on: date = CHECKED
    extended_until: date | None = None

    def ended(self, today: date) -> bool:
        """Whether the subject is past its end."""
        return today >= self.ends

    def ends_soon(self, today: date) -> bool:
        """Whether the end is ahead and within 90 days."""
        return not self.ended(today) and self.ends - today <= WARN_BEFORE

    def stale(self, today: date) -> bool:
        """Whether nobody has checked the fact for 180 days."""
        return today - self.checked_on > STALE_AFTER


APP_MESH: Final = Fact(
    subject="AWS App Mesh",
    ends=date(2026, 9, 30),
    instead="Istio, or no mesh; AWS points EKS users to VPC Lattice, which is billed",
    source="AWS containers blog, migration from App Mesh (closed to new customers 2024-09-24)",
)
AL2: Final = Fact(
    subject="Amazon Linux 2 on EKS nodes",
    ends=date(2025, 11, 26),
    instead="AL2023 or Bottlerocket",
    source="EKS user guide, eks-ami-deprecation-faqs (the distribution itself ended 2026-06-30)",
)
DOCUMENTDB_3_6: Final = Fact(
    subject="Amazon DocumentDB 3.6",
    ends=date(2026, 3, 30),
    instead="5.0, the long-term support line, or 8.0; 3.6 is billed as extended support until 2029-03-30",
    source="Amazon DocumentDB developer guide, release calendar",
    extended_until=date(2029, 3, 30),
)
XRAY_SDK: Final = Fact(
    subject="the X-Ray SDKs and daemon",
    ends=date(2026, 2, 25),
    instead="OpenTelemetry over OTLP to the CloudWatch agent",
    source="AWS X-Ray developer guide, SDK and daemon support timeline (maintenance: security fixes only)",
)
EXTERNAL_SECRETS_V1BETA1: Final = Fact(
    subject="external-secrets.io/v1beta1",
    ends=date(2026, 8, 7),
    instead="external-secrets.io/v1",
    source="external-secrets 2.9.0, released on that day, no longer serves it (crds.unsafeServeV1Beta1 false)",
)
GRAFANA_CHARTS: Final = Fact(
    subject="the chart repository grafana.github.io/helm-charts for grafana, loki and tempo",
    ends=date(2026, 3, 16),
    instead="https://grafana-community.github.io/helm-charts; the old index serves the old lineage without a word",
    source="README of grafana/helm-charts (charts moved from 2026-01, Loki on 2026-03-16)",
)


def _kubernetes(minor: int, ends: date, extended_until: date | None) -> Fact:
    return Fact(
        subject=f"standard support of Kubernetes 1.{minor} on EKS",
        ends=ends,
        instead="a version in standard support; extended support costs 0.60 USD an hour instead of 0.10",
        source="EKS user guide, Kubernetes release calendar",
        extended_until=extended_until,
    )


#: End of standard support of each version that EKS has offered lately.
KUBERNETES: Final = {
    "1.33": _kubernetes(33, date(2026, 7, 29), date(2027, 7, 29)),
    "1.34": _kubernetes(34, date(2026, 12, 2), date(2027, 12, 2)),
    "1.35": _kubernetes(35, date(2027, 3, 27), date(2028, 3, 27)),
    "1.36": _kubernetes(36, date(2027, 8, 2), date(2028, 8, 2)),
}
OLDEST_KNOWN_MINOR: Final = 33

FACTS: Final = (
    APP_MESH,
    AL2,
    DOCUMENTDB_3_6,
    XRAY_SDK,
    EXTERNAL_SECRETS_V1BETA1,
    GRAFANA_CHARTS,
    *KUBERNETES.values(),
)


def extended_versions(today: date) -> frozenset[str]:
    """Kubernetes versions that are billed as extended support on ``today``."""
    older = {f"1.{minor}" for minor in range(20, OLDEST_KNOWN_MINOR)}
    return frozenset(older | {version for version, fact in KUBERNETES.items() if fact.ended(today)})


def kubernetes(version: str) -> Fact | None:
    """What is known of an EKS version: versions older than the table have ended, newer ones are not known."""
    if version in KUBERNETES:
        return KUBERNETES[version]
    major, _, minor = version.partition(".")
    if major == "1" and minor.isdigit() and int(minor) < OLDEST_KNOWN_MINOR:
        # Older versions ended before the oldest one in the table.
        oldest = KUBERNETES[f"1.{OLDEST_KNOWN_MINOR}"]
        return _kubernetes(int(minor), oldest.ends, None)
    return None


def facts_about(resource: Resource) -> Iterator[Fact]:
    """Every dated fact that a declared resource depends on."""
    kind = resource.type
    if kind == "aws:eks/cluster:Cluster" and isinstance(version := resource.get("version"), str):
        if fact := kubernetes(version):
            yield fact
    elif kind == "aws:eks/nodeGroup:NodeGroup" and str(resource.get("amiType")).startswith("AL2_"):
        yield AL2
    elif kind == "aws:docdb/cluster:Cluster" and str(resource.get("engineVersion")).startswith("3.6"):
        yield DOCUMENTDB_3_6
    elif kind.startswith("aws:appmesh/"):
        yield APP_MESH
    elif kind.startswith("kubernetes:external-secrets.io/v1beta1:"):
        yield EXTERNAL_SECRETS_V1BETA1
    elif kind.startswith("kubernetes:helm.sh/"):
        repository = peek(resource.props, "repositoryOpts", "repo")
        if isinstance(repository, str) and repository.rstrip("/") == "https://grafana.github.io/helm-charts":
            yield GRAFANA_CHARTS
