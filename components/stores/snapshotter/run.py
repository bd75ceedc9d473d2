"""``python -m snapshotter.run PLAN [--map]``: takes today's snapshot, waits for it, and deletes those past their days.

PLAN is a JSON. A run that was killed anywhere is ended by the next: today's snapshot is waited for if it is under way,
taken anew if it is broken, and left alone if it is well. With ``--map`` the domain's administrator lets the roles of
the plan manage snapshots, and nothing is taken.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from .domain import Domain, RefusedError

#: Ours alone are deleted; what somebody took by hand has another name.
NAME: Final = re.compile(r"daily-(\d{4}-\d{2}-\d{2})")
#: Who may do what is the domain's own, and comes with a new one.
INDEXES: Final = {"indices": "*,-.opendistro_security*", "ignore_unavailable": True, "include_global_state": False}
#: Seconds between two looks, and until a snapshot counts as one that never ends.
PAUSE: Final = 15.0
PATIENCE: Final = 3000.0
MAPPING: Final = "_plugins/_security/api/rolesmapping/manage_snapshots"
_MAPPED: Final = ("backend_roles", "and_backend_roles", "hosts", "users")
_MISSING: Final = "snapshot_missing_exception"
_BUSY: Final = "concurrent_snapshot_execution_exception"
_UNDER_WAY: Final = ("IN_PROGRESS", "STARTED")


class Repository:
    """The snapshots of one repository of ``domain``, as ``plan`` says; ``clock`` and ``sleep`` count seconds."""

    def __init__(
        self,
        domain: Domain,
        plan: Mapping[str, Any],
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._domain, self._plan = domain, plan
        self._path = f"_snapshot/{plan['repository']}"
        self._clock, self._sleep = clock, sleep
        self._end = clock() + PATIENCE

    def register(self) -> str:
        """The repository as the plan says. One in use refuses to be registered anew: what is well is left alone."""
        wanted = {"type": self._plan["type"], "settings": self._plan["settings"]}
        found = self._domain.find(self._path, "repository_missing_exception")
        held = (found or {}).get(self._plan["repository"], {})
        if held.get("type") == wanted["type"] and wanted["settings"].items() <= held.get("settings", {}).items():
            return "registered"
        self._domain.ask("PUT", self._path, wanted)
        return "registered now"

    def take(self, today: date) -> str:
        """Today's snapshot, whole. Raises :class:`RefusedError` where it is not, or does not end in time."""
        name = f"daily-{today}"
        found = self._find(name)
        if found and found["state"] == "SUCCESS":
            return f"{name}: is there"
        if found and found["state"] not in _UNDER_WAY:
            self._domain.ask("DELETE", f"{self._path}/{name}")
            found = None
        if not found:
            self._begin(name)
        while True:
            found = self._find(name)
            state = found["state"] if found else "not there yet"
            if state == "SUCCESS":
                return f"{name}: taken"
            if found and state not in _UNDER_WAY:
                lost = (found.get("shards") or {}).get("failed", "?")
                raise RefusedError(f"{name}: ended as {state}, {lost} shards are not in it")
            if not self._waited():
                raise RefusedError(
                    f"{name}: {state} after {PATIENCE:.0f} seconds; it may still end, the next run looks"
                )

    def expire(self, today: date) -> list[str]:
        """Deletes what is past its days, each for itself; one that is not deleted is raised when all were tried."""
        first = today - timedelta(days=self._plan["keepDays"])
        listed = self._domain.ask("GET", f"{self._path}/_all").get("snapshots", [])
        done, failed = [], []
        for name in sorted(each["snapshot"] for each in listed):
            match = NAME.fullmatch(name)
            if match and date.fromisoformat(match[1]) < first:
                try:
                    self._domain.ask("DELETE", f"{self._path}/{name}")
                    done.append(f"{name}: deleted")
                except RefusedError as error:
                    failed.append(str(error))
        if failed:
            raise RefusedError("; ".join([*done, *failed]))
        return done

    def _find(self, name: str) -> dict[str, Any] | None:
        found = (self._domain.find(f"{self._path}/{name}", _MISSING) or {}).get("snapshots", [])
        return found[0] if found else None

    def _begin(self, name: str) -> None:
        """The service's own hourly snapshot may be under way: it is waited for."""
        while True:
            try:
                self._domain.ask("PUT", f"{self._path}/{name}", INDEXES)
            except RefusedError as error:
                if error.kind != _BUSY or not self._waited():
                    raise
            else:
                return

    def _waited(self) -> bool:
        """Whether there is time left, after a pause."""
        if self._clock() + PAUSE > self._end:
            return False
        self._sleep(PAUSE)
        return True


def map_roles(domain: Domain, role_arns: Sequence[str]) -> str:
    """Lets the roles manage snapshots, beside whom somebody else let."""
    found = (domain.find(MAPPING) or {}).get("manage_snapshots", {})
    if set(role_arns) <= set(found.get("backend_roles", ())):
        return "manage_snapshots: mapped"
    body = {key: found[key] for key in _MAPPED if found.get(key)}
    body["backend_roles"] = sorted({*found.get("backend_roles", ()), *role_arns})
    domain.ask("PUT", MAPPING, body)
    return "manage_snapshots: mapped now"


def work(plan: Mapping[str, Any], domain: Domain, today: date, **time_: Any) -> int:
    """Register, take, expire, a line each: 0 where all came off. Deletions alone go on where one fails."""
    repository = Repository(domain, plan, **time_)
    try:
        _tell(repository.register())
        _tell(repository.take(today))
        for line in repository.expire(today):
            _tell(line)
    except RefusedError as error:
        _tell(f"FAILED: {error}")
        return 1
    return 0


def main(argv: list[str]) -> int:
    """0 where today's snapshot is whole and nothing is past its days, 1 where it is not: the last line says why."""
    import botocore.session
    from botocore.credentials import Credentials
    from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

    plan = json.loads(Path(argv[0]).read_text(encoding="utf-8"))
    session, region = botocore.session.get_session(), plan["region"]
    try:
        if argv[1:] == ["--map"]:
            sts = session.create_client("sts", region_name=region)
            given = sts.assume_role(RoleArn=plan["administrator"], RoleSessionName="snapshots")["Credentials"]
            signs = Credentials(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
            _tell(map_roles(Domain(plan["address"], region, signs), plan["roles"]))
            return 0
        if (signs := session.get_credentials()) is None:
            raise NoCredentialsError
        return work(plan, Domain(plan["address"], region, signs), datetime.now(UTC).date())
    except (RefusedError, BotoCoreError, ClientError) as error:
        _tell(f"FAILED: {error}")
        return 1


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
