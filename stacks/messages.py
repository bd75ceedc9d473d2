"""What a person reads about bad input: one line a problem, naming the key as typed, the value and what is allowed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

PREFIX = "landing:"
Loc = Sequence[int | str]
#: Pydantic's last step to the key of a mapping, instead of to its value.
KEY = "[key]"


class SettingsError(ValueError):
    """Bad input; its text has one line a problem."""


def meant(word: str, allowed: Iterable[str]) -> str:
    """The nearest of ``allowed`` as a question, or all of them where none is near."""
    known = list(allowed)
    near = get_close_matches(word, known, n=1, cutoff=0.7)
    return f"did you mean {near[0]}?" if near else f"allowed are {', '.join(known)}"


def lines(model: type[BaseModel], error: ValidationError) -> list[str]:
    """One line a problem of ``error``, which came from validating ``model``."""
    #: A key that is misspelt is told before the one that is missing for it.
    unknown: list[str] = []
    found: list[str] = []
    problems = error.errors(include_url=False)
    for problem in problems:
        if problem["loc"][-1:] == (KEY,):
            name = problem["loc"][-2]
            found.append(f"{PREFIX}{path(problem['loc'][:-1])}: {name!r} is no name here: {_lower(problem['msg'])}")
            continue
        if any(
            "[key]" in other["loc"] and problem["loc"][: len(other["loc"]) - 1] == other["loc"][:-1]
            for other in problems
        ):
            # What stands below a key that is refused says nothing more.
            continue
        if problem["type"] == "too_short" and _has_problem_below(problem["loc"], problems):
            # A refused item also leaves its list too short: one mistake is told once.
            continue
        where = PREFIX + path(problem["loc"])
        text = str(problem["msg"]).removeprefix("Value error, ")
        if problem["type"] == "value_error" and not problem["loc"]:
            # A rule across fields names its own keys: pydantic would point at the whole file.
            found += [PREFIX + line for line in text.splitlines()]
        elif problem["type"] == "extra_forbidden":
            allowed = keys_at(model, problem["loc"][:-1])
            unknown.append(f"{where}: unknown key; {meant(str(problem['loc'][-1]), allowed)}")
        elif problem["type"] == "missing":
            found.append(f"{where}: is missing and has no default")
        else:
            found.append(f"{where}: {shown(problem['input'])} is refused: {_lower(text)}")
    return unknown + found


def _lower(text: str) -> str:
    plain = text.removeprefix("Value error, ").replace("Tuple should have", "List should have")
    return f"{plain[:1].lower()}{plain[1:]}"


def path(loc: Loc) -> str:
    """``("nodeGroups", "apps", "instanceTypes", 0)`` as ``nodeGroups.apps.instanceTypes[0]``."""
    text = ""
    for step in loc:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


def keys_at(model: type[BaseModel], loc: Loc) -> list[str]:
    """The keys allowed in the mapping at ``loc``, found by walking the models as the validator did."""
    annotation: Any = model
    for step in loc:
        annotation = _below(annotation, step)
    found = _model_in(annotation)
    return sorted(field.alias or name for name, field in found.model_fields.items()) if found else []


def _has_problem_below(loc: Loc, problems: Sequence[Any]) -> bool:
    return any(len(other["loc"]) > len(loc) and other["loc"][: len(loc)] == loc for other in problems)


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


def shown(value: object) -> str:
    """A value as a message quotes it, cut where it is long."""
    text = str(value) if isinstance(value, Decimal) else repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
