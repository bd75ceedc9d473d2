"""What a pack found: one rule, one kind, and whether it blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from policy.engine.rule import Kind

Level = Literal["mandatory", "advisory"]


@dataclass(frozen=True, order=True)
class Finding:
    """One sentence about one resource; only a mandatory one blocks, and what is waived never is."""

    pack: str
    policy: str
    level: Level
    urn: str
    message: str
    kind: Kind

    @property
    def waived(self) -> bool:
        """Whether it would block, and a waiver says that it need not until a day."""
        return self.kind == "waived"


def make_finding(*, pack: str, policy: str, level: Level, urn: str, message: str, kind: Kind | None = None) -> Finding:
    """A finding; without a ``kind`` of its own, as in anybody else's pack, the level says which."""
    kind = kind or ("violation" if level == "mandatory" else "advisory")
    return Finding(pack, policy, level, urn, message, kind)
