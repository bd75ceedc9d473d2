"""The report as a comment on a merge or pull request."""

from __future__ import annotations

from collections.abc import Iterator

from model.urn import name_of
from preview.money import cents
from preview.report.bill_text import beyond, claimed, components, notes, reason, tags
from preview.report.templating import environment
from preview.report.text import summary, total
from preview.result import Preview, capacity_rows, capacity_title, shown_amounts
from preview.tree import Branch, roots, short_type


def markdown(preview: Preview) -> str:
    """Findings first, then the bill, the decisions, and the plan folded away."""
    priced, cells = preview.bill.by_capability(), shown_amounts(preview)
    least = "at least " if preview.bill.at_least else ""
    return (
        environment()
        .get_template("comment.md.j2")
        .render(
            stack=preview.recording.stack,
            blocked=preview.blocked,
            summary=summary(preview),
            today=preview.today,
            phases=", ".join(map(str, sorted(preview.settings.phases))) or "none",
            total=total(preview),
            budget=preview.settings.budget.usd_per_month,
            findings=[
                {
                    "level": "waived" if finding.waived else finding.level,
                    "policy": f"{finding.pack}/{finding.policy}",
                    "where": name_of(finding.urn) if finding.urn else preview.recording.stack,
                    "message": finding.message,
                }
                for finding in preview.findings
            ],
            bill=[
                {
                    "capability": decision.row.capability,
                    "before": claimed(decision.claimed_before(preview.settings.hardware)),
                    "after": claimed(decision.row.after),
                    "priced": cells.get(decision.row.capability, ("-", "-"))[0],
                    "high": cells.get(decision.row.capability, ("-", "-"))[1],
                    "beyond": beyond(priced.get(decision.row.capability), decision.row.after),
                    "reason": reason(preview, decision.row),
                }
                for decision in preview.decisions
            ],
            total_cell=f"{least}{cents(preview.bill.usd_per_month)}",
            notes=notes(preview),
            components=components(preview),
            tags=tags(preview),
            high_cell=cents(preview.bill.usd_per_month_high),
            unpriced=[
                {"name": name_of(gap.urn), "type": gap.type, "reason": gap.reason} for gap in preview.bill.unpriced
            ],
            decisions=[
                {
                    "number": decision.row.number,
                    "capability": decision.row.capability,
                    "verdict": decision.row.verdict,
                    "choice": decision.choice if decision.active else f"{decision.choice} (not active)",
                    "why": "; ".join(decision.reason),
                }
                for decision in preview.decisions
            ],
            capacity_title=capacity_title(preview.capacity),
            capacity=[
                {"name": name, "cpu": amount.cpu_millis, "memory": amount.memory_mib, "pods": amount.pods}
                for name, amount in capacity_rows(preview.capacity)
            ],
            count=len(preview.recording.registrations),
            plan="\n".join(line for branch in roots(preview.recording.registrations) for line in _lines(branch, 0)),
        )
    )


def _lines(branch: Branch, depth: int) -> Iterator[str]:
    kept = " (protected)" if branch.made.protect else ""
    yield f"{'  ' * depth}{branch.made.name}  {short_type(branch.made.type)}{kept}"
    for child in branch.children:
        yield from _lines(child, depth + 1)
