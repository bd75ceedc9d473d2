"""What changed from one preview to another: decisions, resources, dollars, findings. Plain data, from plain data.

Both are documents of ``--format json``, their numbers decimals; the shape is documented in docs/preview-json.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

NOTHING: Final = Decimal(0)
Document = Mapping[str, Any]


def compare_previews(
    before: Document,
    after: Document,
    *,
    changes: Sequence[str] = (),
    against: str | None = None,
    notes: Sequence[str] = (),
) -> dict[str, Any]:
    """``after`` against ``before``, by what made the difference. Both are of one stack."""
    return {
        **{key: after[key] for key in ("schemaVersion", "stack", "today")},
        "changes": list(changes),
        "against": against,
        "notes": list(notes),
        "blocked": any(each["level"] == "mandatory" for each in after["findings"]),
        "decisions": list(_decisions(before, after)),
        "resources": list(_resources(before, after)),
        "cost": _cost(before["cost"], after["cost"], [each["capability"] for each in after["decisions"]]),
        "findings": {
            "appeared": [each for each in after["findings"] if each not in before["findings"]],
            "disappeared": [each for each in before["findings"] if each not in after["findings"]],
        },
    }


def _decisions(before: Document, after: Document) -> Iterator[dict[str, Any]]:
    was = {each["capability"]: each for each in before["decisions"]}
    for now in after["decisions"]:
        then = was.get(now["capability"])
        keys = ("choice", "active", "undecided", "nearThreshold", "reason")
        if then is None or any(then[key] != now[key] for key in keys):
            yield {
                "capability": now["capability"],
                "before": then["choice"] if then and then["active"] else None,
                "after": now["choice"] if now["active"] else None,
                "reason": now["reason"],
            }


def _resources(before: Document, after: Document) -> Iterator[dict[str, Any]]:
    """Types of which a resource was added, removed or given other inputs; the rest stays as it is."""
    old, new = ({made["urn"]: made for made in each["resources"]} for each in (before, after))
    found: dict[str, list[dict[str, Any]]] = {}
    for urn in sorted({*old, *new}):
        if changed := _changed(old.get(urn), new.get(urn)):
            found.setdefault((new.get(urn) or old[urn])["type"], []).append({"urn": urn, **changed})
    for kind in sorted(found):
        counts = {
            change: sum(each["change"] == change for each in found[kind]) for change in ("added", "removed", "changed")
        }
        yield {"type": kind, **counts, "which": found[kind]}


def _changed(old: Document | None, new: Document | None) -> dict[str, Any] | None:
    """What became of one resource, and which of its properties differ."""
    if old is None or new is None:
        return {"change": "added" if old is None else "removed", "properties": []}
    keys = sorted(key for key in {*old["inputs"], *new["inputs"]} if old["inputs"].get(key) != new["inputs"].get(key))
    keys += ["protect"] if old["protect"] != new["protect"] else []
    return {"change": "changed", "properties": keys} if keys else None


def _cost(before: Document, after: Document, capabilities: Sequence[str]) -> dict[str, Any]:
    old, new = _by_capability(before, "usdPerMonth"), _by_capability(after, "usdPerMonth")
    old_high, new_high = _by_capability(before, "usdPerMonthHigh"), _by_capability(after, "usdPerMonthHigh")
    return {
        "currency": "USD",
        "capabilities": [
            {"capability": row, **_change(old.get(row, NOTHING), new.get(row, NOTHING))}
            for row in capabilities
            if old.get(row) != new.get(row) or old_high.get(row) != new_high.get(row)
        ],
        **{key: _change(before[key], after[key]) for key in ("total", "totalHigh", "budget")},
        "atLeast": after["atLeast"],
    }


def _by_capability(cost: Document, key: str) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for line in cost["lines"]:
        found[line["capability"]] = found.get(line["capability"], NOTHING) + line[key]
    return found


def _change(before: Decimal, after: Decimal) -> dict[str, Any]:
    return {"before": before, "after": after, "delta": after - before}
