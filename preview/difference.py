"""What changed from one preview to another: decisions, resources, dollars, findings. Plain data, and its text.

The shape is documented in docs/preview-json.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

from preview.document import document
from preview.money import cents
from preview.result import Preview, high_by_capability, number
from preview.values import shown

NOTHING: Final = Decimal(0)


def difference(
    before: Preview, after: Preview, *, changes: Sequence[str] = (), notes: Sequence[str] = ()
) -> dict[str, Any]:
    """``after`` against ``before``, by what made the difference. Both are of one stack and one day."""
    old, new = document(before), document(after)
    return {
        **{key: new[key] for key in ("schemaVersion", "stack", "today")},
        "changes": list(changes),
        "notes": list(notes),
        "blocked": after.blocked,
        "decisions": [
            {
                "capability": now["capability"],
                "before": was["choice"] if was["active"] else None,
                "after": now["choice"] if now["active"] else None,
                "reason": now["reason"],
            }
            for was, now in zip(old["decisions"], new["decisions"], strict=True)
            if any(was[key] != now[key] for key in ("choice", "active", "undecided", "nearThreshold", "reason"))
        ],
        "resources": list(_resources(before, after)),
        "cost": _cost(before, after),
        "findings": {
            "appeared": [each for each in new["findings"] if each not in old["findings"]],
            "disappeared": [each for each in old["findings"] if each not in new["findings"]],
        },
    }


def _resources(before: Preview, after: Preview) -> Iterator[dict[str, Any]]:
    """Types of which a resource was added, removed or given other inputs; the rest stays as it is."""
    old, new = (
        {made.urn: (made.type, shown(made.inputs), made.protect) for made in each.recording.registrations}
        for each in (before, after)
    )
    for kind in sorted({kind for kind, *_ in (*old.values(), *new.values())}):
        urns = {urn for each in (old, new) for urn, (of, *_) in each.items() if of == kind}
        counts = {
            "added": sum(urn not in old for urn in urns),
            "removed": sum(urn not in new for urn in urns),
            "changed": sum(urn in old and urn in new and old[urn] != new[urn] for urn in urns),
        }
        if any(counts.values()):
            yield {"type": kind, **counts}


def _cost(before: Preview, after: Preview) -> dict[str, Any]:
    old, new = before.bill.by_capability(), after.bill.by_capability()
    old_high, new_high = high_by_capability(before.bill), high_by_capability(after.bill)
    rows = [decision.row.capability for decision in after.decisions]
    return {
        "currency": "USD",
        "capabilities": [
            {"capability": row, **_change(old.get(row, NOTHING), new.get(row, NOTHING))}
            for row in rows
            if old.get(row) != new.get(row) or old_high.get(row) != new_high.get(row)
        ],
        "total": _change(before.bill.usd_per_month, after.bill.usd_per_month),
        "totalHigh": _change(before.bill.usd_per_month_high, after.bill.usd_per_month_high),
        "budget": _change(before.settings.budget.usd_per_month, after.settings.budget.usd_per_month),
        "atLeast": after.bill.at_least,
    }


def _change(before: Decimal, after: Decimal) -> dict[str, Any]:
    return {"before": number(before), "after": number(after), "delta": number(after - before)}


def text(told: dict[str, Any]) -> str:
    """The difference for a terminal."""
    return "\n".join(_lines(told)) + "\n"


def _lines(told: dict[str, Any]) -> Iterator[str]:
    yield f"{told['stack']} on {told['today']}, if {' and '.join(told['changes'])}"
    for note in told["notes"]:
        yield f"note: {note}"
    yield "\nDecisions"
    for each in told["decisions"]:
        before, after = (each[key] or "not active" for key in ("before", "after"))
        yield f"  {each['capability']}: {f'{before} -> {after}' if before != after else f'still {after}'}"
        yield from (f"    {reason}" for reason in each["reason"])
    if not told["decisions"]:
        yield "  none changes"
    yield "\nResources"
    for each in told["resources"]:
        counts = ", ".join(f"{each[key]} {key}" for key in ("added", "removed", "changed") if each[key])
        yield f"  {each['type']}: {counts}"
    if not told["resources"]:
        yield "  none changes"
    cost = told["cost"]
    yield f"\n{'USD a month':<22}{'before':>12}{'after':>12}{'change':>12}"
    rows = [*((each["capability"], each) for each in cost["capabilities"])]
    rows += [("total", cost["total"]), ("high bound", cost["totalHigh"]), ("budget", cost["budget"])]
    for name, each in rows:
        before, after, delta = (_usd(each[key]) for key in ("before", "after", "delta"))
        sign = "+" if each["delta"] > 0 else ""
        yield f"  {name:<20}{before:>12}{after:>12}{f'{sign}{delta}':>12}"
    for heading in ("appeared", "disappeared"):
        yield f"\nFindings that {heading.removesuffix('ed')}"
        for each in told["findings"][heading]:
            level = "waived" if each["waived"] else each["level"]
            where = each["urn"].rpartition("::")[2] or told["stack"]
            yield f"  {level} {each['pack']}/{each['policy']} {where}: {each['message']}"
        if not told["findings"][heading]:
            yield "  none"
    yield f"\n{told['stack']} would be {'BLOCKED' if told['blocked'] else 'free to go: nothing stands against it'}"


def _usd(amount: float) -> str:
    return f"{cents(Decimal(str(amount))):,}"
