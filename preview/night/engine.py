"""What the engine's own commands found at night: drift, and the packs' verdict on the state as it stands.

Source of the events: pulumi sdk/go/common/apitype/events.go, written by ``--event-log``, as run with the CLI of
tools/pulumi. What a diagnostic says is not passed on: it is a provider's or a program's text, and in the job's log.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from model.resource import UNKNOWN
from model.urn import Urn, name_of
from preview.night.part import Answer, Night, StrangeError, UnknownError
from preview.packs.finding import Finding
from preview.packs.runner import OURS, PackError, Packs
from preview.questions.diff.parts import cut
from preview.run import PROJECT
from preview.simulate.registration import Recording, Registration
from preview.simulate.wire import UNKNOWN_TEXT
from pricing.declared.fault import UnreadableFileError
from pricing.declared.inventory import Inventory
from pricing.declared.read import read_inventory
from pricing.declared.state import DELETED, INTERRUPTED
from pricing.report.escape import prose, span

#: What the engine does, the gravest first; ``same``, ``refresh`` and ``read`` are none.
DOES: Final[Mapping[str, str]] = {
    "replace": "REPLACES",
    "delete": "DELETES",
    "create": "creates",
    "import": "imports",
    "update": "updates",
}
_STEPS: Final[Mapping[str, str]] = {
    "create-replacement": "replace",
    "import-replacement": "replace",
    "delete-replaced": "replace",
    "discard": "delete",
}
#: What the engine says at last of any preview that failed, one that the packs refused among them.
_FAILED: Final = "preview failed"
#: More properties of one resource than these are counted.
NAMED: Final = 8


def drift(night: Night) -> Answer | None:
    """Whether what runs is what the program says, by the engine's preview after a refresh."""
    if night.drift is None:
        return None
    found = _read_events(night.drift, night.stack)
    rows = (*_refused(found), *_changed(found))
    if not found.complete:
        return Answer.unknown("the engine's preview did not get to its end; the job's log says why", rows)
    return Answer(rows=rows, blocks=bool(rows))


def state(night: Night) -> Answer | None:
    """What the packs say of every resource in the exported state: advisory findings are the preview's to tell."""
    if night.state is None:
        return None
    try:
        inventory = read_inventory(str(night.state))
    except UnreadableFileError as error:
        raise UnknownError(str(error)) from None
    if inventory.form != "state":
        raise StrangeError("--state: is none; allowed is what pulumi stack export wrote")
    if not inventory.entries:
        raise UnknownError("the state holds no resource: nothing has been deployed")
    _of_stack("--state", inventory.entries[0].resource.urn, night.stack)
    findings = [each for each in judge_state(inventory, night) if each.level == "mandatory"]
    rows = [_finding(night, each) for each in findings]
    if interrupted := sum(gap.reason == INTERRUPTED for gap in inventory.gaps):
        rows.append(f"- creations that broke off: {interrupted}; run pulumi refresh")
    if waiting := inventory.left_out.get(DELETED, 0):
        rows.append(f"- replaced resources that were not deleted: {waiting}; the next deployment deletes them")
    return Answer(rows=tuple(rows), blocks=bool(findings))


def judge_state(inventory: Inventory, night: Night) -> list[Finding]:
    """What our packs find in a state, by the same requests as of a preview. Raises :class:`UnknownError`.

    A secret stays encrypted, so that a rule about its value finds it unknown.
    """
    made = tuple(
        Registration(
            urn=entry.resource.urn,
            type=entry.resource.type,
            name=entry.resource.name,
            inputs=_sent(entry.resource.props),
            outputs=_sent(entry.resource.props),
            parent=entry.resource.parent,
            custom=entry.resource.custom,
            protect=entry.resource.protect,
            provider=entry.provider or None,
            dependencies=tuple(entry.resource.dependencies),
            property_dependencies={key: tuple(urns) for key, urns in entry.resource.references.items()},
        )
        for entry in inventory.entries
    )
    recording = Recording(project=PROJECT, stack=night.stack, registrations=made, outputs={})
    config, secret = night.file.config, night.file.secret_keys
    try:
        with Packs(
            OURS, project=PROJECT, stack=night.stack, config=config, secret_keys=secret, today=night.today
        ) as packs:
            return packs.judge(recording)
    except PackError as error:
        raise UnknownError(str(error)) from None


def _sent(value: Any) -> Any:
    """``value`` as the engine sends it: an unknown is a text."""
    if isinstance(value, Mapping):
        return {key: _sent(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_sent(item) for item in value]
    return UNKNOWN_TEXT if value is UNKNOWN else value


def _finding(night: Night, each: Finding) -> str:
    where = name_of(each.urn) or night.stack
    return f"- {span(f'{each.pack}/{each.policy}')} on {span(where)}: {prose(cut(each.message))}"


@dataclass
class _Events:
    """What the events come to: by URN the gravest step and the properties that differ, and what the packs refused."""

    steps: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    refused: list[tuple[str, str, str, str]] = field(default_factory=list)
    #: Whether there is a summary, and nothing broke before it; what the packs refuse is all looked at first.
    complete: bool = False


def _read_events(path: Path, stack: str) -> _Events:
    found, seen, failed = _Events(), False, False
    try:
        with path.open(encoding="utf-8") as lines:
            for event in map(_event, lines):
                if (step := _at(event, "resourcePreEvent", "metadata")) is not None:
                    if not seen:
                        _of_stack("--drift", _text(step, "urn"), stack)
                    seen = True
                    _take(step, found)
                if (policy := _at(event, "policyEvent")) is not None:
                    _refuse(policy, found)
                if (said := _at(event, "diagnosticEvent")) and said.get("severity") == "error":
                    failed |= str(said.get("message")).strip() != _FAILED
                if (summary := _at(event, "summaryEvent")) is not None:
                    found.complete = summary.get("result") == "succeeded" or bool(found.refused)
    except OSError as error:
        raise UnknownError(f"{path.name} cannot be read ({error.strerror}); the job's log says why") from None
    except ValueError:
        raise UnknownError(f"{path.name} holds no events of the engine; the job's log says why") from None
    found.complete &= not failed
    return found


def _event(line: str) -> Mapping[str, Any]:
    try:
        event = json.loads(line)
    except RecursionError:
        raise ValueError("is nested too deeply") from None
    if not isinstance(event, dict):
        raise ValueError("an event is a mapping")  # noqa: TRY004 - as JSON that is none
    return event


def _at(event: Mapping[str, Any], *path: str) -> Mapping[str, Any] | None:
    found: Any = event
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else None


def _text(values: Mapping[str, Any], key: str) -> str:
    found = values.get(key)
    if not isinstance(found, str):
        raise ValueError(f"{key} is text")  # noqa: TRY004 - as JSON that is none
    return found


def _take(step: Mapping[str, Any], found: _Events) -> None:
    operation = _text(step, "op")
    operation = _STEPS.get(operation, operation)
    if operation not in DOES:
        return
    urn = _text(step, "urn")
    before = found.steps.get(urn, (operation, ()))
    differing = tuple(each for each in step.get("diffs") or () if isinstance(each, str))
    gravest = min(operation, before[0], key=list(DOES).index)
    found.steps[urn] = (gravest, tuple(dict.fromkeys((*before[1], *differing))))


def _refuse(policy: Mapping[str, Any], found: _Events) -> None:
    if policy.get("enforcementLevel") == "mandatory":
        # The SDK puts the policy's description first, on a line of its own.
        told = _text(policy, "message").strip()
        found.refused.append(
            (
                _text(policy, "policyPackName"),
                _text(policy, "policyName"),
                str(policy.get("resourceUrn") or ""),
                told.partition("\n")[2] or told,
            )
        )


def _refused(found: _Events) -> Iterator[str]:
    for pack, policy, urn, message in sorted(set(found.refused)):
        where = f" on {span(name_of(urn))}" if urn else ""
        yield f"- the deployment would be refused: {span(f'{pack}/{policy}')}{where}: {prose(cut(message))}"


def _changed(found: _Events) -> Iterator[str]:
    order = list(DOES)
    for urn, (operation, differing) in sorted(found.steps.items(), key=lambda pair: (order.index(pair[1][0]), pair[0])):
        what = DOES[operation]
        told = f"**{what}**" if what.isupper() else what
        yield f"- a deployment {told} {span(name_of(urn))} ({span(Urn.parse(urn).type)}){_differing(differing)}"


def _differing(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f": {', '.join(map(span, names[:NAMED]))}{more}" if names else ""


def _of_stack(option: str, urn: str, stack: str) -> None:
    of = Urn.parse(urn)
    if (of.project, of.stack) != (PROJECT, stack):
        raise StrangeError(f"{option}: is of {of.project}/{of.stack}; allowed is one of {PROJECT}/{stack}")
