"""Ends of services, images, charts and Kubernetes versions; engines and API versions have tables of their own."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from model import type_tokens
from model.lifecycle.end_of_life import EndOfLife

APP_MESH: Final = EndOfLife(
    subject="AWS App Mesh",
    ends=date(2026, 9, 30),
    instead="Istio, or no mesh; AWS points EKS users to VPC Lattice, which is billed",
    source="AWS containers blog, migration from App Mesh (closed to new customers 2024-09-24)",
)
AL2: Final = EndOfLife(
    subject="Amazon Linux 2 on EKS nodes",
    ends=date(2025, 11, 26),
    instead="AL2023 or Bottlerocket",
    source="EKS user guide, eks-ami-deprecation-faqs (the distribution itself ended 2026-06-30)",
)
DOCUMENTDB_3_6: Final = EndOfLife(
    subject="Amazon DocumentDB 3.6",
    ends=date(2026, 3, 30),
    instead="5.0, the long-term support line, or 8.0; 3.6 is billed as extended support until 2029-03-30",
    source="Amazon DocumentDB developer guide, release calendar",
    extended_until=date(2029, 3, 30),
)
XRAY_SDK: Final = EndOfLife(
    subject="the X-Ray SDKs and daemon",
    ends=date(2026, 2, 25),
    instead="OpenTelemetry over OTLP to the CloudWatch agent",
    source="AWS X-Ray developer guide, SDK and daemon support timeline (maintenance: security fixes only)",
)
GRAFANA_CHARTS: Final = EndOfLife(
    subject="the chart repository grafana.github.io/helm-charts for grafana, loki, tempo and tempo-distributed",
    ends=date(2026, 3, 16),
    instead="https://grafana-community.github.io/helm-charts; the old index serves the old lineage without a word",
    source="README of grafana/helm-charts (charts moved from 2026-01, Loki on 2026-03-16)",
)
#: Services that AWS has closed, by what their types begin with; all recalled.
CLOSED: Final = {
    prefixes: EndOfLife(subject=subject, ends=ends, instead=instead, source=source)
    for prefixes, subject, ends, instead, source in (
        (
            (type_tokens.QLDB_MODULE,),
            "Amazon QLDB",
            date(2025, 7, 31),
            "Aurora PostgreSQL with an audit",
            "QLDB developer guide, end of support",
        ),
        (
            (type_tokens.WAF_MODULE, type_tokens.WAFREGIONAL_MODULE),
            "AWS WAF Classic",
            date(2025, 9, 30),
            "AWS WAF (wafv2)",
            "AWS WAF developer guide, migrating from WAF Classic",
        ),
        (
            (type_tokens.EVIDENTLY_MODULE,),
            "CloudWatch Evidently",
            date(2025, 10, 17),
            "AWS AppConfig's feature flags",
            "CloudWatch user guide, Evidently, end of support",
        ),
        (
            (type_tokens.MEDIASTORE_MODULE,),
            "AWS Elemental MediaStore",
            date(2025, 11, 13),
            "Amazon S3",
            "MediaStore user guide, end of support",
        ),
        (
            (type_tokens.ELASTICTRANSCODER_MODULE,),
            "Amazon Elastic Transcoder",
            date(2025, 11, 13),
            "AWS Elemental MediaConvert",
            "Elastic Transcoder developer guide, end of support",
        ),
        (
            (type_tokens.KINESIS_ANALYTICS_APPLICATION,),
            "Kinesis Data Analytics for SQL",
            date(2026, 1, 27),
            "Managed Service for Apache Flink",
            "its developer guide, discontinuation",
        ),
        (
            (type_tokens.INSPECTOR_MODULE,),
            "Amazon Inspector Classic",
            date(2026, 5, 20),
            "Amazon Inspector (inspector2)",
            "Inspector Classic user guide, end of support",
        ),
    )
}


def _kubernetes(minor: int, ends: date, extended_until: date) -> EndOfLife:
    return EndOfLife(
        subject=f"standard support of Kubernetes 1.{minor} on EKS",
        ends=ends,
        instead=SUPPORTED,
        source=CALENDAR,
        extended_until=extended_until,
        rates=CLUSTER_RATES,
    )


CALENDAR: Final = "EKS user guide, Kubernetes release calendar"
SUPPORTED: Final = "a version in standard support"
CLUSTER_RATES: Final = ("eks/cluster-standard", "eks/cluster-extended-support-surcharge")
#: End of standard support of each version that EKS has offered lately.
KUBERNETES: Final = {
    "1.33": _kubernetes(33, date(2026, 7, 29), date(2027, 7, 29)),
    "1.34": _kubernetes(34, date(2026, 12, 2), date(2027, 12, 2)),
    "1.35": _kubernetes(35, date(2027, 3, 27), date(2028, 3, 27)),
    "1.36": _kubernetes(36, date(2027, 8, 2), date(2028, 8, 2)),
}
OLDEST_KNOWN_MINOR: Final = 33
OLDER: Final = EndOfLife(
    subject=f"standard support of every Kubernetes before 1.{OLDEST_KNOWN_MINOR} on EKS",
    ended_by=f"before {KUBERNETES[f'1.{OLDEST_KNOWN_MINOR}'].ends}",
    instead=SUPPORTED,
    source=CALENDAR,
    rates=CLUSTER_RATES,
)

SERVICES: Final = (
    APP_MESH,
    AL2,
    DOCUMENTDB_3_6,
    XRAY_SDK,
    GRAFANA_CHARTS,
    *CLOSED.values(),
    *KUBERNETES.values(),
    OLDER,
)


def extended_versions(today: date) -> frozenset[str]:
    """Kubernetes versions that are billed as extended support on ``today``."""
    older = {f"1.{minor}" for minor in range(20, OLDEST_KNOWN_MINOR)}
    return frozenset(older | {version for version, fact in KUBERNETES.items() if fact.ended(today)})


def kubernetes(version: str) -> EndOfLife | None:
    """What is known of an EKS version: versions older than the table have ended, newer ones are not known."""
    if version in KUBERNETES:
        return KUBERNETES[version]
    major, _, minor = version.partition(".")
    if major == "1" and re.fullmatch(r"[0-9]{1,3}", minor) and int(minor) < OLDEST_KNOWN_MINOR:
        return OLDER
    return None
