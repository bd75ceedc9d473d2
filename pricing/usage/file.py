"""Usage figures from a file: the keys of ``landing:usage``, in YAML or JSON, by themselves or in a stack file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from pricing.declared.cursor import Cursor
from pricing.declared.fault import FaultError, position
from pricing.declared.read import decode_json
from stacks.document import read_document
from stacks.messages import SettingsError, lines, meant
from stacks.sections.measures import Usage

#: Where a stack file has its figures.
STACK_KEY: Final = "landing:usage"


class UsageError(ValueError):
    """A file of usage that cannot be used: one line naming the file, the key, the value and what is allowed."""


def read_usage(name: str) -> Usage:
    """The figures in the file ``name``. Raises :class:`UsageError`."""
    found = _figures(name, _document(name))
    try:
        return Usage.model_validate_json(json.dumps(found))
    except ValidationError as error:
        raise UsageError(_told(name, error)) from None
    except (TypeError, ValueError, RecursionError):
        raise UsageError(f"{name}: holds what is no figure; allowed are numbers and {{low, base, high}}") from None


def _document(name: str) -> Any:
    if not name.endswith(".json"):
        try:
            return read_document(Path(name))
        except SettingsError as error:
            raise UsageError(str(error)) from None
    text = ""
    try:
        text = decode_json(Path(name).read_bytes())
        cursor = Cursor(text)
        found = cursor.value()
        cursor.end()
    except OSError as error:
        raise UsageError(f"{name}: cannot be read ({error.strerror})") from None
    except FaultError as fault:
        where = position(text, fault.at) if fault.unit == "character" else f"{fault.unit} {fault.at}"
        raise UsageError(f"{name}: {where}: {fault}") from None
    return found


def _figures(name: str, found: Any) -> dict[str, Any]:
    if isinstance(found, dict) and isinstance(config := found.get("config"), dict) and STACK_KEY in config:
        found = config[STACK_KEY]
    if not isinstance(found, dict):
        raise UsageError(f"{name}: must be a mapping of figures, such as natGb: 100")
    known = [field.alias or key for key, field in Usage.model_fields.items()]
    for key in found:
        if key not in known:
            raise UsageError(f"{name}: {key}: unknown key; {meant(key, sorted(known))}")
    return found


def _told(name: str, error: ValidationError) -> str:
    """The first problem, with the key as typed; a second line would be about a second mistake."""
    first, *others = lines(Usage, error)
    more = f" (and {len(others)} more)" if others else ""
    return f"{name}: {first.removeprefix('landing:')}{more}"
