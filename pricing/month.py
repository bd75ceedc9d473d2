"""What a bill comes to in the longest month: hourly prices go on for 31 days, everything else stays a month's."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from pricing.bill import HOURS, Bill
from stacks.section import Capability

LONGEST_HOURS: Final = Decimal(31 * 24)
#: How the price book writes hours of what is declared; capacity units are usage, and their hours a month's.
HOURLY: Final = "Hrs"


def longest_month(bill: Bill, capability: Capability | None = None) -> Decimal:
    """USD of a month of 744 hours instead of 730, of everything or of one capability."""
    lines = [line for line in bill.lines if capability in (None, line.capability)]
    hourly = sum((line.usd_per_month for line in lines if line.unit == HOURLY), Decimal(0))
    return sum((line.usd_per_month for line in lines), Decimal(0)) + hourly * (LONGEST_HOURS / HOURS - 1)
