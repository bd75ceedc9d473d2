"""Reads settings from where they stand: a stack file on disk, or the configuration the engine hands over."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from stacks.document import MOST, read_document
from stacks.engine_keys import engine_problems, holds_secret
from stacks.environments import FOLDER, stack_names
from stacks.messages import PREFIX, SettingsError, first, lines, shown
from stacks.offered import REGION
from stacks.scalars import written
from stacks.settings import Settings

#: What the engine itself keeps in a stack file (source: pulumi/pulumi sdk/go/common/workspace, ProjectStack).
ENGINE_KEYS: Final = frozenset({"config", "encryptionsalt", "encryptedkey", "secretsprovider", "environment"})
#: What Go escapes in JSON that Python does not (source: encoding/json, HTMLEscape).
_IN_HTML: Final = re.compile("[<>&\u2028\u2029]")
_BEYOND: Final = 2**63


@dataclass(frozen=True, kw_only=True)
class StackFile:
    """A stack file: its settings, and the flat configuration that the engine would hand to a program."""

    path: Path
    settings: Settings
    config: Mapping[str, str]
    secret_keys: frozenset[str]


def stack_file(stack: str, path: Path | None = None) -> StackFile:
    """The file of ``stack``, or the one at ``path``. Raises :class:`SettingsError`."""
    path = path or FOLDER / f"Pulumi.{stack}.yaml"
    try:
        content = read_document(path)
    except SettingsError as error:
        known = "" if path.is_file() else f"; stacks are {', '.join(stack_names())}"
        raise SettingsError(f"{error}{known}") from None
    config = configuration(path, content)
    secret_keys = frozenset(key for key, value in config.items() if holds_secret(value))
    if problems := first(chain(_unusable(config, secret_keys), engine_problems(config, secret_keys))):
        raise SettingsError(problems)
    region = config.get("aws:region")
    if region != REGION:
        raise SettingsError(
            f"aws:region: {shown(region)} is refused; allowed is {REGION}, the region of the price book"
        )
    handed = {key: "[secret]" if key in secret_keys else flat(value) for key, value in config.items()}
    if (size := len(json.dumps(handed))) > MOST:
        raise SettingsError(f"{path}: holds {size} bytes of settings; allowed are {MOST}")
    settings = _of_stack(stack, from_config(handed))
    return StackFile(path=path, settings=settings, config=handed, secret_keys=secret_keys)


def _unusable(config: Mapping[str, Any], secret_keys: frozenset[str]) -> Iterator[str]:
    """One line a setting whose value is of a kind that no setting has, whichever it is."""
    for key, value in config.items():
        if not key.startswith(PREFIX):
            continue
        if key in secret_keys:
            yield f"{key}: holds a secure value; settings hold sizes only, secrets live in Secrets Manager"
        elif key.removeprefix(PREFIX) in _text_fields() and not isinstance(value, str):
            yield f"{key}: {shown(value)} is refused: input should be a text"
        elif value is None:
            yield f"{key}: has no value; write one, or leave the key out"


def _of_stack(stack: str, settings: Settings) -> Settings:
    """``settings``, unless another environment's stack has them: rules and secrets' paths go by the environment."""
    if stack in stack_names() and settings.environment != stack:
        raise SettingsError(
            f"{PREFIX}environment: {settings.environment!r} is refused in stack {stack}; allowed is {stack}"
        )
    return settings


def from_mapping(landing: Mapping[str, Any]) -> Settings:
    """Settings from the mapping below ``landing:``. Raises :class:`SettingsError`."""
    try:
        # Only JSON mode is both strict and at home with tuples, dates and decimals.
        return Settings.model_validate_json(json.dumps(landing))
    except ValidationError as error:
        raise SettingsError(first(lines(Settings, error))) from None
    except (TypeError, ValueError, RecursionError) as error:
        raise SettingsError(f"{PREFIX} {error}; allowed are text, numbers, booleans, lists and mappings") from None


def from_config(config: Mapping[str, str]) -> Settings:
    """Settings from flat configuration, where everything but text arrives as JSON. Raises :class:`SettingsError`."""
    landing: dict[str, Any] = {}
    for key, value in config.items():
        if key.startswith(PREFIX):
            name = key.removeprefix(PREFIX)
            landing[name] = value if name in _text_fields() else _decoded(value)
    return from_mapping(landing)


def from_environment() -> Settings | None:
    """Settings of the running program or pack, or ``None`` when it was started without configuration."""
    config = json.loads(os.environ.get("PULUMI_CONFIG") or "{}")
    return from_config(config) if any(key.startswith(PREFIX) for key in config) else None


def configured_region() -> str:
    """``aws:region`` of the running program or pack, or nothing."""
    found = json.loads(os.environ.get("PULUMI_CONFIG") or "{}").get("aws:region")
    return found if isinstance(found, str) else ""


def required_from_environment() -> Settings:
    """Settings of the running program. Raises :class:`SettingsError` when it was started without configuration."""
    settings = from_environment()
    if settings is None:
        raise SettingsError(f"no {PREFIX} configuration: select a stack, one of {', '.join(stack_names())}")
    return _of_stack(os.environ.get("PULUMI_STACK", ""), settings)


@cache
def _text_fields() -> frozenset[str]:
    properties = Settings.model_json_schema()["properties"]
    return frozenset(name for name, schema in properties.items() if schema.get("type") == "string")


def _decoded(value: str) -> Any:
    try:
        return json.loads(value)
    except json.JSONDecodeError:
        return value


def flat(value: Any) -> str:
    """A value as the engine hands it over."""
    if value is None:
        return ""
    # A whole number keeps its digits where it stands alone.
    return str(value) if type(value) is int else value if isinstance(value, str) else _json(value)


def _json(value: Any) -> str:
    """A value as Go writes JSON: keys sorted, numbers beyond 64 bits rounded, and nothing that HTML would take up."""
    if isinstance(value, dict):
        return f"{{{','.join(f'{_json(key)}:{_json(value[key])}' for key in sorted(value, key=str.encode))}}}"
    if isinstance(value, list):
        return f"[{','.join(map(_json, value))}]"
    if isinstance(value, float) or (type(value) is int and value >= _BEYOND):
        return written(float(value))
    return _IN_HTML.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False))


def configuration(path: Path, document: Any) -> Mapping[str, Any]:
    """What stands below ``config:`` of the ``document`` at ``path``. Raises :class:`SettingsError`."""
    if not isinstance(document, dict):
        raise SettingsError(f"{path}: must be a mapping with the key config")
    if unknown := sorted(set(document) - ENGINE_KEYS):
        raise SettingsError(
            f"{path}: {shown(unknown[0])} is an unknown key; allowed are {', '.join(sorted(ENGINE_KEYS))}"
        )
    config = document.get("config")
    if not isinstance(config, dict):
        raise SettingsError(f"{path}: config: is no mapping of settings")
    for key in config:
        namespace, _, name = key.partition(":")
        if not namespace or not name:
            raise SettingsError(f"{path}: config: {shown(key)} has no namespace; settings begin with {PREFIX}")
        if ":" in name:
            raise SettingsError(f"{path}: config: {shown(key)} has more than one colon; allowed is namespace:name")
    for key in ENGINE_KEYS - {"config", "environment"}:
        if not isinstance(document.get(key, ""), str):
            raise SettingsError(f"{path}: {key}: {shown(document[key])} is refused: input should be a text")
    _environment(path, document.get("environment", []))
    return config


def _environment(path: Path, found: Any) -> None:
    names = found if isinstance(found, list) else [""]
    if not isinstance(found, dict) and not all(isinstance(name, str) and name for name in names):
        allowed = "a list of environments' names, or an environment"
        raise SettingsError(f"{path}: environment: {shown(found)} is refused: input should be {allowed}")
