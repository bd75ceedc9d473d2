"""Every URN and every physical name of the three stacks: what must not change, or a deployed stack is replaced.

A resource that moves into another component gets a new URN; then it must name its old one as an alias, by which the
engine knows it again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from preview.simulate.registration import Registration
from preview.simulate.wire import UNKNOWN_SHOWN, show_to_reader
from tests.golden.target import STACKS, recorded

FILE: Final = Path(__file__).with_name("identities.json")
#: Each stack with every phase begun, and with the choices that the measured volumes did not take.
VARIATIONS: Final = tuple(f"{stack}/all{branch}" for stack in STACKS for branch in ("", "/incumbents"))
#: Inputs that AWS or Helm knows a resource by, and whose change replaces it or orphans what refers to it.
NAMES: Final = (
    "name",
    "bucket",
    "identifier",
    "clusterIdentifier",
    "replicationGroupId",
    "domainName",
    "userId",
    "userName",
    "userGroupId",
    "policyName",
    "groupName",
    "masterUsername",
    "username",
    "dbName",
    "addonName",
    "clusterName",
    "namespace",
    "serviceAccount",
    "scheduledActionName",
    "finalSnapshotIdentifier",
    "url",
)

#: URN without stack and project, to names, to the stacks in which it has them.
Identities = dict[str, dict[str, list[str]]]


def identities() -> Identities:
    """Every resource as the program declares it now."""
    found: Identities = {}
    for variation in VARIATIONS:
        stack = variation.partition("/")[0]
        for made in recorded(variation).all:
            stacks = found.setdefault(tail(made.urn), {}).setdefault(names(made), [])
            if stack not in stacks:
                stacks.append(stack)
    return found


def aliases() -> dict[str, str]:
    """What resources were called before they moved, to what they are called now."""
    return {
        tail(alias): tail(made.urn)
        for variation in VARIATIONS
        for made in recorded(variation).all
        for alias in made.aliases
    }


def tail(urn: str) -> str:
    """The part of a URN that is the same in every stack: types from the outermost component on, and the name."""
    return urn.split("::", 2)[2]


def names(made: Registration) -> str:
    """Every name that AWS, Helm or the cluster knows the resource by, as one text; empty where AWS gives it one."""
    return ", ".join(f"{key} {value}" for key, value in _names(show_to_reader(made.inputs)) if value != UNKNOWN_SHOWN)


def _names(inputs: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key in NAMES:
        if isinstance(inputs.get(key), str):
            yield key, inputs[key]
    metadata = inputs.get("metadata", {})
    for key in ("name", "namespace"):
        if key in metadata:
            yield f"metadata.{key}", metadata[key]


def golden_identities() -> Identities:
    """The committed table."""
    content: Identities = json.loads(FILE.read_text(encoding="utf-8"))
    return content


def identities_text(table: Identities) -> str:
    """The table's text, a resource a line."""
    rows = ",\n".join(f"  {json.dumps(key)}: {json.dumps(table[key])}" for key in sorted(table))
    return f"{{\n{rows}\n}}\n"


def lost(before: Identities, now: Identities, moved: Mapping[str, str]) -> list[str]:
    """What the engine or AWS would not know again: one line a URN that is gone, and a name that is another now.

    A stack of which ``before`` knows nothing has nothing to lose.
    """
    stacks = {stack for known in before.values() for names in known.values() for stack in names}
    now = {urn: _within(names, stacks) for urn, names in now.items()}
    found = []
    for urn, known in before.items():
        present = now.get(urn) or now.get(moved.get(urn, ""))
        if not present:
            found.append(f"{urn} is gone, and nothing names it as an alias")
        elif present != _within(known, stacks):
            found.append(f"{urn} was {known} and is {present}")
    return found


def with_new(before: Identities, now: Identities) -> Identities:
    """``before``, and what ``now`` adds: URNs, and stacks that have nothing in ``before``. Nothing is taken away."""
    stacks = {stack for known in before.values() for names in known.values() for stack in names}
    table = {**now, **before}
    for urn in now.keys() & before.keys():
        added = {name: [each for each in held if each not in stacks] for name, held in now[urn].items()}
        known = {name: [*before[urn].get(name, []), *held] for name, held in added.items() if held}
        table[urn] = {**before[urn], **known}
    return table


def _within(names: Mapping[str, list[str]], stacks: set[str]) -> dict[str, list[str]]:
    held = {name: sorted(each for each in found if each in stacks) for name, found in names.items()}
    return {name: found for name, found in held.items() if found}
