"""Recordings of the program, each made once a test run: by whichever of its workers is the first to ask for it."""

from __future__ import annotations

import fcntl
import json
import pickle
from collections.abc import Callable, Collection, Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stacks.clock import as_of
from stacks.load import StackFile, stack_file
from stacks.load import flat as handed
from stacks.offered import REGION
from tests.conftest import TODAY

if TYPE_CHECKING:
    from preview.result import Preview
    from preview.simulate.registration import Recording

#: Where the workers of a run leave things for each other; without it, a process makes them for itself.
_shared: list[Path] = []
_known: dict[str, Any] = {}


def share(folder: Path) -> None:
    """Leave what is made in ``folder`` and take it from there; it must not outlive the run."""
    folder.mkdir(exist_ok=True)
    _shared[:] = [folder]


def recording(stack: str, config: Mapping[str, str], secret_keys: Collection[str] = ()) -> Recording:
    """What the whole program registers for ``stack`` with this flat configuration; to be looked at, not changed."""

    def made() -> Recording:
        # The SDK takes a second to import: not where another worker has recorded.
        from preview.run import PROJECT, ROOT
        from preview.simulate.recorder import record

        with as_of(TODAY):
            return record(ROOT, project=PROJECT, stack=stack, config=config, secret_keys=secret_keys)

    return once(json.dumps([stack, dict(config), sorted(secret_keys)], sort_keys=True), made)


def of_settings(stack: str, landing: Mapping[str, Any]) -> Recording:
    """The same with ``landing`` in place of what stands below ``landing:`` in the stack's file."""
    return recording(stack, flat(landing))


def flat(landing: Mapping[str, Any]) -> dict[str, str]:
    """What a stack file with ``landing`` below ``landing:`` is as the engine would hand it over."""
    return {"aws:region": REGION, **{f"landing:{key}": handed(value) for key, value in landing.items()}}


def planned(stack: str, file: StackFile) -> Preview:
    """What ``preview.run.planned`` says of the stack; it is decided and priced anew."""
    from preview.run import priced
    from pricing.book import Book

    return priced(recording(stack, file.config, file.secret_keys), file, TODAY, Book.load())


def previewed(stack: str) -> Preview:
    """The whole preview of a stack: recorded, priced, judged."""
    from preview.run import preview_stack

    return once(f"a preview of {stack}", lambda: preview_stack(stack, stack_file(stack), TODAY))


def once(name: str, make: Callable[[], Any]) -> Any:
    """What ``make`` returns, made once a run; everybody gets the same, so it is to be looked at, not changed."""
    if name not in _known:
        _known[name] = _taken(_shared[0] / sha256(name.encode()).hexdigest(), make) if _shared else make()
    return _known[name]


def _taken(left: Path, make: Callable[[], Any]) -> Any:
    # Held by one worker at a time: who comes second waits for what the first writes. What fails writes nothing.
    with left.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        if content := file.read():
            return pickle.loads(content)  # noqa: S301 - this run's own
        made = make()
        file.write(pickle.dumps(made))
        return made
