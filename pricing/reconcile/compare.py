"""The bill of a stack beside what was billed: usage type by usage type, and by capability. USD before VAT.

Hours of the bill are brought from its month of 730 hours to those that the export covers; everything else is a
month's, or a part's where the export covers a part. Quantities are in the book's units. What is billed to an account
and is no usage (tax, support, credits, refunds, fees for commitments) stands apart, and is in no error.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from functools import cached_property
from typing import Final, Literal

from pricing.bill import EXACT, HOURS, Bill, Line
from pricing.book import Book, Price, cost
from pricing.context import CAPABILITIES
from pricing.reconcile.billed import ZERO, Billed, Key, Sum, lines_of
from pricing.reconcile.charge import ACCOUNT_LEVEL, Kind
from pricing.reconcile.usage_types import (
    comes_free,
    is_billed_by,
    is_hourly,
    per_unit,
    prices_of,
    service_of,
    usage_types,
)
from stacks.section import Capability

Status = Literal["matched", "billed, not foreseen", "foreseen, not billed", "foreseen, no usage type"]
#: Shares of a month are endless fractions: amounts brought to it are rounded here, so that sums stay exact.
FINE: Final = Decimal("1e-12")
#: What no capability of ours pays.
NOBODY: Final = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whose lines count: an environment's and a project's, by tags, and what carries none."""

    environment: str
    project: str

    def holds(self, key: Key) -> bool:
        """Whether a line may be this stack's."""
        return key.environment in ("", self.environment) and key.project in ("", self.project)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One usage type: what was foreseen of it, and what was billed.

    ``at_our_price`` is the billed quantity at the price book's price; ``None`` where the export tells no quantity, or
    several prices share the usage type.
    """

    name: str
    service: str
    status: Status
    unit: str
    capabilities: Mapping[str, tuple[Decimal, Decimal]]
    foreseen: Decimal
    billed: Decimal
    foreseen_quantity: Decimal | None
    billed_quantity: Decimal | None
    at_our_price: Decimal | None
    prices: tuple[str, ...]

    @property
    def difference(self) -> Decimal:
        """USD billed beyond what was foreseen."""
        return self.billed - self.foreseen

    @property
    def quantity_effect(self) -> Decimal | None:
        """What of the difference another quantity makes, at our price."""
        return None if self.at_our_price is None else self.at_our_price - self.foreseen

    @property
    def price_effect(self) -> Decimal | None:
        """What of it another price makes."""
        return None if self.at_our_price is None else self.billed - self.at_our_price


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Foreseen and billed of one thing; ``error`` is how far the bill lies from what was foreseen, as its share."""

    name: str
    foreseen: Decimal
    billed: Decimal

    @property
    def error(self) -> Decimal | None:
        """``None`` where nothing was foreseen."""
        return self.billed / self.foreseen - 1 if self.foreseen else None


@dataclass(frozen=True, kw_only=True)
class Reconciliation:
    """A stack's month. ``others`` is what tags say is another stack's; ``untagged`` what of the billed carries none."""

    stack: str
    billed_month: Billed
    rows: tuple[Row, ...]
    account_level: Mapping[Kind, Decimal]
    others: Decimal
    untagged: Decimal
    account_wide: bool

    @cached_property
    def total(self) -> Compared:
        """All usage of the stack."""
        return Compared(
            name="total",
            foreseen=_sum(row.foreseen for row in self.rows),
            billed=_sum(row.billed for row in self.rows),
        )

    @cached_property
    def by_capability(self) -> tuple[Compared, ...]:
        """The same by who pays, the largest difference first."""
        found: dict[str, tuple[Decimal, Decimal]] = {}
        with localcontext(EXACT):
            for row in self.rows:
                for name, (foreseen, billed) in row.capabilities.items():
                    before = found.get(name, (ZERO, ZERO))
                    found[name] = (before[0] + foreseen, before[1] + billed)
        compared = [Compared(name=name, foreseen=each[0], billed=each[1]) for name, each in found.items()]
        return tuple(sorted(compared, key=lambda each: (-abs(each.billed - each.foreseen), each.name)))

    def of(self, status: Status) -> Iterator[Row]:
        """Rows of one status, the dearest difference first."""
        return (row for row in self.rows if row.status == status)


@dataclass(slots=True, kw_only=True)
class _Group:
    """Lines of one usage type; ``part`` is that of the book where they were foreseen and the export tells services."""

    names: tuple[str, ...]
    part: str = ""
    code: str = ""
    lines: list[Line] = field(default_factory=list)
    sums: list[tuple[Key, Sum]] = field(default_factory=list)

    def takes(self, key: Key, book: Book) -> bool:
        """Whether what is billed so belongs here."""
        if not self.lines:
            return key.service == self.code
        return not self.part or is_billed_by(self.part, key.service, book)


class _Groups:
    """Every group, and which have a usage type."""

    def __init__(self) -> None:
        self.all: list[_Group] = []
        self._by_name: dict[str, list[_Group]] = {}

    def named(self, name: str) -> Sequence[_Group]:
        return self._by_name.get(name, ())

    def add(self, group: _Group) -> _Group:
        self.all.append(group)
        for name in group.names:
            self._by_name.setdefault(name, []).append(group)
        return group


def compare(stack: str, bill: Bill, billed: Billed, book: Book, scope: Scope) -> Reconciliation:
    """What was foreseen for ``stack`` beside what was billed for it."""
    with localcontext(EXACT):
        usage = list(lines_of(billed, "usage"))
        ours = [(key, each) for key, each in usage if scope.holds(key)]
        groups = _foreseen(bill.lines, book, by_service=any(key.service for key, _ in usage))
        for key, each in ours:
            found = next((group for group in groups.named(key.name) if group.takes(key, book)), None)
            (found or groups.add(_Group(names=(key.name,), code=key.service))).sums.append((key, each))
        rows = [_row(group, billed, book) for group in groups.all]
        return Reconciliation(
            stack=stack,
            billed_month=billed,
            rows=tuple(sorted((row for row in rows if row.foreseen or row.billed), key=_largest_first)),
            account_level={
                kind: usd for kind in ACCOUNT_LEVEL if (usd := _sum(each.usd for _, each in lines_of(billed, kind)))
            },
            others=_sum(each.usd for key, each in usage if not scope.holds(key)),
            untagged=_sum(each.usd for key, each in ours if not key.environment),
            account_wide=not any(key.environment for key in billed.sums),
        )


def _foreseen(lines: Iterable[Line], book: Book, *, by_service: bool) -> _Groups:
    groups = _Groups()
    for line in lines:
        price = book.prices[line.price]
        names = usage_types(price, line.fraction) or (line.price,)
        part = service_of(price) if by_service else ""
        found = next((each for each in groups.named(names[0]) if each.part == part), None)
        (found or groups.add(_Group(names=names, part=part))).lines.append(line)
    return groups


def _largest_first(row: Row) -> tuple[Decimal, str, str]:
    return -abs(row.difference), row.name, row.service


def _row(group: _Group, billed: Billed, book: Book) -> Row:
    prices = tuple(dict.fromkeys(book.prices[line.price] for line in group.lines))
    known = prices or prices_of(group.names[0], group.code, book)
    total = Sum()
    for _, each in group.sums:
        total.add(each.usd, each.quantity)
    scaled = [(line, _in_month(line, billed)) for line in group.lines]
    foreseen = _sum(usd for _, (usd, _) in scaled)
    quantity = _foreseen_quantity(scaled, known, foreseen)
    billed_quantity = None
    if known and group.sums and total.quantity is not None:
        billed_quantity = total.quantity / per_unit(known[0])
    return Row(
        name=group.names[0],
        service=group.part or group.code,
        status=_status(group, prices),
        unit=known[0].unit if known else "",
        capabilities=_shares(scaled, group.sums, foreseen),
        foreseen=foreseen,
        billed=total.usd,
        foreseen_quantity=quantity if group.lines else None,
        billed_quantity=billed_quantity,
        at_our_price=_at_our_price(known, group.lines, foreseen, quantity, billed_quantity),
        prices=tuple(price.key for price in known),
    )


def _status(group: _Group, prices: Sequence[Price]) -> Status:
    if not group.lines:
        return "billed, not foreseen"
    if group.sums:
        return "matched"
    return "foreseen, not billed" if any(map(usage_types, prices)) else "foreseen, no usage type"


def _in_month(line: Line, billed: Billed) -> tuple[Decimal, Decimal]:
    """USD and quantity of a line in the hours that the export covers."""
    share = Decimal(billed.hours) / (HOURS if is_hourly(line.unit) else Decimal(billed.whole))
    return (line.usd_per_month * share).quantize(FINE), (line.quantity * share).quantize(FINE)


def _foreseen_quantity(
    scaled: Sequence[tuple[Line, tuple[Decimal, Decimal]]], prices: Sequence[Price], foreseen: Decimal
) -> Decimal:
    quantity = _sum(amount for _, (_, amount) in scaled)
    if len(prices) == 1 and comes_free(prices[0]) and prices[0].usd:
        # A bill has only what lies beyond the part that comes with each volume.
        return min(quantity, (foreseen / prices[0].usd).quantize(FINE))
    return quantity


def _at_our_price(
    prices: Sequence[Price], lines: Sequence[Line], foreseen: Decimal, quantity: Decimal, billed: Decimal | None
) -> Decimal | None:
    if billed is None or billed < 0 or not prices:
        return None
    whole = not any(line.fraction for line in lines)
    price, usd = prices[0], prices[0].usd
    if whole and usd is not None and all((each.usd, each.tiers) == (usd, price.tiers) for each in prices):
        return billed * usd if comes_free(price) else cost(price, billed)
    return (foreseen / quantity * billed).quantize(FINE) if quantity else None


def _shares(
    scaled: Sequence[tuple[Line, tuple[Decimal, Decimal]]], sums: Sequence[tuple[Key, Sum]], foreseen: Decimal
) -> dict[str, tuple[Decimal, Decimal]]:
    """Who pays: whom a line's tag names, else those for whom it was foreseen, in proportion."""
    planned: dict[str, Decimal] = {}
    for line, (usd, _) in scaled:
        planned[line.capability] = planned.get(line.capability, ZERO) + usd
    paid: dict[str, Decimal] = {}
    whole = ZERO
    for key, each in sums:
        capability: Capability | None = CAPABILITIES.get(key.decision)
        if capability is None:
            whole += each.usd
        else:
            paid[capability] = paid.get(capability, ZERO) + each.usd
    *others, last = sorted(planned) or [NOBODY]
    rest = whole
    for name in others:
        share = (whole * planned[name] / foreseen).quantize(FINE) if foreseen else ZERO
        paid[name] = paid.get(name, ZERO) + share
        rest -= share
    if rest:
        paid[last] = paid.get(last, ZERO) + rest
    return {name: (planned.get(name, ZERO), paid.get(name, ZERO)) for name in sorted(planned.keys() | paid.keys())}


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    with localcontext(EXACT):
        return sum(amounts, ZERO)
