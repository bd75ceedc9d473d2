"""What both sides of a move cost a week: the target by the environment's bill, the incumbent by the guide's claim."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

from policy.ledger.decide import Decision
from policy.ledger.moves import PROOFS
from pricing.usage.effect import PreviewError
from stacks.section import Capability
from stacks.sections.moves import Moved

#: From a stack, its file and a day to the preview's JSON.
Preview = Callable[[str, Path, date], str]
#: A bill's month has 730 hours, a week 168.
WEEK: Final = Decimal(168) / 730
CENT: Final = Decimal("0.01")
#: Rows that are moved along with another one.
ALONG: Final[Mapping[Moved, tuple[Capability, ...]]] = {"volumes": ("backup",)}


@dataclass(frozen=True, kw_only=True)
class Weekly:
    """USD a week, before VAT: ``target`` by the bill, ``incumbent`` as the guide claims it, ``None`` where it does not.

    ``basis`` is what the claim counts.
    """

    target: Decimal
    incumbent: Decimal | None
    basis: str = ""

    @property
    def both(self) -> Decimal:
        """What is paid a week while both run; at least, where the guide claims nothing."""
        return self.target + (self.incumbent or 0)


def read_bill(told: str) -> Mapping[str, Decimal]:
    """USD a month by capability, from the preview's JSON. Raises :class:`PreviewError`."""
    try:
        cost = json.loads(told, parse_float=Decimal, parse_int=Decimal)["cost"]
        return {each["capability"]: each["usdPerMonth"] for each in cost["byCapability"]}
    except (ValueError, KeyError, TypeError) as error:
        raise PreviewError(f"the preview's answer cannot be read ({type(error).__name__}: {error})") from None


def weekly(
    capability: Moved, bill: Mapping[str, Decimal], decisions: Mapping[Capability, Decision], hardware: str
) -> Weekly:
    """Both sides of a move; a claim with a range counts with its high end."""
    rows: tuple[Capability, ...] = (capability, *ALONG.get(capability, ()))
    target = sum((bill.get(row, Decimal(0)) for row in rows), Decimal(0)) * WEEK
    claims = [claim for row in rows if (claim := decisions[row].claimed_before(hardware))]
    incumbent = sum((claim.usd_high for claim in claims), Decimal(0)) * WEEK if claims else None
    return Weekly(
        target=target.quantize(CENT),
        incumbent=None if incumbent is None else incumbent.quantize(CENT),
        basis=", ".join(claim.basis for claim in claims),
    )


def while_both_run(capability: Moved, cost: Weekly) -> Decimal:
    """USD for the days in which both are paid."""
    return (cost.both * PROOFS[capability].dual_days / 7).quantize(CENT)
