"""What each way of running a conditional capability consists of, and the assumption behind every quantity.

Prices are the price book's, and AWS's side is what the meter bills for the same resources. The incumbents' side cannot
be read off a stack that did not choose them, so its quantities are assumptions: each stands in its term's ``why``. The
memory that pods ask for is what ``components`` gives them, which a test compares.

Memory on a node is a pod's request as a share of a node, at the price of its node group. Nodes are bought whole, so a
request costs this much on average and nothing on the day there is room for it. Processor is left out: the pods compared
here ask for no larger a share of it than of memory.

Not counted on either side: people, Fluent Bit and the CloudWatch agent, which run either way, and traffic, which is a
case of its own.
"""

from __future__ import annotations

from decimal import ROUND_UP, Decimal
from typing import Final

from policy.capacity.machines import MACHINES
from policy.economics.break_even import Alternative, BreakEven, Case, Term, first_crossing
from policy.ledger.decide import LOG_GB_PER_MONTH, TRACES_PER_MONTH
from policy.ledger.row import Claim
from policy.ledger.rows import BY_CAPABILITY
from pricing.aws.logs import COMPRESSED
from pricing.bill import HOURS
from pricing.book import Book, PriceBookError, priced
from stacks.settings import Settings

#: Memory that pods ask for, in GiB (source: components/observability/logs.py, components/values).
LOKI_GIB: Final = Decimal(1)
TEMPO_GIB: Final = Decimal(256) / 1024
ISTIOD_GIB: Final = Decimal(256) / 1024
#: Istio's CNI plugin and its proxy, on every node.
NODE_PROXY_GIB: Final = Decimal(64 + 64) / 1024
#: The volume of Loki's and of Tempo's one pod, in GiB.
VOLUME_GIB: Final = Decimal(10)
#: Days that S3 keeps an object's old version after the store has deleted it.
NONCURRENT_DAYS: Final = 7
#: A gigabyte of logs is 0.15 GB of chunks of 1.5 MB (source of the size: Loki's default chunk_target_size).
CHUNKS_PER_GB: Final = Decimal(100)
#: 60 streams cut a chunk every 2 hours at the latest, and the index is written 4 times an hour.
LOKI_WRITES: Final = Decimal(60 * 365 + 4 * 730)
#: A trace of 10 spans at 1 kB, in GB.
TRACE_GB: Final = Decimal("0.00001")
#: A block of 6 objects every half hour, compacted once, and a listing every 5 minutes.
TEMPO_WRITES: Final = Decimal(2 * 6 * 2 * 730 + 12 * 730)
#: What a stack file takes X-Ray's reads to be, of the traces it records.
RETRIEVED: Final = Decimal("0.1")
#: One binary of Loki takes some tens of GB a day (source: the chart's own advice); 20 is on the safe side.
LOKI_HOLDS_TO: Final = Decimal(20 * 30)


def break_evens(settings: Settings, book: Book) -> tuple[BreakEven, ...]:
    """Logs and traces at the retention and on the nodes of ``settings``. Raises :class:`PriceBookError`."""
    return logs(settings, book), traces(settings, book)


def logs(settings: Settings, book: Book) -> BreakEven:
    """CloudWatch Logs against Loki, by gigabytes of logs a month."""
    days = settings.observability.log_retention_days
    gb = Decimal(1)
    aws = Alternative(
        slug="cloudwatch-logs",
        title="CloudWatch Logs",
        terms=(
            Term(item="ingestion", price=priced(book, "cloudwatch/logs-ingest-standard"), each=gb, why="every GB sent"),
            Term(
                item="storage",
                price=priced(book, "cloudwatch/logs-storage"),
                # As the meter has it, to the fourth place.
                each=(COMPRESSED * _months(days)).quantize(Decimal("0.0001"), ROUND_UP),
                why=f"compressed to {COMPRESSED} and kept {days} days (AWS's rule of thumb)",
            ),
        ),
    )
    chunks = "0.15 GB of chunks of 1.5 MB for each GB"
    loki = Alternative(
        slug="loki",
        title="Loki",
        terms=(
            capacity(settings, book, LOKI_GIB, "its one pod asks for 1 GiB"),
            _volume(book),
            Term(
                item="objects",
                price=priced(book, "s3/standard"),
                each=loki_gb(settings),
                why=f"compressed to {COMPRESSED} too, kept {days} days and {NONCURRENT_DAYS} more as old versions",
            ),
            Term(
                item="writes",
                price=priced(book, "s3/put-copy-post-list-1k"),
                fixed=LOKI_WRITES / 1000,
                each=CHUNKS_PER_GB / 1000,
                why=f"{chunks}; 60 streams cut one every 2 hours at least; the index 4 times an hour",
            ),
            Term(
                item="reads",
                price=priced(book, "s3/get-10k"),
                fixed=LOKI_WRITES / 10_000,
                each=CHUNKS_PER_GB / 10_000,
                why="each object is read once",
            ),
        ),
    )
    nat = Term(item="NAT", price=priced(book, "ec2/nat-gateway-gb"), each=gb, why="no endpoint: every GB leaves by NAT")
    zones = Term(
        item="zones",
        price=priced(book, "transfer/inter-az-each-direction"),
        each=gb * 2 * 2 / 3,
        why="two of three nodes are in another zone than the pod, billed each way",
    )
    free = Decimal(5)
    row = BY_CAPABILITY["logs"]
    return BreakEven(
        capability="logs",
        unit="GB of logs",
        aws=aws,
        incumbent=loki,
        line=LOG_GB_PER_MONTH,
        guide_aws_each=_claimed(row.after) / LOG_GB_PER_MONTH,
        guide_incumbent=_claimed(row.before[0]),
        holds_to=LOKI_HOLDS_TO,
        cases=(
            _room(aws, loki),
            Case(
                name="traffic counted",
                why=f"CloudWatch: {nat.why}; Loki: {zones.why}; nothing is compressed on the way",
                crossing=first_crossing(aws.plus(nat), loki.plus(zones)),
            ),
            Case(
                name="free tier counted",
                why=f"the first {free} GB a month (recalled, so no bill here counts on it)",
                crossing=first_crossing(aws.with_free("ingestion", free), loki),
            ),
        ),
    )


def traces(settings: Settings, book: Book) -> BreakEven:
    """X-Ray against Tempo, by traces a month."""
    days = settings.observability.trace_retention_days
    recorded = priced(book, "xray/trace-recorded")
    aws = Alternative(
        slug="xray",
        title="AWS X-Ray",
        terms=(
            Term(item="recorded", price=recorded, each=Decimal(1), why="every trace kept"),
            Term(
                item="retrieved",
                price=priced(book, "xray/trace-retrieved-or-scanned"),
                each=RETRIEVED,
                why=f"{RETRIEVED} of the traces are looked at, as the stack files take it",
            ),
        ),
    )
    tempo = Alternative(
        slug="tempo",
        title="Tempo",
        terms=(
            capacity(settings, book, TEMPO_GIB, "its one pod asks for 256 MiB"),
            _volume(book),
            Term(
                item="objects",
                price=priced(book, "s3/standard"),
                each=tempo_gb(settings),
                why=f"10 spans of 1 kB a trace, kept {days} days and {NONCURRENT_DAYS} more as old versions",
            ),
            Term(
                item="writes",
                price=priced(book, "s3/put-copy-post-list-1k"),
                fixed=TEMPO_WRITES / 1000,
                why="a block of 6 objects each half hour, compacted once, and a listing every 5 minutes",
            ),
            Term(
                item="reads",
                price=priced(book, "s3/get-10k"),
                fixed=TEMPO_WRITES / 10_000,
                why="each object is read once",
            ),
        ),
    )
    free = Decimal(100_000)
    return BreakEven(
        capability="traces",
        unit="traces",
        aws=aws,
        incumbent=tempo,
        line=TRACES_PER_MONTH,
        guide_aws_each=recorded.usd or Decimal(0),
        guide_incumbent=_claimed(BY_CAPABILITY["traces"].before[0]),
        holds_to=None,
        cases=(
            _room(aws, tempo),
            Case(
                name="free tier counted",
                why=f"the first {free:,} traces a month (recalled, so no bill here counts on it)",
                crossing=first_crossing(aws.with_free("recorded", free), tempo),
            ),
        ),
    )


def loki_gb(settings: Settings) -> Decimal:
    """What stands in Loki's bucket, in GB, for every GB of logs a month."""
    return COMPRESSED * _months(settings.observability.log_retention_days + NONCURRENT_DAYS)


def tempo_gb(settings: Settings) -> Decimal:
    """What stands in Tempo's bucket, in GB, for every trace a month."""
    return TRACE_GB * _months(settings.observability.trace_retention_days + NONCURRENT_DAYS)


def mesh(settings: Settings, book: Book) -> Alternative:
    """Istio's share of the nodes. No mesh costs nothing, and no volume crosses the two: a need decides."""
    nodes, replicas = sum(group.desired for group in settings.node_groups.values()), settings.controllers.replicas
    gib = replicas * ISTIOD_GIB + nodes * NODE_PROXY_GIB
    asked = f"{replicas} of istiod (256 MiB), CNI plugin and proxy (128 MiB) on {nodes} nodes"
    return Alternative(slug="istio", title="Istio", terms=(capacity(settings, book, gib, asked),))


def capacity(settings: Settings, book: Book, gib: Decimal, asked: str) -> Term:
    """``gib`` of memory for a month on the dearest class that is on demand, or on Spot when there is none.

    Raises :class:`PriceBookError` when nothing is known of a class's price or memory.
    """
    lasting = [group for group in settings.node_groups.values() if group.capacity == "ON_DEMAND"]
    offered = {name for group in lasting or settings.node_groups.values() for name in group.instance_types}
    shares = {name: gib * HOURS / _memory_gib(book, name) for name in offered}
    name = max(offered, key=lambda each: (shares[each] * (priced(book, f"ec2/{each}").usd or 0), each))
    fraction = Decimal(1) if lasting else priced(book, "ec2/spot-fraction-of-on-demand").usd or Decimal(1)
    return Term(
        item="nodes",
        price=priced(book, f"ec2/{name}"),
        fixed=shares[name],
        fraction=fraction,
        why=f"{asked}: its share of {name}, {_memory_gib(book, name)} GiB {'on demand' if lasting else 'on Spot'}",
    )


def _memory_gib(book: Book, name: str) -> int:
    if name not in MACHINES:
        raise PriceBookError(f"{book.path}: ec2/{name}: its memory is not known; add it to policy/capacity/machines.py")
    return MACHINES[name].memory_gib


def _months(days: int) -> Decimal:
    return days * 24 / HOURS


def _volume(book: Book) -> Term:
    return Term(
        item="volume", price=priced(book, "ec2/ebs-gp3"), fixed=VOLUME_GIB, why=f"a gp3 volume of {VOLUME_GIB} GiB"
    )


def _room(aws: Alternative, incumbent: Alternative) -> Case:
    return Case(
        name="nodes have room",
        why=f"{incumbent.title}'s pod fits beside the others, so its memory costs nothing more",
        crossing=first_crossing(aws, incumbent.without("nodes")),
    )


def _claimed(claim: Claim | None) -> Decimal:
    # The guide gives the prices compared here as one figure, not as a range.
    return claim.usd_low if claim else Decimal(0)
