"""Every case of the guardrails' tables: resources, the policy that judges them, and whether it refuses."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import yaml

from tests.policy.guardrails.analyzer import Given
from tests.policy.pack_cases import TAGS

FOLDER = Path(__file__).parent
KINDS = yaml.safe_load((FOLDER / "kinds.yaml").read_text())
#: Of the whole program: a member is its resources by name, in which ``@name`` refers to another.
WHOLE = yaml.safe_load((FOLDER / "program_kinds.yaml").read_text())
TABLE = yaml.safe_load((FOLDER / "demands.yaml").read_text())
UNPROTECTED = "unprotected"


@dataclass(frozen=True)
class Case:
    """A program, and whether ``policy`` refuses it; ``of_the_account``: for what it does not declare at all."""

    policy: str
    given: tuple[Given, ...]
    refused: bool
    protect: bool = True
    of_the_account: bool = False

    def __str__(self) -> str:
        return f"{self.policy}-{self.given[-1][0].rpartition(':')[2]}-{'refused' if self.refused else 'accepted'}"


def alone(policy: str, type_: str, props: dict[str, Any], *, refused: bool, protect: bool = True) -> Case:
    return Case(policy, ((type_, "one", props),), refused, protect)


@cache
def of_resources() -> tuple[Case, ...]:
    """Cases of one resource each."""
    return (*_of_kinds(), *_of_demands())


@cache
def by_file() -> dict[str, tuple[Case, ...]]:
    """The same and those of programs, by the file that they are written in."""
    return {"kinds.yaml": tuple(_of_kinds()), "demands.yaml": tuple(_of_demands()), "program_kinds.yaml": of_programs()}


def _of_demands() -> Iterator[Case]:
    return chain(_of_types(), _of_tags(), _of_documents(), _of_identities(), _of_attachments())


def _of_kinds() -> Iterator[Case]:
    for kind in KINDS:
        for expected in ("refused", "accepted"):
            for type_, props in kind[expected]:
                yield alone(kind["policy"], type_, props, refused=expected == "refused")


def _of_types() -> Iterator[Case]:
    for type_, line in TABLE["types"].items():
        good = line.get("good", {})
        for policy, changes in line["broken"].items():
            yield alone(policy, type_, good, refused=False)
            for change in changes:
                props = good if change == UNPROTECTED else _without_none({**good, **change})
                yield alone(policy, type_, props, refused=True, protect=change != UNPROTECTED)


def _of_tags() -> Iterator[Case]:
    for type_ in TABLE["tagged"]:
        tags: Any = TAGS
        if type_ == "aws:autoscaling/group:Group":
            tags = [{"key": key, "value": value} for key, value in TAGS.items()]
        yield alone("resources-are-tagged", type_, {"tags": tags}, refused=False)
        yield alone("resources-are-tagged", type_, {}, refused=True)


def _of_documents() -> Iterator[Case]:
    for place, type_ in _placed("documents"):
        outer, dot, inner = place.partition(".")
        for principal, refused in (("*", True), ({"AWS": "arn:aws:iam::111122223333:role/a"}, False)):
            document = {"Statement": {"Effect": "Allow", "Principal": principal, "Action": "a:Read"}}
            props = {outer: {inner: document}} if dot else {place: document}
            yield alone("policies-name-principals", type_, props, refused=refused)


def _of_identities() -> Iterator[Case]:
    for place, type_ in _placed("identities"):
        for action, refused in (("*", True), ("a:Read", False)):
            document = {"Statement": {"Effect": "Allow", "Action": action, "Resource": "*"}}
            props = {place: [{"policy": document}] if place == "inlinePolicies" else document}
            yield alone("permissions-are-narrow", type_, props, refused=refused)


def _of_attachments() -> Iterator[Case]:
    for place, type_ in _placed("attachments"):
        for name, refused in (("AdministratorAccess", True), ("ReadOnlyAccess", False)):
            arn = f"arn:aws:iam::aws:policy/{name}"
            props = {place: [arn] if place.endswith("s") else arn}
            yield alone("permissions-are-narrow", type_, props, refused=refused)


def _placed(section: str) -> Iterator[tuple[str, str]]:
    return ((place, type_) for place, types in TABLE[section].items() for type_ in types)


def _without_none(props: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in props.items() if value is not None}


@cache
def of_programs() -> tuple[Case, ...]:
    """Cases of several resources each."""
    return tuple(
        Case(
            kind["policy"],
            tuple((type_, name, props) for name, (type_, props) in program.items()),
            expected == "refused",
            of_the_account="of" in kind,
        )
        for kind in WHOLE
        for expected in ("refused", "accepted")
        for program in kind[expected]
    )
