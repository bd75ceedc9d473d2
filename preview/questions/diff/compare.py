"""What changed from one preview to another: decisions, resources, dollars, findings. Plain data, from plain data.

Both are documents of ``--format json``, their numbers decimals; the shape is documented in docs/preview-json.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import zip_longest
from typing import Any, Final

from preview.questions.diff.replacement import replaces

NOTHING: Final = Decimal(0)
Document = Mapping[str, Any]
#: No change of waivers, of their owners or of what judges.
UNCHANGED: Final[Document] = {"changes": [], "owners": {"added": [], "removed": []}, "judges": []}


def compare_previews(
    before: Document,
    after: Document,
    *,
    changes: Sequence[str] = (),
    against: str | None = None,
    notes: Sequence[str] = (),
    waivers: Document = UNCHANGED,
) -> dict[str, Any]:
    """``after`` against ``before``, by what made the difference. Both are of one stack.

    ``waivers`` is what became of waivers, their owners and what judges them, where the difference is that of a change.
    """
    return {
        **{key: after[key] for key in ("schemaVersion", "stack", "today")},
        "changes": list(changes),
        "against": against,
        "notes": list(notes),
        "blocked": any(each["level"] == "mandatory" for each in after["findings"]),
        "waivers": {**(after["waivers"] or {}), **waivers},
        "decisions": list(_decisions(before, after)),
        "resources": list(_resources(before, after)),
        "capacity": {"before": before.get("capacity"), "after": after["capacity"]},
        "cost": _cost(before["cost"], after["cost"], [each["capability"] for each in after["decisions"]]),
        "findings": {
            "appeared": [each for each in after["findings"] if each not in before["findings"]],
            "disappeared": [each for each in before["findings"] if each not in after["findings"]],
            "blocking": [each for each in after["findings"] if each["level"] == "mandatory"],
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
    """What became of one resource, what the engine does about it, and which of its properties differ."""
    told: dict[str, Any]
    made = new or old or {}
    # Documents before 2.1 do not say what is a component.
    custom = made.get("custom", True)
    if old is None or new is None:
        gone = "keeps" if made.get("retainOnDelete") else "deletes"
        effect = "creates" if old is None else gone
        told = {"change": "added" if old is None else "removed", "properties": [], "values": []}
    else:
        values = [
            {**each, "replaces": custom and replaces(made["type"], each["path"], each["before"], each["after"])}
            for each in differences(old["inputs"], new["inputs"])
        ]
        properties = sorted({re.split(r"[.\[]", each["path"])[0] for each in values})
        if old["protect"] != new["protect"]:
            properties.append("protect")
            values.append({"path": "protect", "before": old["protect"], "after": new["protect"], "replaces": False})
        effect = "replaces" if any(each["replaces"] for each in values) else "updates"
        told = {"change": "changed", "properties": properties, "values": values}
        if not values:
            return None
    protected = effect in ("deletes", "replaces") and custom and bool((old or {})["protect"])
    return {**told, "effect": effect if custom else None, "protected": protected}


def differences(old: Any, new: Any, path: str = "") -> Iterator[dict[str, Any]]:
    """Each value that differs: its ``path`` (``spec.ports[0].name``), ``before`` and ``after``, ``None`` for nothing.

    What comes or goes whole is one value, and so is a list of plain values.
    """
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in sorted({*old, *new}):
            yield from differences(old.get(key), new.get(key), f"{path}.{key}" if path else key)
    elif isinstance(old, list) and isinstance(new, list) and all(isinstance(each, Mapping) for each in [*old, *new]):
        for place, (was, now) in enumerate(zip_longest(old, new)):
            yield from differences(was, now, f"{path}[{place}]")
    elif old != new:
        yield {"path": path, "before": old, "after": new}


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
