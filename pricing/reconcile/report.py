"""A reconciled month for people and for programs: text, markdown and JSON."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from pricing.money import cents, number
from pricing.reconcile.compare import NOBODY, Compared, Reconciliation, Row, Status
from pricing.reconcile.figures import Measured, Shared
from pricing.reconcile.history import ErrorBand
from pricing.report.escape import code, prose, shortened, shown

FORMATS: Final = ("text", "markdown", "json")
SCHEMA_VERSION: Final = "1.0"
WIDTH: Final = 120
#: Rows of one kind that people are shown; the JSON has all.
MOST_ROWS: Final = 40
STATUSES: Final[tuple[tuple[Status, str], ...]] = (
    ("matched", "Foreseen and billed"),
    ("billed, not foreseen", "Billed, not foreseen"),
    ("foreseen, not billed", "Foreseen, not billed"),
    ("foreseen, no usage type", "Foreseen; the price book does not say what a bill calls it"),
)
ACCOUNT: Final = {"commitment": "reservations and savings plans", "fee": "fees"}
UNKNOWN: Final = "-"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Everything that a report says. ``within`` is the largest error that passes, a share."""

    found: Reconciliation
    today: date
    within: Decimal
    figures: tuple[Measured, ...]
    shared: tuple[Shared, ...]
    ranges: Mapping[str, Mapping[str, Any]]
    band: ErrorBand
    written: bool = False

    @property
    def outside(self) -> bool:
        """Whether the error is larger than what passes, or nobody can say."""
        error = self.found.total.error
        return error is None or abs(error) > self.within


def render(answer: Answer, form: str) -> str:
    """The report in one of :data:`FORMATS`."""
    if form == "json":
        return json.dumps(document(answer), indent=2, sort_keys=True, ensure_ascii=False, default=number) + "\n"
    return _markdown(answer) if form == "markdown" else _text(answer)


def document(answer: Answer) -> dict[str, Any]:
    """The report as plain data: amounts in USD, shares as fractions, names as the export has them."""
    found, month = answer.found, answer.found.billed_month
    return {
        "schemaVersion": SCHEMA_VERSION,
        "stack": found.stack,
        "today": answer.today.isoformat(),
        "month": month.month,
        "export": {"form": month.form, "files": list(month.files), "sha256": list(month.digests)},
        "hours": {"covered": month.hours, "month": month.whole},
        "scope": "account-wide" if found.account_wide else "tagged",
        "untagged": found.untagged,
        "otherStacks": found.others,
        "total": _compared(found.total),
        "within": answer.within,
        "outside": answer.outside,
        "byCapability": [_compared(each) | {"capability": each.name or None} for each in found.by_capability],
        "lines": [_line(row) for row in found.rows],
        "accountLevel": dict(found.account_level),
        "figures": [
            {"key": each.key, "foreseen": each.foreseen, "measured": each.measured, "usageType": each.usage_type}
            for each in answer.figures
        ],
        "notToldApart": [
            {"keys": list(each.keys), "usageType": each.usage_type, "factor": each.factor} for each in answer.shared
        ],
        "usage": {key: dict(value) for key, value in answer.ranges.items()},
        "errorBand": answer.band.document(),
        "written": answer.written,
    }


def _compared(each: Compared) -> dict[str, Any]:
    error = None if each.error is None else round(each.error, 6)
    return {"foreseen": each.foreseen, "billed": each.billed, "error": error}


def _line(row: Row) -> dict[str, Any]:
    return {
        "usageType": row.name,
        "service": row.service or None,
        "status": row.status,
        "unit": row.unit or None,
        "foreseen": row.foreseen,
        "billed": row.billed,
        "difference": row.difference,
        "foreseenQuantity": row.foreseen_quantity,
        "billedQuantity": row.billed_quantity,
        "atOurPrice": row.at_our_price,
        "quantityEffect": row.quantity_effect,
        "priceEffect": row.price_effect,
        "capabilities": [name for name in row.capabilities if name != NOBODY],
        "prices": list(row.prices),
    }


def _text(answer: Answer) -> str:
    stream = io.StringIO()
    console = Console(file=stream, width=WIDTH, no_color=True, highlight=False)
    console.print(f"[bold]{shown(_title(answer))}[/]")
    for note in _scope(answer.found):
        console.print(shown(note))
    for title, heads, rows in _tables(answer):
        table = Table()
        for place, head in enumerate(heads):
            table.add_column(head, justify="right" if place else "left", overflow="fold")
        for cells in rows:
            table.add_row(*(shown(shortened(cell)) for cell in cells))
        console.print()
        # A table's own title would be wrapped at its width.
        console.print(f"[italic]{title}[/]")
        console.print(table)
    console.print()
    for note in _conclusion(answer):
        # Whoever takes the figures over takes whole lines.
        console.print(shown(note), soft_wrap=True)
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines()) + "\n"


def _markdown(answer: Answer) -> str:
    parts = [f"## {prose(_title(answer))}", "", *(f"{prose(note)}." for note in _scope(answer.found))]
    for title, heads, rows in _tables(answer):
        parts += ["", f"### {title}", "", f"| {' | '.join(heads)} |", f"|---|{'---:|' * (len(heads) - 1)}"]
        parts += [f"| {code(cells[0])} | {' | '.join(cells[1:])} |" for cells in rows]
    notes, usage = _notes(answer), _usage(answer)
    parts += ["", *(f"- {prose(note)}" for note in notes)]
    if usage:
        parts += ["", "```yaml", *usage, "```"]
    return "\n".join(parts) + "\n"


def _title(answer: Answer) -> str:
    month = answer.found.billed_month
    files = ", ".join(month.files)
    return f"{answer.found.stack}, {month.month}: foreseen against billed ({month.form}, {files}), USD before VAT"


def _scope(found: Reconciliation) -> Iterator[str]:
    month = found.billed_month
    if not month.complete:
        yield (
            f"a part of the month: {month.hours} of {month.whole} hours are covered, and what was foreseen is brought "
            "to them"
        )
    else:
        yield f"what is foreseen by the hour is brought from 730 hours to the month's {month.whole}"
    if found.account_wide:
        yield "account-wide: no line carries the tag environment, so that other stacks of the account are in it"
    else:
        yield (
            f"left out, for its tags are another stack's: {cents(found.others)} USD; counted, for it carries none: "
            f"{cents(found.untagged)} USD, which may be others' as well"
        )

    if any(row.billed_quantity is None for row in found.of("matched")):
        yield "lines without a quantity do not tell what of a difference is the price's, and what the quantity's"


def _tables(answer: Answer) -> Iterator[tuple[str, Sequence[str], list[tuple[str, ...]]]]:
    found = answer.found
    for status, title in STATUSES:
        rows = list(found.of(status))
        if not rows:
            continue
        shown = [_cells(row) for row in rows[:MOST_ROWS]]
        if rest := rows[MOST_ROWS:]:
            foreseen = sum((row.foreseen for row in rest), Decimal(0))
            billed = sum((row.billed for row in rest), Decimal(0))
            less = ("", *_usd(foreseen, billed, billed - foreseen), "", "")
            shown.append((f"{len(rest)} more", *less))
        heads = (
            "usage type",
            "quantity: foreseen, billed",
            "foreseen",
            "billed",
            "difference",
            "by quantity",
            "by price",
        )
        yield title, heads, shown
    if found.account_level:
        rows_ = [(ACCOUNT.get(kind, kind), str(cents(usd))) for kind, usd in found.account_level.items()]
        yield "The account's, in no error", ("kind", "billed"), list(rows_)
    compared = [*found.by_capability, found.total]
    yield (
        "Error by capability",
        ("capability", "foreseen", "billed", "difference", "error"),
        [
            (each.name or "none", *_usd(each.foreseen, each.billed, each.billed - each.foreseen), _share(each.error))
            for each in compared
        ],
    )


def _cells(row: Row) -> tuple[str, ...]:
    amounts = f"{_quantity(row.foreseen_quantity)}, {_quantity(row.billed_quantity)} {row.unit}".rstrip()
    effects = [UNKNOWN if each is None else f"{cents(each):+}" for each in (row.quantity_effect, row.price_effect)]
    return row.name, amounts, *_usd(row.foreseen, row.billed, row.difference), *effects


def _usd(foreseen: Decimal, billed: Decimal, difference: Decimal) -> tuple[str, str, str]:
    return str(cents(foreseen)), str(cents(billed)), f"{cents(difference):+}"


def _quantity(value: Decimal | None) -> str:
    if value is None:
        return UNKNOWN
    shown = f"{value:,.3f}".rstrip("0").rstrip(".")
    return shown if value == 0 or shown not in ("0", "-0") else f"{value:.3g}"


def _share(error: Decimal | None) -> str:
    return UNKNOWN if error is None else f"{error * 100:+.1f} %"


def _conclusion(answer: Answer) -> Iterator[str]:
    yield from _notes(answer)
    yield from _usage(answer)


def _notes(answer: Answer) -> Iterator[str]:
    total = answer.found.total
    told = "nothing was foreseen" if total.error is None else f"error {_share(total.error)}"
    side = "outside" if answer.outside else "within"
    allowed = f"{side} {(answer.within * 100).normalize():f} %"
    yield f"billed {cents(total.billed)} of {cents(total.foreseen)} USD foreseen: {told}, {allowed}"
    yield answer.band.sentence
    for each in answer.shared:
        times = "" if each.factor is None else f", {each.factor:f} times what is foreseen"
        keys = ", ".join(each.keys)
        yield f"{shortened(each.usage_type)} bills figures together, which it does not tell apart{times}: {keys}"
    if answer.written:
        yield "the month is kept among the reconciled ones"


def _usage(answer: Answer) -> list[str]:
    if not answer.ranges:
        return []
    return [
        "landing:usage:",
        *(
            f"  {key}: {{low: {value['low']:f}, base: {value['base']:f}, high: {value['high']:f}, "
            f'source: "{value["source"]}"}}'
            for key, value in answer.ranges.items()
        ),
    ]
