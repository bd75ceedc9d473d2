"""What each move has to prove, and how long both sides run for it: the table that gates, plans and three years read.

How a move is made stands in ``migration/moves/``, a file each. What proves it is a decision, and stands here: a runbook
cannot ask less of itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from stacks.section import Capability
from stacks.sections.moves import Moved, State

#: The steps that leave evidence, in the order of a move; each opens the state beside it.
Proven = Literal["precheck", "verify", "cut-over", "soak", "decommission"]
OPENS: Final[Mapping[Proven, State]] = {
    "precheck": "copying",
    "verify": "verified",
    "cut-over": "live",
    "soak": "soaked",
    "decommission": "gone",
}
#: From here on the target is written, and going back loses or carries back what was.
NO_RETURN: Final[State] = "live"
#: Days between the end of evidence and the state that it opens: older, it says nothing of what is there.
MOST_DAYS: Final = 7


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What a move must show: the comparisons of ``verify`` and ``cut-over``, by name, and days of both sides running.

    ``before_days`` run from the target's first hour to the cut-over, ``soak_days`` from there until the incumbent goes.
    ``settings`` are the keys below ``landing:`` that the move was planned for.
    """

    compares: tuple[str, ...]
    before_days: int
    soak_days: int
    settings: tuple[str, ...]

    @property
    def dual_days(self) -> int:
        """Days in which both sides are paid."""
        return self.before_days + self.soak_days


PROOFS: Final[Mapping[Moved, Proof]] = {
    "documents": Proof(
        compares=("counts", "digests", "indexes", "users"), before_days=42, soak_days=28, settings=("documents",)
    ),
    "cache": Proof(compares=("counts", "values", "expiry"), before_days=14, soak_days=14, settings=("cache",)),
    "search": Proof(
        compares=("counts", "digests", "mappings", "aliases"), before_days=28, soak_days=28, settings=("search",)
    ),
    # The weekly crawl: four Sundays beside the old one, then four alone.
    "workflow": Proof(compares=("counts", "runs"), before_days=28, soak_days=28, settings=("workflow",)),
    "registry": Proof(
        compares=("counts", "digests", "architectures", "blobs"), before_days=7, soak_days=14, settings=("registry",)
    ),
    "secrets": Proof(compares=("counts", "digests"), before_days=7, soak_days=14, settings=("secrets",)),
    "agent": Proof(compares=("counts", "targets"), before_days=7, soak_days=14, settings=("observability",)),
    # Old lines and traces are not moved: they are read where they are until their retention has passed.
    "logs": Proof(compares=("counts", "streams"), before_days=7, soak_days=30, settings=("observability",)),
    "traces": Proof(compares=("counts", "services"), before_days=7, soak_days=14, settings=("observability",)),
    "volumes": Proof(compares=("counts", "checksums", "ownership"), before_days=14, soak_days=14, settings=("backup",)),
}


def dual_months(capabilities: tuple[Capability, ...]) -> int:
    """Whole months in which some of ``capabilities`` run twice; 0 where none of them is moved."""
    days = [PROOFS[name].dual_days for name in PROOFS if name in capabilities]
    return -(-max(days) * 12 // 365) if days else 0
