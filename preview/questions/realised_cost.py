"""What the last full month really cost, by decision, beside the estimate: Cost Explorer read by the tag ``decision``.

USD before VAT, credits and refunds, unblended. Cost Explorer is asked for what carries this environment's tag and for
what carries none: in an account that several environments share, untagged cost is all of theirs. Source: AWS Cost
Explorer API, GetCostAndUsage; each page of an answer costs 0.01 USD.
"""

from __future__ import annotations

import io
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from policy.ledger.decide import decide
from policy.ledger.row import Claim
from preview.money import cents
from pricing import aws_client
from pricing.report.escape import shown
from stacks.settings import Settings

TAG: Final = "decision"
UNTAGGED: Final = "untagged"
ENVIRONMENT_TAG: Final = "environment"
METRIC: Final = "UnblendedCost"
#: Cost Explorer has one endpoint.
ENDPOINT_REGION: Final = "us-east-1"
WIDTH: Final = 120
ZERO: Final = Decimal(0)


class ActualError(Exception):
    """The month cannot be compared; the text is one line."""


@dataclass(frozen=True, kw_only=True)
class Realised:
    """One decision tag, or what carries none; ``estimate`` is ``None`` for a tag that nothing declared here carries."""

    name: str
    estimate: Decimal | None
    actual: Decimal
    before: Claim | None

    @property
    def saved(self) -> tuple[Decimal, Decimal] | None:
        """The guide's figure before, low and high, less what was paid; ``None`` where the guide has none."""
        return (self.before.usd_low - self.actual, self.before.usd_high - self.actual) if self.before else None


@dataclass(frozen=True, kw_only=True)
class Month:
    """A compared month; ``estimated`` while AWS itself still calls its figures that."""

    first: date
    estimated: bool
    rows: tuple[Realised, ...]


def fetch_actual(
    settings: Settings,
    estimate: Mapping[str, Decimal],
    client: Any,
    *,
    today: date,
    pause: aws_client.Pause = time.sleep,
) -> Month:
    """Last month's cost beside ``estimate``, USD a month by the same tag. Raises :class:`ActualError`."""
    end = today.replace(day=1)
    first = (end - timedelta(days=1)).replace(day=1)
    found, estimated = _cost(settings.environment, client, first, end, pause)
    rows = []
    for capability, decision in decide(settings, today).items():
        paid, expected = found.pop(capability, ZERO), estimate.get(capability, ZERO)
        if paid or expected:
            before = decision.claimed_before(settings.hardware)
            rows.append(Realised(name=capability, estimate=expected, actual=paid, before=before))
    others = sorted(found.keys() | (estimate.keys() - {row.name for row in rows}))
    rows += [
        Realised(name=name, estimate=estimate.get(name), actual=found.get(name, ZERO), before=None) for name in others
    ]
    return Month(first=first, estimated=estimated, rows=tuple(rows))


def actual_table(month: Month) -> str:
    """The realised savings of a month as text."""
    title = f"Realised in {month.first:%Y-%m}, USD before VAT, credits and refunds"
    table = Table(title=title, title_justify="left")
    table.add_column("decision")
    for heading in ("estimate", "actual", "difference", "guide: before", "saved against before"):
        table.add_column(heading, justify="right")
    for row in month.rows:
        table.add_row(shown(row.name), *_cells(row.estimate, row.actual), str(row.before or "-"), _saved(row))
    table.add_section()
    expected = sum((row.estimate for row in month.rows if row.estimate is not None), ZERO)
    table.add_row("total", *_cells(expected, sum((row.actual for row in month.rows), ZERO)), "", "")
    stream = io.StringIO()
    console = Console(file=stream, width=WIDTH, no_color=True, highlight=False)
    console.print(table)
    if month.estimated:
        console.print("AWS still calls this month's figures estimated; they are final some days into the next.")
    if any(row.name == UNTAGGED and row.actual for row in month.rows):
        console.print(
            "Untagged cost is the whole account's: what Kubernetes makes without the tag, transfer, other stacks, and "
            "before the tag was activated."
        )
    console.print(
        "A row's saving stands on its own basis (in brackets): savings on different bases may not be added up."
    )
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines()) + "\n"


def realised(settings: Settings, estimate: Mapping[str, Decimal], *, today: date) -> str:
    """The table for an environment, from Cost Explorer itself. Raises :class:`ActualError`."""
    try:
        client = aws_client.make_client("ce", ENDPOINT_REGION)
    except aws_client.AskingError as error:
        raise ActualError(str(error)) from None
    return actual_table(fetch_actual(settings, estimate, client, today=today))


def _cost(
    environment: str, client: Any, first: date, end: date, pause: aws_client.Pause
) -> tuple[dict[str, Decimal], bool]:
    request = {
        "TimePeriod": {"Start": first.isoformat(), "End": end.isoformat()},
        "Granularity": "MONTHLY",
        "Metrics": [METRIC],
        "GroupBy": [{"Type": "TAG", "Key": TAG}],
        "Filter": {
            "And": [
                {"Not": {"Dimensions": {"Key": "RECORD_TYPE", "Values": ["Credit", "Refund", "Tax"]}}},
                {
                    "Or": [
                        {"Tags": {"Key": ENVIRONMENT_TAG, "Values": [environment], "MatchOptions": ["EQUALS"]}},
                        {"Tags": {"Key": ENVIRONMENT_TAG, "MatchOptions": ["ABSENT"]}},
                    ]
                },
            ]
        },
    }
    found: dict[str, Decimal] = {}
    estimated = False
    try:
        for page in aws_client.pages(
            "Cost Explorer", client.get_cost_and_usage, "NextPageToken", pause=pause, **request
        ):
            for period in page["ResultsByTime"]:
                estimated = estimated or bool(period.get("Estimated"))
                for name, usd in _groups(period):
                    found[name] = found.get(name, ZERO) + usd
    except aws_client.AskingError as error:
        if error.code == "DataUnavailableException":
            raise ActualError(
                f"Cost Explorer has no data for {first:%Y-%m}: it must be enabled, and needs a day after that"
            ) from None
        raise ActualError(str(error)) from None
    return found, estimated


def _groups(period: Mapping[str, Any]) -> Iterator[tuple[str, Decimal]]:
    for group in period.get("Groups", ()):
        try:
            [key], amount = group["Keys"], group["Metrics"][METRIC]
            usd = Decimal(amount["Amount"]) if amount["Unit"] == "USD" else Decimal("NaN")
        except (KeyError, ValueError, TypeError, InvalidOperation):
            usd = Decimal("NaN")
        if not usd.is_finite():
            raise ActualError(f"Cost Explorer answers with something else than USD: {str(group)[:80]}")
        yield key.partition("$")[2] or UNTAGGED, usd


def _cells(estimate: Decimal | None, paid: Decimal) -> tuple[str, str, str]:
    if estimate is None:
        return "-", str(cents(paid)), "-"
    percent = f" ({(paid / estimate - 1) * 100:+.0f} %)" if estimate else ""
    return str(cents(estimate)), str(cents(paid)), f"{cents(paid - estimate):+}{percent}"


def _saved(row: Realised) -> str:
    if row.saved is None:
        return "-"
    low, high = map(cents, row.saved)
    return f"{low}" if low == high else f"{low} to {high}"
