"""Reads the property that drives a cost, or raises :class:`UnreadableError`: a guess would be a wrong price.

Messages name the property and the kind of value it holds, never the value: properties reach a pack with their secrets
in clear text. What may be quoted all the same is said by :mod:`pricing.redaction`.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_CEILING, Decimal
from typing import Any, Final

from model.quantity import quantity
from model.resource import MISSING, UNKNOWN, peek
from pricing.bill import Kind

#: Beyond any quantity AWS sells; a larger one is a mistake, and would only overflow.
LARGEST: Final = 10**12
_GIB: Final = Decimal(2**30)


class UnreadableError(ValueError):
    """A resource cannot be priced: its reason, and the kind of gap it leaves in the bill."""

    def __init__(self, reason: str, kind: Kind = "value") -> None:
        super().__init__(reason)
        self.reason = reason
        self.kind: Kind = kind


def number(value: Any, *path: str | int, default: int | None = None) -> Decimal:
    """The number at ``path`` below ``value``, 0 or more. Raises :class:`UnreadableError`."""
    found = _present(value, path, default)
    # A bool is an int to Python; NaN is a float that fails every comparison.
    if isinstance(found, bool) or not isinstance(found, int | float) or not 0 <= found <= LARGEST:
        raise UnreadableError(f"{_name(path)} is {_kind(found)}, not a number from 0 to {LARGEST:,}")
    return Decimal(str(found))


def whole(value: Any, *path: str | int, default: int | None = None) -> Decimal:
    """The whole number at ``path``, 0 or more. Raises :class:`UnreadableError`."""
    found = number(value, *path, default=default)
    if found != found.to_integral_value():
        raise UnreadableError(f"{_name(path)} is a fraction, not a whole number")
    return found


def word(value: Any, *path: str | int, default: str | None = None) -> str:
    """The text at ``path``. Raises :class:`UnreadableError`."""
    found = _present(value, path, default)
    if not isinstance(found, str) or not found:
        raise UnreadableError(f"{_name(path)} is {_kind(found)}, not a text")
    return found


def switch(value: Any, *path: str | int, default: bool = False) -> bool:
    """The boolean at ``path``. Raises :class:`UnreadableError`."""
    found = _present(value, path, default)
    if not isinstance(found, bool):
        raise UnreadableError(f"{_name(path)} is {_kind(found)}, not true or false")
    return found


def section(value: Any, *path: str | int) -> Mapping[str, Any]:
    """The mapping at ``path``, empty when it is missing. Raises :class:`UnreadableError`."""
    found = _present(value, path, {})
    if not isinstance(found, Mapping):
        raise UnreadableError(f"{_name(path)} is {_kind(found)}, not a mapping")
    return found


def entries(value: Any, *path: str | int, default: bool = True) -> list[Any]:
    """The list at ``path``, empty when it is missing unless ``default`` is false. Raises :class:`UnreadableError`."""
    found = _present(value, path, [] if default else None)
    if not isinstance(found, list):
        raise UnreadableError(f"{_name(path)} is {_kind(found)}, not a list")
    return found


def gibibytes(value: Any, *path: str | int) -> Decimal:
    """The Kubernetes quantity at ``path`` as EBS bills it: whole GiB, rounded up. Raises :class:`UnreadableError`."""
    found = _present(value, path, None)
    size = quantity(found)
    if size is None:
        raise UnreadableError(f"{_name(path)} is {_kind(found)}, not a size such as 20Gi")
    if size > LARGEST * _GIB:
        raise UnreadableError(f"{_name(path)} is larger than anything sold")
    return (size / _GIB).to_integral_value(ROUND_CEILING)


def _present(value: Any, path: tuple[str | int, ...], default: Any) -> Any:
    found = _walked(value, path)
    if found is UNKNOWN:
        raise UnreadableError(f"{_name(path)} is not known before the deployment")
    if found is MISSING or found is None:
        if default is None:
            raise UnreadableError(f"{_name(path)} is missing")
        return default
    return found


def _walked(value: Any, path: tuple[str | int, ...]) -> Any:
    # Unlike peek, a container of a wrong type is not an absent value: it hides what would have been billed.
    for place, step in enumerate(path):
        if value is UNKNOWN or value is MISSING or value is None:
            break
        if not isinstance(value, Mapping if isinstance(step, str) else list):
            wanted = "a mapping" if isinstance(step, str) else "a list"
            raise UnreadableError(f"{_name(path[:place])} is {_kind(value)}, not {wanted}")
        value = peek(value, step)
    return value


def _name(path: tuple[str | int, ...]) -> str:
    return ".".join(map(str, path)) or "the value"


def _kind(found: Any) -> str:
    if isinstance(found, Mapping):
        return "a mapping"
    return {bool: "true or false", str: "a text", list: "a list", int: "a number", float: "a number"}.get(
        type(found), "something else"
    )
