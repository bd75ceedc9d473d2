"""What every chapter is told: sizes, decisions, and where everything stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from components.arguments import AccountRegion
from policy.ledger.decide import Decision
from stacks.section import Capability
from stacks.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Environment:
    """One environment, decided."""

    settings: Settings
    decisions: Mapping[Capability, Decision]
    place: AccountRegion
    today: date

    @property
    def protect(self) -> bool:
        """Whether what holds data refuses to be deleted."""
        return self.settings.deletion_protection

    def builds(self, capability: Capability) -> bool:
        """Whether the row is active and its target is what was chosen."""
        return self.decisions[capability].holds_target

    def chosen(self, capability: Capability) -> str | None:
        """The slug of what is built for a capability, or ``None`` while its phase has not begun."""
        decision = self.decisions[capability]
        return decision.choice if decision.active else None

    def tags(self, decision: Capability) -> dict[str, str]:
        """Tags of a resource: whose it is, where it belongs, which row it is billed to."""
        return {
            **self.settings.tags,
            "project": "alphacar-landing-zone",
            "environment": self.settings.environment,
            "owner": self.settings.owner,
            "managed-by": "pulumi",
            "decision": decision,
        }
