"""Kubernetes quantities: what asks for room on a node and what is billed by its size are read by one reader.

Source: Kubernetes, k8s.io/apimachinery/pkg/api/resource, Quantity.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final

#: There is no ``K``: Kubernetes refuses it.
SUFFIXES: Final = {
    "": Decimal(1),
    **{suffix: Decimal(10) ** (3 * power) for power, suffix in enumerate(("n", "u", "m"), start=-3)},
    **{suffix: Decimal(10) ** (3 * power) for power, suffix in enumerate("kMGTPE", start=1)},
    **{f"{suffix}i": Decimal(2) ** (10 * power) for power, suffix in enumerate("KMGTPE", start=1)},
}
_QUANTITY: Final = re.compile(
    r"(\d{1,18}(?:\.\d{0,9})?|\.\d{1,9})(?:[eE]([+-]?\d{1,2})|([numkMGTPE]|[KMGTPE]i|))", re.ASCII
)


def quantity(value: Any) -> Decimal | None:
    """What ``250m``, ``20Gi``, ``1e3`` or a number comes to; ``None`` for what Kubernetes refuses, or below 0."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    match = _QUANTITY.fullmatch(str(value))
    if match is None:
        return None
    number, exponent, suffix = match.groups()
    return Decimal(number) * (Decimal(10) ** int(exponent) if exponent else SUFFIXES[suffix])
