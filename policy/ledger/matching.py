"""Which form of a system a resource takes, if any. Whole names are compared, never parts of them.

What is said of a form is the table's own word for it, never the resource's: an image or a repository could hold a
secret, and rules get secrets in clear text.

The cluster compares likewise, in CEL: ``policy.admission.policies``. A change here has its counterpart there, and one
table of cases is judged by both.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from model import type_tokens
from model.helm import ChartSource, bundled_charts, chart_images, chart_sources
from model.image import Image
from model.kubernetes import group_and_kind, objects_of
from model.pods import image_references, storage_classes, volume_drivers
from model.resource import Resource
from policy.ledger.row import Forms

_SPACE: Final = " \t\n\f\r"
#: What CloudFormation calls a service that pulumi_aws calls otherwise.
_MODULES: Final = {"aps": "amp", "kafkaconnect": "mskconnect"}
_LOWER: Final = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


@dataclass(frozen=True, slots=True)
class Appearance:
    """What one object can be recognised by, in the order in which it is told; a chart's names include its repository's.

    Worked out once and held against every system: a list of pods is long, and there are dozens of systems.
    """

    types: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    charts: tuple[str, ...] = ()
    bundled_charts: tuple[str, ...] = ()
    image_paths: tuple[list[str], ...] = ()
    drivers: tuple[str, ...] = ()
    storage_classes: tuple[str, ...] = ()


def appearances(resource: Resource) -> list[Appearance]:
    """How ``resource``, and each object in the list that it is, can be recognised."""
    return [_appearance(each) for each in objects_of(resource)]


def _appearance(resource: Resource) -> Appearance:
    types = (resource.type, *_by_another_door(resource))
    group, kind = group_and_kind(resource.type)
    if group is None:
        return Appearance(types)
    return Appearance(
        types,
        kinds=(group, f"{group}/{kind}"),
        charts=tuple(name for chart in chart_sources(resource) for name in _names(chart)),
        bundled_charts=tuple(bundled_charts(resource)),
        image_paths=tuple(image_path(image) for image in (*image_references(resource), *chart_images(resource))),
        drivers=tuple(volume_drivers(resource)),
        storage_classes=tuple(storage_classes(resource)),
    )


def _names(chart: ChartSource) -> Iterator[str]:
    yield chart.name
    yield from (f"{word}/{chart.name}" for word in sorted(chart.repository))


def form_taken(forms: Forms, seen: Iterable[Appearance]) -> str | None:
    """What a resource that appears like this has in common with ``forms``, in words for a message."""
    return next((form for each in seen for form in _forms_of(forms, each)), None)


def _forms_of(forms: Forms, seen: Appearance) -> Iterator[str]:
    yield from (f"type {token}" for token in forms.types if any(_type_matches(token, one) for one in seen.types))
    yield from (f"kind {known}" for known in seen.kinds if known in forms.kinds)
    yield from (f"chart {name}" for name in seen.charts if name in forms.charts or name in forms.repository_charts)
    yield from (f"bundled chart {name}" for name in seen.bundled_charts if name in forms.charts)
    for path in seen.image_paths:
        yield from (f"image {name}" for name in forms.images if _ends_with(path, name))
    yield from (f"driver {name}" for name in seen.drivers if name in forms.provisioners)
    yield from (f"StorageClass {name}" for name in seen.storage_classes if name in forms.storage_classes)


def _by_another_door(resource: Resource) -> Iterator[str]:
    """The tokens that a resource has in pulumi_aws when it is declared by its CloudFormation type instead."""
    package, _, rest = resource.type.partition(":")
    if package == "aws-native":
        yield _token(*rest.split(":")[:2])
    elif resource.type == type_tokens.CLOUDCONTROL_RESOURCE and isinstance(name := resource.get("typeName"), str):
        yield _token(*name.split("::")[1:3])


def _token(service: str = "", kind: str = "") -> str:
    module = service.lower()
    return type_tokens.aws_token(_MODULES.get(module, module), kind)


def _type_matches(token: str, resource_type: str) -> bool:
    return resource_type.startswith(token) if token.endswith(("/", ":")) else resource_type == token


def image_path(image: str) -> list[str]:
    """The path of an image without registry, tag and digest, in lower case: ``["bitnami", "mongodb"]``."""
    return Image.parse(image.strip(_SPACE).translate(_LOWER)).path.split("/")


def image_is(image: str, pattern: str) -> bool:
    """Whether the last segments of the image's path are exactly ``pattern``'s, in whatever case they are written."""
    return _ends_with(image_path(image), pattern)


def _ends_with(path: list[str], pattern: str) -> bool:
    wanted = pattern.split("/")
    return path[-len(wanted) :] == wanted
