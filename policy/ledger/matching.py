"""Which form of a system a resource takes, if any. Whole names are compared, never parts of them.

What is said of a form is the table's own word for it, never the resource's: an image or a repository could hold a
secret, and rules get secrets in clear text.

The cluster compares likewise, in CEL: ``policy.admission.policies``. A change here has its counterpart there, and one
table of cases is judged by both.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from typing import Final

from model import type_tokens
from model.helm import ChartSource, Order, images_of, orders
from model.image import Image
from model.kubernetes import group_and_kind
from model.orders.controllers import ENGINES, PACKAGES
from model.orders.declared import declared_within
from model.orders.images import aws_images
from model.orders.paths import found
from model.orders.switches import Switched, merged, switched_on
from model.pods import image_references, storage_classes, volume_drivers
from model.resource import Resource
from policy.ledger.row import Forms

_SPACE: Final = " \t\n\f\r"
_LOWER: Final = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_NUMBER: Final = re.compile("[0-9]+")


@dataclass(frozen=True, slots=True)
class ImageName:
    """An image's path in lower case, without digest: whole, with ``#`` for numbers, its tag, and its registry."""

    path: tuple[str, ...]
    numbered: tuple[str, ...]
    tag: str
    registry: str

    @classmethod
    def of(cls, image: str) -> ImageName:
        """The name that an image's reference says."""
        parsed = Image.parse(image.strip(_SPACE).translate(_LOWER))
        path = tuple(parsed.path.split("/"))
        # A name's own sign stands for none.
        numbered = tuple(_NUMBER.sub("#", segment.replace("#", "?")) for segment in path)
        return cls(path, numbered, parsed.tag or "", parsed.registry)

    def ends_with(self, pattern: str) -> bool:
        """Whether its last segments, and the tag where the pattern has one, are exactly ``pattern``'s."""
        name, colon, tag = pattern.partition(":")
        wanted = tuple(name.split("/"))
        path = self.numbered if "#" in name else self.path
        return path[-len(wanted) :] == wanted and (not colon or fnmatchcase(self.tag, tag))


@dataclass(frozen=True, slots=True)
class Appearance:
    """What one object can be recognised by, in the order in which it is told; a chart's names include its repository's.

    Worked out once and held against every system: a list of pods is long, and there are dozens of systems.
    """

    types: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    sources: tuple[ChartSource, ...] = ()
    #: Folders and objects that may be a chart, and charts within charts, switched on and otherwise.
    guesses: tuple[str, ...] = ()
    bundled: tuple[Switched, ...] = ()
    #: Places of values, or of a chart's name, that nobody reads.
    unread: tuple[str, ...] = ()
    images: tuple[ImageName, ...] = ()
    drivers: tuple[str, ...] = ()
    storage_classes: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    engines: tuple[str, ...] = ()
    addons: tuple[str, ...] = ()

    @property
    def charts(self) -> Iterator[str]:
        """Names of charts, alone and behind each word of their repositories."""
        return (name for source in self.sources for name in _names(source))


def appearances(resource: Resource) -> list[Appearance]:
    """How ``resource``, and everything that is declared within it, can be recognised."""
    return [_appearance(each) for each in declared_within(resource)]


def _appearance(resource: Resource) -> Appearance:
    group, kind = group_and_kind(resource.type)
    if group is None:
        name = resource.get("addonName") if resource.type == type_tokens.EKS_ADDON else None
        return Appearance(
            (resource.type,),
            images=tuple(map(ImageName.of, aws_images(resource))),
            addons=(name.lower(),) if isinstance(name, str) else (),
        )
    ordered = list(orders(resource))
    images = (*image_references(resource), *(image for order in ordered for image in images_of(order)))
    return Appearance(
        (resource.type,),
        kinds=(group, f"{group}/{kind}"),
        sources=tuple(source for order in ordered for source in order.sources),
        guesses=tuple(name for order in ordered for name in order.guesses),
        bundled=tuple(dict.fromkeys(each for order in ordered for each in _bundled(order))),
        unread=tuple(dict.fromkeys(place for order in ordered for place in order.unread)),
        images=tuple(map(ImageName.of, images)),
        drivers=tuple(volume_drivers(resource)),
        storage_classes=tuple(storage_classes(resource)),
        packages=_texts(resource, PACKAGES.get((group, kind), ())),
        engines=tuple(_first_word(text) for text in _texts(resource, ENGINES.get((group, kind), ()))),
    )


def _texts(resource: Resource, paths: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(text.lower() for path in paths for text in found(resource.props, path) if isinstance(text, str))


def _first_word(text: str) -> str:
    """``redis`` of ``redis-cluster-7-1.0.1`` and ``^redis-7``: an engine's definitions begin with its name."""
    return re.split(r"[^a-z]+", text.lstrip("^"))[0]


def _names(chart: ChartSource) -> Iterator[str]:
    yield chart.name
    yield from (f"{word}/{chart.name}" for word in sorted(chart.repository))


def _bundled(order: Order) -> Iterator[Switched]:
    values = merged(order.values)
    named = [(source.name, source.repository) for source in order.sources] or [
        (name, frozenset()) for name in order.guesses
    ]
    for name, repository in named or [("", frozenset())]:
        for each in switched_on(name, repository, values):
            # What comes by default may be switched off where nobody looks.
            unsure = each.certainty == "by default" and (order.unread or not order.sources)
            yield Switched(each.name, "perhaps", each.runs) if unsure else each


def form_taken(forms: Forms, seen: Iterable[Appearance]) -> str | None:
    """What a resource that appears like this has in common with ``forms``, in words for a message."""
    return next((form for each in seen for form in _forms_of(forms, each)), None)


def _forms_of(forms: Forms, seen: Appearance) -> Iterator[str]:
    yield from (f"type {token}" for token in forms.types if any(_type_matches(token, one) for one in seen.types))
    yield from (f"kind {known}" for known in seen.kinds if known in forms.kinds)
    yield from (f"chart {name}" for name in seen.charts if name in forms.charts or name in forms.repository_charts)
    for each in seen.bundled:
        if each.certainty in ("installed", "by default"):
            yield from (f"bundled chart {name}" for name in sorted(each.spellings) if name in forms.charts)
    for image in seen.images:
        yield from (f"image {name}" for name in named_alike(forms, image) if image.ends_with(name))
    yield from (f"driver {name}" for name in seen.drivers if name in forms.provisioners)
    yield from (f"StorageClass {name}" for name in seen.storage_classes if name in forms.storage_classes)
    yield from (f"package {name}" for name in seen.packages if name in forms.packages)
    yield from (f"engine {name}" for name in seen.engines if name in forms.engines)
    yield from (f"add-on {name}" for name in seen.addons if name in forms.addons)


def named_alike(forms: Forms, image: ImageName) -> Iterator[str]:
    """The images of ``forms`` whose last segment is this one's: hardly ever any."""
    names = _by_last_segment(forms)
    yield from names.get(image.path[-1], ())
    if image.numbered[-1] != image.path[-1]:
        yield from names.get(image.numbered[-1], ())


@cache
def _by_last_segment(forms: Forms) -> dict[str, list[str]]:
    result: dict[str, list[str]] = {}
    for name in forms.images:
        result.setdefault(name.partition(":")[0].rpartition("/")[2], []).append(name)
    return result


def _type_matches(token: str, resource_type: str) -> bool:
    return resource_type.startswith(token) if token.endswith(("/", ":")) else resource_type == token


def image_is(image: str, pattern: str) -> bool:
    """Whether an image is the one that ``pattern`` names, as :class:`policy.ledger.row.Forms` has it, in any case."""
    return ImageName.of(image).ends_with(pattern)
