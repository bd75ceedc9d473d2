"""What the program sends to Kubernetes, as it is sent, and what stands for values that only a deployment knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from preview.simulate.registration import Registration
from preview.simulate.wire import is_unknown, open_secrets
from tests.golden.target import recorded
from tests.kube.api import RefusedError

#: The one that has roles of the whole cluster: Velero's own are its chart's.
DRILLS: Final = "prod/all/drills"
VARIATIONS: Final = ("dev/all", "staging/all", "prod/all", "prod/all/incumbents", DRILLS)

#: Types that are not sent, with the reason.
NOT_SENT: Final = {
    "kubernetes:helm.sh/v3:Release": "is installed by Helm, from a repository on the network, and waits for its pods",
}

#: Every kind that is sent.
KINDS: Final = {
    *("ConfigMap", "Ingress", "LimitRange", "Namespace", "NetworkPolicy", "ResourceQuota"),
    *("CronJob", "Job", "Role", "RoleBinding", "ServiceAccount", "StorageClass"),
    *(
        "ExternalSecret",
        "PolicyException",
        "PrometheusRule",
        "SecretStore",
        "ServiceMonitor",
        "ValidatingPolicy",
        "VolumeSnapshotClass",
    ),
}

#: What the chart's CRD knows and the published module does not: left out before it is sent, by kind and path.
NEWER_THAN_THE_MODULE: Final = {
    "SecretStore spec.provider.aws.sessionTagsPolicy": "chart 2.9.0 has it; no module after v1.3.2 is published",
}

#: Namespaces that the program only writes into: their add-ons make them.
MADE_BY_ADDONS: Final = ("amazon-cloudwatch",)

_ARN = "arn:aws:{}:ap-northeast-2:123456789012:{}/11111111-2222-3333-4444-555555555555"
#: A preview does not know what AWS will answer. Kubernetes checks none of these beyond being text.
ANSWERED_BY_AWS: Final = {
    "ConfigMap data.CACHE_URI": "rediss://master.alphacar.example.apn2.cache.amazonaws.com:6379",
    "ConfigMap data.DOCUMENTS_URI": "mongodb://alphacar.cluster-example.ap-northeast-2.docdb.amazonaws.com:27017",
    "ConfigMap data.SEARCH_URL": "https://vpc-alphacar-example.ap-northeast-2.es.amazonaws.com",
    "ConfigMap data.plan.json": "{}",
    "CronJob spec.jobTemplate.spec.template.spec.containers[0].env[2].value": "https://vpc-alphacar-example.es.amazonaws.com",
    "Job spec.template.spec.containers[0].env[2].value": "https://vpc-alphacar-example.es.amazonaws.com",
    "ExternalSecret spec.target.template.data.connection": "postgresql://workflow.example.rds.amazonaws.com:5432",
    "Ingress metadata.annotations.alb.ingress.kubernetes.io/certificate-arn": _ARN.format("acm", "certificate"),
    "StorageClass parameters.kmsKeyId": _ARN.format("kms", "key"),
}


@dataclass(frozen=True)
class Sent:
    """An object on its way to the API server."""

    made: Registration
    manifest: dict[str, Any]
    #: Which entries of ``ANSWERED_BY_AWS`` it needed.
    assumed: frozenset[str]

    def __str__(self) -> str:
        return f"{self.manifest['kind']} {self.manifest['metadata']['name']}"


def registered(variation: str) -> list[Registration]:
    """Every resource of ours in Kubernetes."""
    return [made for made in recorded(variation).all if made.type.startswith("kubernetes:") and made.custom]


def objects(variation: str) -> list[Sent]:
    """All of them but what is not sent; namespaces first, as everything else in the program waits for its own."""
    sent = [_sent(made) for made in registered(variation) if made.type not in NOT_SENT]
    return sorted(sent, key=lambda each: each.manifest["kind"] != "Namespace")


def _sent(made: Registration) -> Sent:
    assumed: set[str] = set()

    def filled(value: Any, path: str) -> Any:
        if isinstance(value, dict):
            below = {key: f"{path}.{key}" if path else key for key in value}
            kept = (key for key in value if f"{made.inputs['kind']} {below[key]}" not in NEWER_THAN_THE_MODULE)
            return {key: filled(value[key], below[key]) for key in kept}
        if isinstance(value, list):
            return [filled(item, f"{path}[{place}]") for place, item in enumerate(value)]
        if not is_unknown(value):
            return value
        where = f"{made.inputs['kind']} {path}"
        assumed.add(where)
        return ANSWERED_BY_AWS[where]

    manifest = filled(open_secrets(made.inputs), "")
    return Sent(made, manifest, frozenset(assumed))


def refusals(create: Callable[[Sent], object], sent: Iterable[Sent]) -> list[str]:
    """What was refused, in the words of whoever refused it."""
    refused = []
    for each in sent:
        try:
            create(each)
        except RefusedError as error:
            refused.append(f"{each}: {error}")
    return refused


def misspelt(manifest: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The manifest with one key of its body, or of its ``spec``, misspelt; once for each key."""
    for wrong in manifest.keys() - {"apiVersion", "kind", "metadata"}:
        yield _renamed(manifest, wrong)
    spec = manifest.get("spec", {})
    for wrong in spec:
        yield {**manifest, "spec": _renamed(spec, wrong)}


def _renamed(mapping: Mapping[str, Any], wrong: str) -> dict[str, Any]:
    return {f"{key}x" if key == wrong else key: value for key, value in mapping.items()}
