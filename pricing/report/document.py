"""An estimate as plain data: the JSON contract that other programs read (docs/pricing.schema.json)."""

from __future__ import annotations

import json
from typing import Any, Final

from pricing.bill import Amount, Line, Unpriced, group_lines
from pricing.estimate import Estimate
from pricing.money import number
from pricing.report.escape import json_text

SCHEMA_VERSION: Final = "2.0"


def text(found: Estimate) -> str:
    """The document as text; the same estimate always gives the same."""
    return json_text(json.dumps(build_document(found), indent=2, sort_keys=True, ensure_ascii=False) + "\n")


def build_document(found: Estimate) -> dict[str, Any]:
    """The contract's JSON document; money is USD a month of 730 hours, before VAT unless it says so."""
    bill, inventory, book = found.bill, found.inventory, found.book
    vat = 1 + book.vat
    types = found.types
    by_type = group_lines(bill.lines, lambda line: types.get(line.urn, ""))
    return {
        "schemaVersion": SCHEMA_VERSION,
        "source": {
            "form": inventory.form,
            "stack": inventory.stack or None,
            "project": inventory.project or None,
            "resources": len(inventory.entries),
            "leftOut": [{"reason": reason, "resources": count} for reason, count in inventory.left_out.items()],
        },
        "today": found.today.isoformat(),
        "prices": {"region": book.region, "published": book.published.isoformat()},
        "assumptions": list(found.assumptions),
        "cost": {
            "currency": "USD",
            "total": number(bill.usd_per_month),
            "totalLow": number(bill.usd_per_month_low),
            "totalHigh": number(bill.usd_per_month_high),
            "atLeast": bill.at_least,
            "vat": {"rate": number(book.vat), "total": number(bill.usd_per_month * vat)},
            "byType": [{"type": kind, **amounts(amount)} for kind, amount in by_type.items()],
            "lines": [line_entry(line) for line in bill.lines],
            "unpriced": [gap_entry(gap) for gap in bill.unpriced],
        },
    }


def amounts(amount: Amount | Line) -> dict[str, Any]:
    """What some lines come to, at base, low and high."""
    return {
        "usdPerMonth": number(amount.usd_per_month),
        "usdPerMonthLow": number(amount.usd_per_month_low),
        "usdPerMonthHigh": number(amount.usd_per_month_high),
    }


def line_entry(line: Line) -> dict[str, Any]:
    """A line as every contract of this program has it."""
    return {
        "urn": line.urn,
        "capability": line.capability,
        "item": line.item,
        "quantity": number(line.quantity),
        "unit": line.unit,
        "usdPerUnit": number(line.usd_per_unit),
        **amounts(line),
        "basis": line.basis,
        "confidence": line.confidence,
        "source": line.source,
        "asOf": line.as_of,
    }


def gap_entry(gap: Unpriced) -> dict[str, Any]:
    """A gap as every contract of this program has it."""
    return {"urn": gap.urn, "type": gap.type, "capability": gap.capability, "reason": gap.reason, "kind": gap.kind}
