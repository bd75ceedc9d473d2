"""Reads settings from where they stand: a stack file on disk, or the configuration the engine hands over."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from stacks.document import MOST, read_document
from stacks.environments import FOLDER, stack_names
from stacks.messages import PREFIX, SettingsError, lines, shown
from stacks.offered import REGION
from stacks.settings import Settings

#: What the engine itself keeps in a stack file (source: pulumi/pulumi sdk/go/common/workspace, ProjectStack).
ENGINE_KEYS: Final = frozenset({"config", "encryptionsalt", "encryptedkey", "secretsprovider", "environment"})


#: What would let others into the account; the provider takes them from the configuration.
CREDENTIALS: Final = ("aws:accessKey", "aws:secretKey", "aws:token")


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
    config = _config(path, content)
    secret_keys = frozenset(key for key, value in config.items() if _is_secret(value))
    for key in sorted(secret_keys):
        if key.startswith(PREFIX):
            raise SettingsError(
                f"{key}: holds a secure value; settings hold sizes only, secrets live in Secrets Manager"
            )
    for key in CREDENTIALS:
        if key in config and key not in secret_keys:
            raise SettingsError(f"{key}: is written in clear; credentials come from the environment, or by --secret")
    for name in _text_fields():
        if not isinstance(value := config.get(f"{PREFIX}{name}", ""), str):
            raise SettingsError(f"{PREFIX}{name}: {shown(value)} is refused: input should be a text")
    region = config.get("aws:region")
    if region != REGION:
        raise SettingsError(f"aws:region: {region!r} is refused; allowed is {REGION}, the region of the price book")
    flat = {key: "[secret]" if key in secret_keys else _flat(value) for key, value in config.items()}
    if (size := len(json.dumps(flat))) > MOST:
        raise SettingsError(f"{path}: holds {size} bytes of settings; allowed are {MOST}")
    settings = _of_stack(stack, from_config(flat))
    return StackFile(path=path, settings=settings, config=flat, secret_keys=secret_keys)


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
        raise SettingsError("\n".join(lines(Settings, error))) from None
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


def _flat(value: Any) -> str:
    # Sorted, as the engine sorts them when it writes the file anew.
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), sort_keys=True)


def _is_secret(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {"secure"}


def _config(path: Path, document: Any) -> Mapping[str, Any]:
    if not isinstance(document, dict):
        raise SettingsError(f"{path}: must be a mapping with the key config")
    if unknown := sorted(set(map(str, document)) - ENGINE_KEYS):
        raise SettingsError(f"{path}: {unknown[0]!r} is an unknown key; allowed are {', '.join(sorted(ENGINE_KEYS))}")
    config = document.get("config")
    if not isinstance(config, dict):
        raise SettingsError(f"{path}: config: is no mapping of settings")
    for key in config:
        if not isinstance(key, str) or ":" not in key:
            raise SettingsError(f"{path}: config: {key!r} has no namespace; settings begin with {PREFIX}")
    return config
