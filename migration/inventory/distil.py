"""An object, as it was read, to what is kept of it. Here values end: nothing after this module has ever seen one.

Of Secrets and SealedSecrets the names of their keys are kept, of settings the hosts they name
(:mod:`migration.inventory.endpoints`), of annotations those of Helm. Every text loses what a terminal would obey.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from migration.inventory.endpoints import arguments, mentions
from migration.inventory.record import Claim, Container, FromElsewhere, Key, Mention, Pod, Record, Release, Service
from model import type_tokens
from model.helm import chart_images, chart_sources
from model.image import Image
from model.kubernetes import CORE, group_version_kind, kubernetes_token
from model.pods import CLASS_ANNOTATION, CONTAINERS, POD_SPECS
from model.resource import Resource, walk

_LONGEST: Final = 300
NO_NAME: Final = "(no name)"
#: Groups that workloads had before they had their own (source: Kubernetes, deprecation guide, 1.16).
_FORMER: Final = {"extensions": "apps"}
_FORMER_INGRESS: Final = ("extensions", "Ingress")
_ARCHITECTURE: Final = ("kubernetes.io/arch", "beta.kubernetes.io/arch")
_RELEASE: Final = "meta.helm.sh/release-name"
_RELEASE_NAMESPACE: Final = "meta.helm.sh/release-namespace"
#: Where a custom resource of an incumbent says which version it runs.
_VERSIONS: Final = (("spec", "version"), ("spec", "kafka", "version"), ("spec", "crVersion"))
HELM_RELEASE: Final = ("helm.toolkit.fluxcd.io", "HelmRelease")
_CHART_NAME: Final = re.compile(r"(.+?)-v?(\d+\.\d[\w.+-]*)")


def clean(value: Any) -> str:
    """``value`` as text that obeys nothing and is not endless; nothing where it is no plain value."""
    if value is None or isinstance(value, list | dict):
        return ""
    text = str(value)
    if len(text) > _LONGEST:
        text = f"{text[:_LONGEST]}..."
    return text if text.isprintable() else "".join(_harmless(letter) for letter in text)


def _harmless(letter: str) -> str:
    return letter if letter.isprintable() else letter.encode("unicode_escape").decode()


def at(value: Any, *path: str) -> Any:
    """What stands at ``path``, or ``None``."""
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def each(value: Any, *path: str) -> list[Mapping[str, Any]]:
    """The mappings in the list at ``path``."""
    found = at(value, *path)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def release(value: Mapping[str, Any]) -> Release:
    """An entry of ``helm list``, of whichever Helm."""
    small = {key.lower().replace("_", ""): clean(item) for key, item in value.items()}
    chart, version = chart_and_version(small.get("chart", ""))
    return Release(
        small.get("namespace", ""),
        small.get("name", ""),
        chart,
        version,
        small.get("appversion", ""),
        small.get("status", ""),
    )


def chart_and_version(text: str) -> tuple[str, str]:
    """``("mongodb", "15.6.0")`` of ``mongodb-15.6.0``."""
    found = _CHART_NAME.fullmatch(text)
    return (found[1].lower(), found[2]) if found else (text.lower(), "")


def distil(value: Mapping[str, Any]) -> Record:
    """What is kept of an object."""
    token = kubernetes_token(clean(value.get("apiVersion")), clean(value.get("kind")))
    gvk = group_version_kind(token)
    group, kind = (gvk.group, clean(value.get("kind"))) if gvk else (CORE, clean(value.get("kind")))
    if (group, kind) == _FORMER_INGRESS:
        group = "networking.k8s.io"
    group = _FORMER.get(group, group)
    metadata = at(value, "metadata")
    namespace = clean(at(metadata, "namespace"))
    key = Key(group, kind, namespace, clean(at(metadata, "name")) or clean(at(metadata, "generateName")) or NO_NAME)
    labels = at(metadata, "labels")
    chart, _ = chart_and_version(clean(at(labels, "helm.sh/chart")) or clean(at(labels, "chart")))
    name = clean(at(metadata, "annotations", _RELEASE)) or clean(at(labels, "helm.toolkit.fluxcd.io/name"))
    revision = clean(at(metadata, "resourceVersion"))
    resource = Resource(
        urn="", type=kubernetes_token(f"{group}/v1" if group != CORE else "v1", kind), name="", props=value
    )
    return Record(
        key=key,
        revision=(int(revision) if revision.isascii() and revision.isdecimal() else -1, ""),
        owner=_owner(metadata),
        release=(clean(at(metadata, "annotations", _RELEASE_NAMESPACE)) or namespace, name) if name else None,
        chart=chart,
        version=next((text for path in _VERSIONS if (text := clean(at(value, *path)))), "") or _label_version(labels),
        **_particular(group, kind, value, resource),
    )


def _label_version(labels: Any) -> str:
    return clean(at(labels, "app.kubernetes.io/version"))


def _owner(metadata: Any) -> tuple[str, str, str] | None:
    owners = each(metadata, "ownerReferences")
    controlling = [owner for owner in owners if at(owner, "controller") in (True, "true")] or owners
    for owner in controlling:
        group, _, _ = clean(at(owner, "apiVersion")).rpartition("/")
        return (_FORMER.get(group, group) or CORE, clean(at(owner, "kind")), clean(at(owner, "name")))
    return None


def _particular(group: str, kind: str, value: Mapping[str, Any], resource: Resource) -> dict[str, Any]:
    """What a kind has that others have not."""
    if (place := POD_SPECS.get((group, kind))) is not None:
        return _workload(value, place)
    match group, kind:
        case ("core", "Service"):
            return {"service": _service(value)}
        case ("core", "ConfigMap"):
            return {"settings": frozenset(_in_data(at(value, "data")))}
        case ("core", "Secret"):
            return {"keys": _names(value, "data", "stringData"), "secret_type": clean(at(value, "type")) or "Opaque"}
        case ("bitnami.com", "SealedSecret"):
            template = clean(at(value, "spec", "template", "type"))
            return {"keys": _names(at(value, "spec"), "encryptedData"), "secret_type": template or "Opaque"}
        case ("core", "PersistentVolumeClaim"):
            return {"claim": _claim(value)}
        case ("storage.k8s.io", "StorageClass"):
            return {"provisioner": clean(at(value, "provisioner"))}
        case ("core", "Node"):
            addresses = {clean(at(address, "address")) for address in each(value, "status", "addresses")}
            known = [clean(at(value, "metadata", "labels", label)) for label in _ARCHITECTURE]
            known.insert(0, clean(at(value, "status", "nodeInfo", "architecture")))
            return {"architecture": next(filter(None, known), ""), "addresses": frozenset(addresses)}
        case ("networking.k8s.io", "Ingress"):
            return {"routes": frozenset(_routes(value))}
    return _installed(group, kind, value, resource)


def _installed(group: str, kind: str, value: Mapping[str, Any], resource: Resource) -> dict[str, Any]:
    """What an object makes a controller install, if it does."""
    charts = tuple(
        word
        for chart in chart_sources(resource)
        for word in (chart.name, *sorted(f"{repository}/{chart.name}" for repository in chart.repository))
    )
    if (group, kind) == HELM_RELEASE:
        reference = at(value, "spec", "chartRef")
        namespace = clean(at(reference, "namespace")) or clean(at(value, "metadata", "namespace"))
        named = (clean(at(reference, "kind")), namespace, clean(at(reference, "name"))) if reference else None
        return {"charts": charts, "pod": _of_values(value), "chart_from": named}
    return {"charts": charts, "pod": _of_values(value)} if charts else {}


def _workload(value: Mapping[str, Any], place: tuple[str, ...]) -> dict[str, Any]:
    replicas = clean(at(value, "spec", "replicas"))
    templates = tuple(_claim(claim) for claim in each(value, "spec", "volumeClaimTemplates"))
    labels = at(value, *place[:-1], "metadata", "labels")
    return {
        "pod": _pod(at(value, *place), labels),
        "replicas": int(replicas) if replicas.isascii() and replicas.isdecimal() and len(replicas) < 10 else None,
        "templates": templates,
    }


def _in_data(data: Any) -> Iterator[tuple[str, Mention]]:
    for name, text in data.items() if isinstance(data, dict) else ():
        if isinstance(text, str):
            for mention in mentions(text, clean(name), document="\n" in text):
                yield clean(name), mention


def _pairs(value: Any) -> frozenset[tuple[str, str]]:
    return (
        frozenset((clean(key), clean(item)) for key, item in value.items()) if isinstance(value, dict) else frozenset()
    )


def _pod(spec: Any, labels: Any) -> Pod:
    containers = [(name, container) for name in CONTAINERS for container in each(spec, name)]
    volumes = each(spec, "volumes")
    projected = [source for volume in volumes for source in each(volume, "projected", "sources")]
    found = frozenset(mention for _, container in containers for mention in _settings(container))
    elsewhere = [(kind, which) for _, container in containers for kind, which in _elsewhere(container)]
    for volume in volumes:
        elsewhere += [("config", FromElsewhere(clean(at(volume, "configMap", "name")), "", ""))]
        elsewhere += [("secret", FromElsewhere(clean(at(volume, "secret", "secretName")), "", ""))]
    for source in projected:
        elsewhere += [("config", FromElsewhere(clean(at(source, "configMap", "name")), "", ""))]
        elsewhere += [("secret", FromElsewhere(clean(at(source, "secret", "name")), "", ""))]
    pulled = [FromElsewhere(clean(at(secret, "name")), "", "") for secret in each(spec, "imagePullSecrets")]
    elsewhere += [("secret", which) for which in pulled]
    selector = _pairs(at(spec, "nodeSelector"))
    return Pod(
        containers=tuple(
            Container(clean(at(container, "name")), image(at(container, "image")), name == "initContainers")
            for name, container in containers
        ),
        labels=_pairs(labels),
        mentions=found,
        configs=frozenset(which for kind, which in elsewhere if kind == "config" and which.name),
        secrets=frozenset(which for kind, which in elsewhere if kind == "secret" and which.name),
        claims=frozenset(filter(None, (clean(at(volume, "persistentVolumeClaim", "claimName")) for volume in volumes))),
        ephemeral=tuple(
            _claim(template, clean(at(volume, "name")))
            for volume in volumes
            if isinstance(template := at(volume, "ephemeral", "volumeClaimTemplate"), dict)
        ),
        host_paths=frozenset(filter(None, (clean(at(volume, "hostPath", "path")) for volume in volumes))),
        node=clean(at(spec, "nodeName")),
        selector=selector,
        architectures=frozenset(value for key, value in selector if key in _ARCHITECTURE) or _affine(spec),
        host_network=at(spec, "hostNetwork") in (True, "true"),
    )


def _affine(spec: Any) -> frozenset[str]:
    """Architectures that an affinity insists on."""
    terms = each(
        spec, "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms"
    )
    wanted = [rule for term in terms for rule in each(term, "matchExpressions")]
    values = [
        at(rule, "values") for rule in wanted if at(rule, "key") in _ARCHITECTURE and at(rule, "operator") == "In"
    ]
    return frozenset(clean(item) for value in values if isinstance(value, list) for item in value)


def image(value: Any) -> str:
    """An image's reference, or nothing where Docker would refuse it: user names and passwords are in none."""
    text = clean(value).strip()
    return text if text and Image.parse(text).valid else ""


def _settings(container: Mapping[str, Any]) -> Iterator[Mention]:
    for variable in each(container, "env"):
        if isinstance(text := at(variable, "value"), str):
            yield from mentions(text, clean(at(variable, "name")), document="\n" in text)
    words = [at(container, name) for name in ("command", "args")]
    yield from arguments(
        [word for value in words if isinstance(value, list) for word in value if isinstance(word, str)]
    )


def _elsewhere(container: Mapping[str, Any]) -> Iterator[tuple[str, FromElsewhere]]:
    for variable in each(container, "env"):
        for kind, place in (("config", "configMapKeyRef"), ("secret", "secretKeyRef")):
            if isinstance(found := at(variable, "valueFrom", place), dict):
                name = clean(at(variable, "name"))
                yield kind, FromElsewhere(clean(at(found, "name")), clean(at(found, "key")), name)
    for source in each(container, "envFrom"):
        yield "config", FromElsewhere(clean(at(source, "configMapRef", "name")), "", "")
        yield "secret", FromElsewhere(clean(at(source, "secretRef", "name")), "", "")


def _of_values(value: Mapping[str, Any]) -> Pod:
    """What the values of a chart say of the pods that it makes."""
    values = at(value, "spec", "values") or at(value, "spec", "source", "helm", "valuesObject")
    declared = Resource(urn="", type=type_tokens.HELM_V3_RELEASE, name="", props={"values": values})
    found: set[Mention] = set()
    for path, item in walk(values):
        if isinstance(item, str):
            found.update(mentions(item, clean(path[-1]) if path else "", document="\n" in item))
    images = filter(None, (image(reference) for reference in chart_images(declared)))
    return Pod(containers=tuple(Container("values", each, init=False) for each in images), mentions=frozenset(found))


def _service(value: Mapping[str, Any]) -> Service:
    spec = at(value, "spec")
    ports = each(spec, "ports")
    several = at(spec, "clusterIPs"), at(spec, "externalIPs")
    addresses = [clean(at(spec, name)) for name in ("clusterIP", "loadBalancerIP")]
    addresses += [clean(address) for found in several if isinstance(found, list) for address in found]
    for entry in each(value, "status", "loadBalancer", "ingress"):
        addresses += [clean(at(entry, "ip")), clean(at(entry, "hostname"))]
    return Service(
        selector=_pairs(at(spec, "selector")),
        addresses=frozenset(addresses) - {"", "None"},
        ports=frozenset(_numbers(at(port, "port") for port in ports)),
        node_ports=frozenset(_numbers(at(port, "nodePort") for port in ports)),
        external_name=clean(at(spec, "externalName")).lower(),
    )


def _numbers(values: Iterator[Any]) -> Iterator[int]:
    for text in map(clean, values):
        if text.isascii() and text.isdecimal() and len(text) < 6:
            yield int(text)


def _claim(value: Mapping[str, Any], name: str = "") -> Claim:
    modes = at(value, "spec", "accessModes")
    annotated = at(value, "metadata", "annotations", CLASS_ANNOTATION)
    return Claim(
        name or clean(at(value, "metadata", "name")),
        clean(at(value, "spec", "resources", "requests", "storage")),
        clean(annotated) or clean(at(value, "spec", "storageClassName")),
        tuple(clean(mode) for mode in modes) if isinstance(modes, list) else (),
    )


def _names(value: Any, *places: str) -> tuple[str, ...]:
    found = [at(value, place) for place in places]
    return tuple(sorted({clean(key) for data in found if isinstance(data, dict) for key in data}))


def _routes(value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for rule in each(value, "spec", "rules"):
        host = clean(at(rule, "host")).lower()
        for path in each(rule, "http", "paths"):
            service = clean(at(path, "backend", "service", "name")) or clean(at(path, "backend", "serviceName"))
            if host and service:
                yield host, service
