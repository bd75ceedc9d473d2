"""How a stand-in judges, names and describes one resource; Kubernetes' own kinds, charts and custom resources apart."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from preview.simulate.wire import is_unknown, open_secrets
from tests.engine.standins import outputs
from tests.engine.standins.strictness import Failure, failures
from tools.sdk import classes
from tools.sdk.shape import Fields, Shape, Shapes, Type

RELEASE: Final = "kubernetes:helm.sh/v3:Release"
METADATA: Final = "pulumi_kubernetes.meta.v1._inputs.ObjectMetaArgs"
#: Any kind of the SDK that has metadata, to learn the shape of that.
HAS_METADATA: Final = "kubernetes:core/v1:ConfigMap"


@dataclass(frozen=True)
class Checked:
    """Inputs with what the provider adds to them, and everything wrong with them."""

    inputs: dict[str, Any]
    failures: list[Failure]


def type_of(urn: str) -> str:
    """The type that a URN names last."""
    return urn.split("::")[2].rpartition("$")[2]


class CloudResources:
    """Resources whose SDK has a type: all of AWS."""

    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes

    def check(self, urn: str, news: Mapping[str, Any], olds: Mapping[str, Any]) -> Checked:
        """Judges inputs, and names what nobody named; a name once given is kept."""
        try:
            shape = self.shape(type_of(urn))
        except classes.UnknownTypeError as error:
            return Checked(dict(news), [Failure("", str(error))])
        named = self.named(urn, dict(news), olds)
        return Checked(named, failures(open_secrets(named), shape))

    def shape(self, type_: str) -> Shape:
        """The shape of a type. Raises :class:`tools.sdk.classes.UnknownTypeError`."""
        return self._shapes[type_]

    def named(self, urn: str, news: dict[str, Any], olds: Mapping[str, Any]) -> dict[str, Any]:
        """``news`` with a name in it, if the provider is one to give it."""
        name = outputs.autonamed(self.shape(type_of(urn)))
        if name is None or name in news or f"{name}Prefix" in news:
            return news
        return {**news, name: olds.get(name) or made_up_name(urn)}

    def naming(self, type_: str) -> set[str]:
        """The inputs whose change means another resource."""
        name = outputs.naming(self.shape(type_))
        return {name} if name else set()

    def id(self, urn: str, inputs: Mapping[str, Any]) -> str:
        """The id of a resource that is created now."""
        return outputs.resource_id(urn, inputs, self.shape(type_of(urn)))

    def named_by(self, urn: str, id_: str) -> dict[str, Any]:
        """What an id says of the inputs of what nobody here has seen: its name, where that is its id."""
        return {key: id_ for key in self.naming(type_of(urn)) if self.id(urn, {key: id_}) == id_}

    def planned(self, urn: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """What a preview shows of a resource."""
        return outputs.planned(urn, inputs, self.shape(type_of(urn)))

    def existing(self, urn: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """What a resource holds once it is there."""
        return outputs.existing(urn, inputs, self.shape(type_of(urn)))

    def updated(self, urn: str, news: Mapping[str, Any], olds: Mapping[str, Any], *, preview: bool) -> dict[str, Any]:
        """What a resource holds after a change of its inputs."""
        return outputs.updated(urn, news, olds, self.shape(type_of(urn)), preview=preview)


class ClusterObjects(CloudResources):
    """Kubernetes objects: named by their metadata, and of any kind that the cluster may have learnt."""

    def shape(self, type_: str) -> Shape:
        """The shape of a kind; of a custom one only what every object has is known."""
        if classes.has_module(type_):
            return super().shape(type_)
        _, version, kind = type_.split(":")
        common: dict[str, Type] = {"apiVersion": {"enum": [version]}, "kind": {"enum": [kind]}}
        fields = Fields({**common, "metadata": {"object": METADATA}}, ["apiVersion", "kind", "metadata"])
        return Shape(inputs=fields, outputs={}, always=[], objects=super().shape(HAS_METADATA).objects)

    def check(self, urn: str, news: Mapping[str, Any], olds: Mapping[str, Any]) -> Checked:
        """Judges inputs. Raises nothing: what a custom resource holds beside the common is its own business."""
        type_ = type_of(urn)
        if classes.has_module(type_):
            checked = super().check(urn, news, olds)
            return replace(checked, failures=[*checked.failures, *_chart(type_, checked.inputs)])
        shape = self.shape(type_)
        named = self.named(urn, dict(news), olds)
        common = {key: value for key, value in open_secrets(named).items() if key in shape.inputs.properties}
        return Checked(named, failures(common, shape))

    def named(self, urn: str, news: dict[str, Any], olds: Mapping[str, Any]) -> dict[str, Any]:
        """``news`` with a name in its metadata, or in itself for a chart's release."""
        if type_of(urn) == RELEASE:
            return {**news, "name": news.get("name") or olds.get("name") or made_up_name(urn)}
        metadata = news.get("metadata") or {}
        if not isinstance(metadata, Mapping) or metadata.get("name") or metadata.get("generateName"):
            return news
        name = (olds.get("metadata") or {}).get("name") or made_up_name(urn)
        return {**news, "metadata": {**metadata, "name": name}}

    def naming(self, type_: str) -> set[str]:
        """A release is another one under another name; objects are compared by their whole metadata's name."""
        return {"name", "namespace"} if type_ == RELEASE else set()

    def id(self, urn: str, inputs: Mapping[str, Any]) -> str:
        """``namespace/name``, or the name alone outside of namespaces."""
        given = open_secrets(dict(inputs))
        place = given if type_of(urn) == RELEASE else given["metadata"]
        return "/".join(part for part in (place.get("namespace"), place["name"]) if part)

    def existing(self, urn: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """What the API server holds: the object itself, with an identity."""
        made = super().existing(urn, inputs)
        if isinstance(made.get("metadata"), Mapping):
            uid = str(uuid.uuid5(uuid.NAMESPACE_URL, urn))
            made["metadata"] = {**made["metadata"], "uid": uid, "resourceVersion": "1"}
        return made


def made_up_name(urn: str) -> str:
    """A name for what nobody named, the same for every run."""
    return f"{urn.split('::')[3]}-{hashlib.sha256(urn.encode()).hexdigest()[:7]}"


def _chart(type_: str, inputs: Mapping[str, Any]) -> list[Failure]:
    """What Helm would say: a chart comes from a repository, a registry or a folder, in a stated version."""
    if type_ != RELEASE or is_unknown(inputs.get("chart")):
        return []
    wrong = []
    chart, home = str(inputs.get("chart") or ""), inputs.get("repositoryOpts") or {}
    remote = chart.startswith(("oci://", "https://"))
    if not chart:
        wrong.append(Failure("chart", "it is empty"))
    elif not remote and not chart.startswith((".", "/")) and not (isinstance(home, Mapping) and home.get("repo")):
        wrong.append(Failure("repositoryOpts.repo", f"it is missing, and {chart} is neither a folder nor a registry's"))
    if not inputs.get("version") and not chart.startswith((".", "/")):
        wrong.append(Failure("version", f"it is missing: Helm would take whatever version of {chart} is newest"))
    return wrong
