"""The report as a comment on a merge or pull request."""

from __future__ import annotations

from collections.abc import Iterator

from model.urn import name_of
from preview.catalogue import say, t
from preview.money import percent
from preview.report.bill_text import cells, components, footer_cells, headings, notes, tags, type_footer, types
from preview.report.recommendations import SHORT, saves, steps
from preview.report.recovery import NOTE, recovery_cells, recovery_headings
from preview.report.templating import load_templates
from preview.report.text import asked, asks_for_room, phases, summarise, title, total
from preview.report.verdict import verdict
from preview.result import Result, capacity_rows, capacity_title
from preview.tree import Branch, roots, short_type
from preview.view import bill_view
from stacks.command import harmless


def render_markdown(preview: Result) -> str:
    """Findings first, then the bill, the decisions, and the plan folded away."""
    view = bill_view(preview)
    return (
        load_templates()
        .get_template("comment.md.j2")
        .render(
            title=title(preview) if preview.asked else say("Landing zone, {stack}", stack=preview.recording.stack),
            verdict=verdict(preview),
            summary=summarise(preview),
            today=preview.today,
            phases=phases(preview) if preview.settings else None,
            total=total(preview),
            budget=preview.settings.budget.usd_per_month if preview.settings else None,
            findings=[
                {
                    "level": "waived" if finding.waived else finding.level,
                    "policy": f"{finding.pack}/{finding.policy}",
                    "where": name_of(finding.urn) if finding.urn else preview.recording.stack,
                    "message": finding.message,
                }
                for finding in preview.findings
            ],
            headings=headings(view),
            bill=[cells(view, row) for row in view.rows],
            bill_total=footer_cells(view, view.total),
            reasons=[
                (row.capability, percent(row.difference.share), row.difference.reason)
                for row in view.rows
                if row.difference and row.difference.reason
            ],
            notes=notes(preview),
            types=types(preview),
            type_footer=type_footer(view),
            asked=[line for line in asked(preview) if line],
            components=components(preview),
            tags=tags(preview),
            unpriced=[
                {"name": name_of(gap.urn), "type": gap.type, "reason": gap.reason} for gap in preview.bill.unpriced
            ],
            decisions=[
                {
                    "number": decision.row.number,
                    "capability": decision.row.capability,
                    "verdict": decision.row.verdict,
                    "choice": decision.choice if decision.active else f"{decision.choice} ({t('not active')})",
                    "why": "; ".join(decision.reason),
                }
                for decision in preview.decisions
            ],
            recommendations=[
                {"saves": saves(each), "title": each.title, "steps": steps(each), "risk": each.risk}
                for each in preview.recommendations[:SHORT]
            ],
            more=max(len(preview.recommendations) - SHORT, 0),
            recovery_note=t(NOTE),
            recovery_headings=recovery_headings(),
            recovery=[recovery_cells(row) for row in preview.recoveries],
            capacity_title=capacity_title(preview.capacity) if asks_for_room(preview) else None,
            capacity=[
                {"name": name, "cpu": amount.cpu_millis, "memory": amount.memory_mib, "pods": amount.pods}
                for name, amount in capacity_rows(preview.capacity)
            ],
            count=len(preview.recording.registrations),
            plan="\n".join(line for branch in roots(preview.recording.registrations) for line in _lines(branch, 0)),
        )
    )


def _lines(branch: Branch, depth: int) -> Iterator[str]:
    kept = f" ({t('protected')})" if branch.made.protect else ""
    # No name ends the block of code that it stands in.
    made = f"{branch.made.name}  {short_type(branch.made.type)}".replace("`", "'")
    yield f"{'  ' * depth}{harmless(made)}{kept}"
    for child in branch.children:
        yield from _lines(child, depth + 1)
