"""The real CLI, providers that stand in for clouds, and one stack an environment; nothing outlives the session."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path

import pytest
import yaml
from pulumi import automation as auto

from tests.conftest import TODAY
from tests.engine.deployment import PACKS, ROOT, Deployment, Run
from tests.engine.standins.install import install

LEFT_OUT = (".*", "__pycache__", "tests", "benchmarks", "out")


@pytest.fixture(scope="session")
def command(request) -> auto.PulumiCommand:
    """The CLI that ``make engine`` built, or the one on PATH."""
    asked = request.config.getoption("--engine")
    built = ROOT / ".engine" / "bin" / "pulumi"
    if not built.exists() and shutil.which("pulumi") is None:
        reason = "no Pulumi CLI: make engine builds one into .engine/bin, and one on PATH would do as well"
        (pytest.fail if asked else pytest.skip)(reason)
    if not asked and not any("engine" in str(argument) for argument in request.config.args):
        pytest.skip("the engine's tests take minutes: make test-engine")
    return auto.PulumiCommand(root=str(ROOT / ".engine") if built.exists() else None)


@pytest.fixture(scope="session")
def _ambient() -> Iterator[None]:
    """Without a laptop's own Pulumi settings, credentials and clusters."""
    before = dict(os.environ)
    for name in before:
        if name.startswith(("PULUMI_", "AWS_", "KUBE", "STANDIN_")):
            del os.environ[name]
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session")
def home(tmp_path_factory) -> Path:
    """A ``PULUMI_HOME`` that knows no plugins but the stand-ins."""
    folder = tmp_path_factory.mktemp("home")
    install(folder)
    return folder


@pytest.fixture(scope="session")
def deploy(command, home, tmp_path_factory, _ambient) -> Callable[..., Deployment]:
    """Makes a stack of a copy of the landing zone: the CLI writes into stack files."""

    def make(stack: str, **environment: str) -> Deployment:
        folder = tmp_path_factory.mktemp(stack) / "project"
        shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*LEFT_OUT))
        (folder / ".venv").symlink_to(sys.prefix)
        settings = folder / "stacks" / f"Pulumi.{stack}.yaml"
        settings.write_text(moved_to_the_present(settings.read_text()))
        shutil.copy(settings, folder / "original.yaml")
        return Deployment(command, home, folder, stack, environment)

    return make


def moved_to_the_present(settings: str) -> str:
    """A stack file whose days are as far from the present one as they were written from the checks' own.

    Nothing tells the engine another day: a waiver that ends next year ends next year in every year.
    """
    later = datetime.now(tz=UTC).date() - TODAY
    return re.sub(r"\b20\d\d-\d\d-\d\d\b", lambda day: str(date.fromisoformat(day[0]) + later), settings)


@pytest.fixture(scope="session")
def languages(request) -> dict[str, str]:
    """A ``PATH`` on which the engine finds the host of YAML programs, too: ``make engine`` built it beside the CLI."""
    built = ROOT / ".engine" / "yaml"
    if not (built / "pulumi-language-yaml").exists() and shutil.which("pulumi-language-yaml") is None:
        reason = "no host for YAML programs: make engine builds one into .engine/yaml"
        (pytest.fail if request.config.getoption("--engine") else pytest.skip)(reason)
    return {"PATH": os.pathsep.join((str(built), os.environ["PATH"]))}


@pytest.fixture
def program(command, home, tmp_path, _ambient) -> Callable[[str], Deployment]:
    """Makes a stack of a few lines of Python that declare resources."""

    def make(source: str) -> Deployment:
        folder = tmp_path / "program"
        folder.mkdir()
        (folder / "__main__.py").write_text(source)
        runtime = {"name": "python", "options": {"toolchain": "pip", "virtualenv": sys.prefix}}
        (folder / "Pulumi.yaml").write_text(yaml.safe_dump({"name": "sample", "runtime": runtime}))
        deployment = Deployment(command, home, folder, "dev", {"PYTHONPATH": str(ROOT)})
        deployment.hurry()
        return deployment

    return make


class Landing:
    """One environment, from nothing to deployed; each command is run when it is first asked about, and once."""

    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment

    @cached_property
    def previewed(self) -> Run:
        """The first preview, judged by all packs."""
        return self.deployment.preview(PACKS)

    @cached_property
    def deployed(self) -> Run:
        """The first deployment, judged by all packs."""
        assert self.previewed.succeeded, self.previewed.complaints
        return self.deployment.up(PACKS)

    @cached_property
    def repeated(self) -> Run:
        """The deployment that follows, without a change."""
        assert self.deployed.succeeded, self.deployed.complaints
        return self.deployment.up()

    @cached_property
    def refreshed(self) -> Run:
        """A look at everything that exists."""
        assert self.deployed.succeeded, self.deployed.complaints
        return self.deployment.refresh()


@pytest.fixture(scope="session")
def landing_of(deploy) -> Callable[[str], Landing]:
    """The session's one deployment of an environment."""
    made: dict[str, Landing] = {}

    def of(stack: str) -> Landing:
        if stack not in made:
            made[stack] = Landing(deploy(stack))
            made[stack].deployment.hurry()
        return made[stack]

    return of


@pytest.fixture(scope="session")
def prod(landing_of) -> Landing:
    """Production."""
    return landing_of("prod")
