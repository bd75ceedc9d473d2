"""Which form of a system a resource takes, if any. Whole names are compared, never parts of them.

What is said of a form is the table's own word for it, never the resource's: an image or a repository could hold a
secret, and rules get secrets in clear text.

The cluster compares likewise, in CEL: ``policy.admission.policies``. A change here has its counterpart there, and one
table of cases is judged by both.
"""

from __future__ import annotations

import string
from collections.abc import Iterator
from typing import Final

from model import type_tokens
from model.helm import bundled_charts, chart_images, chart_sources
from model.image import Image
from model.kubernetes import group_and_kind, objects_of
from model.pods import drivers, images, storage_classes
from model.resource import Resource
from policy.ledger.row import Forms

_SPACE: Final = " \t\n\f\r"
#: What CloudFormation calls a service that pulumi_aws calls otherwise.
_MODULES: Final = {"aps": "amp", "kafkaconnect": "mskconnect"}
_LOWER: Final = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def form_taken(forms: Forms, resource: Resource) -> str | None:
    """What ``resource``, or an object in the list that it is, has in common with ``forms``, in words for a message."""
    return next((form for each in objects_of(resource) for form in _forms_of(forms, each)), None)


def _forms_of(forms: Forms, resource: Resource) -> Iterator[str]:
    asked = {resource.type, *_by_another_door(resource)}
    yield from (f"type {token}" for token in forms.types if any(_type_matches(token, one) for one in asked))
    group, kind = group_and_kind(resource.type)
    if group is None:
        return
    yield from (f"kind {known}" for known in (group, f"{group}/{kind}") if known in forms.kinds)
    for chart in chart_sources(resource):
        names = (chart.name, *(f"{word}/{chart.name}" for word in sorted(chart.repository)))
        yield from (f"chart {name}" for name in names if name in (*forms.charts, *forms.repository_charts))
    yield from (f"bundled chart {name}" for name in bundled_charts(resource) if name in forms.charts)
    for image in (*images(resource), *chart_images(resource)):
        yield from (f"image {name}" for name in forms.images if image_is(image, name))
    yield from (f"driver {name}" for name in drivers(resource) if name in forms.provisioners)
    yield from (f"StorageClass {name}" for name in storage_classes(resource) if name in forms.storage_classes)


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


def image_is(image: str, pattern: str) -> bool:
    """Whether the last segments of the image's path are exactly ``pattern``'s, in whatever case they are written."""
    wanted = pattern.split("/")
    return Image.parse(image.strip(_SPACE).translate(_LOWER)).path.split("/")[-len(wanted) :] == wanted
