"""One move, rehearsed: the product's own command, its evidence, and the gate that reads it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml

from migration.evidence.record import approve, text
from policy.engine.rule import Context
from policy.gates.evidence import Approval, Evidence, place, read_evidence
from policy.gates.rules import problems
from stacks.load import stack_file

ROOT = Path(__file__).parents[2]
#: An account that dev's cluster admits.
ACCOUNT = "111122223333"
ENVIRONMENT = "dev"


class Rehearsal:
    """Evidence lies below ``world``, beside the program's own moves, as in a checkout."""

    def __init__(self, capability: str, world: Path, env: dict[str, str]) -> None:
        self.capability, self.world, self.env = capability, world, env
        world.mkdir()
        (world / "migration").symlink_to(ROOT / "migration")
        self.stores: dict = {}

    def verify(self, step: str = "verify", *options: str) -> subprocess.CompletedProcess:
        """``python -m migration verify`` as people start it."""
        file = self.world / "stores.yaml"
        file.write_text(yaml.safe_dump(self.stores))
        words = [
            "verify",
            ENVIRONMENT,
            self.capability,
            "--step",
            step,
            "--stores",
            str(file),
            "--gates",
            str(self.world),
        ]
        return subprocess.run(
            [sys.executable, "-m", "migration", *words, *options],
            cwd=ROOT,
            env={**os.environ, **self.env},
            capture_output=True,
            text=True,
            check=False,
        )

    def path(self, step: str, environment: str = ENVIRONMENT) -> Path:
        """Where the evidence of a step lies."""
        return place(self.world, environment, self.capability, step)

    def evidence(self, step: str) -> Evidence:
        """What the step left."""
        return read_evidence(self.path(step))

    def approve(self, step: str, *, red: bool = False) -> None:
        """Somebody agrees to the evidence as it is; to one that is ``red`` only with an editor."""
        evidence = self.evidence(step)
        if red:
            approval = Approval(by="kim", ticket="OPS-1", on=evidence.ended.date(), of=evidence.to_approve)
            self.path(step).write_text(text(evidence.model_copy(update={"approval": approval})))
            return
        self.path(step).write_text(text(approve(evidence, "kim", "OPS-1", evidence.ended.date())))

    def passed(self, *steps: str) -> None:
        """Each step verified and approved."""
        for step in steps:
            done = self.verify(step)
            assert done.returncode == 0, done.stdout + done.stderr
            self.approve(step)

    def refusals(self, *, days: int = 0, environment: str = ENVIRONMENT) -> list[str]:
        """What the gate has against ``verified``, entered ``days`` after the evidence's end."""
        ended = self.evidence("verify").ended.date()
        entered = ended + timedelta(days=days)
        first = self.evidence("precheck").ended.date()
        moves = {"planned": f"{first}", "copying": f"{first}", "verified": f"{entered}"}
        settings = stack_file(environment).settings
        changed = settings.model_copy(update={"moves": _moves(self.capability, moves)})
        today = max(entered, datetime.now(UTC).date())
        context = Context(settings=changed, today=today)
        return [found.text for found in problems(changed, context, None, self.world) if found.kind == "violation"]

    def spoil(self, change) -> None:
        """Edit the evidence of ``verify`` as somebody with an editor would."""
        content = json.loads(self.path("verify").read_text())
        change(content)
        self.path("verify").write_text(json.dumps(content))


def _moves(capability: str, moves: dict[str, str]) -> dict:
    from stacks.sections.moves import Changes

    return {capability: Changes.model_validate(moves)}


def gate_refuses_what_is_edited_copied_or_old(rehearsal: Rehearsal) -> None:
    """Failure 8, alike for every move: ``rehearsal`` has passed precheck and verify."""
    honest = rehearsal.path("verify").read_text()
    assert rehearsal.refusals() == [], rehearsal.refusals()

    def one_less(content: dict) -> None:
        counts = next(each for each in content["comparisons"] if each["name"] == "counts")
        item = next(name for name, value in counts["source"].items() if value)
        counts["source"][item] -= 1
        counts["target"][item] -= 1

    rehearsal.spoil(one_less)
    assert any("was changed after kim had approved it" in refusal for refusal in rehearsal.refusals())

    rehearsal.path("verify").write_text(honest)
    assert any("was 8 days old when the state was entered" in refusal for refusal in rehearsal.refusals(days=8))

    elsewhere = rehearsal.path("verify", "staging")
    shutil.copytree(rehearsal.path("verify").parent, elsewhere.parent)
    assert any("is of dev" in refusal for refusal in rehearsal.refusals(environment="staging"))
    shutil.rmtree(elsewhere.parent)
