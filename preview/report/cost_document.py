"""The bill as plain data: totals, what they come to by capability, component and tag, and every line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from preview.breakdown import NONE, Share, by_component, by_tag
from preview.result import Preview, number
from pricing.bill import Amount
from pricing.currency import KRW
from pricing.meter import Line, Unpriced


def cost(preview: Preview, by_capability: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The contract's ``cost``. Low and high are the ends of declared usage; high also holds what prices may be."""
    bill, vat = preview.bill, 1 + preview.vat
    return {
        "currency": "USD",
        "total": number(bill.usd_per_month),
        "totalLow": number(bill.usd_per_month_low),
        "totalHigh": number(bill.usd_per_month_high),
        "budget": number(preview.settings.budget.usd_per_month),
        "atLeast": bill.at_least,
        "vat": {"rate": number(preview.vat), "total": number(bill.usd_per_month * vat)},
        "exchange": {
            "currency": KRW.currency,
            "perUsd": number(KRW.per_usd),
            "on": KRW.on.isoformat(),
            "source": KRW.source,
            "total": number(KRW.of(bill.usd_per_month)),
            "totalWithVat": number(KRW.of(bill.usd_per_month * vat)),
        },
        "byCapability": by_capability,
        "byComponent": [_component(share) for share in by_component(preview)],
        "byTag": [
            {"key": key, "value": share.name if share.name != NONE else None, **_amount(share.amount)}
            for key, shares in by_tag(preview).items()
            for share in shares
        ],
        "lines": [_line(line) for line in bill.lines],
        "unpriced": [_gap(gap) for gap in bill.unpriced],
    }


def _component(share: Share) -> dict[str, Any]:
    kind, _, name = share.name.partition(" ")
    return {"type": kind or None, "name": name or None, **_amount(share.amount)}


def _amount(amount: Amount | Line) -> dict[str, Any]:
    return {
        "usdPerMonth": number(amount.usd_per_month),
        "usdPerMonthLow": number(amount.usd_per_month_low),
        "usdPerMonthHigh": number(amount.usd_per_month_high),
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "urn": line.urn,
        "capability": line.capability,
        "item": line.item,
        "quantity": number(line.quantity),
        "unit": line.unit,
        "usdPerUnit": number(line.usd_per_unit),
        **_amount(line),
        "basis": line.basis,
        "confidence": line.confidence,
        "source": line.source,
        "asOf": line.as_of,
    }


def _gap(gap: Unpriced) -> dict[str, Any]:
    return {"urn": gap.urn, "type": gap.type, "capability": gap.capability, "reason": gap.reason, "kind": gap.kind}
