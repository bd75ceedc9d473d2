"""What readings change of a stack file: each figure and window beside what stands there."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pricing.money import number
from pricing.usage.reading import FIGURES, VOLUMES, Readings
from stacks.section import Measurement
from stacks.sections.measures import Spread
from stacks.settings import Settings

USAGE_KEY: Final = "landing:usage"
VOLUMES_KEY: Final = "landing:volumes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure below ``landing:usage`` that was read; ``was`` is ``None`` where the file has none.

    ``computed`` is then what the bill was made with, if a formula had it.
    """

    key: str
    was: Spread | None
    now: Spread
    computed: Spread | None = None

    @property
    def stood(self) -> Spread | None:
        """What the bill was made with until now."""
        return self.computed if self.was is None else self.was

    @property
    def changes(self) -> bool:
        """Whether the file says something else."""
        return self.was is None or written(self.was) != written(self.now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A month of a volume that was read; ``was`` is ``None`` where the file has none of that month."""

    volume: str
    was: Measurement | None
    now: Measurement

    @property
    def changes(self) -> bool:
        """Whether the file says something else. The same figure, counted again on another day, is nothing new."""
        return (
            self.was is None
            or self.was.example
            or (self.was.value, self.was.source) != (self.now.value, self.now.source)
        )


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that was read, whether it changes the file or not."""

    figures: Sequence[Figure]
    windows: Sequence[Window]

    @property
    def changed_figures(self) -> list[Figure]:
        """Figures that change the file."""
        return [each for each in self.figures if each.changes]

    @property
    def changed_windows(self) -> list[Window]:
        """Windows that change the file."""
        return [each for each in self.windows if each.changes]

    def __bool__(self) -> bool:
        return bool(self.changed_figures or self.changed_windows)


def compared(readings: Readings, settings: Settings, computed: Mapping[str, Spread] | None = None) -> Changes:
    """What was read beside what the stack file says, or what is ``computed`` instead, in the order of its keys."""
    figures = [
        Figure(
            key=key, was=getattr(settings.usage, name), now=readings.figures[key], computed=(computed or {}).get(key)
        )
        for key, name in FIGURES.items()
        if key in readings.figures
    ]
    windows = []
    for volume, name in VOLUMES.items():
        there = {window.window: window for window in getattr(settings.volumes, name)}
        windows += [
            Window(volume=volume, was=there.get(now.window), now=now) for now in readings.windows.get(volume, ())
        ]
    return Changes(figures=figures, windows=windows)


def changed_document(document: Mapping[str, Any], changes: Changes) -> dict[str, Any]:
    """A stack file's document with the changes made, and nothing else; what they are told by is not touched."""
    after: dict[str, Any] = copy.deepcopy(dict(document))
    config = after["config"]
    for figure in changes.changed_figures:
        _mapping(config, USAGE_KEY)[figure.key] = written(figure.now)
    for window in changes.changed_windows:
        volumes = _mapping(config, VOLUMES_KEY)
        key = window.volume.rpartition(".")[2]
        others = [each for each in volumes.get(key) or [] if each["window"] != window.now.window]
        volumes[key] = sorted([*others, counted(window.now)], key=lambda each: str(each["window"]))
    return after


def _mapping(config: dict[str, Any], key: str) -> dict[str, Any]:
    found = config.get(key)
    if not isinstance(found, dict):
        found = config[key] = {}
    return found


def written(spread: Spread) -> dict[str, Any]:
    """A figure as a stack file has it."""
    ends: dict[str, Any] = {end: number(getattr(spread, end)) for end in ("low", "base", "high")}
    return ends if spread.source is None else {**ends, "source": spread.source}


def counted(window: Measurement) -> dict[str, Any]:
    """A window as a stack file has it."""
    return {
        "window": window.window,
        "value": number(window.value),
        "source": window.source,
        "measuredOn": window.measured_on.isoformat(),
    }
