"""The plan as a tree: who is whose child, in an order that does not depend on arrival."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from preview.simulate.registration import Registration


@dataclass
class Branch:
    """A registration and what it is the parent of."""

    made: Registration
    children: list[Branch] = field(default_factory=list)

    def walk(self) -> Iterator[Branch]:
        """This branch and everything below it."""
        yield self
        for child in self.children:
            yield from child.walk()


def roots(registrations: Sequence[Registration]) -> list[Branch]:
    """The branches without a parent in the plan, each level sorted by type and name."""
    branches = {made.urn: Branch(made) for made in sorted(registrations, key=lambda made: (made.type, made.name))}
    top: list[Branch] = []
    for branch in branches.values():
        parent = branches.get(branch.made.parent or "")
        (parent.children if parent else top).append(branch)
    return top


def short_type(token: str) -> str:
    """``ec2/vpc`` of ``aws:ec2/vpc:Vpc``; other tokens keep their kind: ``core/v1:Namespace``."""
    provider, _, rest = token.partition(":")
    if provider == "aws":
        return rest.partition(":")[0]
    return rest or token
