"""The report as one page that needs nothing else: no script, no network, no other file."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, Final

from model.urn import Urn, name_of
from preview.charts.break_even import AWS_COLOUR, GREY, OWN_COLOUR
from preview.charts.report import bill_chart, budget_gauge, capacity_chart, nearness_chart
from preview.money import cents, percent
from preview.packs.finding import Finding
from preview.report.bill_text import cells, components, footer_cells, headings, notes, tags
from preview.report.recommendations import prices, saves, steps
from preview.report.templating import load_templates
from preview.report.text import summarise
from preview.result import Preview, capacity_rows, capacity_title
from preview.simulate.wire import show_to_reader
from preview.tree import roots, short_type
from preview.view import BillRow, BillView, bill_view

#: In this order, because a reader looks for what blocks.
LEVELS: Final = ("mandatory", "waived", "advisory")


def render_html(preview: Preview) -> str:
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
    bill, budget = preview.bill, preview.settings.budget.usd_per_month
    findings = [{**vars(each), "level": level(each)} for each in preview.findings]
    return templates.get_template("report.html.j2").render(
        colours={"priced": AWS_COLOUR, "own": OWN_COLOUR, "grey": GREY},
        stack=preview.recording.stack,
        blocked=preview.blocked,
        summary=summarise(preview),
        today=preview.today,
        phases=", ".join(map(str, sorted(preview.settings.phases))) or "none",
        bill=bill,
        budget=budget,
        standing=f"{against(bill.usd_per_month, budget)} the budget; at the high bound "
        f"{against(bill.usd_per_month_high, budget)} it",
        gauge=budget_gauge(preview),
        findings=sorted(findings, key=lambda each: LEVELS.index(each["level"])),
        counts=[(name, sum(each["level"] == name for each in findings)) for name in LEVELS],
        bill_chart=bill_chart(view.rows),
        headings=headings(view),
        capabilities=[_capability(view, row) for row in view.rows],
        footers=[footer_cells(view, footer) for footer in (view.total, view.budget)],
        notes=list(notes(preview)),
        components=components(preview),
        tags=tags(preview),
        decisions=[(each, nearness_chart(each, preview.settings)) for each in preview.decisions],
        recommendations=[(each, saves(each), steps(each), prices(each)) for each in preview.recommendations],
        capacity_title=capacity_title(preview.capacity),
        fits=preview.capacity.fits,
        capacity_chart=capacity_chart(preview.capacity),
        capacity=capacity_rows(preview.capacity),
        count=len(preview.recording.registrations),
        plan=roots(preview.recording.registrations),
        outputs=preview.recording.outputs,
    )


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
    """A row of the bill, why it lies beyond its claim, and the lines it is made of."""
    return {
        "name": row.capability,
        "cells": cells(view, row),
        "usd": row.priced.cents if row.priced else None,
        "beyond": percent(row.difference.share) if row.difference else None,
        "reason": row.difference.reason if row.difference else None,
        "lines": row.lines,
    }
