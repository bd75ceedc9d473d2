"""Violations planted beside good twins, as tables tell them: planted/*.yaml."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from policy.guardrails.tags import TAGGED
from tests.policy.guardrails.analyzer import Given
from tests.policy.pack_cases import TAGS

FOLDER = Path(__file__).parent / "planted"
SOURCES = yaml.safe_load((FOLDER / "sources.yaml").read_text())
#: What Checkov says of each row, written by benchmarks/planted.py.
CHECKOV = FOLDER / "checkov.json"
SUBJECT = "subject"
TABLES = ("storage", "databases", "network", "compute", "identity", "operations", "kubernetes")
#: What a row may say.
KEYS = {"id", "control", "policy", "bad", "without", "beside", "also", "protect"}


@dataclass(frozen=True)
class Row:
    """A violation and its twin; each is a program, of which ``subject`` is what the row is about."""

    id: str
    control: str
    policy: str
    bad: tuple[Given, ...]
    twin: tuple[Given, ...] = field(repr=False)
    protect: bool = True
    #: What the violation is: what the row adds, or else the subject.
    about: tuple[str, ...] = (SUBJECT,)

    @property
    def source(self) -> str:
        """The page that asks for the control."""
        return SOURCES[self.control if self.control in SOURCES else re.split(r"[._]\d+$", self.control)[0]]


@cache
def rows() -> tuple[Row, ...]:
    """Every row of every table."""
    return tuple(
        row for name in TABLES for group in yaml.safe_load((FOLDER / f"{name}.yaml").read_text()) for row in _of(group)
    )


def _of(group: dict[str, Any]) -> Iterator[Row]:
    type_, twin, beside = group["type"], group["twin"], group.get("beside", {})
    good = _program(type_, twin, beside)
    for planted in group["planted"]:
        assert planted.keys() <= KEYS, planted["id"]
        others = {**beside, **planted.get("beside", {}), **planted.get("also", {})}
        kept = {name: other for name, other in others.items() if name not in planted.get("without", ())}
        changed = {key: value for key, value in {**twin, **planted.get("bad", {})}.items() if value is not None}
        bad = _program(type_, changed, kept)
        yield Row(
            id=planted["id"],
            control=planted["control"],
            policy=planted["policy"],
            bad=bad,
            twin=good,
            protect=planted.get("protect", True),
            about=tuple(planted.get("also", (SUBJECT,))),
        )


def _program(type_: str, props: dict[str, Any], beside: dict[str, list[Any]]) -> tuple[Given, ...]:
    """What others refer to comes first; tags are what every billed resource has."""
    given = [(SUBJECT, type_, props), *((name, *other) for name, other in beside.items())]
    if any(f"@{SUBJECT}" not in str(other) and f"@{name}" in str(props) for name, other in beside.items()):
        given.reverse()
    return tuple((token, name, _tagged(token, _plain(found))) for name, token, found in given)


def _tagged(type_: str, props: dict[str, Any]) -> dict[str, Any]:
    if type_ not in TAGGED:
        return props
    if type_ == "aws:autoscaling/group:Group":
        return {
            **props,
            "tags": [{"key": key, "value": value, "propagateAtLaunch": True} for key, value in TAGS.items()],
        }
    return {**props, "tags": TAGS}


def _plain(value: Any) -> Any:
    """Without what a merge has taken out."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items() if item is not None}
    return [_plain(item) for item in value] if isinstance(value, list) else value
