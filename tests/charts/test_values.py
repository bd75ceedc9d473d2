"""Every value of ours is read by its chart: without it, or with another in its place, the render is another."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from operator import getitem
from typing import Any, Final

import pytest

from tests.charts.render import SERVED, VARIATIONS, HelmError, Released, released

#: What changes no render, by chart and place, with the reason to keep it.
UNREAD: Final[Mapping[tuple[str, str], str]] = {}
#: What a chart's own schema says of a value that it refuses, before any template has looked at it.
SCHEMA: Final = "don't meet the specifications of the schema"

AccountRegion = tuple[str, ...]


@pytest.fixture(scope="module")
def unread() -> set[tuple[str, str]]:
    """Every leaf of every release's values that no render shows, by chart and place."""
    asked: dict[tuple[str, AccountRegion], list[Released]] = {}
    for variation in VARIATIONS:
        for one in released(variation):
            for place in leaves(one.values):
                asked.setdefault((one.chart, place), []).append(one)
    assert len(asked) > 400
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        # A budget is rendered where there is more than one replica: somewhere is enough.
        read = pool.map(lambda item: any(is_read(one, item[0][1]) for one in item[1]), asked.items())
    return {(chart, ".".join(place)) for (chart, place), found in zip(asked, read, strict=True) if not found}


def test_every_value_is_read_by_its_chart(unread):
    assert unread - UNREAD.keys() == set()


def test_every_exception_is_still_one(unread):
    assert UNREAD.keys() <= unread


def leaves(value: Any, place: AccountRegion = ()) -> Iterator[AccountRegion]:
    """The place of every value that holds no others by name; a list is one value."""
    if isinstance(value, Mapping) and value:
        for key, below in value.items():
            yield from leaves(below, (*place, key))
    else:
        yield place


def is_read(one: Released, place: AccountRegion) -> bool:
    """Whether taking the value away, or changing it, changes what is rendered, or breaks a template."""
    # A few values only matter where the kind of monitors is not there yet.
    for served in (SERVED, ()):
        before = rendered(one, one.values, served)
        changes = (put(one.values, place, other) for other in (..., *others(reduce(getitem, place, one.values))))
        if any(after not in (before, None) for after in (rendered(one, values, served) for values in changes)):
            return True
    return False


def rendered(one: Released, values: Mapping[str, Any], served: tuple[str, ...]) -> str | None:
    """The render; what went wrong in it; ``None`` for what the chart's schema refuses."""
    try:
        return one.text(values, "--include-crds", served=served)
    except HelmError as error:
        return None if SCHEMA in str(error) else str(error)


def put(values: Mapping[str, Any], place: AccountRegion, other: Any) -> dict[str, Any]:
    """The values with another one at a place, or none."""
    first, *rest = place
    if rest:
        return {**values, first: put(values[first], tuple(rest), other)}
    return {key: value for key, value in {**values, first: other}.items() if value is not ...}


def others(value: Any) -> list[Any]:
    """What might stand in a value's place."""
    if isinstance(value, bool):
        return [not value, str(not value)]
    if isinstance(value, int):
        return [value + 1, 0]
    if isinstance(value, str):
        return [f"{value}x", "7", "9s"]
    if isinstance(value, list):
        return [[*value, *value[:1]] if value else ["x"], []]
    return [{"x": "y"}]
