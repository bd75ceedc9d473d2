"""The file of ``--look-ups``: what a program looks up and nothing offline can answer, entry by entry.

An entry has a ``token``, the ``args`` that it answers (all of them where they are left out) and the ``result``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from model.resource import walk
from stacks.document import read_document
from stacks.messages import SettingsError, meant

KEYS: Final = ("token", "args", "result")


@dataclass
class Answers:
    """The entries of a file, and which of them were asked for."""

    path: Path | None = None
    entries: Sequence[Mapping[str, Any]] = ()
    used: set[int] = field(default_factory=set)

    def find(self, token: str, args: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The result of the first entry for ``token`` with exactly ``args``, else of one for any."""
        for wanted in (args, None):
            for place, entry in enumerate(self.entries):
                if entry["token"] == token and entry.get("args") == wanted:
                    self.used.add(place)
                    result: Mapping[str, Any] = entry["result"]
                    return result
        return None

    def unused(self) -> list[str]:
        """One line for each entry that answered nothing."""
        return [
            f"{self.path}: entry {place} ({entry['token']}) answers nothing that the program asked"
            for place, entry in enumerate(self.entries, start=1)
            if place - 1 not in self.used
        ]


def read_answers(path: Path | None) -> Answers:
    """The answers in the file at ``path``. Raises :class:`SettingsError`, which names file, entry and key."""
    if path is None:
        return Answers()
    document = read_document(path)
    if not isinstance(document, list):
        raise SettingsError(f"{path}: must be a list of entries with {', '.join(KEYS)}")
    for place, entry in enumerate(document, start=1):
        _check(f"{path}: entry {place}", entry)
    return Answers(path, document)


def _check(where: str, entry: Any) -> None:
    if not isinstance(entry, dict):
        raise SettingsError(f"{where}: must be a mapping with {', '.join(KEYS)}")
    for key in entry:
        if key not in KEYS:
            raise SettingsError(f"{where}: {key!r} is an unknown key; {meant(key, KEYS)}")
    if not isinstance(entry.get("token"), str):
        raise SettingsError(f"{where}: token: is missing; allowed is a text such as aws:ec2/getAmi:getAmi")
    for key in ("args", "result"):
        if not isinstance(entry.get(key, {}), dict) or (key == "result" and key not in entry):
            raise SettingsError(f"{where}: {key}: must be a mapping")
    for path, value in walk(entry["result"]):
        if value is None:
            name = ".".join(map(str, path))
            raise SettingsError(f"{where} ({entry['token']}): result.{name} is not filled in; fill it in, or remove it")


def entry_text(token: str, args: Mapping[str, Any], fields: Sequence[str]) -> str:
    """The entry that would answer a look-up, with its fields to be filled in."""
    entry = {"token": token, "args": json.loads(json.dumps(args)), "result": dict.fromkeys(fields)}
    text: str = yaml.safe_dump([entry], sort_keys=False, allow_unicode=True, width=10_000)
    return text.replace(": null\n", ":\n")
