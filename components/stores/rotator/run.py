"""``python -m rotator.run PLAN [--settle NAME]``: walks through PLAN, a JSON; a line a secret, and no value.

``ROTATE=now`` takes all for due, and ``ONLY`` is the one that is looked at. With ``--settle`` the users of one secret's
current value are made, as soon as it has one.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from .consumers import ACCOUNT, Cluster
from .kinds import (
    AirflowAdmin,
    DatabaseReaders,
    DatabaseUsers,
    DocumentsReaders,
    DocumentsUsers,
    Drawn,
    Fernet,
    Grafana,
    How,
)
from .steps import Rotated, rotate, settle
from .versions import Masked, Versions

#: Signs the certificates of AWS's databases; the web's own authorities vouch for where it comes from.
AUTHORITIES: Final = "https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem"
#: Within these seconds the first deployment's secrets are given their first values.
PATIENCE: Final = 1500


@cache
def authority() -> str:
    """The file of AWS's authorities, fetched once a run."""
    with urllib.request.urlopen(AUTHORITIES, timeout=60) as answer:
        text = answer.read()
    with tempfile.NamedTemporaryFile(suffix=".pem", delete=False) as file:
        file.write(text)
    return file.name


class Plan:
    """What the file says, with clients; ``read`` gives the current value of a secret by its ARN."""

    def __init__(self, plan: Mapping[str, Any], client: Any, masked: Masked) -> None:
        self._plan, self._client, self._masked = plan, client, masked

    def names(self) -> list[str]:
        """Every secret of the plan."""
        return list(self._plan["secrets"])

    def secret(self, name: str) -> Rotated:
        """One of them, ready to be rotated."""
        entry = self._plan["secrets"][name]
        return Rotated(
            name=name,
            versions=Versions(self._client, entry["arn"], self._masked),
            how=self._how(entry["by"], entry["draw"]),
            days=entry["days"],
            mirrors=entry["mirrors"],
            restarts=entry["restarts"],
        )

    def _how(self, by: str, draw: Mapping[str, str]) -> How:
        if by in ("documents", "documents-reader"):
            at = self._plan["documents"]
            documents = DocumentsUsers if by == "documents" else DocumentsReaders
            return documents(draw, self._reader(at["master"]), at, authority)
        if by in ("database", "database-reader"):
            at = self._plan["database"]
            database = DatabaseUsers if by == "database" else DatabaseReaders
            return database(draw, self._reader(at["master"]), at, authority)
        if by == "grafana":
            return Grafana(draw, self._plan["grafana"])
        if by in ("airflow", "fernet"):
            return (Fernet if by == "fernet" else AirflowAdmin)(draw, self._metadata)
        return Drawn(draw)

    def _reader(self, arn: str) -> Callable[[], dict[str, str]]:
        def read() -> dict[str, str]:
            found = json.loads(self._client.get_secret_value(SecretId=arn)["SecretString"])
            return self._masked.keep({key: str(found[key]) for key in ("username", "password")})

        return read

    def _metadata(self) -> dict[str, str]:
        """The variable by which Airflow signs in to its metadata, as the user that rotates."""
        at = self._plan["database"]
        value = self._reader(self._plan["secrets"][at["users"]]["arn"])()
        who = f"{quote(value['username'], safe='')}:{quote(value['password'], safe='')}"
        url = f"postgresql://{who}@{at['host']}:{at['port']}/{at['database']}?sslmode=require"
        return {"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": url}


def main(argv: list[str]) -> int:
    """0 where each secret is where it should be, 1 where one is not: its line says why, and the others go on."""
    import boto3

    masked = Masked()
    given = json.loads(Path(argv[0]).read_text())
    plan = Plan(given, boto3.client("secretsmanager", region_name=given["region"]), masked)
    if argv[1:2] == ["--settle"]:
        return _tell(masked, argv[2], lambda: _patient(lambda: settle(plan.secret(argv[2]))))
    server = f"https://{os.environ['KUBERNETES_SERVICE_HOST']}:{os.environ['KUBERNETES_SERVICE_PORT']}"
    cluster = Cluster(server, ACCOUNT / "token", ACCOUNT / "ca.crt")
    forced, now = os.environ.get("ROTATE") == "now", datetime.now(UTC)
    failed = 0
    for name in plan.names():
        if os.environ.get("ONLY", name) == name:
            failed |= _tell(masked, name, partial(_rotated, plan, name, cluster, now, forced=forced))
    return failed


def _rotated(plan: Plan, name: str, cluster: Cluster, now: datetime, *, forced: bool) -> str:
    return rotate(plan.secret(name), cluster, now, forced=forced)


def _patient(step: Callable[[], str]) -> str:
    """``step``, again and again until it comes off: its secret is drawn, and its store made, beside it."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return step()
        except Exception:
            if time.monotonic() > end:
                raise
            time.sleep(10)


def _tell(masked: Masked, name: str, step: Callable[[], str]) -> int:
    try:
        told, failed = step(), 0
    except Exception as error:  # noqa: BLE001 - whatever it is, the other secrets are not to wait for it
        told, failed = f"FAILED: {type(error).__name__}: {error}", 1
    sys.stdout.write(f"{name}: {masked.line(told)}\n")
    sys.stdout.flush()
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
