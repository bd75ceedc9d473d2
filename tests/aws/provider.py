"""The real AWS provider, asked as Terraform asks it before it creates anything."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from stacks.offered import REGION

#: Far beyond what a stack takes: what waits longer waits for AWS.
SECONDS: Final = 40
#: As a person would configure it who has no account: nothing of this is looked up.
OFFLINE: Final = {
    "region": REGION,
    "access_key": "AKIAIOSFODNN7EXAMPLE",
    "secret_key": "example",
    "max_retries": 1,
    "skip_credentials_validation": True,
    "skip_metadata_api_check": "true",
    "skip_region_validation": True,
    "skip_requesting_account_id": True,
}


#: What tools/aws/build.sh makes its checksum of, in its order.
INPUTS: Final = ("go.mod", "go.sum", "build.sh", "services", "trim.py", "driver/main.go")
TOOLS: Final = Path(__file__).parents[2] / "tools" / "aws"


class BrokenError(Exception):
    """The provider did not answer; its own words."""


@dataclass(frozen=True)
class Asked:
    """A resource as Terraform would write it down."""

    name: str
    type: str
    config: Mapping[str, Any]


@dataclass(frozen=True)
class Verdict:
    """What the provider says of a resource that does not exist yet."""

    name: str
    type: str
    planned: bool
    diagnostics: tuple[Mapping[str, str], ...]
    #: The requests to AWS that planning it would have made; each was refused.
    asked: tuple[str, ...]

    @property
    def errors(self) -> list[str]:
        """Each error on a line: step, where, what."""
        return [_line(each) for each in self.diagnostics if each["severity"] == "error"]

    @property
    def warnings(self) -> list[str]:
        """Each warning on a line."""
        return [_line(each) for each in self.diagnostics if each["severity"] != "error"]


def stamp() -> str:
    """What tools/aws/build.sh leaves beside what it built from the files as they are now."""
    digest = hashlib.sha256(b"".join((TOOLS / name).read_bytes() for name in INPUTS))
    return f"{digest.hexdigest()}  -\n"


def _line(said: Mapping[str, str]) -> str:
    return f"{said['step']}: {said['path']}: {said['summary']} {said['detail']}".rstrip()


class Provider:
    """What ``make aws-provider`` built."""

    def __init__(self, program: Path) -> None:
        self._program = program
        self._schemas: dict[str, dict[str, Any]] = {}

    def schemas(self, types: Iterable[str]) -> dict[str, dict[str, Any]]:
        """The schemas of these Terraform types; one that the provider does not know is left out."""
        wanted = sorted(set(types))
        if unasked := [name for name in wanted if name not in self._schemas]:
            known = self._run("schema", *unasked)
            self._schemas.update({name: known.get(name, {}) for name in unasked})
        return {name: self._schemas[name] for name in wanted if self._schemas[name]}

    def replaces(self, types: Iterable[str]) -> dict[str, list[str]]:
        """By Terraform type, the attributes in dots of which any change makes another resource."""
        found: dict[str, list[str]] = self._run("replaces", *sorted(set(types)))
        return found

    def judge(self, resources: Iterable[Asked], provider: Mapping[str, Any] = OFFLINE) -> list[Verdict]:
        """A verdict for each, in their order."""
        request = {"provider": provider, "resources": [vars(each) for each in resources]}
        answer = self._run("judge", stdin=json.dumps(request))
        return [
            Verdict(**{**each, "diagnostics": tuple(each["diagnostics"]), "asked": tuple(each["asked"])})
            for each in answer
        ]

    def _run(self, *arguments: str, stdin: str = "") -> Any:
        # An empty environment: no credentials, no proxy and no file of a laptop reach it.
        done = subprocess.run(
            [self._program, *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            env={},
            timeout=SECONDS,
        )
        if done.returncode:
            raise BrokenError(done.stderr.strip())
        return json.loads(done.stdout)
