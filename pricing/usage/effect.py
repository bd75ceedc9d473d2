"""What other usage does to the month's bill and to the decisions.

Decisions are made by rooms above this one, so they are asked for as anybody would: by ``python -m preview`` and its
JSON, whose form docs/preview.schema.json promises. Each figure's share of the bill is worked out here, on the resources
that the preview tells.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from model.resource import Resource
from pricing import meter
from pricing.bill import Bill
from pricing.book import Book
from pricing.context import PricingContext, by_kind
from pricing.declared.fault import FaultError
from pricing.declared.read import inventory_of
from pricing.usage.changes import Changes, changed_document
from pricing.usage.formulas import FORMULAS
from pricing.usage.reading import FIGURES
from stacks.command import ROOT
from stacks.document import read_document
from stacks.load import StackFile
from stacks.sections.measures import Spread, Usage

#: The text of ``python -m preview STACK --format json`` for the stack file at a path.
Preview = Callable[[str, Path, date], str]
#: More than any figure that somebody has, so that a line which is billed by one is another line.
_PROBE = Decimal(10**9)


class PreviewError(Exception):
    """The stack cannot be previewed; the text is what the preview said."""


@dataclass(frozen=True, slots=True)
class Cost:
    """USD a month: at the low end of every figure, as expected, and at worst."""

    low: Decimal
    base: Decimal
    high: Decimal

    def __sub__(self, other: Cost) -> Cost:
        return Cost(self.low - other.low, self.base - other.base, self.high - other.high)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """A stack, the file it is described by, the day it is judged as of, and what it is priced by."""

    name: str
    file: StackFile
    today: date
    book: Book
    preview: Preview

    @property
    def usage(self) -> Usage:
        """What the stack file says."""
        return self.file.settings.usage

    def bill(self, resources: Sequence[Resource], usage: Usage | None = None) -> Bill:
        """The month's bill of ``resources``, by the stack file's usage or another."""
        return meter.compute_bill(resources, self.usage if usage is None else usage, self.book, today=self.today)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a decision comes to, and why."""

    capability: str
    choice: str
    undecided: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A stack as it is previewed."""

    resources: Sequence[Resource]
    cost: Cost
    choices: Mapping[str, Choice]


@dataclass(frozen=True, slots=True)
class Effect:
    """What changes come to. ``by_figure`` is each figure's own part; a decision that turns has the rest of it."""

    before: Cost
    after: Cost
    by_figure: Mapping[str, Cost]
    turned: Sequence[tuple[Choice, Choice]]


def run_preview(stack: str, path: Path, today: date) -> str:
    """The preview's JSON, from a process of its own. Raises :class:`PreviewError`."""
    words = [sys.executable, "-m", "preview", stack, "--stack-file", str(path), "--today", today.isoformat()]
    done = subprocess.run([*words, "--format", "json"], cwd=ROOT, capture_output=True, check=False)  # noqa: S603
    # 1 is a finding of the policies, and no matter here.
    if done.returncode not in (0, 1) or not done.stdout:
        told = done.stderr.decode(errors="replace").strip().splitlines() or ["it said nothing"]
        raise PreviewError("; ".join(line.removeprefix("error: ") for line in told))
    return done.stdout.decode()


def standing(stack: Stack, path: Path | None = None) -> Standing:
    """How the stack stands, by its own file or by the one at ``path``. Raises :class:`PreviewError`."""
    text = stack.preview(stack.name, (path or stack.file.path).absolute(), stack.today)
    try:
        resources = [entry.resource for entry in inventory_of(text).entries]
        told = json.loads(text, parse_float=Decimal, parse_int=Decimal)
        cost = Cost(*(told["cost"][key] for key in ("totalLow", "total", "totalHigh")))
        choices = {each["capability"]: _choice(each) for each in told["decisions"]}
    except (FaultError, ValueError, KeyError, TypeError) as error:
        raise PreviewError(f"the preview's answer cannot be read ({type(error).__name__}: {error})") from None
    return Standing(resources=resources, cost=cost, choices=choices)


def _choice(told: Mapping[str, Any]) -> Choice:
    return Choice(told["capability"], told["choice"], told["undecided"], "; ".join(told["reason"]))


def billed_figures(stack: Stack, resources: Sequence[Resource]) -> frozenset[str]:
    """Keys of the figures that some line of the bill hangs on, whether or not they are set."""
    nothing = Usage().model_copy(update={name: Spread.of(Decimal(0)) for name in FIGURES.values()})
    without = _lines(stack.bill(resources, nothing))
    return frozenset(
        key
        for key, name in FIGURES.items()
        if _lines(stack.bill(resources, nothing.model_copy(update={name: Spread.of(_PROBE)}))) != without
    )


def _lines(bill: Bill) -> list[tuple[str, str, Decimal]]:
    return [(line.urn, line.item, line.quantity) for line in bill.lines]


def computed_figures(stack: Stack, resources: Sequence[Resource]) -> dict[str, Spread]:
    """Figures that a formula works out, set or not, as the bill has them, by key."""
    context = PricingContext(
        of=by_kind(resources), usage=stack.usage, book=stack.book, today=stack.today, formulas=FORMULAS
    )
    found = {key: context.spread(name) for key, name in FIGURES.items() if name in FORMULAS}
    return {key: spread for key, spread in found.items() if spread is not None}


def effect(stack: Stack, before: Standing, changes: Changes) -> Effect:
    """What ``changes`` of the stack's file come to. Raises :class:`PreviewError`."""
    bill = _cost(stack.bill(before.resources))
    by_figure = {}
    for figure in changes.changed_figures:
        moved = stack.usage.model_copy(update={FIGURES[figure.key]: figure.now})
        by_figure[figure.key] = _cost(stack.bill(before.resources, moved)) - bill
    after = _after(stack, changes) if changes else before
    turned = [
        (was, after.choices[name])
        for name, was in before.choices.items()
        if (was.choice, was.undecided) != (after.choices[name].choice, after.choices[name].undecided)
    ]
    return Effect(before=before.cost, after=after.cost, by_figure=by_figure, turned=turned)


def _after(stack: Stack, changes: Changes) -> Standing:
    document = changed_document(read_document(stack.file.path), changes)
    with tempfile.TemporaryDirectory() as folder:
        # Each document of JSON is one of YAML.
        file = Path(folder) / stack.file.path.name
        file.write_text(json.dumps(document), encoding="utf-8")
        return standing(stack, file)


def _cost(bill: Bill) -> Cost:
    return Cost(bill.usd_per_month_low, bill.usd_per_month, bill.usd_per_month_high)
