"""Why the priced bill of a row is not what the guide claims for it: what each of both figures consists of.

The guide's side is told by a table (sources: the migration guide, sections 1, 4 and 5, and the price book with its
reconstruction of the guide's figures); the priced side by the bill's own lines, so that it is true of every stack.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from model import type_tokens
from policy.ledger.row import Claim
from pricing.bill import Line
from stacks.section import Capability

#: Below this share of the claim a difference needs no reason.
TOLERATED: Final = Decimal("0.10")
#: Beyond a claim of nothing every price lies endlessly far.
ENDLESS: Final = Decimal("Infinity")
#: How many kinds of lines are told one by one.
TOLD: Final = 3
#: What the guide's figure consists of, as the end of a sentence that begins with it.
GUIDE: Final[Mapping[Capability, str]] = {
    "documents": "fits 3 db.t3.medium with 150 GB and 300 million I/O",
    "cache": "is one t3.small node of Redis without a replica",
    "search": "fits three t3.small nodes with 80 to 120 GB each",
    "workflow": "fits a small managed environment",
    "registry": "is 350 GB of images",
    "secrets": "is ten secrets, each read every five seconds",
    "metrics": "comes without its parts",
    "dashboards": "comes without its parts",
    "logs": "is 100 GB a month",
    "traces": "is 5 to 10 million traces, and not 100,000",
    "agent": "is the agent alone, and not what it ships",
    "mesh": "counts software only",
}
#: What a row is billed by when AWS runs it; without any, its pods run on nodes that are on another row.
_MANAGED: Final[Mapping[Capability, str]] = {
    "workflow": type_tokens.MWAA_MODULE,
    "metrics": type_tokens.AMP_MODULE,
    "dashboards": type_tokens.GRAFANA_MODULE,
    "logs": type_tokens.CLOUDWATCH_LOG_GROUP,
    "traces": type_tokens.XRAY_MODULE,
}
_ON_THE_NODES: Final = "; its pods run on the platform's nodes and are paid for there"


def variance_of(priced: Decimal, claim: Claim | None) -> Decimal | None:
    """How far ``priced`` lies beyond the claim's nearer end, as a share of it.

    ``None`` without a claim, 0 within it, and ``ENDLESS`` for anything above a claim of nothing.
    """
    if claim is None:
        return None
    nearest = min(max(priced, claim.usd_low), claim.usd_high)
    if priced == nearest:
        return Decimal(0)
    return (priced - nearest) / nearest if nearest else ENDLESS


@dataclass(frozen=True, slots=True)
class _Part:
    """Every line of one item at one rate."""

    item: str
    unit: str
    rate: Decimal
    quantity: Decimal
    usd: Decimal


def explain_variance(capability: Capability, lines: Iterable[Line]) -> str:
    """What the guide's figure consists of, and what the priced one does: the dearest lines with quantity and price."""
    own = [line for line in lines if line.capability == capability]
    parts = _parts(own)
    told = ", ".join(
        f"{part.item} {_cents(part.usd)} ({_figure(part.quantity)} {part.unit} at {_figure(part.rate)})"
        for part in parts[:TOLD]
    )
    rest = sum((part.usd for part in parts[TOLD:]), Decimal(0))
    more = f", and {_cents(rest)} for {len(parts) - TOLD} more" if len(parts) > TOLD else ""
    return f"the guide's figure {_guide(capability)}; priced are {told or 'nothing'}{more}{_nodes(capability, own)}"


def explain_briefly(capability: Capability, lines: Iterable[Line]) -> str:
    """The same with the dearest line alone."""
    parts = _parts([line for line in lines if line.capability == capability])
    told = "nothing"
    if parts:
        part = parts[0]
        told = f"{part.item.partition('.')[0]} {_cents(part.usd)} ({_figure(part.quantity)} x {_figure(part.rate)})"
    return f"the guide's {_guide(capability)}; here {told}"


def _guide(capability: Capability) -> str:
    return GUIDE.get(capability, "comes without its parts")


def _parts(lines: Iterable[Line]) -> Sequence[_Part]:
    found: dict[tuple[str, str, Decimal], list[Line]] = {}
    for line in lines:
        if line.usd_per_month:
            found.setdefault((line.item, line.unit, line.usd_per_unit), []).append(line)
    parts = [
        _Part(
            *key,
            quantity=sum((line.quantity for line in alike), Decimal(0)),
            usd=sum((line.usd_per_month for line in alike), Decimal(0)),
        )
        for key, alike in found.items()
    ]
    return sorted(parts, key=lambda part: (-part.usd, part.item))


def _nodes(capability: Capability, lines: Sequence[Line]) -> str:
    managed = _MANAGED.get(capability)
    return _ON_THE_NODES if managed and lines and not any(managed in line.urn for line in lines) else ""


def _cents(usd: Decimal) -> str:
    return f"{usd.quantize(Decimal('0.01'), ROUND_HALF_UP):,}"


def _figure(value: Decimal) -> str:
    return f"{value:,.7f}".rstrip("0").rstrip(".")
