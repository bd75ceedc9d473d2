"""An Airflow that crawls a site of this machine and answers by its own API server; and the weeks that it crawls."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from migration.dags.danawa_topics import week_of
from migration.verification.readers.airflow import DAG, Airflow
from migration.verification.stores import Store
from migration.verification.workflow import due
from tests.airflow.site import Site
from tests.airflow.world import World
from tests.rehearsal.conftest import free_port, served

_NOW = datetime.now(UTC)
#: Weeks whose crawl is due, the latest first: what each test uses of them is its own.
WEEKS = [week for back in range(10) if due(week := week_of(_NOW - timedelta(weeks=back))) <= _NOW]
SOAKED = WEEKS[:4]
#: In which nothing was crawled, until a test does.
KILLED, FAILED, QUEUED, NEVER = WEEKS[4:8]


def moment(week: str) -> str:
    """When the week's crawl is due, as Airflow is told it."""
    return due(week).astimezone(UTC).isoformat()


class Crawl:
    """``address`` is that of the API server, in which migration signs in."""

    def __init__(self, world: World, site: Site, python: Path, folder: Path) -> None:
        self.world, self.site, self.address = world, site, ""
        self._python, self._folder = python, folder
        (folder / "passwords.json").write_text(json.dumps({"migration": "right"}))
        (folder / "right").write_text("right\n")

    @property
    def password_file(self) -> str:
        """What signs in."""
        return str(self._folder / "right")

    @property
    def store(self) -> Store:
        """Where it answers, and who signs in."""
        told = {"address": self.address, "name": "airflow", "user": "migration", "passwordFile": self.password_file}
        return Store.model_validate(told)

    @contextmanager
    def api(self, **more: str) -> Iterator[str]:
        """Another API server on the same database; its address."""
        port = free_port()
        env = {
            **self.world.variables,
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": "migration:admin",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(self._folder / "passwords.json"),
            "AIRFLOW__API_AUTH__JWT_SECRET": "a" * 64,
            **more,
        }
        command = [str(self._python), "-m", "airflow", "api-server", "--port", str(port), "--workers", "1"]
        with served(command, port, self._folder / f"api-{port}.log", env):
            yield f"http://127.0.0.1:{port}"

    def trigger(self, moment: datetime) -> None:
        """What a person starts for ``moment``: queued, as no scheduler is there. The command line would say now."""
        day = moment.astimezone(UTC).isoformat()
        Airflow(self.store)._answers.post(
            f"/api/v2/dags/{DAG}/dagRuns",
            {"logical_date": day, "data_interval_start": day, "data_interval_end": day, "run_after": day},
        )

    def told(self, *words: str) -> str:
        """What Airflow's command line says."""
        done = self.world.airflow(*words)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        return done.stdout
