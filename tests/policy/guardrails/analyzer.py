"""Resources given as plain data, and what the guardrails' pack says of them through the engine's own Analyzer."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pulumi

from preview.packs.finding import Finding
from preview.packs.runner import OURS, Packs
from preview.run import PROJECT
from preview.simulate.recorder import record
from stacks.load import stack_file
from tests.conftest import TODAY

#: Properties that hold a document as a JSON text; in a table they are written as they are.
DOCUMENTS = (
    *("accessPolicies", "accessPolicy", "assumeRolePolicy", "content", "inlinePolicy", "policy", "policyDocument"),
)
Given = tuple[str, str, dict[str, Any]]


def as_texts(type_: str, props: dict[str, Any]) -> dict[str, Any]:
    """``props`` with documents as JSON; Kubernetes has none."""
    if type_.startswith("kubernetes:"):
        return props
    return {
        key: as_texts(type_, value)
        if isinstance(value, dict) and key == "details"
        else json.dumps(value)
        if key in DOCUMENTS and isinstance(value, dict)
        else [as_texts(type_, item) if isinstance(item, dict) else item for item in value]
        if isinstance(value, list)
        else value
        for key, value in props.items()
    }


def declare(given: Iterable[Given], *, protect: bool = True) -> None:
    """Register ``given``; ``@name`` is the id of a resource before, which nobody knows yet."""
    made: dict[str, pulumi.CustomResource] = {}

    def filled(value: Any) -> Any:
        if isinstance(value, str) and value.startswith("@"):
            return made[value[1:]].id
        if isinstance(value, dict):
            return {key: filled(item) for key, item in value.items()}
        return [filled(item) for item in value] if isinstance(value, list) else value

    for type_, name, props in given:
        options = pulumi.ResourceOptions(protect=protect)
        made[name] = pulumi.CustomResource(type_, name, filled(as_texts(type_, props)), options)


@contextmanager
def pack() -> Iterator[Callable[[Callable[[], None]], list[Finding]]]:
    """The pack with production's configuration, which may be asked again and again."""
    config = stack_file("prod").config
    with Packs([OURS[2]], project=PROJECT, stack="prod", config=config, today=TODAY) as packs:
        yield lambda program: packs.judge(record(program, project=PROJECT, stack="prod", config=config))
