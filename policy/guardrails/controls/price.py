"""What meeting a control would cost a month: rates of the price book, times what production has."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from math import prod
from typing import Final

from policy.guardrails.controls.row import Excepted, Measure
from pricing.bill import HOURS
from pricing.book import Book, priced
from stacks.sections.measures import Spread
from stacks.settings import Settings

#: Bytes of a line of a server access log (source: an S3 user guide's example line has about 500), and its months.
_LINE: Final = Decimal(500)
_MONTHS: Final = 3
_GB: Final = Decimal(10**9)
_MILLION: Final = Decimal(10**6)


def monthly_price(exception: Excepted, settings: Settings, book: Book) -> Decimal:
    """USD a month. Raises :class:`PriceBookError` where the book has no such price."""
    measures = _measures(settings)
    amounts = (
        Decimal(priced(book, each.rate).usd or 0) * prod((measures[name] for name in each.times), start=Decimal(1))
        for each in exception.price
    )
    return sum(amounts, Decimal(0))


def _measures(settings: Settings) -> Mapping[Measure, Decimal]:
    used = (settings.usage.bucket_writes, settings.usage.bucket_reads)
    requests = sum((figure.base for figure in used if figure), Decimal(0))
    return {
        "zones": Decimal(len(settings.network.zones)),
        "hours": HOURS,
        "accessLogGbMonths": requests * _LINE / _GB * _MONTHS,
        "guardedManagementMillions": _base(settings.usage.guarded_management_events) / _MILLION,
        "guardedFlowGb": _base(settings.usage.guarded_flow_gb),
        "guardedAuditMillions": _base(settings.usage.guarded_audit_events) / _MILLION,
        "guardedDataMillions": _base(settings.usage.guarded_data_events) / _MILLION,
        "configItems": _base(settings.usage.config_items),
    }


def _base(figure: Spread | None) -> Decimal:
    return figure.base if figure else Decimal(0)
