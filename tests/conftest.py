"""What every test may use. Nothing here reaches the network: a test that tries is refused."""

from __future__ import annotations

import os
import pickle
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import settings as hypothesis_settings

from stacks.document import read_document
from stacks.environments import FOLDER
from stacks.load import from_mapping
from stacks.settings import Settings

TODAY = date(2026, 11, 23)
#: Settings of a stack that ``losses-are-survived`` holds to nothing.
UNPROTECTED = {"deletionProtection": False, "backup.vault.lock": "none"}

# A team may have set it for every job; what tests compare is said in English.
os.environ.pop("LANDING_ZONE_LANG", None)

# The same examples every time, however busy the machine: a check turns red by a change, and never by itself.
hypothesis_settings.register_profile("steady", deadline=None, derandomize=True)
hypothesis_settings.load_profile("steady")


def pytest_addoption(parser):
    parser.addoption("--engine", action="store_true", help="run the tests that need the real Pulumi CLI")
    parser.addoption("--kube", action="store_true", help="run the tests that need a real Kubernetes API server")
    parser.addoption("--aws", action="store_true", help="run the tests that need the real AWS provider")
    parser.addoption("--charts", action="store_true", help="run the tests that need helm and the charts' archives")
    parser.addoption("--airflow", action="store_true", help="run the tests that need a real Airflow")
    parser.addoption("--rehearse", action="store_true", help="run the rehearsals of moves against real servers")
    parser.addoption("--write-walkthrough", action="store_true", help="write docs/migration/walkthrough.md anew")
    parser.addoption("--browser", action="store_true", help="run the tests that need a Chromium")
    parser.addoption("--kyverno", action="store_true", help="run the tests that need Kyverno's own CLI")


@pytest.fixture(autouse=True, scope="session")
def _one_recording_a_run(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Let the workers of a run take the program's recordings from each other."""
    from tests.recordings import share

    own = tmp_path_factory.getbasetemp()
    share((own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "recordings")


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that would leave this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test tried to reach {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture
def landing() -> Callable[[str], dict[str, Any]]:
    """The mapping below ``landing:`` of a stack, free to be changed."""

    return landing_of


def landing_of(stack: str) -> dict[str, Any]:
    """The same for what is no test; what is asked for hundreds of times is read once."""
    return pickle.loads(_landing(stack))  # noqa: S301 - a copy of our own


@cache
def _landing(stack: str) -> bytes:
    config = read_document(FOLDER / f"Pulumi.{stack}.yaml")["config"]
    below = {key.removeprefix("landing:"): value for key, value in config.items() if key.startswith("landing:")}
    return pickle.dumps(below)


@pytest.fixture
def settings(landing) -> Callable[..., Settings]:
    """Settings of a stack with some values replaced: ``settings("prod", {"cache.replicas": 2})``."""

    def make(stack: str = "prod", changes: dict[str, Any] | None = None) -> Settings:
        return from_mapping(changed(landing(stack), changes or {}))

    return make


def changed(mapping: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """``mapping`` with the values at dotted paths replaced; a value of ``...`` removes its key."""
    for path, value in changes.items():
        *parents, last = path.split(".")
        place = mapping
        for step in parents:
            place = place.setdefault(step, {})
        if value is ...:
            place.pop(last)
        else:
            place[last] = value
    return mapping


@pytest.fixture
def stack_copy(tmp_path: Path) -> Callable[..., Path]:
    """A copy of a stack file with values replaced; the path of a real file for ``--stack-file``."""

    def write(stack: str, changes: dict[str, Any]) -> Path:
        below = changed(landing_of(stack), changes)
        config = {"aws:region": "ap-northeast-2", **{f"landing:{key}": value for key, value in below.items()}}
        target = tmp_path / f"Pulumi.{stack}.yaml"
        target.write_text(yaml.safe_dump({"config": config}))
        return target

    return write


@dataclass(frozen=True)
class Wheel:
    """The wheel of ``components/``, and the folder that it is installed in; both are to be looked at, not changed."""

    file: Path
    folder: Path


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory, _one_recording_a_run: None) -> Wheel:
    """Built and installed once a run, without its dependencies: the environment has them."""
    from tests.recordings import once

    own = tmp_path_factory.getbasetemp()
    return once("the wheel", lambda: _installed((own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "wheel"))


def _installed(folder: Path) -> Wheel:
    built = build_wheel(folder / "dist")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index", "--no-deps"]
    subprocess.run([*pip, "--no-compile", "--target", str(folder / "site"), str(built)], check=True)
    return Wheel(built, folder / "site")


def build_wheel(folder: Path) -> Path:
    """What ``make wheel`` puts into ``folder``."""
    subprocess.run([str(Path(__file__).parent.parent / ".ci" / "wheel"), sys.executable, str(folder)], check=True)
    (built,) = folder.glob("*.whl")
    return built
