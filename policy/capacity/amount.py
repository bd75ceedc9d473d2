"""What pods ask for and nodes give: CPU in thousandths of a vCPU, memory in MiB, and pods."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any, Final

from model.quantity import quantity

#: Larger than any pod asks for.
MOST: Final = 10**15
_THOUSANDTH: Final = Decimal("0.001")
_MEBIBYTE: Final = Decimal(2**20)


@dataclass(frozen=True, slots=True)
class Amount:
    """CPU, memory and pods; what is counted is rounded up, so that a sum is never too small."""

    cpu_millis: int = 0
    memory_mib: int = 0
    pods: int = 0

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.cpu_millis + other.cpu_millis, self.memory_mib + other.memory_mib, self.pods + other.pods)

    def __sub__(self, other: Amount) -> Amount:
        return self + other * -1

    def __mul__(self, times: int) -> Amount:
        return Amount(self.cpu_millis * times, self.memory_mib * times, self.pods * times)

    def percent(self, share: int) -> Amount:
        """``share`` per cent of each, rounded down."""
        return Amount(self.cpu_millis * share // 100, self.memory_mib * share // 100, self.pods * share // 100)

    def within(self, room: Amount) -> bool:
        """Whether each of the three finds room."""
        return self.cpu_millis <= room.cpu_millis and self.memory_mib <= room.memory_mib and self.pods <= room.pods


def add_amounts(amounts: Iterable[Amount]) -> Amount:
    """The sum, which is nothing for none."""
    return sum(amounts, Amount())


def largest(amounts: Iterable[Amount]) -> Amount:
    """The largest of each, which need not be one and the same."""
    found = list(amounts)
    return Amount(*(max((getattr(item, name) for item in found), default=0) for name in Amount.__slots__))


def smallest(amounts: Iterable[Amount]) -> Amount:
    """The smallest of each, which need not be one and the same; at least one is needed."""
    found = list(amounts)
    return Amount(*(min(getattr(item, name) for item in found) for name in Amount.__slots__))


def cpu_millis(asked: Any) -> int | None:
    """Thousandths of a vCPU in ``250m``, ``1`` or 0.5; ``None`` for what is not such a quantity."""
    return _counted(asked, _THOUSANDTH)


def memory_mib(asked: Any) -> int | None:
    """MiB in ``96Mi``, ``1Gi`` or a number of bytes; ``None`` for what is not such a quantity."""
    return _counted(asked, _MEBIBYTE)


def _counted(asked: Any, unit: Decimal) -> int | None:
    found = quantity(asked)
    # A node is counted in whole thousandths and mebibytes; beyond this many nothing is a pod's.
    if found is None or found > MOST * unit:
        return None
    return int((found / unit).to_integral_value(ROUND_CEILING))
