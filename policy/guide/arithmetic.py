"""The guide's arithmetic, done again from the ledger's claims, the guide's totals and the price book.

USD a month unless said otherwise. Nothing is corrected by it: each calculation says what the guide says, what comes out
and by which numbers. Raises :class:`PriceBookError` where the book lacks a price.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from model.lifecycle.services import CLUSTER_RATES
from policy.guide.calculation import Calculation, add_up, show_figure, show_range, work_out
from policy.guide.price_claims import MILLION, price_calculations
from policy.ledger.row import Claim
from policy.ledger.rows import BY_CAPABILITY, ROWS
from pricing.bill import HOURS
from pricing.book import Book, priced
from stacks.section import Capability

D = Decimal
#: The guide's three years with new hardware (its section on the whole bill).
HARDWARE, OPERATIONS, LABOUR = D(100_000), D(176_400), D(36_000)
MIGRATION, CLOUD, CLOUD_LABOUR = D(15_000), D(67_428), D(18_000)
MONTHS: Final = D(36)
#: The guide's month with hardware that is owned already.
MONTHLY_OPERATIONS, MONTHLY_LABOUR = D(1_400), D(1_000)
MONTHLY_CLOUD, MONTHLY_CLOUD_LABOUR = D(1_123), D(250)
#: The rows that make the guide's 1,123.
COUNTED: Final[tuple[Capability, ...]] = (
    "documents",
    "cache",
    "search",
    "logs",
    "registry",
    "secrets",
    "metrics",
    "dashboards",
)


def work_out_guide(book: Book) -> tuple[Calculation, ...]:
    """Every calculation: the totals, the effects claimed row by row, the conditions, the prices."""
    return (*_three_years(), *_month(), *_rows(book), *_effects(), *price_calculations(book))


def quote_claims(book: Book) -> dict[str, Decimal]:
    """The figures that findings quote: each calculation's low end by its id, and rates of the book."""
    made = work_out_guide(book)
    line = next(each.low for each in made if each.id == "traces-line")
    secrets = 10 * _usd(book, "secretsmanager/secret")
    redis, valkey = (_usd(book, f"elasticache/cache.t4g.small:{engine}") for engine in ("Redis", "Valkey"))
    usual, surcharge = (_usd(book, key) for key in CLUSTER_RATES)
    return {
        **{each.id: each.low for each in made},
        "traces-line-millions": line / MILLION,
        "traces-million": MILLION * _usd(book, "xray/trace-recorded"),
        "secrets-kept": secrets,
        "secrets-read": _after("secrets").usd_low - secrets,
        "valkey-percent-less": 100 * (1 - valkey / redis),
        "cluster-hour": usual,
        "cluster-hour-extended": usual + surcharge,
    }


def _three_years() -> Iterator[Calculation]:
    before, after = HARDWARE + OPERATIONS + LABOUR, MIGRATION + CLOUD + CLOUD_LABOUR
    plus = f"{HARDWARE:,} + {OPERATIONS:,} + {LABOUR:,}"
    yield work_out("sums", "before-in-36-months", "312,400 on premises", plus, before, unit="USD", guide=312_400)
    plus = f"{MIGRATION:,} + {CLOUD:,} + {CLOUD_LABOUR:,}"
    yield work_out("sums", "after-in-36-months", "100,428 on AWS", plus, after, unit="USD", guide=100_428)
    minus = f"{before:,} - {after:,}"
    yield work_out("sums", "saved-in-36-months", "211,972 saved", minus, before - after, unit="USD", guide=211_972)
    share = 100 * (before - after) / before
    text = f"1 - {after:,} / {before:,}"
    yield work_out("sums", "saved-in-36-months-share", "68 % saved", text, share, unit="%", guide=68)
    cloud = CLOUD / MONTHS
    text = f"{CLOUD:,} / {MONTHS} = {MONTHLY_CLOUD:,} + {cloud - MONTHLY_CLOUD:,}, of which the second is not explained"
    yield work_out(
        "sums", "cloud-by-month", "67,428 for 36 months, and 1,123 a month", text, cloud, guide=MONTHLY_CLOUD
    )
    for name, total, monthly in (
        ("labour-on-aws-by-month", CLOUD_LABOUR, MONTHLY_CLOUD_LABOUR),
        ("labour-by-month", LABOUR, MONTHLY_LABOUR),
        ("operations-by-month", OPERATIONS, MONTHLY_OPERATIONS),
    ):
        says = f"{total:,} for 36 months, and {monthly:,} a month"
        yield work_out("sums", name, says, f"{total:,} / {MONTHS}", total / MONTHS, guide=monthly)


def _month() -> Iterator[Calculation]:
    before, after = MONTHLY_OPERATIONS + MONTHLY_LABOUR, MONTHLY_CLOUD + MONTHLY_CLOUD_LABOUR
    plus = f"{MONTHLY_OPERATIONS:,} + {MONTHLY_LABOUR:,}"
    yield work_out("sums", "before-by-month", "2,400 on premises", plus, before, guide=2_400)
    plus = f"{MONTHLY_CLOUD:,} + {MONTHLY_CLOUD_LABOUR:,}"
    yield work_out("sums", "after-by-month", "1,373 on AWS", plus, after, guide=1_373)
    yield work_out("sums", "saved-by-month", "1,027 saved", f"{before:,} - {after:,}", before - after, guide=1_027)
    share = 100 * (before - after) / before
    yield work_out(
        "sums", "saved-by-month-share", "43 % saved", f"1 - {after:,} / {before:,}", share, unit="%", guide=43
    )


def _rows(book: Book) -> Iterator[Calculation]:
    counted: dict[str, Claim | Decimal] = {name: _after(name) for name in COUNTED}
    text, total = add_up(counted)
    yield work_out("sums", "total-of-eight-rows", "1,123 for the cloud", text, total, guide=MONTHLY_CLOUD)
    text, every = add_up({"those eight": total[0], "traces": _after("traces"), "workflow": _after("workflow")})
    yield work_out("sums", "total-of-ten-rows", "1,123 for the cloud", text, every, guide=MONTHLY_CLOUD)
    text, floor = add_up(
        {
            "control plane": HOURS * _usd(book, "eks/cluster-standard"),
            "2 NAT gateways": 2 * HOURS * _usd(book, "ec2/nat-gateway-hour"),
            "load balancer": HOURS * _usd(book, "elb/alb-hour"),
            "3 m6i.large": 3 * HOURS * _usd(book, "ec2/m6i.large"),
        }
    )
    left_out = f"{text}; disks, addresses and traffic come on top"
    yield work_out("sums", "platform-is-left-out", "nothing for the platform", left_out, floor, guide=0)
    owned: dict[str, Claim | Decimal] = {
        row.capability: row.before[-1] for row in ROWS if row.before and row.before[-1].usd_high
    }
    text, before = add_up(owned)
    says = "1,400 for operations, before"
    yield work_out("sums", "before-of-all-rows", says, f"{text}; their bases differ", before, guide=MONTHLY_OPERATIONS)
    new = BY_CAPABILITY["documents"].before[0].usd_low
    moved = _after("documents").usd_low
    text = f"{new:,} - {moved:,}: what MongoDB alone is said to save with new hardware"
    yield work_out("sums", "saved-by-documents-alone", "1,027 saved by the whole plan", text, new - moved, guide=1_027)


def _effects() -> Iterator[Calculation]:
    """The share that each row is said to save; the ledger keeps the guide's words, so its figures stand here."""
    said: dict[Capability, tuple[int | tuple[int, int], ...]] = {
        "documents": (74, 35),
        "cache": (64,),
        "registry": (82,),
        "secrets": (71,),
        "agent": (100,),
        "logs": (55,),
        "traces": ((57, 78),),
    }
    for capability, figures in said.items():
        row, after = BY_CAPABILITY[capability], _after(capability)
        for before, figure in zip(row.before, figures, strict=True):
            low, high = (100 * (1 - end / before.usd_low) for end in (after.usd_high, after.usd_low))
            name = f"effect-on-{capability}" + (f"-{before.basis.replace(' ', '-')}" if len(figures) > 1 else "")
            text = f"1 - {show_range(after.usd_low, after.usd_high)} / {show_figure(before.usd_low)} ({before.basis})"
            shown = "-".join(map(str, figure)) if isinstance(figure, tuple) else figure
            yield work_out("effects", name, f"{shown} % less", text, (low, high), unit="%", guide=figure)


def _after(capability: Capability) -> Claim:
    after = BY_CAPABILITY[capability].after
    if after is None:
        raise ValueError(f"the guide claims no price for {capability}")
    return after


def _usd(book: Book, key: str) -> Decimal:
    return priced(book, key).usd or D(0)
