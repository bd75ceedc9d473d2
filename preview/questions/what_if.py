"""``--what-if KEY=VALUE``: the same stack with other settings, decided, planned, priced and judged again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from preview.questions.linked_usage import move_linked_usage
from stacks.load import StackFile, from_config
from stacks.messages import PREFIX, SettingsError
from stacks.sections.measures import Volumes

SOURCE: Final = "what-if"
#: Settings that hold a list of measurement windows: one number stands for one window.
WINDOWS: Final = frozenset(
    f"volumes.{field.alias}" for field in Volumes.model_fields.values() if "Measurement" in str(field.annotation)
)


def apply_changes(file: StackFile, changes: Sequence[str], today: date) -> StackFile:
    """``file`` with each ``path=value`` of ``changes`` made, in their order.

    A path is dotted and in camelCase, as below ``landing:``; places of lists are numbers. A value is JSON, or text when
    it is not, or when text stands there now. Usage that a changed volume is billed by moves along. Raises
    :class:`SettingsError`, the settings' own for a key or value that they refuse.
    """
    landing = {key.removeprefix(PREFIX): _opened(value) for key, value in file.config.items() if key.startswith(PREFIX)}
    touched = set()
    for change in changes:
        _, separator, typed = change.partition("=")
        steps = _path(change).split(".")
        if not separator or not all(steps):
            raise SettingsError(
                f"--what-if: {change!r} is refused; allowed is a setting and a value: volumes.logGbPerMonth=140"
            )
        _put(landing, steps, typed, today)
        touched.add(steps[0])
    config = {**file.config, **{PREFIX + key: _closed(landing[key]) for key in sorted(touched)}}
    settings = from_config(config)
    if along := move_linked_usage(file.settings, settings, [_path(change) for change in changes]):
        landing["usage"].update((each.figure, each.typed) for each in along)
        config[f"{PREFIX}usage"] = _closed(landing["usage"])
        settings = from_config(config)
    return replace(file, config=config, settings=settings)


def moved_along(changes: Sequence[str], before: StackFile, after: StackFile) -> list[str]:
    """One line for each usage figure that moved along with a volume: from what, to what, and by which rule."""
    return list(map(str, move_linked_usage(before.settings, after.settings, [_path(change) for change in changes])))


def _path(change: str) -> str:
    return change.partition("=")[0].strip().removeprefix(PREFIX)


def _put(landing: dict[str, Any], steps: list[str], typed: str, today: date) -> None:
    place: Any = landing
    for depth, step in enumerate(steps[:-1]):
        below = _at(place, step, steps[:depth])
        if below is None:
            below = place[step] = {}
        place = below
    last, before = steps[-1], steps[:-1]
    now = _at(place, last, before)
    value = _value(typed, now)
    if ".".join(steps) in WINDOWS and isinstance(value, int | float) and not isinstance(value, bool):
        value = [_window(value, today)]
    place[int(last) if isinstance(place, list) else last] = value


def _at(place: Any, step: str, before: list[str]) -> Any:
    """What stands at ``step``, or ``None``. Raises :class:`SettingsError` where nothing can."""
    where = f"{PREFIX}{'.'.join([*before, step])}"
    if isinstance(place, dict):
        return place.get(step)
    if isinstance(place, list):
        if step.isascii() and step.isdigit() and int(step) < len(place):
            return place[int(step)]
        raise SettingsError(f"{where}: {step!r} is refused; allowed are 0 to {len(place) - 1}, places of a list")
    raise SettingsError(f"{where}: {step!r} is refused; nothing stands below {place!r}")


def _value(typed: str, now: Any) -> Any:
    try:
        value = json.loads(typed)
    except (ValueError, RecursionError):
        return typed
    # A version such as 1.36 is text though it looks like a number.
    return typed if isinstance(now, str) and not isinstance(value, str) else value


def _window(value: float, today: date) -> dict[str, Any]:
    month = (today.replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
    return {"window": month, "value": value, "source": SOURCE, "measuredOn": today.isoformat()}


def _opened(value: str) -> Any:
    try:
        found = json.loads(value)
    except ValueError:
        return value
    return found if isinstance(found, dict | list) else value


def _closed(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
