"""``--explain``: from a resource or a capability to its row, rules, measurements, dollars and controls, as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import wrap
from typing import Any, Final

from model.urn import name_of
from preview.money import cents, trimmed
from preview.questions.explain.break_even import break_even_lines
from preview.questions.explain.collect import collect_explanation
from preview.report.explained import not_billed
from preview.result import Preview
from preview.view import BillRow, BillView, bill_view
from pricing.money import number
from pricing.report.escape import joined

WIDTH: Final = 120
INDENT: Final = 14


def explain(preview: Preview, what: str) -> str:
    """The explanation of a capability, or of a resource by its URN or a unique part of it.

    Raises :class:`UnknownSubjectError`, whose text names the nearest.
    """
    return text(collect_explanation(preview, what), bill_view(preview))


def text(told: dict[str, Any], bill: BillView) -> str:
    """An explanation for a terminal: one block a question, in the order in which one asks.

    A capability costs here what it costs in ``bill``, to the cent.
    """
    subject = told["subject"]
    lines = [f"{subject['name']} in {told['stack']} on {told['today']}"]
    whole = subject["kind"] == "capability"
    blocks: Iterable[tuple[str, Iterable[str]]] = (
        ("resource", [] if whole else _resource(told)),
        ("component", [] if whole else [_component(told)]),
        ("row", _row(told)),
        ("guide", _guide(told) if whole else []),
        ("measured", _measured(told["measurements"])),
        ("break-even", break_even_lines(told.get("breakEven"), WIDTH - INDENT - 2)),
        ("refused", map(_refused, told.get("refused", ()))),
        ("required", _required(told["requirements"])),
        ("resources", (f"{entry['count']} {entry['type']}" for entry in told.get("resources", ()))),
        ("rules", _rules(told["rules"])),
        ("dollars", _dollars(told["cost"], bill.row(subject["name"]) if whole else None)),
        ("controls", _controls(told["controls"])),
        ("findings", (f"{each['level']}: {each['message']}" for each in told.get("findings", ()))),
    )
    for label, content in blocks:
        lines += _block(label, content)
    return joined(lines)


def _block(label: str, content: Iterable[str]) -> Iterator[str]:
    for place, line in enumerate(content):
        head = f"  {label if place == 0 else '':<{INDENT - 2}}"
        for part in wrap(
            line, WIDTH, initial_indent=head, subsequent_indent=" " * (INDENT + 2), break_on_hyphens=False
        ):
            yield part.rstrip()


def _resource(told: dict[str, Any]) -> Iterator[str]:
    subject = told["subject"]
    kept = ", protected" if subject["protect"] else ""
    below = f", with {subject['children']} resources below it" if subject["children"] else ""
    yield f"{subject['type']}{kept}{below}"
    yield subject["urn"]


def _component(told: dict[str, Any]) -> str:
    chain = [f"{parent['name']} ({parent['type']})" for parent in told["subject"]["parents"]]
    return " in ".join(chain) or "none: it stands at the top"


def _row(told: dict[str, Any]) -> Iterator[str]:
    row = told["decision"]
    marks = "".join(
        f", {mark}" for mark, said in (("undecided", row["undecided"]), ("near the line", row["nearThreshold"])) if said
    )
    state = "" if row["active"] else ", not active"
    yield f"{row['row']} {row['capability']}, {row['verdict']}: {row['incumbent']} to {row['target']}"
    yield f"chosen: {row['choice']}{state}{marks}"
    yield from row["reason"]


def _guide(told: dict[str, Any]) -> Iterator[str]:
    row = told["decision"]
    yield f"{told['guide']['reasons']}"
    yield f"claims {_claim(row['claimedBefore'])} before, {_claim(row['claimedAfter'])} after, USD a month"
    if row["variance"] and row["variance"]["reason"]:
        share = row["variance"]["share"]
        far = "above a claim of nothing" if share is None else f"{share:+.0%} against the claim"
        yield f"priced {far}: {row['variance']['reason']}"
    for found in told["discrepancies"]:
        recalled = "" if found["verified"] else "; not verified"
        yield f"it says: {found['guide']}; but {found['so']} ({found['source']}{recalled})"


def _claim(claim: dict[str, Any] | None) -> str:
    if claim is None:
        return "nothing"
    low, high = claim["usdLow"], claim["usdHigh"]
    return f"{low if low == high else f'{low}-{high}'} ({claim['basis']})"


def _measured(windows: list[dict[str, Any]]) -> Iterator[str]:
    for each in windows:
        if "window" in each:
            example = ", an example figure" if each["example"] else ""
            yield f"{each['value']:,} in {each['window']}, {each['source']}, measured {each['measuredOn']}{example}"
        else:
            needed = "needed" if each["needed"] else "not needed"
            yield f"{needed}: {each['reason']} (recorded {each['recordedOn']} by {each['owner']})"


def _refused(system: dict[str, Any]) -> str:
    forms = "; ".join(f"{name.replace('_', ' ')} {', '.join(values)}" for name, values in system["forms"].items())
    return f"{system['system']} is {system['verdict']}: {forms or 'no form of it is told apart'}"


def _required(requirements: list[dict[str, Any]]) -> Iterator[str]:
    for each in requirements:
        if not each["applies"]:
            continue
        yield f"{each['atLeast']} or more {each['type']}, there are {each['found']}: {each['why']}"
        if each["wanted"]:
            yield f"  {each['wanted']}"
        for check in each["checks"]:
            yield f"  {check['property']} must be {check['wanted']}: {check['outcome']}"


def _rules(rules: list[dict[str, Any]]) -> Iterator[str]:
    for rule in rules:
        found = "; ".join(rule["findings"]) or "holds"
        yield f"{rule['pack']}/{rule['policy']}: {found} ({rule['description'].rstrip('.')})"


def _dollars(cost: dict[str, Any], row: BillRow | None) -> Iterator[str]:
    if not cost["lines"] and not cost["unpriced"]:
        yield not_billed(cost.get("priceStatus"))
        return
    if row and row.priced and row.high:
        total, high = row.priced.cents, row.high.cents
    else:
        total, high = (cents(cost[key]) for key in ("total", "totalHigh"))
    yield f"{total} USD a month (high {high})"
    for line in cost["lines"]:
        # The quantity as JSON has it: a decimal that is a third of something never ends.
        name = name_of(line["urn"])
        yield (
            f"{cents(line['usdPerMonth'])}  {name}, {line['item']}: {number(line['quantity']):,} {line['unit']} "
            f"at {trimmed(line['usdPerUnit']):f} ({line['basis']}, {line['confidence']})"
        )
    for gap in cost["unpriced"]:
        yield f"unpriced: {name_of(gap['urn'])}: {gap['reason']}"


def _controls(controls: list[dict[str, Any]]) -> Iterator[str]:
    for each in controls:
        demand = f"{each['control'] or 'protection'}: {each['property']} must be {each['wanted']}"
        yield f"{demand} ({each['type']}, {each['why']}): {each['outcome']}"
