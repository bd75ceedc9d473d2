"""What type hints say of arguments: which are plain, and of what kind. Python itself holds nobody to them.

A hint with ``pulumi.Input`` takes outputs; every other argument is needed before anything is deployed.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Hashable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, ForwardRef, Literal, NamedTuple, Union, cast, get_args, get_origin

import pulumi

WORDS: Final = {str: "text", bool: "True or False", int: "a whole number", float: "a number", Decimal: "a number"}
#: What of a wrong value is shown: nothing that could hold more than itself.
SHOWN: Final = (str, int, float, Decimal, NoneType)


class Misfit(NamedTuple):
    """The ``value`` that does not fit, and ``where`` it is within the argument."""

    value: Any
    where: str = ""

    def __str__(self) -> str:
        kind = type(self.value).__name__
        article = "an" if kind[0] in "AEIOaeio" else "a"
        return f"{repr(self.value) if isinstance(self.value, SHOWN) else f'{article} {kind}'}{self.where}"


@cache
def _hints(kind: Hashable) -> Mapping[str, Any]:
    """The types of a dataclass's fields, by name."""
    return inspect.get_annotations(cast("type", kind), eval_str=True)


def misfits(args: Any) -> Iterator[tuple[str, str, Misfit]]:
    """Every argument that is not of its type: its name, what is allowed, and what does not fit."""
    for name, hint in _hints(cast("Hashable", type(args))).items():
        if misfit := _misfit(getattr(args, name), hint):
            plain = "plain: " if isinstance(misfit.value, pulumi.Output) else ""
            yield name, f"{plain}{allowed(hint)}", misfit


def allowed(hint: Any) -> str:
    """A type in words."""
    origin, of = get_origin(hint), get_args(hint)
    if hint in WORDS:
        return WORDS[hint]
    if origin is Literal:
        return f"one of {', '.join(map(str, of))}"
    if _is_list(origin):
        return f"a list of {allowed(of[0])}"
    if _is_mapping(origin):
        return f"a mapping of {allowed(of[0])} to {allowed(of[1])}"
    if origin in (Union, UnionType):
        told = [each for each in of if get_origin(each) is not Awaitable and not _is_output(each)]
        return " or ".join("None" if each is NoneType else allowed(each) for each in told)
    if origin is Callable:
        return "a function"
    return "anything" if hint is Any else f"{'an' if hint.__name__[0] in 'AEIO' else 'a'} {hint.__name__}"


def _misfit(value: Any, hint: Any) -> Misfit | None:
    """What of a value is not of a type; the innermost, where a list or a mapping holds it."""
    origin, of = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        found = [_misfit(value, each) for each in of]
        # What it would be, were it neither awaited nor absent, says best what is wrong with it.
        return None if None in found else max((each for each in found if each), key=lambda each: len(each.where))
    if _is_list(origin):
        items = enumerate(value) if isinstance(value, Sequence) and not isinstance(value, str | bytes) else None
        return Misfit(value) if items is None else _within(items, of[0])
    if _is_mapping(origin):
        if not isinstance(value, Mapping):
            return Misfit(value)
        keys = (Misfit(key, " as a key") for key in value if _misfit(key, of[0]))
        return next(keys, None) or _within(value.items(), of[1])
    return None if _is(value, hint) else Misfit(value)


def _within(items: Any, hint: Any) -> Misfit | None:
    for key, item in items:
        if found := _misfit(item, hint):
            return Misfit(found.value, f" at {key!r}{found.where}")
    return None


def _is(value: Any, hint: Any) -> bool:
    origin = get_origin(hint)
    if hint is Any:
        return True
    if _is_output(hint):
        return isinstance(value, pulumi.Output)
    if origin is Literal:
        return isinstance(value, str) and value in get_args(hint)
    if hint in (int, float, Decimal):
        return _is_number(value, int if hint is int else (int, float, Decimal))
    return callable(value) if origin is Callable else isinstance(value, origin or hint)


def _is_number(value: Any, kinds: type | tuple[type, ...]) -> bool:
    if isinstance(value, Decimal | float):
        return isinstance(value, kinds) and Decimal(value).is_finite()
    return isinstance(value, int) and not isinstance(value, bool)


def _is_output(hint: Any) -> bool:
    """Within ``pulumi.Input`` the SDK names the class by its name alone."""
    return isinstance(hint, ForwardRef) or get_origin(hint) is pulumi.Output


def _is_list(origin: Any) -> bool:
    return origin in (list, Sequence)


def _is_mapping(origin: Any) -> bool:
    return origin in (dict, Mapping)
