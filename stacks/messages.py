"""What a person reads about bad input: one line a problem, naming the key as typed, the value and what is allowed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal
from difflib import get_close_matches
from itertools import islice
from typing import Any, Final, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from stacks.command import HIDDEN, harmless, masked

PREFIX = "landing:"
Loc = Sequence[int | str]
#: Pydantic's last step to the key of a mapping, instead of to its value.
KEY = "[key]"
#: Of a value or key that a message quotes; and of problems that are told at once.
LONGEST: Final = 80
MOST_TOLD: Final = 50

#: Names of keys whose values nobody else should read, ``secure`` of the engine's own among them.
_SECRET: Final = re.compile(
    r"secure|passw(or)?d|passphrase|secret|token|credential|(private|access|api)[-_]?key", re.IGNORECASE
)


class SettingsError(ValueError):
    """Bad input; its text has one line a problem, and in it no password of an address and nothing a terminal obeys."""

    def __init__(self, text: str) -> None:
        super().__init__("\n".join(harmless(masked(line)) for line in text.split("\n")))


def meant(word: str, allowed: Iterable[str]) -> str:
    """The nearest of ``allowed`` as a question, or all of them where none is near."""
    known = list(allowed)
    near = get_close_matches(word, known, n=1, cutoff=0.7)
    return f"did you mean {near[0]}?" if near else f"allowed are {', '.join(known)}"


def first(problems: Iterable[str]) -> str:
    """The first of many problems, a line each: whoever reads them mends these before the rest."""
    found = iter(problems)
    told = list(islice(found, MOST_TOLD))
    return "\n".join([*told, "and more of them"] if next(found, None) else told)


def lines(model: type[BaseModel], error: ValidationError) -> list[str]:
    """One line a problem of ``error``, which came from validating ``model``; misspelt keys before missing ones.

    No more than :func:`first` needs to see that there are too many.
    """
    return list(islice(_lines(model, error), MOST_TOLD + 1))


def _lines(model: type[BaseModel], error: ValidationError) -> Iterator[str]:
    problems = error.errors(include_url=False)
    unnamed = {problem["loc"][:-1] for problem in problems if problem["loc"][-1:] == (KEY,)}
    holders = {problem["loc"][:length] for problem in problems for length in range(len(problem["loc"]))}
    for misspelt in (True, False):
        for problem in problems:
            if (problem["type"] == "extra_forbidden") is misspelt:
                yield from _told(model, problem, unnamed, holders)


def _told(
    model: type[BaseModel], problem: ErrorDetails, unnamed: AbstractSet[Loc], holders: AbstractSet[Loc]
) -> Iterator[str]:
    loc, text = problem["loc"], problem["msg"].removeprefix("Value error, ")
    if loc[-1:] == (KEY,):
        yield f"{PREFIX}{path(loc[:-1])}: {shown(loc[-2])} is no name here: {_lower(problem['msg'])}"
    elif any(loc[:length] in unnamed for length in range(len(loc) + 1)):
        # What stands below a key that is refused says nothing more.
        return
    elif problem["type"] == "too_short" and loc in holders:
        # A refused item also leaves its list too short: one mistake is told once.
        return
    elif problem["type"] == "value_error" and not loc:
        # A rule across fields names its own keys: pydantic would point at the whole file.
        yield from (PREFIX + line for line in text.splitlines())
    elif problem["type"] == "extra_forbidden":
        yield f"{PREFIX}{path(loc)}: unknown key; {meant(str(loc[-1]), keys_at(model, loc[:-1]))}"
    elif problem["type"] == "missing":
        yield f"{PREFIX}{path(loc)}: is missing and has no default"
    else:
        secret = isinstance(problem["input"], str) and any(
            _SECRET.search(step) for step in loc if isinstance(step, str)
        )
        value = HIDDEN if secret else shown(problem["input"])
        yield f"{PREFIX}{path(loc)}: {value} is refused: {_lower(text)}"


def _lower(text: str) -> str:
    plain = text.removeprefix("Value error, ").replace("Tuple should have", "List should have")
    return f"{plain[:1].lower()}{plain[1:]}"


def path(loc: Loc) -> str:
    """``("nodeGroups", "apps", "instanceTypes", 0)`` as ``nodeGroups.apps.instanceTypes[0]``."""
    text = ""
    for step in loc:
        text += f"[{step}]" if isinstance(step, int) else f"{'.' if text else ''}{harmless(_cut(step))}"
    return text


def keys_at(model: type[BaseModel], loc: Loc) -> list[str]:
    """The keys allowed in the mapping at ``loc``, found by walking the models as the validator did."""
    annotation: Any = model
    for step in loc:
        annotation = _below(annotation, step)
    found = _model_in(annotation)
    return sorted(field.alias or name for name, field in found.model_fields.items()) if found else []


def _below(annotation: Any, step: int | str) -> Any:
    model = _model_in(annotation)
    if model is not None and not _is_container(annotation):
        for name, field in model.model_fields.items():
            if step == (field.alias or name):
                return field.annotation
        return None
    arguments = [argument for argument in get_args(annotation) if argument is not Ellipsis]
    return arguments[-1] if arguments else None


def _is_container(annotation: Any) -> bool:
    return get_origin(annotation) in (dict, tuple, list, Mapping)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_in, get_args(annotation))), None)


def _without_secrets(value: object) -> object:
    if isinstance(value, Mapping):
        return {
            key: HIDDEN if isinstance(key, str) and _SECRET.search(key) else _without_secrets(item)
            for key, item in value.items()
        }
    return [_without_secrets(item) for item in value] if isinstance(value, list) else value


def shown(value: object) -> str:
    """A value as a message quotes it, without secrets that can be told, cut where it is long."""
    text = masked(str(value) if isinstance(value, Decimal) else repr(_without_secrets(value)))
    return _cut(text)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."
