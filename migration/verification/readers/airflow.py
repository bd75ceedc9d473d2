"""Airflow 3 by its REST API: runs by crawl week, what became of each topic, and how many documents each saved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from migration.dags.danawa_topics import TOPICS, week_of
from migration.verification.readers.answers import Answers
from migration.verification.stores import Store, StoreError

DAG: Final = "danawa_crawler"
#: Tasks of a topic's group, and the one whose result is the number of documents.
TASKS: Final = ("topic.crawl", "topic.save")
_SAVE: Final = TASKS[-1]
_PAGE: Final = 100
SUCCESS: Final = "success"


@dataclass(frozen=True)
class Run:
    """One run of the crawl, and the ISO week in Seoul that it stands for."""

    id: str
    week: str
    state: str


class Airflow:
    """One Airflow, signed in where a user is named. Every method raises :class:`StoreError`."""

    def __init__(self, store: Store) -> None:
        self._answers = Answers("airflow", store, sign_in=False)
        if store.user is not None:
            told = self._answers.post("/auth/token", {"username": store.user, "password": store.password() or ""})
            self._answers.bear(str(_of(told, "access_token")))

    def close(self) -> None:
        """Let go of the connections."""
        self._answers.close()

    @property
    def version(self) -> str:
        """Such as 3.2.2."""
        return str(_of(self._answers.ask("/api/v2/version"), "version"))

    def dag(self) -> Mapping[str, Any] | None:
        """The crawl as it was parsed last; ``None`` where it never was."""
        told = self._answers.ask(f"/api/v2/dags/{DAG}", absent={})
        return dict(told) or None

    def runs(self, since: datetime) -> Iterator[Run]:
        """Every run that was due at ``since`` or later, the latest first."""
        offset = 0
        while True:
            query: dict[str, str | int] = {
                "run_after_gte": since.isoformat(),
                "order_by": "-run_after",
                "limit": _PAGE,
                "offset": offset,
            }
            told = self._answers.ask(f"/api/v2/dags/{DAG}/dagRuns", query, absent={"dag_runs": []})
            page = _of(told, "dag_runs")
            for each in page:
                # As danawa_topics.moment_of does: the crawl named its week by the same three.
                moment = each["data_interval_end"] or each["logical_date"] or each["run_after"]
                yield Run(each["dag_run_id"], week_of(datetime.fromisoformat(moment)), each["state"])
            offset += len(page)
            if len(page) < _PAGE:
                return

    def succeeded(self, run: Run) -> Mapping[str, bool]:
        """Of each topic, whether its tasks all did."""
        states: dict[tuple[str, int], str | None] = {}
        offset = 0
        while True:
            path = f"/api/v2/dags/{DAG}/dagRuns/{quote(run.id, safe='')}/taskInstances"
            page = _of(self._answers.ask(path, {"limit": _PAGE, "offset": offset}), "task_instances")
            states |= {(each["task_id"], each["map_index"]): each["state"] for each in page}
            offset += len(page)
            if len(page) < _PAGE:
                break
        return {
            topic: all(states.get((task, place)) == SUCCESS for task in TASKS) for place, topic in enumerate(TOPICS)
        }

    def saved(self, run: Run) -> Mapping[str, int]:
        """Of each topic that was saved, how many documents its task says it wrote."""
        found = {}
        for place, topic in enumerate(TOPICS):
            path = f"/api/v2/dags/{DAG}/dagRuns/{quote(run.id, safe='')}/taskInstances/{_SAVE}/xcomEntries/return_value"
            told = self._answers.ask(path, {"map_index": place}, absent={})
            value = told.get("value")
            if told and (not str(value).isdecimal()):
                raise StoreError(f"airflow: {run.id}: {_SAVE}[{place}] does not say how many it saved")
            if told:
                found[topic] = int(str(value))
        return found


def _of(told: Any, key: str) -> Any:
    if not isinstance(told, dict) or key not in told:
        raise StoreError(f"airflow: answers without {key}; allowed is the REST API of Airflow 3")
    return told[key]
