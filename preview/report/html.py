"""The report as one page that needs nothing else: no script, no network, no other file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from model.urn import Urn, name_of
from preview.charts.break_even import AWS_COLOUR, GREY, OWN_COLOUR
from preview.charts.report import bill_chart, budget_gauge, capacity_chart, nearness_chart
from preview.money import cents, percent
from preview.packs.finding import Finding
from preview.report.bill_text import cells, components, footer_cells, headings, notes, tags, type_footer, types
from preview.report.recommendations import prices, saves, steps
from preview.report.templating import load_templates
from preview.report.text import asked, asks_for_room, phases, summarise, title
from preview.result import Result, capacity_rows, capacity_title
from preview.simulate.wire import show_to_reader
from preview.tree import roots, short_type
from preview.view import BillRow, BillView, bill_view, dearest_first
from pricing.bill import Line

#: In this order, because a reader looks for what blocks.
LEVELS: Final = ("mandatory", "waived", "advisory")


def render_html(preview: Result) -> str:
    """Verdict first, then findings, bill, decisions, capacity, and the plan folded away."""
    templates = load_templates(markup=True)
    templates.filters |= {
        "cents": cents,
        "figure": figure,
        "name": name_of,
        "type": lambda urn: short_type(Urn.parse(urn).type),
        "short_type": short_type,
        "properties": properties,
    }
    view = bill_view(preview)
    bill = preview.bill
    findings = [{**vars(each), "level": level(each)} for each in preview.findings]
    return templates.get_template("report.html.j2").render(
        colours={"priced": AWS_COLOUR, "own": OWN_COLOUR, "grey": GREY},
        project=preview.asked.project if preview.asked else None,
        title=title(preview),
        stack=preview.recording.stack,
        blocked=preview.blocked,
        summary=summarise(preview),
        today=preview.today,
        phases=phases(preview) if preview.settings else None,
        bill=bill,
        **_budget(preview),
        findings=sorted(findings, key=lambda each: LEVELS.index(each["level"])),
        counts=[(name, sum(each["level"] == name for each in findings)) for name in LEVELS],
        bill_chart=bill_chart(view.rows),
        headings=headings(view),
        capabilities=[_capability(view, row) for row in view.rows],
        footers=[footer_cells(view, footer) for footer in view.footers],
        types=types(preview),
        line_groups=_line_groups(preview, view),
        type_footer=type_footer(view),
        asked=[line for line in asked(preview) if line],
        notes=list(notes(preview)),
        components=components(preview),
        tags=tags(preview),
        decisions=[
            (each, nearness_chart(each, preview.settings) if preview.settings else "") for each in preview.decisions
        ],
        asks_for_room=asks_for_room(preview),
        recommendations=[(each, saves(each), steps(each), prices(each)) for each in preview.recommendations],
        capacity_title=capacity_title(preview.capacity),
        fits=preview.capacity.fits,
        capacity_chart=capacity_chart(preview.capacity),
        capacity=capacity_rows(preview.capacity),
        count=len(preview.recording.registrations),
        plan=roots(preview.recording.registrations),
        outputs=preview.recording.outputs,
    )


def _budget(preview: Result) -> dict[str, Any]:
    """The budget, how the bill stands to it, and the picture of both; nothing of it without settings."""
    if preview.settings is None:
        return {"budget": None}
    usd, high, budget = preview.bill.usd_per_month, preview.bill.usd_per_month_high, preview.settings.budget
    limit = budget.usd_per_month
    return {
        "budget": limit,
        "standing": f"{against(usd, limit)} the budget; at the high bound {against(high, limit)} it",
        "gauge": budget_gauge(preview.bill, limit),
    }


def _line_groups(preview: Result, view: BillView) -> list[tuple[str, Decimal, Sequence[Line]]]:
    """The bill's lines below their capability, or, of a program without any, their type; the dearest first."""
    if view.rows:
        return [(row.capability, row.priced.cents, row.lines) for row in view.rows if row.priced]
    kinds = {each.urn: each.type for each in preview.recording.registrations}
    return [
        (
            name,
            usd,
            sorted((line for line in preview.bill.lines if kinds.get(line.urn, "") == name), key=dearest_first),
        )
        for name, usd, _ in types(preview)
    ]


def level(finding: Finding) -> str:
    """What a finding amounts to: one that is waived blocks nothing."""
    return "waived" if finding.waived else finding.level


def against(usd: Decimal, budget: Decimal) -> str:
    """Where an amount lies beside the budget, in words."""
    return f"{cents(abs(budget - usd))} USD {'above' if usd > budget else 'below'}"


def figure(value: Decimal) -> str:
    """A quantity or a rate as people read it: no exponent and no zeros at its end."""
    return f"{value:,.8f}".rstrip("0").rstrip(".")


def properties(inputs: Any) -> str:
    """What a resource was given; secrets print as [secret], unknowns as [unknown]."""
    return json.dumps(show_to_reader(inputs), indent=2, sort_keys=True, ensure_ascii=False)


def _capability(view: BillView, row: BillRow) -> dict[str, Any]:
    """A row of the bill, and why it lies beyond its claim."""
    return {
        "name": row.capability,
        "cells": cells(view, row),
        "beyond": percent(row.difference.share) if row.difference else None,
        "reason": row.difference.reason if row.difference else None,
    }
