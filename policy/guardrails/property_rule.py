"""One property that a type must have, and why. Controls are AWS Foundational Security Best Practices."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from model.property_check import Check, Step
from model.resource import Resource
from policy.engine.rule import Context, Finding


@dataclass(frozen=True, kw_only=True)
class PropertyRule:
    """One property that a type must have, why, and the control that asks for it, where one does."""

    type: str
    check: Check
    why: str
    control: str = ""


def on(*path: Step, unless: Check | None = None) -> Check:
    """The property is true."""
    return Check(path=path, is_="equal", value=True, otherwise=unless)


def never(value: object, *path: Step) -> Check:
    """The property is absent, or anything but ``value``."""
    return Check(path=path, is_="not equal", value=value)


def each(types: Iterable[str], *checks: Check, why: str, control: str = "") -> Iterator[PropertyRule]:
    """The same demands of several types."""
    return (PropertyRule(type=name, check=check, why=why, control=control) for name in types for check in checks)


def meets(demands: Sequence[PropertyRule]) -> Callable[[Resource, Context], Iterator[Finding]]:
    """A rule's check: every demand of the resource's type holds. Security hangs on it, so an unknown is refused."""

    def check(resource: Resource, context: Context) -> Iterator[Finding]:  # noqa: ARG001 - rules are called alike
        for demand in demands:
            if demand.type != resource.type:
                continue
            outcome = demand.check.outcome(resource.props)
            control = f" ({demand.control})" if demand.control else ""
            if outcome == "fails":
                yield Finding(f"{demand.check.dotted} must be {demand.check.wanted}: {demand.why}{control}")
            elif outcome == "unknown":
                yield Finding(
                    f"undetermined: {demand.check.dotted} is not known yet, and it must be {demand.check.wanted}: "
                    f"{demand.why}{control}; write it as a plain value"
                )

    return check


def types_of(demands: Iterable[PropertyRule]) -> tuple[str, ...]:
    """The types that ``demands`` speak of."""
    return tuple(sorted({demand.type for demand in demands}))
