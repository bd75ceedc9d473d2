"""CPU credits of EC2's T classes: what one in unlimited mode spends beyond what it earns is billed by the vCPU hour.

T3, T3a and T4g are unlimited unless somebody says standard, T2 the other way round (source: Amazon EC2 user guide,
burstable performance instances); the default of an account and region can be declared, by family.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from model import type_tokens
from model.resource import MISSING, Resource, peek
from pricing.context import CostComponent, Meters, PricingContext, UnpricedReason
from pricing.properties import word

STANDARD: Final = "standard"
UNLIMITED: Final = "unlimited"
DEFAULTS: Final[Mapping[str, str]] = {"t2": STANDARD, "t3": UNLIMITED, "t3a": UNLIMITED, "t4g": UNLIMITED}
_FAMILY: Final = re.compile(r"(t\d[a-z]*)\.", re.ASCII)


def surplus(types: Iterable[str], holder: Any, context: PricingContext) -> Iterator[UnpricedReason]:
    """A gap where instances of ``types`` are unlimited and nobody wrote so in ``holder``, an instance or a template.

    What is written is told by :mod:`pricing.coverage.unpriced_properties`.
    """
    if peek(holder, "creditSpecification", "cpuCredits") is not MISSING:
        return
    families = {found[1] for name in types if (found := _FAMILY.match(name))}
    declared = context.once("default credits", lambda: dict(_declared(context)))
    for family in sorted(families):
        if declared.get(family, DEFAULTS.get(family, UNLIMITED)) != STANDARD:
            yield UnpricedReason(
                f"surplus CPU credits: {family} is unlimited unless creditSpecification.cpuCredits is standard, and no "
                "landing:usage figure says how many are used",
                "usage",
            )


def _declared(context: PricingContext) -> Iterator[tuple[Any, Any]]:
    for item in context.of.get(type_tokens.EC2_DEFAULT_CREDIT_SPECIFICATION, ()):
        yield item.get("instanceFamily"), item.get("cpuCredits")


def default_credits(resource: Resource, _scene: PricingContext) -> Iterator[CostComponent | UnpricedReason]:
    """The default of an account makes every instance of a family unlimited that says nothing else."""
    if word(resource.props, "cpuCredits") != STANDARD:
        yield UnpricedReason(
            "cpuCredits: every instance of the family that says nothing else pays for credits beyond what it "
            "earns, and no landing:usage figure says how many",
            "usage",
        )


USAGE: Final[Meters] = {type_tokens.EC2_DEFAULT_CREDIT_SPECIFICATION: default_credits}
