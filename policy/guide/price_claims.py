"""The guide's single prices and lines, set beside what the price book says the same things cost."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from policy.guide.calculation import Calculation, add_up, show_figure, work_out
from policy.ledger.decide import LOG_GB_PER_MONTH, TRACES_PER_MONTH
from policy.ledger.rows import BY_CAPABILITY
from pricing.bill import HOURS
from pricing.book import Book, priced
from stacks.section import Capability

D = Decimal
MILLION: Final = D(1_000_000)
#: What the guide says two kept rows would cost when managed by AWS, and how much more it calls that, in percent.
MANAGED: Final[dict[Capability, tuple[str, str, int, int | tuple[int, int]]]] = {
    "metrics": ("Managed Prometheus", "2x or more", 351, 100),
    "dashboards": ("Managed Grafana", "6-10x", 225, (500, 900)),
}
#: An upper guess at t3.small.search: other managed T classes are that much dearer in Seoul (see the book's notes).
SMALL_SEARCH_HIGH: Final = D("0.053")
#: mw1.small an hour in us-east-1 (recalled); nobody has found Seoul's price.
MWAA_SMALL: Final = D("0.49")


def price_calculations(book: Book) -> Iterator[Calculation]:
    """The conditions' lines, then the rows' prices in the ledger's order."""
    yield from _conditions(book)
    yield from _stores(book)
    yield from _workflow_and_secrets(book)
    yield from _observability(book)


def _conditions(book: Book) -> Iterator[Calculation]:
    loki, cloudwatch = BY_CAPABILITY["logs"].before[0].usd_low, _after("logs") / LOG_GB_PER_MONTH
    yield work_out(
        "conditions",
        "logs-line",
        "up to 100 GB CloudWatch Logs, beyond it Loki",
        f"{show_figure(loki)} / {cloudwatch} a GB: where the guide's own prices meet",
        loki / cloudwatch,
        unit="GB a month",
        guide=LOG_GB_PER_MONTH,
    )
    tempo, xray = BY_CAPABILITY["traces"].before[0].usd_low, _usd(book, "xray/trace-recorded") * MILLION
    yield work_out(
        "conditions",
        "traces-line",
        "up to 100,000 traces X-Ray, beyond it Tempo",
        f"{show_figure(tempo)} / {show_figure(xray)} a million: where the guide's own prices meet",
        tempo / xray * MILLION,
        unit="traces a month",
        guide=TRACES_PER_MONTH,
    )


def _stores(book: Book) -> Iterator[Calculation]:
    nodes = 3 * HOURS * _usd(book, "docdb/db.t3.medium")
    yield work_out(
        "prices",
        "documents-price",
        "356 for DocumentDB, by a method that creates no instance",
        f"3 db.t3.medium are {show_figure(nodes)}; this is left for storage and I/O",
        _after("documents") - nodes,
    )
    one, pair = (
        HOURS * _usd(book, f"elasticache/cache.{node}") * count
        for node, count in (("t3.small:Redis", 1), ("t4g.small:Valkey", 2))
    )
    yield work_out(
        "prices",
        "cache-price",
        "40 for ElastiCache, whose reason is failover",
        f"one cache.t3.small without a replica is {show_figure(one)} (recalled); a pair of cache.t4g.small on Valkey "
        "is this",
        pair,
        guide=40,
    )
    small, disk = _usd(book, "opensearch/t3.small.search"), _usd(book, "opensearch/ebs-gp3")
    left = [(_after("search") - 3 * HOURS * rate) / disk / 3 for rate in (SMALL_SEARCH_HIGH, small)]
    yield work_out(
        "prices",
        "search-price",
        "150 for one t3.small.search",
        f"one node is this; 150 buys three with {left[0]:.0f} to {left[1]:.0f} GB each",
        HOURS * small,
        guide=150,
    )
    yield work_out(
        "prices",
        "search-serverless-price",
        "scales automatically with traffic",
        f"only Serverless does, from one unit: {HOURS} x {_usd(book, 'opensearch/serverless-ocu')}",
        HOURS * _usd(book, "opensearch/serverless-ocu"),
    )
    storage = _usd(book, "ecr/storage")
    yield work_out(
        "prices",
        "registry-price",
        "35 for ECR, storage only",
        f"{show_figure(_after('registry'))} / {storage} a GB",
        _after("registry") / storage,
        unit="GB",
    )


def _workflow_and_secrets(book: Book) -> Iterator[Calculation]:
    yield work_out(
        "prices",
        "workflow-price",
        "60-90 for Airflow",
        f"MWAA's mw1.small: {HOURS} x {MWAA_SMALL} (us-east-1, recalled), before workers",
        HOURS * MWAA_SMALL,
        guide=(60, 90),
    )
    each, calls = _usd(book, "secretsmanager/secret"), _usd(book, "secretsmanager/api-10k")
    bought = (_after("secrets") - 10 * each) / calls * 10_000
    yield work_out(
        "prices",
        "secrets-price",
        "29 for 10 secrets",
        f"10 x {show_figure(each)}, and the rest is {show_figure(bought)} reads, one of each secret every "
        f"{10 * HOURS * 3600 / bought:.1f} s; read once an hour they cost this",
        add_up({"secrets": 10 * each, "reads": 10 * HOURS / 10_000 * calls})[1],
        guide=29,
    )
    standard, more = _usd(book, "eks/cluster-standard"), _usd(book, "eks/cluster-extended-support-surcharge")
    yield work_out(
        "prices",
        "extended-support-price",
        "nothing about Kubernetes versions",
        f"{HOURS} x ({standard} + {more}) in extended support, instead of {show_figure(HOURS * standard)}",
        HOURS * (standard + more),
    )


def _observability(book: Book) -> Iterator[Calculation]:
    for capability, (name, says, managed, percent) in MANAGED.items():
        own = _after(capability)
        more = 100 * (managed / own - 1)
        text = f"{managed} / {show_figure(own)} - 1"
        yield work_out("prices", f"{capability}-managed", f"{name} {says}", text, more, unit="% more", guide=percent)
    editor = _usd(book, "grafana/editor-user")
    yield work_out(
        "prices",
        "dashboards-managed-for",
        "225 for Managed Grafana",
        f"{MANAGED['dashboards'][2]} / {show_figure(editor)} an editor",
        MANAGED["dashboards"][2] / editor,
        unit="editors",
    )
    _, first, second, _ = priced(book, "amp/samples-ingested-10M").tiers
    full = first.up_to or D(0)
    samples = (full + (MANAGED["metrics"][2] - full * first.usd) / second.usd) * 10 * MILLION
    yield work_out(
        "prices",
        "metrics-managed-for",
        "351 for Managed Prometheus",
        f"{show_figure(samples / 1000 / MILLION)} billion samples at {first.usd} for 10 million, then {second.usd}; "
        "one each 30 s, the free 40 million left out",
        (samples / (HOURS * 120)).quantize(D(1)),
        unit="series",
    )
    recorded = _usd(book, "xray/trace-recorded")
    yield work_out(
        "prices",
        "traces-price",
        "25-50 for 100,000 traces, free tier included",
        f"{show_figure(TRACES_PER_MONTH)} x {show_figure(recorded * MILLION)} a million",
        TRACES_PER_MONTH * recorded,
        guide=(25, 50),
    )
    yield work_out(
        "prices",
        "traces-of-that-price",
        "25-50 for 100,000 traces",
        f"25 and 50 / {show_figure(recorded * MILLION)} a million",
        (25 / recorded, 50 / recorded),
        unit="traces a month",
        guide=TRACES_PER_MONTH,
    )


def _after(capability: Capability) -> Decimal:
    after = BY_CAPABILITY[capability].after
    return after.usd_low if after else D(0)


def _usd(book: Book, key: str) -> Decimal:
    return priced(book, key).usd or D(0)
