"""The second half of docs/cost.md: what is saved by design, what could be, and the three-year view."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from policy.economics.savings import ALL, MEASURES
from policy.economics.three_years import (
    FORESEEN,
    LABOUR,
    MONTHS,
    OVERLAPS,
    ROWS_PER_MONTH,
    SCENARIOS,
    Outcome,
    Scenario,
    claimed,
    dual_running,
    kept,
    share,
    vary_assumptions,
)
from policy.guide import arithmetic as guide
from preview.charts.three_years import draw_panel, draw_years
from preview.docs.cost_page import money, table
from preview.docs.costs import Costs
from pricing.book import priced

CHART: Final = "cost.svg"


def saved(costs: Costs) -> Iterator[str]:
    """Savings by design, options not taken, and the commitments nobody has made."""
    spot = priced(costs.book, "ec2/spot-fraction-of-on-demand")
    yield "## Saved by design"
    yield (
        "Each measure undone, alone, and the stack billed again at the same prices, hours and typed usage; what is "
        "worked out follows what is declared. USD a month. "
        "Measures overlap (Spot is a share of Graviton's price), so they do not add up: the last row undoes all."
    )
    rows = [
        (
            measure.name,
            measure.instead,
            measure.gives_up,
            *(_or_dash(each.savings[measure.name]) for each in costs.environments),
        )
        for measure in MEASURES
    ]
    rows.append((f"**{ALL}**", "", "", *(_or_dash(each.savings[ALL]) for each in costs.environments)))
    yield table(
        ("measure", "instead of", "what it gives up", *(each.name for each in costs.environments)), rows, left=3
    )
    yield (
        f"Spot is taken at {spot.usd} of the on-demand price, a {spot.confidence} planning value. x86 counterparts are "
        "m6i, m7i, t3 and, for r6g, r5; classes without a price on the other side are left as they are. A log group "
        "without an end is taken with three years of logs in it. What passes the S3 endpoint is assumed to be each "
        "gigabyte of images and of what pods keep in S3, once a month."
    )
    yield "### Not taken"
    yield "\n".join(
        f"- **{option.name}** would save {_amounts(costs, place)} USD a month; {option.instead}: {option.gives_up}."
        for place, (option, _) in enumerate(costs.environments[0].options)
    )
    yield "### If a year were promised"
    yield (
        "One year without prepayment, production only (the other environments sleep): it gives up changing class or "
        "going away within the year. The fractions are assumptions, no prices: nothing here is part of a bill."
    )
    total = sum((each.saved for each in costs.commitments), Decimal(0))
    yield table(
        ("commitment", "basis", "list price", "fraction paid", "saved"),
        [
            *(
                (
                    each.commitment.what,
                    each.commitment.why,
                    money(each.covered),
                    "-" if each.commitment.fraction is None else str(each.commitment.fraction),
                    _or_dash(each.saved),
                )
                for each in costs.commitments
            ),
            ("**total**", "", "", "", money(total)),
        ],
        left=2,
    )


def years(costs: Costs) -> Iterator[str]:
    """The guide's two scenarios with production's bill: table, picture, dual running, sensitivity."""
    yield "## Three years"
    yield (
        f"The guide's two scenarios over {MONTHS} months, with production's priced bill in place of the guide's. The "
        f"on-premises side is the guide's own. It has two figures for labour on AWS, {LABOUR[0]:.0f} a month (18,000 "
        f"in three years) and {LABOUR[1]:.0f}: both are shown. It has two for operations on premises as well, "
        f"{guide.OPERATIONS / guide.MONTHS:,.0f} and {guide.MONTHLY_OPERATIONS:,} a month, one in each scenario. The "
        f"migration's {guide.MIGRATION:,} are counted in both, though the guide's monthly comparison leaves them out; "
        "so is dual running, which it leaves out everywhere. The break-even is the month at whose end moving has cost "
        "no more than staying, and never does again."
    )
    found = {scenario.name: list(vary_assumptions(scenario, costs.bills)) for scenario in SCENARIOS}
    rows = []
    for scenario in SCENARIOS:
        base, other = found[scenario.name][:2]
        rows += [
            _compared(scenario, claimed(scenario), "the guide's claim"),
            _compared(scenario, base, f"priced, labour {base.case.labour:.0f}"),
            _compared(scenario, other, f"priced, labour {other.case.labour:.0f}"),
        ]
    headings = ("scenario", "AWS side", "cloud a month", "on premises", "AWS", "saved", "share", "break-even")
    yield table(headings, rows, left=2)
    yield f"![What staying and moving have cost by the end of each month, in both scenarios]({CHART})"
    yield from _twice()
    yield "### What if"
    yield (
        "Each assumption taken otherwise, alone. Usage is every figure that the bill comes from, typed or worked out. "
        "Doubled volumes are recorded anew, so that logs and traces go to the system that their new volume decides on; "
        "Loki and Tempo then run on the nodes as they are declared. The last case takes the guide's rows for what "
        "running on premises costs; they stand on different bases, which may not be added: a bound, and no estimate."
    )
    for scenario in SCENARIOS:
        yield f"#### {scenario.name}"
        rows = [_compared(scenario, outcome, outcome.case.name)[1:] for outcome in found[scenario.name]]
        yield table(("case", *headings[2:]), rows)
    yield (
        "Not in it: growth, changes of price, interest, the cost of leaving, and the value of failover, backups and "
        "patching that on-premises figures do not contain."
    )


def picture(costs: Costs) -> str:
    """The chart beside the page."""
    panels = []
    for scenario in SCENARIOS:
        base, other = list(vary_assumptions(scenario, costs.bills))[:2]
        panels.append(draw_panel(_title(scenario), claimed(scenario), base, other))
    return draw_years(panels)


def _twice() -> Iterator[str]:
    yield "### Running both"
    yield (
        "All targets are billed from the first month; for so long the incumbents run beside them (assumptions, to be "
        "replaced as the migration is planned). A phase's share is that of its rows among all the guide's rows, at the "
        f"high end of a range. They add up to {ROWS_PER_MONTH:,}, of different bases (operating only, an instance, "
        "staff time), so they are no cost of their own: the share is taken of each scenario's operations and labour."
    )
    rows = [
        (
            str(over.phase),
            ", ".join(over.capabilities),
            over.why,
            str(over.months),
            f"{share(over):.0%}",
            *(money(over.months * sum(kept(scenario, over))) for scenario in SCENARIOS),
        )
        for over in OVERLAPS
    ]
    rows.append(("**all**", "", "", "", "", *(money(dual_running(scenario)) for scenario in SCENARIOS)))
    headings = ("phase", "incumbents of", "why so long", "months", "share", *(each.name for each in SCENARIOS))
    yield table(headings, rows, left=3)


def _amounts(costs: Costs, option: int) -> str:
    return ", ".join(f"{money(each.options[option][1])} in {each.name}" for each in costs.environments)


def _compared(scenario: Scenario, outcome: Outcome, name: str) -> tuple[str, ...]:
    stays, moves = outcome.staying[MONTHS], outcome.moving[MONTHS]
    return (
        scenario.name,
        name,
        money(outcome.case.cloud),
        f"{stays:,.0f}",
        f"{moves:,.0f}",
        f"{outcome.saved:,.0f}",
        f"{outcome.saved / stays * 100:.0f} %",
        _month(outcome.break_even),
    )


def _month(break_even: int | None) -> str:
    if break_even is None:
        return f"not in {FORESEEN} months"
    return f"month {break_even}" if break_even else "at once"


def _title(scenario: Scenario) -> str:
    return f"{scenario.name[0].upper()}{scenario.name[1:]}: {scenario.staying_per_month:,.0f} a month on premises" + (
        f", and {scenario.hardware:,.0f} at once" if scenario.hardware else ""
    )


def _or_dash(usd: Decimal) -> str:
    return money(usd) if usd else "-"


def sections(costs: Costs) -> Sequence[str]:
    """Both parts."""
    return [*saved(costs), *years(costs)]
