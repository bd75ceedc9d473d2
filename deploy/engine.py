"""The Pulumi CLI, started with nothing in its environment that could change what it does or what the packs say."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

PACKS: Final = ("decisions", "cost", "guardrails")
#: What a deployment wants besides the engine; pulumi-eks asks for it.
TOOLS: Final = ("pulumi", "aws", "git")
#: Everything that a deployment is told. What is not listed is left out: a variable that turns off a check, puts another
#: provider or module in the place of ours, or writes the state otherwise (source: pulumi sdk/go/common/env, 3.259.0).
_TOLD: Final = re.compile(
    r"PATH|HOME|USER|LOGNAME|SHELL|TMPDIR|TZ|LANG|LANGUAGE|LC_\w+|TERM|COLORTERM|NO_COLOR|COLUMNS|LINES"
    r"|(HTTPS?|NO|ALL)_PROXY|(https?|no|all)_proxy|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|XDG_\w+"
    r"|AWS_(?!ENDPOINT_URL)\w+"
    r"|PULUMI_(HOME|BACKEND_URL|ACCESS_TOKEN|CREDENTIALS_PATH|CONFIG_PASSPHRASE(_FILE)?|SKIP_UPDATE_CHECK"
    r"|DISABLE_AUTOMATIC_PLUGIN_ACQUISITION|DISABLE_REGISTRY_RESOLVE)"
)
#: What is worth a line when it is left out; the rest of a laptop's variables is nobody's business here.
_NAMED: Final = re.compile(r"(PULUMI|LANDING|PYTHON|AWS)\w*")
#: The event log is the Automation API's, which asks for it in the same way.
_EVENTS: Final = {"PULUMI_DEBUG_COMMANDS": "true"}


def environment(given: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """What of ``given`` a deployment is told, and the names of what else somebody may have counted on."""
    told = {name: value for name, value in given.items() if _TOLD.fullmatch(name)}
    return told, sorted(name for name in given if name not in told and _NAMED.fullmatch(name))


def missing(path: str | None) -> list[str]:
    """The tools that are not on ``path``."""
    return [tool for tool in TOOLS if shutil.which(tool, path=path) is None]


class EngineError(Exception):
    """The CLI did not answer what it was asked."""


@dataclass(frozen=True)
class State:
    """What the backend holds: ``digest`` of all of it, and operations that somebody began and nobody saw the end of."""

    digest: str
    pending: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Engine:
    """The CLI for one stack of the project in ``root``."""

    root: Path
    stack: str
    environment: Mapping[str, str]
    packs: Sequence[str] = PACKS

    def version(self) -> str:
        """What ``pulumi version`` says. Raises :class:`EngineError`."""
        return self._asked("version").strip()

    def state(self) -> State:
        """The state as it is now; secrets in it stay encrypted. Raises :class:`EngineError`."""
        text = self._asked("stack", "export", "--stack", self.stack)
        try:
            deployment = json.loads(text)["deployment"] or {}
        except (ValueError, KeyError, TypeError):
            raise EngineError(f"the state of {self.stack} cannot be read: pulumi stack export says no JSON") from None
        return State(
            digest=sha256(json.dumps(deployment, sort_keys=True).encode()).hexdigest(),
            pending=tuple(
                (str(each["type"]), str(each["resource"]["urn"])) for each in deployment.get("pending_operations") or ()
            ),
        )

    def preview(self, plan: Path, events: Path) -> int:
        """``pulumi preview`` with all packs, which leaves the plan and what was said of each step; its exit code."""
        return self._shown("preview", *self._packs(), "--save-plan", str(plan), "--event-log", str(events))

    def up(self, plan: Path, message: str) -> int:
        """``pulumi up`` with all packs, held to ``plan``; its exit code."""
        said = ("--message", message) if message else ()
        return self._shown("up", *self._packs(), "--plan", str(plan), "--yes", *said)

    def _packs(self) -> list[str]:
        return [part for pack in self.packs for part in ("--policy-pack", f"policy/{pack}")]

    def _shown(self, *words: str) -> int:
        asked = ["pulumi", *words, "--stack", self.stack, "--non-interactive", "--diff"]
        return subprocess.run(asked, cwd=self.root, env={**self.environment, **_EVENTS}, check=False).returncode  # noqa: S603

    def _asked(self, *words: str) -> str:
        done = subprocess.run(  # noqa: S603
            ["pulumi", *words, "--non-interactive"],  # noqa: S607
            cwd=self.root, env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            told = done.stderr.strip().removeprefix("error: ").splitlines()
            raise EngineError(f"pulumi {' '.join(words)}: {told[0] if told else f'ended with {done.returncode}'}")
        return done.stdout


@dataclass(frozen=True)
class Checkout:
    """What stands in a checkout: its ``commit``, and the digest of every file that git does not ignore."""

    commit: str
    tree: str
    #: Files that differ from the commit, or that it does not have.
    changed: tuple[str, ...]


def checkout(root: Path, environment: Mapping[str, str], index: Path) -> Checkout:
    """The checkout in ``root``; ``index`` is a file that may be written. Raises :class:`EngineError`.

    Every file is read, whatever the checkout's own index believes to be unchanged.
    """
    # Runners call a checkout safe by GIT_CONFIG*; GIT_DIR and its like lead to another repository.
    given = {name: value for name, value in os.environ.items() if name.startswith("GIT_CONFIG")}

    def git(*words: str) -> str:
        done = subprocess.run(  # noqa: S603
            ["git", "--no-replace-objects", *words],  # noqa: S607
            cwd=root, env={**environment, **given, "GIT_INDEX_FILE": str(index)}, capture_output=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise EngineError(f"git {words[0]}: {_first(done.stderr)}")
        return done.stdout.decode(errors="replace").strip()

    commit = git("rev-parse", "--verify", "HEAD^{commit}")
    git("read-tree", commit)
    git("add", "--all")
    tree = git("write-tree")
    changed = git("diff", "--name-only", "--no-ext-diff", "-z", f"{commit}^{{tree}}", tree)
    return Checkout(commit=commit, tree=tree, changed=tuple(filter(None, changed.split("\0"))))


def _first(said: bytes) -> str:
    lines: Sequence[str] = said.decode(errors="replace").strip().splitlines()
    return lines[0].removeprefix("fatal: ") if lines else "it says nothing"


def events_in(path: Path) -> list[Mapping[str, Any]]:
    """What the engine said of each step; a line that was cut off is left out, because the run that cut it failed."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if "resourcePreEvent" in event:
            found.append(event["resourcePreEvent"]["metadata"])
    return found
