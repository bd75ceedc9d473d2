"""A guardrail as the demands that it is made of: each is found by its types, named, and can be taken away alone.

That each can be taken away is how we know that each has a case of its own (``python -m tests.demands``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from model.resource import Resource
from policy.engine.rule import Context, Finding, Rule, StackRule

Check = Callable[[Resource, Context], Iterable[Finding]]
StackCheck = Callable[[Sequence[Resource], Context], Iterable[Finding]]
#: How a type ends that stands for every token it begins.
_BEGINNING: Final = ("/", ":")


@dataclass(frozen=True, kw_only=True)
class Demand:
    """One thing that a guardrail asks of each resource of ``types``; a type may be what tokens begin with."""

    name: str
    types: tuple[str, ...]
    check: Check
    #: The controls of AWS Foundational Security Best Practices that ask for it, such as ``S3.10, S3.13``.
    control: str = ""


@dataclass(frozen=True, kw_only=True)
class StackDemand:
    """One thing that a guardrail asks of all resources together."""

    name: str
    check: StackCheck
    control: str = ""


@dataclass(frozen=True, kw_only=True)
class Guardrail:
    """A sentence that must hold for each resource, as its demands."""

    name: str
    description: str
    demands: tuple[Demand, ...]

    def rule(self, *, without: Demand | None = None) -> Rule:
        """The rule that makes every demand, or every one but ``without``."""
        made = [demand for demand in self.demands if demand is not without]
        return Rule(
            name=self.name,
            description=self.description,
            check=_by_type(made),
            types=tuple(sorted({name for demand in made for name in demand.types})),
        )


@dataclass(frozen=True, kw_only=True)
class StackGuardrail:
    """A sentence that must hold for all resources together, as its demands."""

    name: str
    description: str
    demands: tuple[StackDemand, ...]

    def rule(self, *, without: StackDemand | None = None) -> StackRule:
        """The rule that makes every demand, or every one but ``without``."""
        made = [demand for demand in self.demands if demand is not without]

        def check(resources: Sequence[Resource], context: Context) -> Iterator[Finding]:
            for demand in made:
                yield from demand.check(resources, context)

        return StackRule(name=self.name, description=self.description, check=check)


def _by_type(demands: Sequence[Demand]) -> Check:
    """Every demand of a resource's type, found without asking the others."""
    whole: Mapping[str, list[Demand]] = defaultdict(list)
    beginnings: Mapping[str, list[Demand]] = defaultdict(list)
    for demand in demands:
        for name in demand.types:
            (beginnings if name.endswith(_BEGINNING) else whole)[name].append(demand)

    def check(resource: Resource, context: Context) -> Iterator[Finding]:
        for demand in whole.get(resource.type, ()):
            yield from demand.check(resource, context)
        for beginning, begun in beginnings.items():
            if resource.type.startswith(beginning):
                for demand in begun:
                    yield from demand.check(resource, context)

    return check
