"""Usage by usage type from Cost Explorer: what the account was billed for, month by month.

Asked for is what carries this environment's tag and what carries none, as in ``python -m preview STACK --actual``, of
the account whose credentials are used. Source: AWS Cost Explorer API, GetCostAndUsage; each page costs 0.01 USD.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from pricing import aws_client
from pricing.usage.reading import Monthly, Seen, after
from pricing.usage.usage_types import UNTOLD, Mapped, mapped, unmapped

PERMISSION: Final = "ce:GetCostAndUsage"
#: Cost Explorer has one endpoint.
ENDPOINT_REGION: Final = "us-east-1"
QUANTITY: Final = "UsageQuantity"
COST: Final = "UnblendedCost"
ENVIRONMENT_TAG: Final = "environment"
ZERO: Final = Decimal(0)


@dataclass(kw_only=True)
class Billed:
    """Figures by month, every usage type that was seen, and doubts by figure. ``estimated`` months may still change."""

    figures: dict[str, Monthly] = field(default_factory=dict)
    types: dict[str, set[str]] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    doubts: dict[str, str] = field(default_factory=dict)
    estimated: set[date] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Row:
    month: date
    service: str
    usage_type: str
    quantity: Decimal
    unit: str
    usd: Decimal


def fetch_billed(
    client: Any,
    *,
    account: str,
    environment: str,
    months: Sequence[date],
    pause: aws_client.Pause = time.sleep,
) -> Billed:
    """What ``account`` was billed for in ``months``, first days in order. Raises :class:`aws_client.AskingError`.

    A month in which a usage type is missing is no month of zero: it does not count.
    """
    found = Billed()
    sums: dict[tuple[str, str], _Row] = {}
    for row in _rows(client, _request(account, environment, months), found, pause):
        entry = mapped(row.service, row.usage_type)
        if entry is not None:
            _add(found, entry, row)
        key = (row.service, row.usage_type)
        before = sums.get(key)
        quantity, usd = (before.quantity, before.usd) if before else (ZERO, ZERO)
        sums[key] = _Row(row.month, *key, quantity + row.quantity, row.unit, usd + row.usd)
    found.seen = [_seen(row) for row in sorted(sums.values(), key=lambda row: (-row.usd, row.service, row.usage_type))]
    return found


def _request(account: str, environment: str, months: Sequence[date]) -> dict[str, Any]:
    return {
        "TimePeriod": {"Start": months[0].isoformat(), "End": after(months[-1]).isoformat()},
        "Granularity": "MONTHLY",
        "Metrics": [QUANTITY, COST],
        "GroupBy": [{"Type": "DIMENSION", "Key": "SERVICE"}, {"Type": "DIMENSION", "Key": "USAGE_TYPE"}],
        "Filter": {
            "And": [
                {"Not": {"Dimensions": {"Key": "RECORD_TYPE", "Values": ["Credit", "Refund", "Tax"]}}},
                {"Dimensions": {"Key": "LINKED_ACCOUNT", "Values": [account]}},
                {
                    "Or": [
                        {"Tags": {"Key": ENVIRONMENT_TAG, "Values": [environment], "MatchOptions": ["EQUALS"]}},
                        {"Tags": {"Key": ENVIRONMENT_TAG, "MatchOptions": ["ABSENT"]}},
                    ]
                },
            ]
        },
    }


def _rows(client: Any, request: Mapping[str, Any], found: Billed, pause: aws_client.Pause) -> Iterator[_Row]:
    for page in aws_client.pages("Cost Explorer", client.get_cost_and_usage, "NextPageToken", pause=pause, **request):
        for period in page["ResultsByTime"]:
            month = date.fromisoformat(period["TimePeriod"]["Start"])
            if period.get("Estimated"):
                found.estimated.add(month)
            for group in period.get("Groups", ()):
                yield _row(month, group)


def _row(month: date, group: Mapping[str, Any]) -> _Row:
    try:
        service, usage_type = group["Keys"]
        quantity, cost = group["Metrics"][QUANTITY], group["Metrics"][COST]
        amounts = Decimal(quantity["Amount"]), Decimal(cost["Amount"])
        if cost["Unit"] == "USD" and all(map(Decimal.is_finite, amounts)):
            return _Row(month, service, usage_type, amounts[0], str(quantity.get("Unit", "")), amounts[1])
    except (KeyError, ValueError, TypeError, InvalidOperation):
        pass
    raise aws_client.AskingError(f"Cost Explorer answers with something else than usage and USD: {str(group)[:80]}")


def _add(found: Billed, entry: Mapped, row: _Row) -> None:
    if row.unit.lower() not in entry.units | UNTOLD:
        allowed = ", ".join(sorted(entry.units))
        found.doubts[entry.figure] = (
            f"{row.usage_type} is told in {row.unit!r}; units that can be counted are {allowed}"
        )
        return
    if row.quantity < 0:
        found.doubts[entry.figure] = f"{row.usage_type} is {row.quantity} in {row.month:%Y-%m}, a correction of AWS's"
        return
    months = found.figures.setdefault(entry.figure, {})
    months[row.month] = months.get(row.month, ZERO) + row.quantity / entry.per
    found.types.setdefault(entry.figure, set()).add(row.usage_type)


def _seen(row: _Row) -> Seen:
    entry = mapped(row.service, row.usage_type)
    return Seen(
        service=row.service,
        usage_type=row.usage_type,
        what=entry.figure if entry else unmapped(row.service, row.usage_type),
        quantity=row.quantity,
        unit=row.unit,
        usd=row.usd,
        mapped=entry is not None,
    )
