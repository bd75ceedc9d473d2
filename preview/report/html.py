"""The report as one page that needs nothing else: no network, no other file, and its one script only to search it."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final

from markupsafe import Markup

from model.urn import Urn, name_of
from preview.catalogue import say, t
from preview.charts.architecture import draw_architecture, money
from preview.charts.break_even import AWS_COLOUR, GREY, OWN_COLOUR
from preview.charts.report import bill_chart, budget_gauge, capacity_chart, nearness_chart
from preview.charts.topology import Box, Topology, read_topology
from preview.money import cents, percent
from preview.packs.finding import Finding
from preview.report.bill_text import cells, components, footer_cells, headings, notes, tags, type_footer, types
from preview.report.explained import Explained, explain_plan
from preview.report.head import basis, tiles
from preview.report.recommendations import prices, saves, steps
from preview.report.recovery import NOTE, recovery_cells, recovery_headings
from preview.report.templating import load_templates, read_script
from preview.report.text import asked, asks_for_room, phases, summarise, title
from preview.report.verdict import verdict
from preview.result import Result, capacity_rows, capacity_title
from preview.simulate.wire import show_to_reader
from preview.tree import roots, short_type
from preview.view import BillRow, BillView, bill_view, dearest_first
from pricing.bill import Line

#: In this order, because a reader looks for what blocks.
LEVELS: Final = ("mandatory", "waived", "advisory")


def render_html(preview: Result) -> str:
    """Verdict first, then findings, the architecture, bill, decisions, capacity, and the plan folded away."""
    templates = load_templates(markup=True)
    templates.filters |= {
        "cents": cents,
        "figure": figure,
        "name": name_of,
        "level": level,
        "type": lambda urn: short_type(Urn.parse(urn).type),
        "short_type": short_type,
        "properties": properties,
    }
    view = bill_view(preview)
    bill = preview.bill
    explained = explain_plan(preview)
    findings = [_finding(each, explained) for each in preview.findings]
    topology = read_topology(preview.recording.registrations, bill)
    drawn = say(
        "What {title} builds, what may reach what, and what each part costs a month before VAT", title=title(preview)
    )
    script = read_script("report.js")
    return templates.get_template("report.html.j2").render(
        colours={"priced": AWS_COLOUR, "own": OWN_COLOUR, "grey": GREY},
        project=preview.asked.project if preview.asked else None,
        title=title(preview),
        stack=preview.recording.stack,
        blocked=preview.blocked,
        verdict=verdict(preview),
        summary=summarise(preview),
        today=preview.today,
        phases=phases(preview) if preview.settings else None,
        bill=bill,
        **_budget(preview),
        tiles=list(tiles(preview)),
        basis=list(basis(preview)),
        script=Markup(script),  # noqa: S704 - a file beside the templates, and nothing of it is put in
        script_hash=b64encode(sha256(script.encode()).digest()).decode(),
        explained=explained,
        levels=LEVELS,
        sought=sorted({each.capability for each in explained.values()}),
        architecture=draw_architecture(topology, drawn),
        boxes=_boxes(topology, explained),
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
        recovery_note=t(NOTE),
        recovery_headings=recovery_headings(),
        recovery=[recovery_cells(row) for row in preview.recoveries],
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
        "standing": say(
            "The total lies {expected} the budget; at the high bound {high} it.",
            expected=against(usd, limit),
            high=against(high, limit),
        ),
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


def _finding(finding: Finding, explained: Mapping[str, Explained]) -> dict[str, Any]:
    """A finding as the page shows it: its level, and the row of the ledger that its resource falls to."""
    about = explained.get(finding.urn)
    return {**vars(finding), "level": level(finding), "capability": about.capability if about else ""}


def _boxes(topology: Topology, explained: Mapping[str, Explained]) -> list[tuple[Box, str, list[str]]]:
    """Each box of the picture, its price, and what of it the plan knows, the dearest first."""
    return [
        (
            box,
            money(box),
            sorted((urn for urn in box.urns if urn in explained), key=lambda urn: (-explained[urn].usd, urn)),
        )
        for box in topology.boxes
    ]


def level(finding: Finding) -> str:
    """What a finding amounts to: one that is waived blocks nothing."""
    return "waived" if finding.waived else finding.level


def against(usd: Decimal, budget: Decimal) -> str:
    """Where an amount lies beside the budget, in words."""
    far = cents(abs(budget - usd))
    return say("{usd} USD above", usd=far) if usd > budget else say("{usd} USD below", usd=far)


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
