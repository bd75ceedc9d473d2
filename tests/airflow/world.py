"""Airflow's own programs, started in a world of this machine alone: a database, a site, a store, and who listens."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.airflow.site import LOGIN, PASSWORD, VEHICLES, Site

ROOT = Path(__file__).parents[2]
DAGS = ROOT / "migration" / "dags"
INSIDE = Path(__file__).with_name("inside.py")


class World:
    """One Airflow. What the store holds before a run and after it is in ``vehicles``."""

    def __init__(self, python: Path, folder: Path, site: Site) -> None:
        self._python, self._folder, self._metrics = python, folder, 0
        self.dags = DAGS
        self.connections = {
            "danawa": {"conn_type": "http", "host": site.address, "extra": {"pages": list(VEHICLES)}},
            "documents": {"conn_type": "mongo", "host": "store.invalid", "port": 27017, "schema": "alphacar"},
        }
        self._authority = site.authority

    @property
    def database(self) -> Path:
        """Airflow's own, which knows the DAG once it is filled."""
        return self._folder / "airflow.db"

    def fill(self) -> None:
        """Make the tables, and let Airflow see the DAG for the first time."""
        for step in (("db", "migrate"), ("dags", "reserialize")):
            done = self.airflow(*step)
            if done.returncode:
                raise AssertionError(done.stdout[-3000:] + done.stderr[-3000:])

    @property
    def vehicles(self) -> list[dict[str, Any]]:
        """The store's documents, in order."""
        path = self._folder / "vehicles.json"
        return json.loads(path.read_text()) if path.exists() else []

    @vehicles.setter
    def vehicles(self, documents: list[dict[str, Any]]) -> None:
        (self._folder / "vehicles.json").write_text(json.dumps(documents))

    @property
    def alerts(self) -> list[dict[str, Any]]:
        """What Alertmanager was told."""
        path = self._folder / "alerts.jsonl"
        return [alert for line in path.read_text().splitlines() for alert in json.loads(line)] if path.exists() else []

    def airflow(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Airflow's command line."""
        return self._run("airflow", *arguments)

    def ask(self, question: str, *arguments: str) -> Any:
        """What ``inside.py`` answers."""
        done = self._run(question, *arguments)
        if done.returncode:
            raise AssertionError(done.stdout[-3000:] + done.stderr[-3000:])
        return json.loads(done.stdout.splitlines()[-1])

    @contextmanager
    def metrics(self) -> Iterator[list[str]]:
        """What is sent to the exporter meanwhile."""
        heard: list[str] = []
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
            listener.bind(("127.0.0.1", 0))
            listener.setblocking(False)
            self._metrics = listener.getsockname()[1]
            try:
                yield heard
            finally:
                self._metrics = 0
                while True:
                    try:
                        heard.append(listener.recv(65536).decode())
                    except BlockingIOError:
                        break

    def started(self, *arguments: str) -> subprocess.Popen[bytes]:
        """What ``inside.py`` was asked, still at it: somebody has to wait for it or end it."""
        return subprocess.Popen(
            self._command(*arguments), env=self.variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self._command(*arguments), env=self.variables, capture_output=True, text=True, check=False, timeout=600
        )

    def _command(self, *arguments: str) -> list[str]:
        return [str(self._python), str(INSIDE), str(self._folder), *arguments]

    @property
    def variables(self) -> dict[str, str]:
        """The environment of every program of this Airflow."""
        sign_in = {"login": LOGIN, "password": PASSWORD}
        variables = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "TMPDIR")}
        variables |= {
            f"AIRFLOW_CONN_{name.upper()}": json.dumps({**one, **sign_in}) for name, one in self.connections.items()
        }
        variables |= {
            "AIRFLOW_HOME": str(self._folder / "airflow"),
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{self.database}",
            "AIRFLOW__CORE__DAGS_FOLDER": str(self.dags),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__DEFAULT_TIMEZONE": "Asia/Seoul",
            "AIRFLOW__LOGGING__REMOTE_BASE_LOG_FOLDER": "s3://logs-of-a-test/logs",
            "AIRFLOW__METRICS__STATSD_ON": str(bool(self._metrics)),
            "AIRFLOW__METRICS__STATSD_HOST": "127.0.0.1",
            "AIRFLOW__METRICS__STATSD_PORT": str(self._metrics or 8125),
            "HOME": str(self._folder),
            "PYTHONDONTWRITEBYTECODE": "1",
            # Airflow puts a bundle's folder on the path of what runs it, and `dags test` does not.
            "PYTHONPATH": str(self.dags),
            "SSL_CERT_FILE": str(self._authority),
        }
        return variables
