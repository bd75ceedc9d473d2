"""What a USD is taken to be worth in won. AWS bills in USD; the won is for people who plan in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """Units of a currency for one USD."""

    currency: str
    per_usd: Decimal
    on: date
    source: str

    def of(self, usd: Decimal | int) -> Decimal:
        """The amount in whole units of the currency."""
        return (Decimal(usd) * self.per_usd).quantize(Decimal(1))


#: An example rate: bills come in USD, and nobody fixes what the won will be.
KRW: Final = Exchange(currency="KRW", per_usd=Decimal(1_450), on=date(2026, 11, 23), source="assumption")
