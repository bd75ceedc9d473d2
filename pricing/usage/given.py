"""Usage that somebody else measured, from a file: the keys of ``landing:usage``, and a stack file's windows too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from pricing.usage.file import UsageError, read_usage
from pricing.usage.reading import FIGURES, VOLUMES, Readings
from stacks.document import read_document
from stacks.messages import SettingsError, lines
from stacks.sections.measures import Spread, Volumes

VOLUMES_KEY: Final = "landing:volumes"


def read_given(name: str) -> Readings:
    """The figures of the file ``name`` with their own sources. Raises :class:`UsageError`.

    A figure without a source is a guess, as in a stack file. A window that is an example is nobody's measurement, and
    left out.
    """
    usage = read_usage(name)
    found = Readings()
    for key, attribute in FIGURES.items():
        figure: Spread | None = getattr(usage, attribute)
        if figure is not None:
            source = figure.source or f"guess: {Path(name).name} names no source"
            found.figures[key] = figure.model_copy(update={"source": source})
    volumes = _volumes(name)
    for key, attribute in VOLUMES.items():
        windows = [each for each in getattr(volumes, attribute) if not each.example]
        if windows:
            found.windows[key] = windows
    return found


def _volumes(name: str) -> Volumes:
    if name.endswith(".json"):
        return Volumes()
    try:
        document: Any = read_document(Path(name))
        config = document.get("config") if isinstance(document, dict) else None
        return Volumes.model_validate_json(json.dumps(config.get(VOLUMES_KEY, {}))) if config else Volumes()
    except SettingsError as error:
        raise UsageError(str(error)) from None
    except ValidationError as error:
        raise UsageError(f"{name}: {VOLUMES_KEY}: {lines(Volumes, error)[0].removeprefix('landing:')}") from None
