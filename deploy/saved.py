"""A saved plan and what it was made from: a folder with both, that is applied as it stands or not at all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints, ValidationError

from deploy.engine import Checkout, State
from stacks.command import write_atomically

PLAN: Final = "plan.json"
RECORD: Final = "made-from.json"
#: A pipeline's artifact ends after a day; a forge that keeps the latest one longer does not make it younger.
LASTS: Final = timedelta(days=1)

_Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
_Object = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{40}|[0-9a-f]{64})$")]


class SavedError(Exception):
    """Why a saved plan is not applied."""


class Record(BaseModel):
    """What a plan was made from. No secret is in it, and those in the plan are encrypted by the stack's own key."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    stack: str
    made: AwareDatetime
    commit: _Object
    #: Of every file in the checkout that git does not ignore.
    tree: _Object
    #: SHA-256 of the state, as ``pulumi stack export`` writes it, and of the plan.
    state: _Digest
    plan: _Digest
    #: What ``pulumi version`` said.
    engine: str


@dataclass(frozen=True)
class Found:
    """What stands there now."""

    stack: str
    now: datetime
    checkout: Checkout
    state: State
    engine: str


def save(folder: Path, found: Found) -> Record:
    """Write down what the plan in ``folder`` was made from. Raises :class:`OSError`."""
    record = Record(
        stack=found.stack,
        made=found.now,
        commit=found.checkout.commit,
        tree=found.checkout.tree,
        state=found.state.digest,
        plan=_digest(folder / PLAN),
        engine=found.engine,
    )
    write_atomically(folder / RECORD, record.model_dump_json(indent=2) + "\n")
    return record


def load(folder: Path) -> Record:
    """What the plan in ``folder`` was made from; the plan is the one that was saved. Raises :class:`SavedError`."""
    try:
        record = Record.model_validate_json((folder / RECORD).read_bytes())
        plan = _digest(folder / PLAN)
    except OSError as error:
        raise SavedError(f"{folder}: holds no saved plan ({Path(error.filename).name}: {error.strerror})") from None
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"])) or "it"
        raise SavedError(f"{folder / RECORD}: {where} is not as it was written") from None
    if plan != record.plan:
        raise SavedError(f"{folder / PLAN}: is not the plan that was saved beside {RECORD}")
    return record


def plan_in(folder: Path) -> Mapping[str, Any]:
    """The plan, as the engine wrote it; empty where it wrote none."""
    path = folder / PLAN
    found: Mapping[str, Any] = json.loads(path.read_bytes()) if path.exists() else {}
    return found


def refuse_another(record: Record, found: Found) -> None:
    """Raises :class:`SavedError`, which names what is not as it was when the plan was read."""
    again = "make a new plan and read it"
    if record.stack != found.stack:
        raise SavedError(f"the plan is of {record.stack}, and {found.stack} is asked for")
    if not timedelta(0) <= found.now - record.made <= LASTS:
        raise SavedError(f"the plan was made at {record.made:%Y-%m-%d %H:%M} UTC and lasts a day; {again}")
    if record.commit != found.checkout.commit:
        made, here = record.commit[:12], found.checkout.commit[:12]
        raise SavedError(f"the plan was made from commit {made}, and {here} is checked out; {again}")
    if record.tree != found.checkout.tree:
        names = ", ".join(found.checkout.changed[:3]) or "what was changed then stands as committed now"
        raise SavedError(f"the checkout is not the one that the plan was made from ({names}); {again}")
    if record.engine != found.engine:
        raise SavedError(f"the plan was made by pulumi {record.engine}, and {found.engine} is on PATH; {again}")
    if record.state != found.state.digest:
        raise SavedError(f"the state of {found.stack} moved since the plan was made; {again}")


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()
