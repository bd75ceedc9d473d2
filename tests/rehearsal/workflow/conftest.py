"""One broker for all, and an Airflow that has crawled four weeks, with its API server."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from tests.airflow.conftest import BUILT
from tests.airflow.site import served as site_served
from tests.airflow.world import DAGS, World
from tests.rehearsal.workflow.broker import Broker, started
from tests.rehearsal.workflow.crawl import SOAKED, Crawl, moment


@pytest.fixture(scope="session")
def airflow_python(request, built):
    """The interpreter that has Airflow; without it, or unasked, a test is skipped and says why."""
    built("workflow")
    if not (BUILT / ".inputs").exists():
        reason = "no Airflow in .engine/airflow: make rehearse installs it, once"
        (pytest.fail if request.config.getoption("--rehearse") else pytest.skip)(reason)
    return BUILT / "bin" / "python"


@pytest.fixture(scope="session")
def broker(built, tmp_path_factory) -> Iterator[Broker]:
    """A broker with the four topics, which each test may empty."""
    with started(built("workflow") / "libs", tmp_path_factory.mktemp("kafka")) as broker:
        broker.empty()
        yield broker


@pytest.fixture(scope="session")
def crawl(airflow_python, tmp_path_factory) -> Iterator[Crawl]:
    """Airflow, which has run the crawl for each of the last four Sundays, and answers."""
    folder = tmp_path_factory.mktemp("airflow")
    with site_served(folder) as site:
        world = World(airflow_python, folder, site)
        world.dags = folder / "dags"
        shutil.copytree(DAGS, world.dags)
        world.fill()
        assert world.ask("runs", *(moment(week) for week in reversed(SOAKED))) == ["success"] * len(SOAKED)
        crawl = Crawl(world, site, airflow_python, folder)
        with crawl.api() as address:
            crawl.address = address
            yield crawl
