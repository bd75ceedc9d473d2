"""API versions that Kubernetes or an operator no longer serves, or has given up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from model.kubernetes import group_version_kind
from model.lifecycle.end_of_life import EndOfLife
from model.resource import Resource

CHECKED: Final = date(2026, 11, 24)
OPERATORS_CHECKED: Final = date(2026, 11, 29)
GUIDE: Final = "Kubernetes documentation, deprecated API migration guide"


@dataclass(frozen=True, kw_only=True)
class Api:
    """Kinds of one API version, all of them where none is named, and what is known about them."""

    version: str
    kinds: tuple[str, ...] = ()
    fact: EndOfLife


def _removed(release: str, version: str, kinds: str, instead: str) -> Api:
    fact = EndOfLife(
        subject=f"{version} {kinds}",
        ended_by=f"with Kubernetes {release}, which no longer serves it",
        instead=instead,
        source=GUIDE,
        checked_on=CHECKED,
    )
    return Api(version=version, kinds=tuple(kinds.split(", ")), fact=fact)


_WORKLOADS: Final = "Deployment, StatefulSet, DaemonSet, ReplicaSet, ControllerRevision"
KUBERNETES: Final = (
    _removed("1.16", "extensions/v1beta1", "DaemonSet, Deployment, ReplicaSet", "apps/v1"),
    _removed("1.16", "extensions/v1beta1", "NetworkPolicy", "networking.k8s.io/v1"),
    _removed("1.16", "extensions/v1beta1", "PodSecurityPolicy", "pod security admission, or Kyverno"),
    _removed("1.16", "apps/v1beta1", _WORKLOADS, "apps/v1"),
    _removed("1.16", "apps/v1beta2", _WORKLOADS, "apps/v1"),
    _removed("1.21", "batch/v2alpha1", "CronJob", "batch/v1"),
    _removed("1.22", "extensions/v1beta1", "Ingress", "networking.k8s.io/v1"),
    _removed("1.22", "networking.k8s.io/v1beta1", "Ingress, IngressClass", "networking.k8s.io/v1"),
    _removed(
        "1.22",
        "admissionregistration.k8s.io/v1beta1",
        "MutatingWebhookConfiguration, ValidatingWebhookConfiguration",
        "admissionregistration.k8s.io/v1",
    ),
    _removed("1.22", "apiextensions.k8s.io/v1beta1", "CustomResourceDefinition", "apiextensions.k8s.io/v1"),
    _removed("1.22", "apiregistration.k8s.io/v1beta1", "APIService", "apiregistration.k8s.io/v1"),
    _removed("1.22", "authentication.k8s.io/v1beta1", "TokenReview", "authentication.k8s.io/v1"),
    _removed(
        "1.22",
        "authorization.k8s.io/v1beta1",
        "LocalSubjectAccessReview, SelfSubjectAccessReview, SubjectAccessReview",
        "authorization.k8s.io/v1",
    ),
    _removed("1.22", "certificates.k8s.io/v1beta1", "CertificateSigningRequest", "certificates.k8s.io/v1"),
    _removed("1.22", "coordination.k8s.io/v1beta1", "Lease", "coordination.k8s.io/v1"),
    _removed(
        "1.22",
        "rbac.authorization.k8s.io/v1beta1",
        "ClusterRole, ClusterRoleBinding, Role, RoleBinding",
        "rbac.authorization.k8s.io/v1",
    ),
    _removed("1.22", "scheduling.k8s.io/v1beta1", "PriorityClass", "scheduling.k8s.io/v1"),
    _removed(
        "1.22", "storage.k8s.io/v1beta1", "CSIDriver, CSINode, StorageClass, VolumeAttachment", "storage.k8s.io/v1"
    ),
    _removed("1.25", "batch/v1beta1", "CronJob", "batch/v1"),
    _removed("1.25", "discovery.k8s.io/v1beta1", "EndpointSlice", "discovery.k8s.io/v1"),
    _removed("1.25", "events.k8s.io/v1beta1", "Event", "events.k8s.io/v1"),
    _removed("1.25", "autoscaling/v2beta1", "HorizontalPodAutoscaler", "autoscaling/v2"),
    _removed("1.25", "policy/v1beta1", "PodDisruptionBudget", "policy/v1"),
    _removed("1.25", "policy/v1beta1", "PodSecurityPolicy", "pod security admission, or Kyverno"),
    _removed("1.25", "node.k8s.io/v1beta1", "RuntimeClass", "node.k8s.io/v1"),
    _removed("1.26", "autoscaling/v2beta2", "HorizontalPodAutoscaler", "autoscaling/v2"),
    _removed("1.27", "storage.k8s.io/v1beta1", "CSIStorageCapacity", "storage.k8s.io/v1"),
    *(
        _removed(
            release,
            f"flowcontrol.apiserver.k8s.io/{version}",
            "FlowSchema, PriorityLevelConfiguration",
            "flowcontrol.apiserver.k8s.io/v1",
        )
        for release, version in (("1.26", "v1beta1"), ("1.29", "v1beta2"), ("1.32", "v1beta3"))
    ),
)
EXTERNAL_SECRETS_V1ALPHA1: Final = EndOfLife(
    subject="external-secrets.io/v1alpha1 of secrets and stores",
    ended_by="before external-secrets 0.17",
    instead="external-secrets.io/v1",
    source="external-secrets/external-secrets#4633, promotion to v1 (removes ExternalSecret and SecretStore v1alpha1)",
    checked_on=CHECKED,
)
EXTERNAL_SECRETS_V1BETA1: Final = EndOfLife(
    subject="external-secrets.io/v1beta1",
    ends=date(2025, 5, 14),
    instead="external-secrets.io/v1",
    source="release notes of external-secrets 0.17.0 (stops serving it; chart 2.9.0: crds.unsafeServeV1Beta1 false)",
    checked_on=CHECKED,
)
KYVERNO_LEGACY: Final = EndOfLife(
    subject="full support of Kyverno's policies of kyverno.io",
    ends=date(2026, 2, 2),
    instead="policies.kyverno.io/v1",
    source="announcement of Kyverno 1.17 (deprecated; critical fixes only, removal planned for 1.20)",
    checked_on=CHECKED,
)


def _given_up(versions: str, release: str, instead: str, source: str, kinds: tuple[str, ...] = ()) -> tuple[Api, ...]:
    """API versions that an operator's release no longer serves."""
    return tuple(
        Api(
            version=version,
            kinds=kinds,
            fact=EndOfLife(
                subject=version,
                ended_by=f"with {release}",
                instead=instead,
                source=source,
                checked_on=OPERATORS_CHECKED,
            ),
        )
        for version in versions.split()
    )


#: Of operators that clusters on EKS are given; recalled unless the source is an issue.
OPERATORS: Final = (
    *_given_up(
        "karpenter.sh/v1alpha5 karpenter.k8s.aws/v1alpha1",
        "Karpenter 0.33",
        "karpenter.sh/v1 and karpenter.k8s.aws/v1",
        "Karpenter documentation, upgrade guide, 0.33.0",
    ),
    *_given_up(
        "karpenter.sh/v1beta1 karpenter.k8s.aws/v1beta1",
        "Karpenter 1.1",
        "karpenter.sh/v1 and karpenter.k8s.aws/v1",
        "Karpenter documentation, upgrade guide, 1.1.0",
    ),
    *_given_up(
        "certmanager.k8s.io/v1alpha1",
        "cert-manager 0.11",
        "cert-manager.io/v1",
        "cert-manager documentation, upgrading",
    ),
    *_given_up(
        " ".join(
            f"{group}/{version}"
            for group in ("cert-manager.io", "acme.cert-manager.io")
            for version in ("v1alpha2", "v1alpha3", "v1beta1")
        ),
        "cert-manager 1.6",
        "cert-manager.io/v1 and acme.cert-manager.io/v1",
        "cert-manager documentation, migrating deprecated API resources",
    ),
    *_given_up(
        "helm.toolkit.fluxcd.io/v2beta1 kustomize.toolkit.fluxcd.io/v1beta1 source.toolkit.fluxcd.io/v1beta1",
        "Flux 2.7",
        "the version without beta",
        "fluxcd/flux2#5474",
    ),
    *_given_up(
        "helm.toolkit.fluxcd.io/v2beta2 kustomize.toolkit.fluxcd.io/v1beta2 source.toolkit.fluxcd.io/v1beta2",
        "Flux 2.8",
        "the version without beta",
        "fluxcd/helm-controller#1404, fluxcd/source-controller#1983",
    ),
    *_given_up(
        "gateway.networking.k8s.io/v1alpha2",
        "Gateway API 1.0",
        "gateway.networking.k8s.io/v1",
        "release notes of Gateway API 1.0.0",
        kinds=("Gateway", "GatewayClass", "HTTPRoute"),
    ),
    *_given_up("keda.k8s.io/v1alpha1", "KEDA 2.0", "keda.sh/v1alpha1", "KEDA documentation, migration guide"),
    *_given_up(
        "traefik.containo.us/v1alpha1", "Traefik 3.0", "traefik.io/v1alpha1", "Traefik documentation, migration to 3.0"
    ),
    *_given_up(
        "kubernetes-client.io/v1",
        "kubernetes-external-secrets, which was archived",
        "external-secrets.io/v1",
        "README of external-secrets/kubernetes-external-secrets (archived)",
    ),
)
_SECRETS: Final = ("ExternalSecret", "SecretStore", "ClusterSecretStore")
_CLEANUPS: Final = ("CleanupPolicy", "ClusterCleanupPolicy", "PolicyException")
APIS: Final = (
    *KUBERNETES,
    *OPERATORS,
    Api(version="external-secrets.io/v1alpha1", kinds=_SECRETS, fact=EXTERNAL_SECRETS_V1ALPHA1),
    Api(version="external-secrets.io/v1beta1", fact=EXTERNAL_SECRETS_V1BETA1),
    *(
        Api(version=f"kyverno.io/{version}", kinds=("ClusterPolicy", "Policy", *_CLEANUPS), fact=KYVERNO_LEGACY)
        for version in ("v1", "v2alpha1", "v2beta1", "v2")
    ),
)
FACTS: Final = tuple(dict.fromkeys(api.fact for api in APIS))


def api_facts(resource: Resource) -> Iterator[EndOfLife]:
    """What is known of the API version that a Kubernetes resource is written in."""
    found = group_version_kind(resource.type)
    if found is None:
        return
    kind = found.kind.removesuffix("List")
    for api in APIS:
        if found.api_version == api.version and (not api.kinds or kind in api.kinds):
            yield api.fact
