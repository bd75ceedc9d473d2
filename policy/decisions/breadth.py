"""Whether a URN pattern names anything, whatever it happens to match in this stack."""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Final

#: Every character that names are made of, each by itself: a letter or two among wildcards name nothing either.
_ANY_NAME: Final = "-".join(f"._/{string.digits}{string.ascii_letters}/_.")
_ANY_TYPE: Final = "{package}:x/v1:X"
_ANY_PARENT: Final = "x:x:X$"
_PACKAGES: Final = ("aws", "kubernetes", "pulumi", "x")


def names_nothing(pattern: str, urns: Iterable[str]) -> bool:
    """Whether ``pattern`` would match a resource of no known type and name in the stack that ``urns`` are of."""
    return any(fnmatchcase(nobody, pattern) for nobody in _nobodies(urns))


def _nobodies(urns: Iterable[str]) -> Iterator[str]:
    stacks = {"::".join(urn.split("::")[:2]) for urn in urns} | {"urn:pulumi:x::x"}
    for stack in sorted(stacks):
        for package in _PACKAGES:
            for parent in ("", _ANY_PARENT):
                yield f"{stack}::{parent}{_ANY_TYPE.format(package=package)}::{_ANY_NAME}"
