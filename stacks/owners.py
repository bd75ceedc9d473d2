"""Who may answer for a waiver: the file of waiver owners, and what a base revision says of owners and waivers."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Self

from stacks.document import read_document
from stacks.environments import FOLDER
from stacks.messages import SettingsError, meant, shown
from stacks.section import Waiver

FILE: Final = "waiver-owners.yaml"
#: As reports and messages call it, from the root of the repository.
SHOWN: Final = f"stacks/{FILE}"
#: The property by which a preview tells each policy of a pack what stands on the base revision.
STANDING: Final = "base"
_KEY: Final = "owners"
#: Plain letters: no other alphabet's that look the same, and one way to write a name.
_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,38}[a-z0-9]")


@dataclass(frozen=True, kw_only=True)
class Base:
    """What stands on the revisions that a change is compared with: each one's waivers, and the owners of all of them.

    ``doubt`` says why they cannot be trusted to be older than the change, or nothing.
    """

    owners: frozenset[str]
    waivers: tuple[tuple[Waiver, ...], ...]
    doubt: str = ""

    def text(self) -> str:
        """As a pack is told of it."""
        told = [[waiver.model_dump(mode="json", by_alias=True) for waiver in each] for each in self.waivers]
        return json.dumps({"owners": sorted(self.owners), "waivers": told})

    @classmethod
    def of(cls, text: str) -> Self:
        """What :meth:`text` says. Raises :class:`ValueError`."""
        told = json.loads(text)
        waivers = tuple(tuple(map(_waiver, each)) for each in told["waivers"])
        return cls(owners=frozenset(told["owners"]), waivers=waivers)


def _waiver(told: Any) -> Waiver:
    # JSON mode alone takes a day's text for a day.
    return Waiver.model_validate_json(json.dumps(told))


@cache
def waiver_owners() -> frozenset[str]:
    """The owners of this checkout's file. Raises :class:`SettingsError`."""
    return read_owners(FOLDER / FILE)


def read_owners(path: Path) -> frozenset[str]:
    """The owners that the file at ``path`` lists. Raises :class:`SettingsError`, which names the key."""
    if path.is_symlink() or path.parent.is_symlink():
        # Code owners own a path: what it leads to may be somebody else's.
        raise SettingsError(f"{path}: is reached by a symbolic link; allowed is a file")
    return owners_of(path, read_document(path))


def owners_of(path: Path | str, content: Any) -> frozenset[str]:
    """The owners in the document ``content`` of ``path``. Raises :class:`SettingsError`, which names the key."""
    if not isinstance(content, dict) or _KEY not in content:
        raise SettingsError(f"{path}: {_KEY}: is missing; allowed is a list of names, such as [platform, secops]")
    if unknown := sorted(set(content) - {_KEY}):
        raise SettingsError(f"{path}: {unknown[0]}: unknown key; {meant(unknown[0], [_KEY])}")
    names = content[_KEY]
    if not isinstance(names, list):
        raise SettingsError(f"{path}: {_KEY}: {shown(names)} is refused: input should be a list of names")
    for place, name in enumerate(names):
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            allowed = "allowed are 2 to 40 of a-z, 0-9 and hyphens, beginning with a letter"
            raise SettingsError(f"{path}: {_KEY}[{place}]: {shown(name)} is refused; {allowed}")
        if name in names[:place]:
            raise SettingsError(f"{path}: {_KEY}[{place}]: {name!r} stands there twice; allowed is each once")
    return frozenset(names)


def unlisted(owner: str, owners: Collection[str]) -> str:
    """Why a waiver of ``owner``, who is none of ``owners``, does not count: a clause."""
    known = f"; {meant(owner, sorted(owners))}" if owners else ""
    return f"{shown(owner)} is no owner of waivers in {SHOWN}{known}"
