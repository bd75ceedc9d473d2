"""What docs/cost.md tells, gathered from previews: bills, savings by design, and the cases of the three-year view."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from pydantic.alias_generators import to_camel

from policy.economics.commitments import WhatIf, apply_commitments
from policy.economics.savings import Declared, Measure, compute_savings, possible_savings
from policy.economics.three_years import Bills
from preview.docs.decision_page import SHOWN
from preview.result import Preview
from pricing import meter
from pricing.book import Book
from pricing.money import number
from stacks.load import StackFile, from_config
from stacks.sections.measures import Spread

USAGE_KEY: Final = "landing:usage"
DOUBLED: Final = ("landing:volumes", USAGE_KEY)
LESS, MORE = Decimal("0.8"), Decimal("1.2")


@dataclass(frozen=True, kw_only=True)
class Environment:
    """One stack: its preview, what it saves by design, and what it could still save."""

    preview: Preview
    savings: Mapping[str, Decimal]
    options: Sequence[tuple[Measure, Decimal]]

    @property
    def name(self) -> str:
        """The environment's name."""
        return self.preview.settings.environment


@dataclass(frozen=True, kw_only=True)
class Costs:
    """Everything the page tells; ``environments`` begin with production, which the guide's claims are about."""

    environments: Sequence[Environment]
    bills: Bills
    commitments: Sequence[WhatIf]
    book: Book
    today: date


def gather_costs(previews: Mapping[str, Preview], doubled: Preview, book: Book, today: date) -> Costs:
    """Everything the page tells, from previews on the way to production, and of production with doubled volumes.

    Raises :class:`ValueError` when undoing a saving leaves something without a price.
    """
    production = previews[SHOWN]
    environments = []
    # Production first: the guide's claims are about it.
    for preview in reversed([*previews.values()]):
        declared = _declared(preview, book)
        environments.append(
            Environment(preview=preview, savings=compute_savings(declared), options=list(possible_savings(declared)))
        )
    return Costs(
        environments=environments,
        bills=Bills(
            base=production.bill.usd_per_month,
            high_price=production.bill.usd_per_month_high_price,
            high_usage=production.bill.usd_per_month_high_usage,
            high=production.bill.usd_per_month_high,
            less_usage=_scaled(production, book, today, LESS),
            more_usage=_scaled(production, book, today, MORE),
            doubled=doubled.bill.usd_per_month,
            everything=sum((each.bill.usd_per_month for each in previews.values()), Decimal(0)),
        ),
        commitments=list(apply_commitments(production.bill.lines, book)),
        book=book,
        today=today,
    )


def double_usage(file: StackFile, figures: Mapping[str, Spread]) -> StackFile:
    """The same stack with every measured volume and every usage figure doubled.

    ``figures`` are those of its bill: what a formula works out is doubled too, as a figure that is typed.
    """
    documents = {key: json.loads(file.config[key]) for key in DOUBLED}
    usage = documents[USAGE_KEY]
    documents[USAGE_KEY] = {**{to_camel(name): _ends(spread) for name, spread in figures.items()}, **usage}
    config = {**file.config, **{key: json.dumps(_twice(each)) for key, each in documents.items()}}
    return replace(file, config=config, settings=from_config(config))


def _ends(spread: Spread) -> dict[str, int | float]:
    return {end: number(getattr(spread, end)) for end in ("low", "base", "high")}


def _declared(shown: Preview, book: Book) -> Declared:
    resources = tuple(made.resource() for made in shown.recording.registrations)
    return Declared(resources=resources, usage=shown.settings.usage, book=book)


def _scaled(shown: Preview, book: Book, today: date, factor: Decimal) -> Decimal:
    declared = _declared(shown, book)
    # Those that are typed, and those that a formula has worked out.
    figures = {name: value.base * factor for name, value in shown.bill.figures.items()}
    scaled = declared.use(**figures)
    return meter.compute_bill(scaled.resources, scaled.usage, book, today=today).usd_per_month


def _twice(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: item if key == "staleAfterDays" else _twice(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_twice(item) for item in value]
    return value * 2 if isinstance(value, int | float) and not isinstance(value, bool) else value
