"""The pages that hold the guide against its own figures and the price book, and their pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from policy.economics.alternatives import break_evens, mesh
from policy.economics.break_even import BreakEven
from policy.guide import DISAGREEMENTS
from policy.guide.arithmetic import quote_claims, work_out_guide
from policy.ledger.rows import BY_CAPABILITY
from preview.charts.break_even import spelt
from preview.docs.decision_page import page_name
from preview.money import cents
from pricing.book import Book
from stacks.settings import Settings

CALCULATED: Final = {
    "sums": "Sums",
    "effects": "Effects, row by row",
    "conditions": "Conditions",
    "prices": "Prices",
}
FOUND: Final = {"services": "Services", "conditions": "Conditions", "prices": "Prices", "sums": "Sums"}
VERDICTS: Final = {True: "the same", False: "differs", None: ""}


def guide_check(book: Book) -> dict[str, Any]:
    """What the template ``guide-check.md.j2`` shows."""
    made, figures = work_out_guide(book), quote_claims(book)
    judged = [each for each in made if each.agrees is not None]
    return {
        "published": book.published,
        "same": sum(each.agrees is True for each in judged),
        "judged": len(judged),
        "sections": [
            (
                title,
                [
                    {
                        "says": each.says,
                        "working": each.working,
                        "result": each.result,
                        "verdict": VERDICTS[each.agrees],
                    }
                    for each in made
                    if each.section == name
                ],
            )
            for name, title in CALCULATED.items()
        ],
        "disagreements": len(DISAGREEMENTS),
        "findings": [
            (
                title,
                [
                    {
                        "rows": ", ".join(each.rows) or "the whole plan",
                        "guide": each.guide,
                        "so": each.told(figures),
                        "source": each.source + ("" if each.verified else "; not verified"),
                    }
                    for each in DISAGREEMENTS
                    if each.section == name
                ],
            )
            for name, title in FOUND.items()
        ],
    }


def break_even(settings: Mapping[str, Settings], shown: str, book: Book) -> dict[str, Any]:
    """What the template ``break-even.md.j2`` shows: ``shown``'s comparison, and every stack's crossings."""
    istio = mesh(settings[shown], book)
    return {
        "published": book.published,
        "evens": [_even(even) for even in break_evens(settings[shown], book)],
        "stacks": [
            (name, [_volume(even, even.crossing) for even in break_evens(each, book)])
            for name, each in settings.items()
        ],
        "mesh": {
            "usd": cents(istio.usd(Decimal(0))),
            "terms": [{"item": term.item, "usd": cents(term.usd(Decimal(0))), "why": term.why} for term in istio.terms],
        },
    }


def _even(even: BreakEven) -> dict[str, Any]:
    row = BY_CAPABILITY[even.capability]
    return {
        "capability": even.capability,
        "page": page_name(row),
        "unit": even.unit,
        "aws": even.aws.title,
        "own": even.incumbent.title,
        "crossing": _volume(even, even.crossing),
        "line": _volume(even, even.line),
        "guide_crossing": _volume(even, even.guide_crossing),
        "meaning": _meaning(even),
        "holds_to": _volume(even, even.holds_to) if even.holds_to else "",
        "terms": list(_terms(even)),
        "cases": [
            {"name": case.name, "why": case.why, "crossing": _volume(even, case.crossing)} for case in even.cases
        ],
    }


def _terms(even: BreakEven) -> Iterator[dict[str, Any]]:
    for way in (even.aws, even.incumbent):
        for term in way.terms:
            fixed = term.usd(Decimal(0))
            yield {
                "way": way.title,
                "item": term.item,
                "fixed": cents(fixed),
                "more": cents(term.usd(even.line) - fixed),
                "price": term.price.key,
                "confidence": term.price.confidence,
                "why": term.why,
            }
        yield {
            "way": f"**{way.title}**",
            "item": "",
            "fixed": f"**{cents(way.usd(Decimal(0)))}**",
            "more": f"**{cents(way.usd(even.line) - way.usd(Decimal(0)))}**",
            "price": "",
            "confidence": "",
            "why": "",
        }


def _meaning(even: BreakEven) -> str:
    aws, own, gap = even.aws.title, even.incumbent.title, cents(abs(even.dearer_at_line))
    if even.dearer_at_line > 0:
        return (
            f"At the guide's line {aws} costs {gap} USD a month more than {own}: "
            f"the line is right where running {own} takes that much of somebody's month."
        )
    return (
        f"At the guide's line {aws} costs {gap} USD a month less than {own}, and goes on doing so up to the crossing."
    )


def _volume(even: BreakEven, volume: Decimal | None) -> str:
    return "never" if volume is None else f"{spelt(volume)} {even.unit.split()[0]}"
