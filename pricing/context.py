"""What a meter may look at besides its resource, and what it answers with.

A meter is a function from a resource and the pricing context to cost components (a quantity of one price) and reasons
why there is no price. It knows no money: :mod:`pricing.meter` turns components into lines with the price book.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, Literal, TypeVar, get_args

from pydantic.alias_generators import to_camel

from model.kubernetes import kind_of
from model.lifecycle.engines import engine_facts
from model.resource import MISSING, Resource
from model.urn import Urn, types_in
from pricing.bill import Basis, Kind
from pricing.book import Book
from pricing.properties import UnreadableError, word
from stacks.section import Capability
from stacks.sections.measures import Spread, Usage

T = TypeVar("T")
ZERO: Final = Decimal(0)
ONE: Final = Decimal(1)
CAPABILITIES: Final[Mapping[str, Capability]] = {name: name for name in get_args(Capability)}


@dataclass(frozen=True, slots=True)
class CostComponent:
    """``quantity`` units of a price a month, for each of ``times`` alike things, at a ``fraction`` (another price).

    ``low`` and ``high`` are the ends of a quantity that is known only within bounds.
    """

    item: str
    price: str
    quantity: Decimal
    basis: Basis = "fixed"
    times: Decimal = ONE
    fraction: str | None = None
    low: Decimal | None = None
    high: Decimal | None = None

    def at_least(self, least: Decimal) -> CostComponent:
        """The same for no less than ``least`` units."""
        ends = [None if end is None else max(end, least) for end in (self.low, self.high)]
        return replace(self, quantity=max(self.quantity, least), low=ends[0], high=ends[1])


@dataclass(frozen=True, slots=True)
class UnpricedReason:
    """Something billed that cannot be priced, and why."""

    reason: str
    kind: Kind


Meter = Callable[[Resource, "PricingContext"], Iterable[CostComponent | UnpricedReason]]
Meters = Mapping[str, Meter]


@dataclass(frozen=True, kw_only=True)
class PricingContext:
    """The whole stack, as far as a meter needs it: resources by kind in the order of their URNs, usage, the book."""

    of: Mapping[str, tuple[Resource, ...]]
    usage: Usage | None
    book: Book
    #: The day by which support has ended; without one it never has.
    today: date | None = None
    #: What works out a usage figure that nobody has set.
    formulas: Mapping[str, Callable[[PricingContext], Spread | None]] = field(default_factory=dict, repr=False)
    #: Which size of a node group is billed.
    size: Literal["desiredSize", "maxSize"] = "desiredSize"
    #: Whether one resource is looked at by itself, so that what it refers to by name cannot be found.
    alone: bool = False
    _answers: dict[str, Any] = field(default_factory=dict, repr=False)

    def rate(self, key: str) -> Decimal:
        """The usual price of a unit, to compare by; 0 where the book has none."""
        price = self.book.price(key)
        return price.usd or ZERO if price else ZERO

    def figure(self, name: str) -> Decimal:
        """A usage figure at its base, to compare by; 0 where it is not set."""
        found = self.spread(name)
        return found.base if found else ZERO

    def spread(self, name: str) -> Spread | None:
        """A usage figure as it is set, else as its formula has it from what is declared."""
        found: Spread | None = getattr(self.usage, name) if self.usage else None
        if found is not None or name not in self.formulas:
            return found
        return self.once(f"figure {name}", lambda: self._worked_out(name))

    def _worked_out(self, name: str) -> Spread | None:
        try:
            return self.formulas[name](self)
        except UnreadableError:
            return None

    def used(
        self, item: str, price: str, figure: str, *, per: int = 1, each: Decimal = ONE, basis: Basis = "usage"
    ) -> CostComponent | UnpricedReason:
        """A charge for the usage ``figure`` (times ``each``, in units of ``per``), or a gap naming its key as typed."""
        found = self.spread(figure)
        if found is None:
            return UnpricedReason(f"{item}: landing:usage.{to_camel(figure)} is not set", "usage")
        low, quantity, high = (end * each / per for end in (found.low, found.base, found.high))
        return CostComponent(item, price, quantity, basis, low=low, high=high)

    def past_standard_support(self, resource: Resource) -> bool:
        """Whether AWS bills what runs ``resource`` as extended support.

        Raises :class:`pricing.properties.UnreadableError` for a version that cannot be read.
        """
        if resource.get("engineVersion") is not MISSING:
            word(resource.props, "engineVersion")
        day = self.today
        return day is not None and any(fact.ended(day) for fact in engine_facts(resource))

    def carries(
        self,
        resource: Resource,
        label: str,
        *kinds: str,
        where: Callable[[Resource], bool] | None = None,
        worth: Callable[[Resource], Decimal] | None = None,
    ) -> bool:
        """Whether ``resource`` bears what the stack pays only once: of ``kinds``, the dearest, else the first by URN.

        ``worth`` is what each of them would charge for it: a figure that nobody divides lands where it costs most.
        """

        def bearer() -> str | None:
            candidates = (other for kind in kinds for other in self.of.get(kind, ()) if where is None or where(other))
            ranked = ((-worth(other) if worth else ZERO, other.urn) for other in candidates)
            return min(ranked, default=(ZERO, None))[1]

        return self.once(f"carrier of {label}", bearer) == resource.urn

    def once(self, label: str, answer: Callable[[], T]) -> T:
        """``answer()``, asked once a context."""
        if label not in self._answers:
            self._answers[label] = answer()
        found: T = self._answers[label]
        return found


def by_kind(resources: Iterable[Resource]) -> Mapping[str, tuple[Resource, ...]]:
    """Resources by :func:`kind_of` their type, each list in the order of URNs."""
    found: dict[str, list[Resource]] = {}
    for resource in sorted(resources, key=lambda item: item.urn):
        found.setdefault(kind_of(resource.type), []).append(resource)
    return {kind: tuple(items) for kind, items in found.items()}


def capability_of(resource: Resource) -> Capability:
    """The ledger row that pays: the tag ``decision``, else the innermost component named like one, else platform."""
    decision = resource.get("tags", "decision")
    if isinstance(decision, str) and decision in CAPABILITIES:
        return CAPABILITIES[decision]
    return _capability(Urn.parse(resource.urn).qualified_type)


@lru_cache(maxsize=4096)
def _capability(qualified_type: str) -> Capability:
    for token in reversed(types_in(qualified_type)):
        package, _, rest = token.partition(":")
        noun = rest.partition(":")[0]
        if package == "alphacar" and noun in CAPABILITIES:
            return CAPABILITIES[noun]
    return "platform"
