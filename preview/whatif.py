"""``--what-if KEY=VALUE``: the same stack with other settings, decided, planned, priced and judged again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from pydantic.alias_generators import to_camel

from stacks.load import StackFile, from_config
from stacks.measures import Volumes
from stacks.messages import PREFIX, SettingsError

SOURCE: Final = "what-if"
#: Settings that hold a list of measurement windows: one number stands for one window.
WINDOWS: Final = frozenset(
    f"volumes.{field.alias}" for field in Volumes.model_fields.values() if "Measurement" in str(field.annotation)
)
#: Usage figures that a measured volume is also billed by; they are settings of their own and stay as they are.
BILLED_BY: Final = {
    "volumes.logGbPerMonth": ("applicationLogGb", "logArchiveGb"),
    "volumes.tracesPerMonth": ("tracesRecorded", "tracesRetrieved", "traceArchiveGb"),
}


def changed(file: StackFile, changes: Sequence[str], today: date) -> StackFile:
    """``file`` with each ``path=value`` of ``changes`` made, in their order.

    A path is dotted and in camelCase, as below ``landing:``; places of lists are numbers. A value is JSON, or text when
    it is not, or when text stands there now. Raises :class:`SettingsError`, the settings' own for a key or value that
    they refuse.
    """
    landing = {key.removeprefix(PREFIX): _opened(value) for key, value in file.config.items() if key.startswith(PREFIX)}
    touched = set()
    for change in changes:
        path, separator, typed = change.partition("=")
        steps = path.strip().removeprefix(PREFIX).split(".")
        if not separator or not all(steps):
            raise SettingsError(
                f"--what-if: {change!r} is refused; allowed is a setting and a value: volumes.logGbPerMonth=140"
            )
        _put(landing, steps, typed, today)
        touched.add(steps[0])
    config = {**file.config, **{PREFIX + key: _closed(landing[key]) for key in sorted(touched)}}
    return replace(file, config=config, settings=from_config(config))


def reminders(changes: Sequence[str], file: StackFile) -> list[str]:
    """Usage figures that still stand for the old volume, though the bill is made from them."""
    paths = [change.partition("=")[0].strip().removeprefix(PREFIX) for change in changes]
    usage = {to_camel(name): figure for name, figure in file.settings.usage}
    return [
        f"landing:usage.{figure} is still {usage[figure]}: the bill is for that volume; change it too"
        for path in paths
        for figure in BILLED_BY.get(path, ())
        if usage.get(figure) is not None and f"usage.{figure}" not in paths
    ]


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
