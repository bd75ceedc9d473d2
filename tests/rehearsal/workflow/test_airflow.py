"""What the comparison reads of a real Airflow: its own API server, signed in to, with a run that has not ended."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import UTC, datetime

import pytest

from migration.dags.danawa_topics import TOPICS, week_of
from migration.verification.readers.airflow import Airflow
from migration.verification.stores import Store, StoreError
from tests.airflow.world import DAGS
from tests.rehearsal.conftest import free_port, served


def test_a_run_that_has_not_ended_is_of_its_week_and_has_saved_nothing(airflow_python, tmp_path):
    (tmp_path / "passwords.json").write_text(json.dumps({"migration": "right"}))
    (tmp_path / "right").write_text("right\n")
    (tmp_path / "wrong").write_text("wrong\n")
    env = {
        "AIRFLOW_HOME": str(tmp_path),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{tmp_path}/airflow.db",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": "migration:admin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(tmp_path / "passwords.json"),
        "AIRFLOW__API_AUTH__JWT_SECRET": "a" * 64,
        "PYTHONPATH": str(DAGS),
    }
    airflow, port = [str(airflow_python), "-m", "airflow"], free_port()
    # Airflow gives what a person triggers the interval of now, whatever the logical date.
    trigger = ["dags", "trigger", "danawa_crawler", "--logical-date", "2026-11-07T17:00:00+00:00"]
    now = datetime.now(UTC)
    for words in (["db", "migrate"], ["dags", "reserialize"], trigger):
        subprocess.run([*airflow, *words], env={**os.environ, **env}, check=True, capture_output=True)

    def store(password):
        told = {"address": f"http://127.0.0.1:{port}", "name": "airflow", "user": "migration"}
        return Store.model_validate({**told, "passwordFile": str(tmp_path / password)})

    with served([*airflow, "api-server", "--port", str(port), "--workers", "1"], port, tmp_path / "log", env):
        with pytest.raises(StoreError, match="the sign-in is refused"):
            Airflow(store("wrong"))
        read = Airflow(store("right"))
        (run,) = read.runs(now)
        assert (read.version, run.state) == ("3.2.2", "queued")
        assert run.week in (week_of(now), week_of(datetime.now(UTC)))
        assert read.dag()["has_import_errors"] is False
        assert read.succeeded(run) == dict.fromkeys(TOPICS, False)
        assert read.saved(run) == {}
        read.close()
