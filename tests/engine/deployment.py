"""One stack under the real engine: a copy of a project, a state of its own, and what each command did."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pulumi import automation as auto
from pulumi.automation.events import EngineEvent, StepEventMetadata

from preview.packs.finding import Finding, make_finding

ROOT = Path(__file__).parents[2]
PASSPHRASE = "engine tests"
PACKS = ("decisions", "cost", "guardrails")
HURRIED = {"PULUMI_EXPERIMENTAL": "true", "PULUMI_SKIP_CHECKPOINTS": "true"}


@dataclass(frozen=True)
class Run:
    """What a command said, and what it did."""

    succeeded: bool
    text: str
    events: Sequence[EngineEvent]

    @property
    def complaints(self) -> str:
        """What kept the command from succeeding, without everything else that it said."""
        errors = (event.diagnostic_event for event in self.events)
        told = [each.message for each in errors if each and each.severity == "error"]
        return "\n".join([*told, *(str(each) for each in self.findings if each.level == "mandatory")]) or self.text

    @cached_property
    def steps(self) -> dict[str, StepEventMetadata]:
        """The engine's step for each resource that the program declares, and for default providers."""
        found = (event.resource_pre_event for event in self.events)
        return {event.metadata.urn: event.metadata for event in found if event and event.metadata.op != "read"}

    @property
    def changes(self) -> dict[str, str]:
        """What is done to which resource, unless it is left alone; default providers are the engine's own business."""
        done = {urn: step.op.value for urn, step in self.steps.items() if "::default" not in urn}
        return {urn: operation for urn, operation in done.items() if operation not in ("same", "refresh")}

    @property
    def names_changed(self) -> dict[str, str]:
        """The same by type and name alone."""
        return {"::".join(urn.split("::")[2:]).rpartition("$")[2]: change for urn, change in self.changes.items()}

    @property
    def count(self) -> Mapping[str, int]:
        """Resources by what was done to them, as the engine sums it up."""
        told = [event.summary_event for event in self.events if event.summary_event]
        changes = told[-1].resource_changes.items() if told else ()
        return {getattr(operation, "value", operation): number for operation, number in changes}

    @property
    def findings(self) -> list[Finding]:
        """What the packs said, read as the preview reads it, except for the kind, which the engine passes over."""
        said = [event.policy_event for event in self.events if event.policy_event]
        return sorted(
            make_finding(
                pack=each.policy_pack_name,
                policy=each.policy_name,
                level=each.enforcement_level,
                urn=each.resource_urn,
                # The SDK puts the policy's description first, on a line of its own.
                message=each.message.rstrip("\n").partition("\n")[2] or each.message.rstrip("\n"),
            )
            for each in said
        )


class Deployment:
    """A stack of a project in ``folder``; nothing it writes is shared but the plugins in ``home``."""

    def __init__(
        self,
        command: auto.PulumiCommand,
        home: Path,
        folder: Path,
        stack: str,
        environment: Mapping[str, str],
    ) -> None:
        self.folder = folder
        self.name = stack
        self.state = folder.parent / f"{folder.name}-state"
        self.state.mkdir()
        self.environment = {
            "PULUMI_BACKEND_URL": self.state.as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
            "PULUMI_HOME": str(home),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_DISABLE_REGISTRY_RESOLVE": "true",
            # Where another checkout stands on the path, program and packs must still import the copy's own modules.
            "PYTHONPATH": str(ROOT),
            **environment,
        }
        options = auto.LocalWorkspaceOptions(env_vars=self.environment, pulumi_command=command)
        self._command = shutil.which(command.command)
        self._stack = auto.create_stack(stack, work_dir=str(folder), opts=options)

    def hurry(self) -> None:
        """Writes the state once a command instead of once a step, for commands that nobody interrupts."""
        # The workspace holds the same mapping.
        self.environment.update(HURRIED)

    def preview(self, packs: Sequence[str] = ()) -> Run:
        """``pulumi preview``."""
        return self._run(self._stack.preview, policy_packs=self._folders(packs))

    def up(self, packs: Sequence[str] = ()) -> Run:
        """``pulumi up``, of which the Automation API leaves out the preview."""
        return self._run(self._stack.up, policy_packs=self._folders(packs))

    def refresh(self) -> Run:
        """``pulumi refresh``."""
        return self._run(self._stack.refresh)

    def destroy(self) -> Run:
        """``pulumi destroy``, of which the Automation API leaves out the preview."""
        return self._run(self._stack.destroy)

    def configure(self, path: str, value: str, *, secret: bool = False) -> None:
        """``pulumi config set --path``, as a person changes a setting."""
        self._stack.set_config(path, auto.ConfigValue(value, secret=secret), path=True)

    def outputs(self) -> dict[str, Any]:
        """The stack's outputs, opened."""
        return {name: output.value for name, output in self._stack.outputs().items()}

    def resources(self) -> set[str]:
        """URNs of everything in the state."""
        return {each["urn"] for each in self.export().get("resources", [])}

    def export(self) -> dict[str, Any]:
        """The deployment in the state, secrets encrypted."""
        return dict(json.loads(self.cli("stack", "export").stdout)["deployment"])

    def cli(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Any other command, as a person types it; its exit code is for the caller to judge."""
        selected = () if arguments[:2] == ("policy", "analyze") else ("--stack", self.name)
        return subprocess.run(
            [self._command, *arguments, *selected, "--non-interactive", "--color", "never"],
            cwd=self.folder,
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    def ambient(self, programs: Path) -> dict[str, str]:
        """The environment in which a script of ours finds the CLI, in ``programs``, and this stack's state."""
        return {**os.environ, **self.environment, "PATH": os.pathsep.join((str(programs), os.environ["PATH"]))}

    def _folders(self, packs: Sequence[str]) -> list[str]:
        return [str(self.folder / "policy" / pack) if "/" not in pack else pack for pack in packs]

    @staticmethod
    def _run(operation: Callable[..., Any], **options: Any) -> Run:
        events: list[EngineEvent] = []
        said: list[str] = []
        try:
            operation(on_event=events.append, on_output=said.append, color="never", **options)
        except auto.CommandError as error:
            return Run(succeeded=False, text=str(error), events=events)
        return Run(succeeded=True, text="\n".join(said), events=events)
