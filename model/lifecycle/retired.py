"""Charts and images that their makers retired: no release and no security fix comes any more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from model.lifecycle.end_of_life import EndOfLife


@dataclass(frozen=True, kw_only=True)
class Retired:
    """A fact, and what its subject is called.

    ``charts`` are names of charts; where ``homes`` is given, only from a repository whose address has all words of one
    of them. ``repositories`` are words of addresses all of whose charts it speaks of. ``images`` are the last segments
    of an image's path; ``publishers`` are first segments of it, and ``registries`` hosts, of which none is kept up.
    """

    fact: EndOfLife
    charts: tuple[str, ...] = ()
    homes: tuple[frozenset[str], ...] = ()
    repositories: tuple[frozenset[str], ...] = ()
    images: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    registries: tuple[str, ...] = ()


def _words(*addresses: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(address.replace("/", ".").split(".")) for address in addresses)


RETIRED: Final = (
    Retired(
        fact=EndOfLife(
            subject="ingress-nginx",
            ends=date(2026, 3, 31),
            instead="the AWS load balancer controller, or another controller of the Gateway API",
            source="Kubernetes blog, Ingress NGINX retirement (kubernetes/website#53183); bitnami/containers#92562",
        ),
        charts=("ingress-nginx", "nginx-ingress-controller", "rke2-ingress-nginx"),
        images=(
            "ingress-nginx/controller",
            "ingress-nginx/controller-chroot",
            "ingress-nginx-controller",
            "nginx-ingress-controller",
            "nginx-ingress-controller-amd64",
        ),
    ),
    Retired(
        fact=EndOfLife(
            subject="the chart repositories stable and incubator of helm/charts",
            ends=date(2020, 11, 13),
            instead="the repository of the chart's own makers",
            source="README of helm/charts",
        ),
        repositories=_words(
            "charts.helm.sh/stable",
            "charts.helm.sh/incubator",
            "kubernetes-charts.storage.googleapis.com",
            "kubernetes-charts-incubator.storage.googleapis.com",
            "github.com/helm/charts",
        ),
    ),
    Retired(
        fact=EndOfLife(
            subject="Flux 1 and its Helm operator",
            ends=date(2022, 11, 1),
            instead="Flux 2: helm-controller and source-controller",
            source="README of fluxcd/flux and fluxcd/helm-operator (archived 2022-11)",
        ),
        charts=("flux", "helm-operator"),
        homes=_words("charts.fluxcd.io"),
        images=("fluxcd/flux", "fluxcd/helm-operator", "weaveworks/flux", "weaveworks/helm-operator"),
    ),
    Retired(
        fact=EndOfLife(
            subject="kubernetes-external-secrets",
            ended_by="with the archiving of its repository in 2022",
            instead="External Secrets Operator",
            source="README of external-secrets/kubernetes-external-secrets (archived)",
        ),
        charts=("kubernetes-external-secrets",),
        images=("kubernetes-external-secrets",),
    ),
    Retired(
        fact=EndOfLife(
            subject="Kubernetes Dashboard",
            ended_by="with the archiving of its repository in January 2026",
            instead="Headlamp, which its repository names, or none",
            source="README of kubernetes-retired/dashboard",
        ),
        charts=("kubernetes-dashboard",),
        images=(
            "kubernetesui/dashboard",
            "kubernetesui/dashboard-api",
            "kubernetesui/dashboard-auth",
            "kubernetesui/dashboard-web",
        ),
    ),
    Retired(
        # Its images are left alone: what was installed before may still ship the last lines.
        fact=EndOfLife(
            subject="the chart of Promtail",
            ends=date(2026, 3, 2),
            instead="Fluent Bit",
            source="Loki documentation, Promtail; README of grafana/helm-charts (deprecated)",
        ),
        charts=("promtail",),
    ),
    Retired(
        fact=EndOfLife(
            subject="kiam",
            ended_by="with its makers' leaving it",
            instead="EKS Pod Identity",
            source="README of uswitch/kiam",
        ),
        charts=("kiam",),
        images=("uswitch/kiam",),
    ),
    Retired(
        fact=EndOfLife(
            subject="Grafana OnCall",
            ends=date(2026, 3, 24),
            instead="Alertmanager's receivers",
            source="README of grafana/oncall (archived)",
        ),
        charts=("oncall",),
        homes=_words("grafana.github.io"),
        images=("grafana/oncall",),
    ),
    Retired(
        fact=EndOfLife(
            subject="MinIO's community edition",
            ended_by="with the archiving of its repository in April 2026",
            instead="Amazon S3",
            source="README of minio/minio (archived); testcontainers/testcontainers-node#1463",
        ),
        charts=("minio",),
        homes=_words("charts.min.io", "helm.min.io"),
        images=("minio/minio",),
    ),
    Retired(
        # Images that were moved out of the way; who built on one is to find another.
        fact=EndOfLife(
            subject="the Bitnami legacy repository",
            ends=date(2025, 8, 28),
            instead="the image of its own makers",
            source="bitnami/charts#35164, bitnami/containers#83267: no updates since the move",
        ),
        publishers=("bitnamilegacy",),
    ),
    Retired(
        fact=EndOfLife(
            subject="the registry k8s.gcr.io",
            ends=date(2023, 4, 3),
            instead="registry.k8s.io",
            source="Kubernetes blog, k8s.gcr.io Image Registry Will Be Frozen From the 3rd of April 2023",
        ),
        registries=("k8s.gcr.io",),
    ),
    Retired(
        fact=EndOfLife(
            subject="Helm 2 and its Tiller",
            ends=date(2020, 11, 13),
            instead="Helm 3",
            source="Helm blog, Helm 2 and the Charts Project Are Now Unsupported",
        ),
        images=("kubernetes-helm/tiller", "helm/tiller"),
    ),
    Retired(
        fact=EndOfLife(
            subject="Starboard",
            ended_by="with the move of its work to the Trivy operator",
            instead="the Trivy operator",
            source="README of aquasecurity/starboard",
        ),
        charts=("starboard-operator",),
        images=("starboard-operator",),
    ),
    Retired(
        fact=EndOfLife(
            subject="KubeFed",
            ended_by="with the archiving of its repository in April 2023",
            instead="a cluster's own GitOps",
            source="README of kubernetes-retired/kubefed",
        ),
        charts=("kubefed",),
        images=("kubefed",),
    ),
    Retired(
        fact=EndOfLife(
            subject="Weave Scope",
            ended_by="with the end of Weaveworks in February 2024",
            instead="the metrics and flows that are kept already",
            source="README of weaveworks/scope (archived)",
        ),
        charts=("weave-scope",),
        images=("weaveworks/scope",),
    ),
)
