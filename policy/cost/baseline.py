"""The bill that was agreed last, committed beside the stack file, and what has grown since."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

from policy.engine.rule import Finding
from pricing.meter import Bill
from pricing.money import cents
from stacks.environments import FOLDER, PRODUCTION
from stacks.sections.operations import Growth

HUNDRED: Final = Decimal(100)


def path(environment: str) -> Path:
    """Where an environment's baseline stands."""
    return FOLDER / f"baseline.{environment}.json"


def text(bill: Bill, day: str) -> str:
    """The baseline of ``bill``: USD a month by capability, as text, to the millionth."""
    amounts = {capability: f"{amount:.6f}" for capability, amount in sorted(bill.by_capability().items())}
    document = {"agreedOn": day, "usdPerMonth": f"{bill.usd_per_month:.6f}", "byCapability": amounts}
    return json.dumps(document, indent=2) + "\n"


def growth_since(bill: Bill, growth: Growth, environment: str) -> Iterator[Finding]:
    """What is dearer than the baseline by more than is allowed, in dollars or in percent, whichever comes first."""
    file = path(environment)
    if not file.exists():
        # Without it production may grow by anything, and nobody would be told.
        yield Finding(
            f"{file.name} does not exist; write it with ./lz baseline",
            kind="violation" if environment == PRODUCTION else "advisory",
        )
        return
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        agreed, day = Decimal(document["usdPerMonth"]), document["agreedOn"]
        before = {str(key): Decimal(amount) for key, amount in document["byCapability"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, InvalidOperation):
        yield Finding(f"{file.name} is not a baseline; write it anew with ./lz baseline")
        return
    more = bill.usd_per_month - agreed
    percent = more / agreed * HUNDRED if agreed else HUNDRED
    if more <= growth.warn_usd and percent <= growth.warn_percent:
        return
    blocks = more > growth.block_usd or percent > growth.block_percent
    where = ", ".join(
        f"{capability} {cents(amount - before.get(capability, Decimal(0))):+}"
        for capability, amount in sorted(bill.by_capability().items())
        if abs(amount - before.get(capability, Decimal(0))) >= 1
    )
    yield Finding(
        f"the stack costs {cents(more)} USD a month ({percent:.1f} %) more than agreed on {day}: {where}; "
        "if that is meant, write the baseline anew with ./lz baseline and have it reviewed",
        kind="violation" if blocks else "advisory",
    )
