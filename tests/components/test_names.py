"""Odd names of every component: whatever follows from one is a name that AWS and Kubernetes take, or it is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import pytest

from policy.engine.rule import Context, judge
from policy.guardrails import rules as guardrails
from preview.simulate.recorder import Registration, record
from preview.simulate.wire import show_to_reader
from tests.components.catalogue import MAKE, Shared, below
from tests.components.given import RELEASE
from tests.conftest import TODAY
from tests.golden.target import settings

NAMES: Final = {
    "capitals": "MyStore",
    "underscore": "my_store",
    "a digit first": "1store",
    "one letter": "a",
    "29": f"{'a' * 14}-{'b' * 14}",
    "45": "a" * 45,
    "60": "a" * 60,
    "100": "a" * 100,
    "dot": "my.store",
    "two hyphens": "my--store",
    "a hyphen last": "store-",
    "reserved": "admin",
    "space": "my store",
    "another script": "가게",
}
#: Of what AWS calls as Pulumi does, where no other name is given: how long a name may be, and of what.
AUTONAMED: Final = {
    "aws:iam/role:Role": ("name", re.compile(r"[A-Za-z0-9_+=,.@-]{1,64}")),
    "aws:eks/nodeGroup:NodeGroup": ("nodeGroupName", re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}")),
    "aws:ec2/launchTemplate:LaunchTemplate": ("name", re.compile(r"[A-Za-z0-9().\-/_]{3,128}")),
    "aws:ec2/securityGroup:SecurityGroup": ("name", re.compile(r"[\w .:/()#,@\[\]+=&;{}!$*-]{1,255}", re.ASCII)),
}
LABEL: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
SUBDOMAIN: Final = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
(ACCEPTED,) = [rule for rule in guardrails.RULES if rule.name == "aws-accepts-it"]
#: What takes every name: what it makes has names of its own, or none.
NEVER_REFUSED: Final = {"Admission", "Alarms", "Crds", "Mesh", "Vpn"}


def objections(made: Registration) -> Iterator[str]:
    """What AWS, Helm or Kubernetes would say of a name."""
    inputs = show_to_reader(made.inputs)
    if made.type in AUTONAMED:
        key, pattern = AUTONAMED[made.type]
        if not pattern.fullmatch(inputs.get(key) or f"{made.name}-0123456"):
            yield f"{made.type} {made.name}"
    if made.type == RELEASE:
        names = [inputs["name"], inputs["values"].get("fullnameOverride", "x")]
        yield from (f"release {name}" for name in names if len(name) > 53 or not LABEL.fullmatch(name))
    elif made.type.startswith("kubernetes:") and "metadata" in inputs:
        name, kind = inputs["metadata"]["name"], made.type.rpartition(":")[2]
        pattern = LABEL if kind in ("Namespace", "Service") else SUBDOMAIN
        if not pattern.fullmatch(name) or (kind == "CronJob" and len(name) > 52):
            yield f"{kind} {name}"


def declared(way: str, name: str) -> list[Registration] | str:
    """All that a component of a name made; or why it was refused."""
    refusals: list[str] = []

    def program() -> None:
        try:
            MAKE[way](name, Shared("on"))
        except ValueError as error:
            refusals.append(str(error))

    recording = record(program, project="p", stack="test", config={"aws:region": "ap-northeast-2"})
    return refusals[0] if refusals else below(recording, name)


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize("way", MAKE)
def test_a_name_is_one_that_aws_takes_or_is_refused(way, name):
    made = declared(way, name)

    if isinstance(made, str):
        assert name in made or name.replace("-", "") in made
        assert way not in NEVER_REFUSED
    else:
        context = Context(settings=settings("prod/all"), today=TODAY)
        assert [said for each in made for said in objections(each)] == []
        assert [found.message for each in made for found in judge(ACCEPTED, each.resource(), context)] == []


@pytest.mark.parametrize("way", MAKE)
def test_an_ordinary_name_is_taken(way):
    assert not isinstance(declared(way, "store-2"), str)
