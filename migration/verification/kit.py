"""What the ten moves' comparisons have in common: two sides that are read, and what was found, item by item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Final, Protocol, cast

from migration.verification.stores import StoreError, Stores
from policy.gates.evidence import Comparison, Side
from stacks.sections.moves import Moved
from stacks.settings import Settings

#: So many items that differ are named; the rest is counted.
NAMED: Final = 20


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One comparison, and the names of what differs in it: keys, ids, paths; never a value."""

    comparison: Comparison
    differences: tuple[str, ...] = ()


class Kit(Protocol):
    """Both stores of one move, signed in. Each method raises :class:`StoreError` when a store cannot be read."""

    @property
    def sides(self) -> tuple[Side, Side]:
        """Source and target, as they tell who they are."""

    @property
    def tools(self) -> Mapping[str, str]:
        """The version of each program that reads, by its name in migration/moves/tools.json, or a library's."""

    def requirements(self) -> Compared:
        """What the source uses, and whether the target has it: the comparison ``requirements`` of the precheck."""

    def compare(self) -> Iterator[Compared]:
        """The comparisons of ``policy/ledger/moves.py``, in its order."""

    def health(self) -> Compared:
        """How the target did alone: the comparison ``health`` of the soak, 0 for each thing that is well."""


class KitModule(Protocol):
    """A module of this folder, for one capability."""

    #: What its file of stores holds.
    STORES: type[Stores]
    #: Libraries beside the project's own that it imports where it connects.
    LIBRARIES: tuple[str, ...]

    @staticmethod
    def connect(stores: Stores, settings: Settings) -> AbstractContextManager[Kit]:
        """Both stores, signed in; left, they are signed out. Raises :class:`StoreError`."""


def kit_of(capability: Moved) -> KitModule:
    """The module that compares ``capability``. Raises :class:`StoreError` where its libraries are not installed."""
    found = cast("KitModule", import_module(f"migration.verification.{capability}"))
    if missing := [name for name in found.LIBRARIES if find_spec(name) is None]:
        raise StoreError(
            f"{capability}: wants {', '.join(missing)}; the tools image has them, and so has make check's .venv"
        )
    return found


def by_item(
    name: str,
    source: Mapping[str, int | str],
    target: Mapping[str, int | str],
    *,
    of: int | None = None,
    compared: int | None = None,
    sampling: str = "all",
    differences: tuple[str, ...] = (),
) -> Compared:
    """Both sides' counts or digests. ``of`` is what there was to compare; without it, each item of the source."""
    there = len(source) if of is None else of
    comparison = Comparison(
        name=name,
        source=dict(source),
        target=dict(target),
        of=there,
        compared=there if compared is None else compared,
        sampling=sampling,
    )
    return Compared(comparison=comparison, differences=differences)


def differing(source: Mapping[str, int | str], target: Mapping[str, int | str]) -> tuple[str, ...]:
    """The items that are not the same on both sides."""
    found = Differences()
    for name in sorted({*source, *target}):
        if source.get(name) != target.get(name):
            found.add(name)
    return found.told


class Differences:
    """Names of what differs: the first :data:`NAMED` are kept, all are counted, however many there are."""

    def __init__(self) -> None:
        self._named: list[str] = []
        self.count = 0

    def add(self, name: str) -> None:
        """One more."""
        self.count += 1
        if len(self._named) < NAMED:
            self._named.append(name)

    @property
    def told(self) -> tuple[str, ...]:
        """The lines for people."""
        more = self.count - len(self._named)
        return (*self._named, *([f"and {more} more"] if more else []))
