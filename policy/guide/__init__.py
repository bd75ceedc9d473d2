"""Where the guide of 2024 meets 2026 and its own arithmetic. Shown beside the row; none is silently corrected."""

from __future__ import annotations

from typing import Final

from policy.guide.discrepancy import Discrepancy
from policy.guide.figures import CONDITIONS, PRICES, SUMS
from policy.guide.services import SERVICES
from stacks.section import Capability

DISAGREEMENTS: Final[tuple[Discrepancy, ...]] = (*SERVICES, *CONDITIONS, *PRICES, *SUMS)


def about(capability: Capability) -> list[Discrepancy]:
    """What is to be said about one row, in the order of the table."""
    return [found for found in DISAGREEMENTS if capability in found.rows]
