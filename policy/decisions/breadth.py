"""Whether a URN pattern names anything, whatever it happens to match in this stack."""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Final

from model.urn import Urn

#: Every character that names are made of, each by itself: a letter or two among wildcards name nothing either.
_ANY_NAME: Final = "-".join(f"._/{string.digits}{string.ascii_letters}/_.")
_ANY_TYPE: Final = "{package}:x/v1:X"
_ANY_PARENT: Final = str(Urn("x", "x", "x:x:X", "x"))
_PACKAGES: Final = ("aws", "kubernetes", "pulumi", "x")


def names_nothing(pattern: str, urns: Iterable[str]) -> bool:
    """Whether ``pattern`` would match a resource of no known type and name in the stack that ``urns`` are of."""
    return any(fnmatchcase(nobody, pattern) for nobody in _nobodies(urns))


def _nobodies(urns: Iterable[str]) -> Iterator[str]:
    stacks = {(urn.stack, urn.project) for urn in map(Urn.parse, urns)} | {("x", "x")}
    for stack, project in sorted(stacks):
        for package in _PACKAGES:
            for parent in (None, _ANY_PARENT):
                yield str(Urn.of(stack, project, _ANY_TYPE.format(package=package), _ANY_NAME, parent))
