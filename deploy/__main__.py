"""``python -m deploy STACK``: the real deployment, which ``make up`` starts: the plan that was read, or nothing.

Ends with 0 when it is done, with 1 where a pack, a loss of data or the engine stops it, and with 2 where the plan is
not of what stands there now.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Final, NoReturn

import typer

from deploy.engine import Engine, EngineError, State, checkout, environment, events_in, missing
from deploy.loss import Loss, losses_in
from deploy.saved import PLAN, Found, SavedError, load, plan_in, refuse_another, save
from stacks.command import ROOT, app, harmless, refuse
from stacks.environments import stack_names
from stacks.load import stack_file
from stacks.messages import SettingsError, meant

STOPPED: Final = 1
_EVENTS: Final = "events.jsonl"


def main(
    stack: Annotated[str, typer.Argument(help="One of " + ", ".join(stack_names()))],
    *,
    save_to: Annotated[Path | None, typer.Option("--save", help="Save the plan in this folder, and stop.")] = None,
    plan: Annotated[Path | None, typer.Option(help="Apply the plan in this folder, which --save wrote.")] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Apply without a question.")] = False,
    message: Annotated[str, typer.Option(help="Kept with the update.")] = "",
) -> int:
    """Plan STACK with all packs, show the plan, ask, and apply exactly that; or each half by itself."""
    if save_to and plan:
        refuse("--save and --plan are refused together; a plan is made or applied")
    if save_to and yes:
        refuse("--yes is refused with --save, which applies nothing")
    deployment = _deployment(stack)
    with TemporaryDirectory(prefix="plan-") as nowhere:
        folder = plan or save_to or Path(nowhere)
        try:
            if plan is None and (code := deployment.plan(folder)):
                return code
            if save_to:
                _say(f"saved in {folder}; apply it within a day by --plan {folder}")
                return 0
            if not yes:
                _confirm(stack)
            return deployment.apply(folder, message)
        except (EngineError, SavedError, OSError) as error:
            refuse(str(error))


def _deployment(stack: str) -> Deployment:
    """The deployment of ``stack``; refuses an unknown one, unreadable settings, and a machine without tools."""
    if stack not in stack_names():
        refuse(f"{stack!r} is refused; {meant(stack, stack_names())}")
    try:
        protected = stack_file(stack).settings.deletion_protection
    except SettingsError as error:
        refuse(str(error))
    told, left_out = environment(os.environ)
    for tool in missing(told.get("PATH")):
        refuse(f"{tool} is not on PATH: a real deployment needs the pulumi and aws CLIs, and git; a preview needs none")
    if left_out:
        _say(f"left out of the deployment's environment: {', '.join(left_out)}")
    return Deployment(Engine(ROOT, stack, told), protected=protected)


class Deployment:
    """One environment's plan, and its application; ``protected`` by ``landing:deletionProtection``."""

    def __init__(self, engine: Engine, *, protected: bool) -> None:
        self._engine = engine
        self._protected = protected

    def plan(self, folder: Path) -> int:
        """Saves a plan in ``folder`` and says what it would lose; 0, or 1 where it must not be applied."""
        before = self._found()
        if self._protected and before.checkout.changed:
            names = ", ".join(before.checkout.changed[:3])
            refuse(f"{before.stack} is protected and deployed from a commit alone; uncommitted are: {names}")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in (PLAN, _EVENTS):
            (folder / name).unlink(missing_ok=True)
        code = self._engine.preview((folder / PLAN).absolute(), (folder / _EVENTS).absolute())
        losses = losses_in(plan_in(folder), events_in(folder / _EVENTS))
        (folder / _EVENTS).unlink(missing_ok=True)
        refused = self._tell(losses)
        if code or refused:
            (folder / PLAN).unlink(missing_ok=True)
            return STOPPED
        (folder / PLAN).chmod(0o600)
        if self._engine.state().digest != before.state.digest:
            refuse(f"the state of {before.stack} moved while the plan was made; make a new one and read it")
        save(folder, before)
        return 0

    def apply(self, folder: Path, message: str) -> int:
        """Applies the plan in ``folder`` if everything is as it was. Raises :class:`SavedError` where it is not.

        From this look at the state to the engine's own lock a moment passes; what moves then still has to fit the plan.
        """
        refuse_another(load(folder), self._found())
        # A plan only allows: whoever could put another file in its place could allow more than was read.
        if self._protected and self._tell(losses_in(plan_in(folder))):
            return STOPPED
        return STOPPED if self._engine.up((folder / PLAN).absolute(), message) else 0

    def _found(self) -> Found:
        with TemporaryDirectory() as folder:
            there = checkout(self._engine.root, self._engine.environment, Path(folder) / "index")
        state = self._engine.state()
        if state.pending:
            self._refuse_pending(state)
        return Found(self._engine.stack, datetime.now(tz=UTC), there, state, self._engine.version())

    def _refuse_pending(self, state: State) -> NoReturn:
        """What was begun and not seen to end would be made a second time: the engine itself only warns."""
        lines = [f"{kind} {urn}" for kind, urn in state.pending]
        refuse(
            f"the state of {self._engine.stack} has operations that were interrupted; "
            "docs/operations.md says how to end them\n" + "\n".join(lines)
        )

    def _tell(self, losses: list[Loss]) -> bool:
        """Says what would be lost; whether that is refused."""
        for loss in losses:
            _say(f"{'error' if self._protected else 'warning'}: {loss.told(refused=self._protected)}")
        if losses and self._protected:
            _say("error: landing:deletionProtection is on; docs/deploying.md says how data is given up on purpose")
        return bool(losses) and self._protected


def _confirm(stack: str) -> None:
    if not sys.stdin.isatty():
        refuse("nobody can be asked here; read the plan and pass --yes")
    if not typer.confirm(f"Apply this plan to {stack}?"):
        raise SystemExit(STOPPED)


def _say(line: str) -> None:
    sys.stderr.write(f"{harmless(line)}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    app(main, "the deployment")
