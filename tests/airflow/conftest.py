"""What ``make airflow`` installed, and for each test an Airflow, a site and a store of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.airflow.site import Site, served
from tests.airflow.world import World

ROOT = Path(__file__).parents[2]
BUILT = ROOT / ".engine" / "airflow"


@pytest.fixture(scope="session")
def python(request) -> Path:
    """The interpreter that has Airflow."""
    asked = request.config.getoption("--airflow")
    if not (BUILT / ".inputs").exists():
        reason = "no Airflow in .engine/airflow: make airflow installs it, in some minutes"
        (pytest.fail if asked else pytest.skip)(reason)
    if not asked and not any("airflow" in str(argument) for argument in request.config.args):
        pytest.skip("runs Airflow for each test: make airflow")
    return BUILT / "bin" / "python"


@pytest.fixture
def site(tmp_path) -> Iterator[Site]:
    """A site of two vehicles, over TLS, on this machine."""
    with served(tmp_path) as site:
        yield site


@pytest.fixture(scope="session")
def filled(python, tmp_path_factory) -> Path:
    """A database in which Airflow has seen the DAG, and nothing has run."""
    folder = tmp_path_factory.mktemp("filled")
    with served(folder) as site:
        world = World(python, folder, site)
        world.fill()
    return world.database


@pytest.fixture
def world(python, site, filled, tmp_path) -> World:
    """Airflow with a database of its own, which knows the site and the store."""
    world = World(python, tmp_path, site)
    shutil.copy(filled, world.database)
    return world
