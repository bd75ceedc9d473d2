"""What may be changed: settings with their new values, and the same change made to the resources as declared.

A candidate knows no dollars. Whoever has recorded the program again with the new settings gets the same resources, as
far as the meter reads them: a test holds each kind to that.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from model.resource import Resource
from policy.capacity import Capacity, capacity
from pricing import meter
from pricing.bill import Bill
from pricing.book import Book, Price
from pricing.money import number
from stacks.sections.measures import Spread, Usage
from stacks.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Change:
    """A setting below ``landing:``, dotted and camelCase, what it is now and what it would be, as JSON has it."""

    path: str
    now: Any
    value: Any

    @property
    def typed(self) -> str:
        """``path=value``, as ``--what-if`` takes it."""
        return f"{self.path}={shown(self.value)}"


@dataclass(frozen=True, kw_only=True)
class Purchase:
    """A discount that is bought and not declared: ``rate`` in place of the listed price of some resources' ``item``."""

    what: str
    console: str
    urns: frozenset[str]
    item: str
    rate: Price


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A change that might be cheaper. ``risk`` says what is given up, ``effort`` what must be done."""

    title: str
    changes: tuple[Change, ...]
    risk: str
    effort: str
    apply: Callable[[Stack], Stack] = field(repr=False)
    purchase: Purchase | None = None


@dataclass(frozen=True, kw_only=True)
class Stack:
    """A stack as the meter sees it: its settings, what it declares, and what it is expected to use."""

    settings: Settings
    resources: tuple[Resource, ...]
    usage: Usage
    book: Book

    @cached_property
    def capacity(self) -> Capacity:
        """What pods ask for, and what nodes have to give."""
        return capacity(self.resources)

    def bill(self, today: Any) -> Bill:
        """The month's bill as of ``today``."""
        return meter.compute_bill(self.resources, self.usage, self.book, today=today)

    def of(self, kind: str) -> list[Resource]:
        """The resources of a type."""
        return [item for item in self.resources if item.type == kind]

    def rate(self, key: str) -> Decimal | None:
        """The price at ``key``; ``None`` where the book has none, or only a bound."""
        found = self.book.price(key)
        return found.usd if found else None

    def each(self, kind: str, change: Callable[[Resource], Mapping[str, Any] | None]) -> Stack:
        """The same with new properties for resources of a type; those for which ``change`` is ``None`` stay."""
        made = []
        for item in self.resources:
            new = change(item) if item.type == kind else None
            made.append(item if new is None else replace(item, props={**item.props, **new}))
        return replace(self, resources=tuple(made))

    def without(self, gone: Callable[[Resource], bool]) -> Stack:
        """The same without some of its resources."""
        return replace(self, resources=tuple(item for item in self.resources if not gone(item)))

    def with_usage(self, figures: Mapping[str, Spread]) -> Stack:
        """The same with other usage."""
        return replace(self, usage=self.usage.model_copy(update=dict(figures)))

    def scaled(self, factor: Decimal, names: Sequence[str]) -> dict[str, Spread]:
        """Those of the usage figures that are set, times ``factor``, to the fourth place."""
        found = {}
        for name in names:
            figure: Spread | None = getattr(self.usage, name)
            if figure is not None:
                ends = {end: round(getattr(figure, end) * factor, 4) for end in ("low", "base", "high")}
                found[name] = Spread.model_construct(**ends, source=figure.source)
        return found


def usage_changes(stack: Stack, figures: Mapping[str, Spread]) -> tuple[Change, ...]:
    """The same figures as settings."""
    fields = Usage.model_fields
    return tuple(
        Change(path=f"usage.{fields[name].alias}", now=_figure(getattr(stack.usage, name)), value=_figure(new))
        for name, new in figures.items()
    )


def shown(value: Any) -> str:
    """A setting's value as it is typed: text bare, all else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _figure(spread: Spread) -> Any:
    if spread.low == spread.high and spread.source is None:
        return number(spread.base)
    ends = {end: number(getattr(spread, end)) for end in ("low", "base", "high")}
    return ends if spread.source is None else {**ends, "source": spread.source}
