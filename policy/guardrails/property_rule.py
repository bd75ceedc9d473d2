"""One property that a type must have, and why. Controls are AWS Foundational Security Best Practices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from model.property_check import Check, Step
from model.resource import Resource
from policy.engine.rule import Context, Finding
from policy.guardrails.demand import Demand


@dataclass(frozen=True, kw_only=True)
class PropertyRule:
    """One property that a type must have, why, and the control that asks for it, where one does."""

    type: str
    check: Check
    why: str
    control: str = ""
    #: Whether a value that nobody knows yet is as good, because it names another resource.
    may_name_another: bool = False

    def __call__(self, resource: Resource, context: Context) -> Iterator[Finding]:
        """What is wrong with the property. Security hangs on it, so an unknown is refused."""
        if not self.check.applies_in(context.environment):
            return
        outcome = self.check.outcome(resource.props)
        control = f" ({self.control})" if self.control else ""
        if outcome == "fails":
            yield Finding(f"{self.check.dotted} must be {self.check.wanted}: {self.why}{control}")
        elif outcome == "unknown" and not self.may_name_another:
            yield Finding(
                f"undetermined: {self.check.dotted} is not known yet, and it must be {self.check.wanted}: "
                f"{self.why}{control}; write it as a plain value"
            )


def on(*path: Step, unless: Check | None = None) -> Check:
    """The property is true."""
    return Check(path=path, is_="equal", value=True, otherwise=unless)


def never(value: object, *path: Step) -> Check:
    """The property is absent, or anything but ``value``."""
    return Check(path=path, is_="not equal", value=value)


def absent(*path: Step) -> Check:
    """The property is left out, or empty."""
    return Check(path=path, is_="absent")


def in_production(check: Check) -> Check:
    """The same, asked of production alone."""
    return replace(check, production_only=True)


def each(
    types: Iterable[str], *checks: Check, why: str, control: str = "", may_name_another: bool = False
) -> Iterator[PropertyRule]:
    """The same demands of several types."""
    return (
        PropertyRule(type=name, check=check, why=why, control=control, may_name_another=may_name_another)
        for name in types
        for check in checks
    )


def demands_of(table: Sequence[PropertyRule]) -> tuple[Demand, ...]:
    """Each line of a table as a demand."""
    return tuple(
        Demand(
            name=f"{line.type.rpartition(':')[2]}.{line.check.dotted} {line.check.is_} {line.check.value}",
            types=(line.type,),
            check=line,
            control=line.control,
        )
        for line in table
    )
