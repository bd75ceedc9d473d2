"""What the engine's commands leave behind of a night, and the report of one: development, on a bad day.

``events.jsonl`` is what the real CLI wrote of a preview that the packs refused, after an instance type was changed and
everything was deployed; states and all but one unchanged resource are left out. ``.venv/bin/python -m
tests.preview.night.nights`` writes the report anew, ``report.md``.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from model.resource import SECRET_SIGNATURE, SIGNATURE
from preview.night.compose import compose
from preview.night.part import Night, ask
from preview.night.parts import PARTS
from preview.run import priced
from preview.simulate.registration import Recording
from preview.simulate.wire import is_reference, is_secret, resolve_reference
from pricing.book import Book
from stacks.load import StackFile, stack_file
from stacks.section import Waiver
from stacks.sections.drills import Drill
from tests.conftest import TODAY
from tests.recordings import recording

EVENTS: Final = Path(__file__).with_name("events.jsonl")
#: A resource that somebody could have made otherwise.
BROKEN: Final = "documents"
GOLDEN: Final = Path(__file__).with_name("report.md")


def exported(made: Recording, changes: Mapping[str, Mapping[str, Any]] = MappingProxyType({})) -> str:
    """What ``pulumi stack export`` would write of ``made``; ``changes`` are inputs and flags by a resource's name."""
    resources = [
        {
            "urn": each.urn,
            "custom": each.custom,
            "type": each.type,
            "id": each.name,
            "inputs": written({**each.inputs, **changes.get(each.name, {}).get("inputs", {})}),
            "outputs": {},
            "parent": each.parent or "",
            "protect": changes.get(each.name, {}).get("protect", each.protect),
            "dependencies": list(each.dependencies),
            "propertyDependencies": {key: list(urns) for key, urns in each.property_dependencies.items()},
            "provider": f"{each.provider}::one" if each.provider else "",
        }
        for each in made.registrations
    ]
    return json.dumps({"version": 3, "deployment": {"manifest": {}, "resources": resources}})


def written(value: Any) -> Any:
    """``value`` as a state has it: secrets encrypted."""
    if is_secret(value):
        return {SIGNATURE: SECRET_SIGNATURE, "ciphertext": "v1:abc"}
    if is_reference(value):
        return resolve_reference(value)
    if isinstance(value, dict):
        return {key: written(item) for key, item in value.items()}
    return [written(item) for item in value] if isinstance(value, list) else value


def dev(**more: Any) -> Night:
    """Development on a night; ``more`` is what else is there."""
    night = Night(**{"stack": "dev", "file": stack_file("dev"), "today": TODAY, "horizon": timedelta(days=90), **more})
    # Recorded once a run, and not for each night.
    night.__dict__["plan"] = priced(recorded(night.stack), night.file, night.today, Book.load())
    return night


def recorded(stack: str) -> Recording:
    """What the stack's program declares as its file stands."""
    file = stack_file(stack)
    return recording(stack, file.config, file.secret_keys)


def with_waiver(file: StackFile, **given: Any) -> StackFile:
    """``file`` with one waiver alone."""
    usual = {"policy": "x", "urn": "*", "reason": "r", "owner": "platform", "ticket": "PLAT-1", "expires": "2026-12-01"}
    waiver = Waiver.model_validate_json(json.dumps({**usual, **given}))
    return replace(file, settings=file.settings.model_copy(update={"exceptions": (waiver,)}))


def with_drills(file: StackFile, drills: Mapping[str, Any]) -> StackFile:
    """``file`` with these drills planned, by the store's name."""
    planned = {store: Drill.model_validate_json(json.dumps(each)) for store, each in drills.items()}
    return replace(file, settings=file.settings.model_copy(update={"drills": planned}))


def report(folder: Path) -> str:
    """The report of a night on which much is wrong; the state's file is written into ``folder``."""
    state = folder / "state.json"
    state.write_text(exported(recorded("dev"), {BROKEN: {"inputs": {"storageEncrypted": False}}}))
    file = with_waiver(stack_file("dev"), policy="budget|x", owner="@all", ticket="<b>[PLAT](http://x)</b>\n/close")
    file = with_drills(file, {"documents": {"everyDays": 14, "since": "2026-12-01"}})
    night = dev(file=file, today=date(2027, 1, 15), drift=EVENTS, state=state)
    return compose("dev", night.today, ask(PARTS, night), 65_536)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        GOLDEN.write_text(report(Path(made)))
