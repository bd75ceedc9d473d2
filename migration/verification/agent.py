"""Grafana Alloy and the CloudWatch agent's add-on: what the old Prometheus was sent, the one in EKS scrapes by itself.

Two clusters have other addresses and another number of nodes. What both have are jobs and the namespaces in which they
find something: those are compared, and each must have all of its targets up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from importlib import metadata
from typing import Any, Final

import yaml
from pydantic import Field

from migration.verification.kit import Compared, by_item, differing
from migration.verification.readers.answers import Answers
from migration.verification.stores import Store, StoreError, Stores
from policy.gates.evidence import Side
from policy.ledger.moves import PROOFS
from stacks.offered import REGION
from stacks.section import Text
from stacks.settings import Settings

LIBRARIES: Final = ("urllib3",)
_HOUR: Final = 3600


class AgentStores(Stores):
    """``source`` is the old Prometheus; ``target`` an endpoint of EKS's, whose name is the add-on's."""

    prometheus: Store = Field(description="Prometheus in EKS")
    cluster: Text = Field(default="alphacar-eks", description="the EKS cluster that has the add-on")
    jobs: dict[Text, Text] = Field(default_factory=dict, description="jobs of another name in EKS: old name to new")
    left_behind: tuple[Text, ...] = Field(default=(), description="jobs of the source that nobody wants scraped")


STORES: Final = AgentStores


class AgentKit:
    """Both Prometheus, and the add-on."""

    def __init__(self, stores: AgentStores, old: Answers, new: Answers, eks: Any) -> None:
        self._stores, self._old, self._new, self._eks = stores, old, new, eks
        self._now = int(datetime.now(UTC).timestamp())
        told = self._asked("describe_cluster", name=stores.cluster)
        if told is None:
            raise StoreError(f"target: EKS knows no cluster {stores.cluster}")
        addon = self._addon()
        self.sides: tuple[Side, Side] = (
            Side(
                system="Prometheus",
                name=stores.source.name,
                host=stores.source.host,
                version=str(_data(old, "/api/v1/status/buildinfo", {})["version"]),
                identity=_labels(old),
            ),
            Side(
                system="CloudWatch agent",
                name=stores.target.name,
                host=stores.prometheus.host,
                version=str((addon or {}).get("addonVersion", "not installed yet")),
                identity=f"{told['cluster']['arn']} {stores.target.name}",
            ).model_copy(update={"stand_in": not stores.target.is_aws}),
        )

    @property
    def tools(self) -> Mapping[str, str]:
        """The library that asks."""
        return {"urllib3": metadata.version("urllib3")}

    def requirements(self) -> Compared:
        """Something is scraped on both sides."""
        found: dict[str, int | str] = {
            "source scrapes": int(bool(self._groups(self._old, {}))),
            "target scrapes": int(bool(self._groups(self._new, {}))),
        }
        wanted: dict[str, int | str] = dict.fromkeys(found, 1)
        return by_item("requirements", wanted, found, differences=differing(wanted, found))

    def compare(self) -> Iterator[Compared]:
        """Namespaces by job; then of each whether all targets are up, and the add-on."""
        source, target = self._groups(self._old, self._stores.jobs), self._groups(self._new, {})
        left = {self._stores.jobs.get(job, job) for job in self._stores.left_behind}
        source = {key: up for key, up in source.items() if key[0] not in left}
        # What only EKS has is no loss.
        target = {key: up for key, up in target.items() if key in source}
        counts = [Counter(job for job, _ in each) for each in (source, target)]
        yield by_item("counts", counts[0], counts[1], differences=differing(counts[0], counts[1]))
        here: dict[str, int | str] = {f"{job} in {place}": up for (job, place), up in source.items()}
        there: dict[str, int | str] = {f"{job} in {place}": up for (job, place), up in target.items()}
        # A target that is down on both sides is not equal: it is not seen at all.
        here = dict.fromkeys(here, 1)
        here["add-on is active"], there["add-on is active"] = 1, int(self._active())
        yield by_item("targets", here, there, differences=differing(here, there))

    def health(self) -> Compared:
        """Hours of the soak in which a job had no target that was up, and the add-on."""
        hours = PROOFS["agent"].soak_days * 24
        query: dict[str, str | int] = {
            "query": "max by (job) (max_over_time(up[1h])) > 0",
            "start": self._now - (hours - 1) * _HOUR,
            "end": self._now,
            "step": _HOUR,
        }
        told = _data(self._new, "/api/v1/query_range", query)["result"]
        ill: dict[str, int | str] = {
            f"hours without {each['metric'].get('job', 'a job')}": hours - len(each["values"]) for each in told
        }
        ill["add-on"] = int(not self._active())
        return by_item(
            "health",
            dict.fromkeys(ill, 0),
            ill,
            # Where nothing was scraped, the add-on alone is no health.
            of=len(ill) if told else 0,
            differences=tuple(name for name, state in ill.items() if state),
        )

    def _groups(self, answers: Answers, jobs: Mapping[str, str]) -> dict[tuple[str, str], int]:
        """Job and namespace, and 1 where all targets are up."""
        query: dict[str, str | int] = {"query": "min by (job, namespace) (up)", "time": self._now}
        return {
            (jobs.get(job, job), each["metric"].get("namespace", "no namespace")): int(float(each["value"][1]) == 1)
            for each in _data(answers, "/api/v1/query", query)["result"]
            for job in [each["metric"].get("job", "no job")]
        }

    def _addon(self) -> dict[str, Any] | None:
        told = self._asked("describe_addon", clusterName=self._stores.cluster, addonName=self._stores.target.name)
        return dict(told["addon"]) if told else None

    def _active(self) -> bool:
        found = self._addon() or {}
        return found.get("status") == "ACTIVE" and not found.get("health", {}).get("issues")

    def _asked(self, operation: str, **given: str) -> Any:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return getattr(self._eks, operation)(**given)
        except (BotoCoreError, ClientError) as error:
            if isinstance(error, ClientError) and error.response["Error"]["Code"] == "ResourceNotFoundException":
                return None
            raise StoreError(f"EKS: {' '.join(str(error).split())}") from None


def _data(answers: Answers, path: str, query: Mapping[str, str | int]) -> Any:
    told = answers.ask(path, query)
    if not isinstance(told, dict) or told.get("status") != "success":
        raise StoreError(f"{answers.side}: {path}: does not answer as Prometheus does")
    return told["data"]


def _labels(answers: Answers) -> str:
    """Prometheus has no id; what it calls itself towards others is its external labels."""
    told: Any = yaml.safe_load(_data(answers, "/api/v1/status/config", {})["yaml"])
    labels = (told.get("global") or {}).get("external_labels") or {}
    if not labels:
        raise StoreError(f"{answers.side}: says nothing of itself; set global.external_labels")
    return "labels " + ",".join(f"{name}={value}" for name, value in sorted(labels.items()))


@contextmanager
def connect(stores: AgentStores, settings: Settings) -> Iterator[AgentKit]:
    """Both Prometheus, and EKS."""
    import boto3
    from botocore.exceptions import BotoCoreError

    del settings
    try:
        eks = boto3.client("eks", region_name=REGION, endpoint_url=stores.target.address)
    except (BotoCoreError, ValueError) as error:
        raise StoreError(f"EKS: {' '.join(str(error).split())}") from None
    with ExitStack() as open_:
        old = open_.enter_context(closing(Answers("source", stores.source)))
        new = open_.enter_context(closing(Answers("prometheus", stores.prometheus)))
        yield AgentKit(stores, old, new, eks)
