"""The guide's conditions, prices and sums against its own figures and the price book, as findings."""

from __future__ import annotations

from typing import Final

from policy.guide.discrepancy import BOOK, CLAIMS, Discrepancy, Section
from stacks.section import Capability


def _figure(
    section: Section, identity: str, rows: tuple[Capability, ...], guide: str, so: str, *by: str, source: str = CLAIMS
) -> Discrepancy:
    """A finding that is arithmetic: its numbers stand in the calculations that it names."""
    return Discrepancy(id=identity, section=section, rows=rows, guide=guide, so=so, source=source, calculations=by)


CONDITIONS: Final = (
    _figure(
        "conditions",
        "the-line-is-on-both-sides",
        ("logs", "traces"),
        '"100 GB or less" and "< 100 GB"; likewise 100,000 traces',
        'exactly 100 GB and exactly 100,000 traces are on both sides of the line; here "or less" holds, so AWS up to '
        "and including",
    ),
    _figure(
        "conditions",
        "logs-line-does-not-follow",
        ("logs",),
        "more than 100 GB a month: keep Loki",
        "at its own 0.78 a GB CloudWatch reaches Loki's 175 at about 224 GB",
        "logs-line",
    ),
    _figure(
        "conditions",
        "traces-line-does-not-follow",
        ("traces",),
        "more than 100,000 traces a month: keep Tempo",
        "at {traces-million:.0f} a million X-Ray reaches Tempo's 115 at {traces-line-millions:.0f} million traces",
        "traces-line",
    ),
)

PRICES: Final = (
    _figure(
        "prices",
        "managed-prometheus-is-a-third-more",
        ("metrics",),
        "Managed Prometheus costs 2x or more",
        "270 to 351 is +30 %: the verdict stands, the stated reason does not follow from the stated numbers",
        "metrics-managed",
    ),
    _figure(
        "prices",
        "managed-grafana-is-a-third-more",
        ("dashboards",),
        "Managed Grafana costs 6-10x",
        "165 to 225 is +36 %: the verdict stands, the stated reason does not follow from the stated numbers",
        "dashboards-managed",
    ),
    Discrepancy(
        id="airflow-is-not-mwaa",
        section="prices",
        rows=("workflow",),
        guide="Airflow, 60-90 a month",
        so="MWAA's mw1.small is about {workflow-price:.0f}; it fits only Airflow inside EKS, which needs a PostgreSQL "
        "nobody priced",
        source="MWAA's list price in us-east-1 and Tokyo; Seoul's was not found",
        calculations=("workflow-price",),
    ),
    Discrepancy(
        id="mwaa-micro-has-no-price",
        section="prices",
        rows=("workflow",),
        guide="Airflow, 60-90 a month",
        so="MWAA's micro class may fit the figure; its price in Seoul has not been found",
        source="recalled",
        verified=False,
    ),
    _figure(
        "prices",
        "xray-price-means-millions",
        ("traces",),
        "X-Ray, 25-50 a month at 100,000 traces",
        "{traces-million:.0f} a million makes it {traces-price:.2f}; 25-50 means 5 to 10 million traces",
        "traces-price",
        "traces-of-that-price",
        source=BOOK,
    ),
    _figure(
        "prices",
        "secrets-are-read-too-often",
        ("secrets",),
        "10 secrets, 29 a month",
        "{secrets-kept:.0f} for the secrets and {secrets-read:.0f} for 5 million reads, one every 5 s each; read once "
        "an hour they cost {secrets-price:.2f} in all",
        "secrets-price",
        source=BOOK,
    ),
    _figure(
        "prices",
        "forty-buys-no-failover",
        ("cache",),
        "ElastiCache, 40 a month, for its failover",
        "40 is one t3.small node without a replica; a pair of cache.t4g.small on Valkey is {cache-price:.2f}",
        "cache-price",
        source=BOOK,
    ),
    _figure(
        "prices",
        "one-fifty-is-three-nodes",
        ("search",),
        "OpenSearch, 150 a month, one t3.small.search",
        "150 is about three t3.small nodes with 80 to 120 GB each, not the one node of the method",
        "search-price",
        source=BOOK,
    ),
    _figure(
        "prices",
        "documentdb-is-three-nodes",
        ("documents",),
        "DocumentDB, 356 a month",
        "356 is about three db.t3.medium with storage and I/O, and the method makes none",
        "documents-price",
        source=BOOK,
    ),
    _figure(
        "prices",
        "ecr-is-350-gb",
        ("registry",),
        "ECR, 35 a month",
        "35 is 350 GB of images, and storage only",
        "registry-price",
        source=BOOK,
    ),
    _figure(
        "prices",
        "managed-grafana-is-25-editors",
        ("dashboards",),
        "Managed Grafana, 225 a month",
        "225 is 25 editors: a head count, not infrastructure",
        "dashboards-managed-for",
        source=BOOK,
    ),
    _figure(
        "prices",
        "managed-prometheus-is-78600-series",
        ("metrics",),
        "Managed Prometheus, 351 a month",
        "351 is about 78,600 series at 30 s",
        "metrics-managed-for",
        source=BOOK,
    ),
)

SUMS: Final = (
    _figure(
        "sums",
        "the-total-is-eight-rows",
        (),
        "1,123 a month for the cloud",
        "it is rows 1, 2, 3, 10 (CloudWatch), 5, 6, 8 and 9: 356 + 40 + 150 + 78 + 35 + 29 + 270 + 165",
        "total-of-eight-rows",
    ),
    _figure(
        "sums",
        "the-total-leaves-out-two-rows",
        ("traces", "workflow"),
        "1,123 a month for the cloud",
        "traces (25-50) and Airflow (60-90) are left out: the rows give 1,208-1,263",
        "total-of-ten-rows",
    ),
    _figure(
        "sums",
        "the-total-leaves-out-the-platform",
        ("platform",),
        "1,123 a month for the cloud",
        "control plane, 2 NAT, 1 ALB and 3 m6i.large alone are {platform-is-left-out:.0f}, before EBS, addresses and "
        "data transfer",
        "platform-is-left-out",
        source=BOOK,
    ),
    _figure(
        "sums",
        "three-years-hold-750-more",
        (),
        "67,428 for the cloud in 36 months",
        "1,873 a month: the 1,123 and 750 that nothing explains",
        "cloud-by-month",
    ),
    _figure(
        "sums",
        "labour-on-aws-has-two-figures",
        (),
        "18,000 for labour in 36 months, and 250 a month",
        "18,000 is 500 a month, not 250",
        "labour-on-aws-by-month",
    ),
    _figure(
        "sums",
        "operations-have-two-figures",
        (),
        "176,400 for operations in 36 months, and 1,400 a month",
        "176,400 is 4,900 a month, not 1,400",
        "operations-by-month",
    ),
    _figure(
        "sums",
        "the-rows-before-give-more",
        (),
        "1,400 a month for operations, before",
        'the rows\' "before" figures sum to 1,895-1,935 a month (550 for MongoDB), not 1,400',
        "before-of-all-rows",
    ),
    _figure(
        "sums",
        "one-saving-has-two-sources",
        ("documents",),
        "1,027 a month saved by the whole plan",
        "1,027 is also exactly the saving claimed for MongoDB alone",
        "saved-by-month",
        "saved-by-documents-alone",
    ),
    _figure(
        "sums",
        "bases-are-mixed",
        (),
        'one column of figures "before"',
        "their bases differ (operating only, staff time, instance, hardware): a row's saving may not be added to "
        "another's without saying so",
        "before-of-all-rows",
    ),
)
