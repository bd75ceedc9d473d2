"""What tells one Loki or Tempo from another: neither has an id, so it is where it keeps what it holds."""

from __future__ import annotations

import json
from typing import Any

import yaml

from migration.verification.readers.answers import Answers
from migration.verification.stores import StoreError
from policy.gates.evidence import digest


def configured(answers: Answers, path: str, keys: tuple[str, ...]) -> str:
    """The digest of ``keys`` of the configuration that runs, which both servers show with its secrets masked."""
    try:
        told: Any = yaml.safe_load(answers.text(path))
    except yaml.YAMLError:
        told = None
    if not isinstance(told, dict) or not (found := {key: told[key] for key in keys if key in told}):
        raise StoreError(f"{answers.side}: {path} does not show {', '.join(keys)}")
    return digest(json.dumps(found, sort_keys=True, default=str).encode())
