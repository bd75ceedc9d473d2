"""One point on which the guide and what is so today differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from stacks.section import Capability

Section = Literal["services", "conditions", "prices", "sums"]
#: Sources that many findings share.
BOOK: Final = "price book of Seoul"
CLAIMS: Final = "the guide's own figures"


@dataclass(frozen=True, kw_only=True)
class Discrepancy:
    """``guide`` is what the guide says, ``so`` what is so, ``source`` who says that.

    Figures of ours in ``so`` are fields, ``{cache-price:.2f}``, which :meth:`told` fills from
    :func:`policy.guide.arithmetic.quoted`.
    ``rows`` are the capabilities it speaks of, none when it is the whole plan. ``calculations`` name entries of
    :mod:`policy.guide.arithmetic`, which hold the numbers. ``verified`` is false for what is recalled and wants a
    source.
    """

    id: str
    section: Section
    guide: str
    so: str
    source: str
    rows: Sequence[Capability] = ()
    calculations: Sequence[str] = ()
    verified: bool = True

    def told(self, figures: Mapping[str, Decimal]) -> str:
        """What is so, with its figures."""
        return self.so.format_map(figures)
