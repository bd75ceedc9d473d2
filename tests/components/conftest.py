"""A component is declared alone, as the engine would see it: nothing but what it registers itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from preview.simulate.recorder import Recording, Registration, record
from preview.simulate.wire import show_to_reader

CONFIG = {"aws:region": "ap-northeast-2"}


@dataclass(frozen=True)
class Declared:
    """What one component registered; secrets read ``[secret]``, what only a deployment knows ``[unknown]``."""

    recording: Recording

    def made(self, type_: str) -> list[Registration]:
        """Every registration of a type, with its options."""
        return [made for made in self.recording.registrations if made.type == type_]

    def all(self, type_: str) -> dict[str, dict[str, Any]]:
        """The inputs of each resource of a type, by its name."""
        return {made.name: show_to_reader(made.inputs) for made in self.made(type_)}

    def only(self, type_: str) -> dict[str, Any]:
        """The inputs of the one resource of a type."""
        (inputs,) = self.all(type_).values()
        return inputs

    def names(self, prefix: str = "") -> list[str]:
        """The names of all resources whose type begins with ``prefix``, such as ``aws:``."""
        return sorted(made.name for made in self.recording.registrations if made.type.startswith(prefix))

    def waits(self, type_: str, name: str) -> set[str]:
        """Type and name of what a resource was told to wait for."""
        (made,) = (made for made in self.made(type_) if made.name == name)
        return {" ".join(urn.rpartition("$")[2].split("::")[-2:]) for urn in made.dependencies}


@pytest.fixture
def declare() -> Callable[[Callable[[], object]], Declared]:
    """Declare a component alone: ``declare(lambda: Cache("cache", args())).only(REPLICATION_GROUP)``."""

    def run(program: Callable[[], object]) -> Declared:
        return Declared(record(program, project="alphacar", stack="test", config=CONFIG))

    return run


@pytest.fixture
def makes() -> Callable[[str], dict[str, int]]:
    """How many of each type a component makes with default arguments: ``makes("Cache")``.

    A component inside it counts as one: what it makes is its own specification's.
    """
    from tests.components.catalogue import MAKE, Shared, below

    def run(way: str) -> dict[str, int]:
        recording = record(lambda: MAKE[way]("one", Shared("on")), project="alphacar", stack="test", config=CONFIG)
        _, *made = below(recording, "one")
        nested = {each.urn for each in made if each.type.startswith("alphacar:")}
        inside = {each.urn for urn in nested for each in recording.registrations if each.urn.startswith(_chain(urn))}
        return dict(Counter(each.type for each in made if each.urn not in inside))

    return run


def _chain(urn: str) -> str:
    """What the URNs of a component's children begin with."""
    return urn.rpartition("::")[0] + "$"
