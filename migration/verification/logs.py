"""Loki and CloudWatch Logs over one closed hour: the same lines of each container, from the same number of pods.

The shipper writes each line to both with one time. The hour ended a quarter of an hour ago, so that neither waits for
lines of it. CloudWatch keeps milliseconds, and both edges lie on one.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from importlib import metadata
from typing import Any, Final

from migration.verification.kit import Compared, by_item, differing
from migration.verification.readers.answers import Answers
from migration.verification.readers.configured import configured
from migration.verification.stores import StoreError, Stores
from policy.gates.evidence import Side
from policy.ledger.moves import PROOFS
from stacks.offered import REGION
from stacks.settings import Settings

LIBRARIES: Final = ("urllib3",)
STORES: Final = Stores
_WINDOW: Final = timedelta(hours=1)
_SETTLED: Final = timedelta(minutes=15)
#: components/observability/logs.py labels and nests so.
_LABELS: Final = ("namespace", "container")
_SUMS: Final = 'sum by (namespace, container, pod) (count_over_time({{namespace=~".+"}}[{seconds}s]))'
#: An answer of Insights has no more rows.
_MOST: Final = 10_000
_INSIGHTS: Final = (
    # The end of a query's range is within, in whole seconds.
    "filter toMillis(@timestamp) < {end}"
    " | stats count(*) as found by kubernetes.namespace_name, kubernetes.container_name, kubernetes.pod_name"
    f" | limit {_MOST}"
)
#: Seconds between two questions, and how many.
_PAUSE: Final = 1.0
_QUESTIONS: Final = 300


class LogsKit:
    """Both sides over the same hour."""

    def __init__(self, stores: Stores, loki: Answers, clients: tuple[Any, Any], account: str) -> None:
        self._group, self._loki = stores.target.name, loki
        self._logs, self._metrics = clients
        self._end = datetime.now(UTC).replace(second=0, microsecond=0) - _SETTLED
        source, target = stores.source, stores.target
        self.sides: tuple[Side, Side] = (
            Side(
                system="Grafana Loki",
                name=source.name,
                host=source.host,
                version=str(loki.ask("/loki/api/v1/status/buildinfo").get("version") or "unknown"),
                identity=f"storage {configured(loki, '/config', ('schema_config', 'common', 'storage_config'))}",
            ),
            Side(
                system="Amazon CloudWatch Logs",
                name=target.name,
                host=target.host,
                version="2014-03-28",
                identity=f"arn:aws:logs:{REGION}:{account}:log-group:{target.name}",
            ).model_copy(update={"stand_in": not target.is_aws}),
        )

    @property
    def tools(self) -> Mapping[str, str]:
        """The library that asks."""
        return {"urllib3": metadata.version("urllib3")}

    def requirements(self) -> Compared:
        """Loki has lines within the hour, under the labels by which both are compared."""
        labels = self._loki.ask("/loki/api/v1/labels").get("data") or []
        found: dict[str, int | str] = {f"label {name}": int(name in labels) for name in _LABELS}
        found["lines within the hour"] = int(bool(self._lines_of_loki()))
        wanted: dict[str, int | str] = dict.fromkeys(found, 1)
        return by_item("requirements", wanted, found, differences=differing(wanted, found))

    def compare(self) -> Iterator[Compared]:
        """Lines by container; then pods that wrote some."""
        both = (self._lines_of_loki(), self._lines_of_cloudwatch())
        lines: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
        pods: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
        for side, read in enumerate(both):
            for (namespace, container, _), number in read.items():
                lines[side][f"{namespace}/{container}"] += number
                pods[side][f"{namespace}/{container}"] += 1
        yield by_item("counts", lines[0], lines[1], differences=differing(lines[0], lines[1]))
        names = tuple(f"{each[0]}/{each[2]}" for each in sorted(both[0].keys() ^ both[1].keys()))
        yield by_item("streams", pods[0], pods[1], differences=names[:20])

    def health(self) -> Compared:
        """Of each of the soak's days, hours in which CloudWatch took no line."""
        from botocore.exceptions import BotoCoreError, ClientError

        end = self._end.replace(minute=0)
        days = PROOFS["logs"].soak_days
        try:
            told = self._metrics.get_metric_statistics(
                Namespace="AWS/Logs",
                MetricName="IncomingLogEvents",
                Dimensions=[{"Name": "LogGroupName", "Value": self._group}],
                StartTime=end - timedelta(days=days),
                EndTime=end,
                Period=3600,
                Statistics=["Sum"],
            )["Datapoints"]
        except (BotoCoreError, ClientError) as error:
            raise StoreError(f"CloudWatch: {' '.join(str(error).split())}") from None
        busy = {each["Timestamp"].astimezone(UTC) for each in told if each["Sum"] > 0}
        ill: dict[str, int | str] = {}
        for back in range(days, 0, -1):
            begin = end - timedelta(days=back)
            quiet = sum(begin + timedelta(hours=hour) not in busy for hour in range(24))
            ill[f"hours without a line from {begin:%Y-%m-%dT%H:%MZ}"] = quiet
        return by_item(
            "health", dict.fromkeys(ill, 0), ill, differences=tuple(name for name, state in ill.items() if state)
        )

    def _lines_of_loki(self) -> dict[tuple[str, str, str], int]:
        seconds = int(_WINDOW.total_seconds())
        # A range of Loki's has its end and not its begin: a nanosecond earlier it is the other way round.
        query: dict[str, str | int] = {
            "query": _SUMS.format(seconds=seconds),
            "time": int(self._end.timestamp()) * 10**9 - 1,
        }
        told = self._loki.ask("/loki/api/v1/query", query)
        return {
            (labels.get("namespace", ""), labels.get("container", ""), labels.get("pod", "")): int(each["value"][1])
            for each in told["data"]["result"]
            for labels in [each["metric"]]
        }

    def _lines_of_cloudwatch(self) -> dict[tuple[str, str, str], int]:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            asked = self._logs.start_query(
                logGroupName=self._group,
                startTime=int((self._end - _WINDOW).timestamp()),
                endTime=int(self._end.timestamp()),
                queryString=_INSIGHTS.format(end=int(self._end.timestamp()) * 1000),
            )["queryId"]
            for _ in range(_QUESTIONS):
                told = self._logs.get_query_results(queryId=asked)
                if told["status"] not in ("Scheduled", "Running"):
                    break
                time.sleep(_PAUSE)
        except (BotoCoreError, ClientError) as error:
            raise StoreError(f"CloudWatch Logs: {' '.join(str(error).split())}") from None
        if told["status"] != "Complete":
            raise StoreError(f"CloudWatch Logs: the query is {told['status']}")
        if len(told["results"]) >= _MOST:
            raise StoreError(f"CloudWatch Logs: {_MOST} containers and more; an answer has no more rows")
        rows = [{each["field"]: each["value"] for each in row} for row in told["results"]]
        return {
            (
                row.get("kubernetes.namespace_name", ""),
                row.get("kubernetes.container_name", ""),
                row.get("kubernetes.pod_name", ""),
            ): int(row["found"])
            for row in rows
        }


@contextmanager
def connect(stores: Stores, settings: Settings) -> Iterator[LogsKit]:
    """Loki and CloudWatch."""
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    del settings
    try:
        account = str(boto3.client("sts", region_name=REGION).get_caller_identity()["Account"])
        logs = boto3.client("logs", region_name=REGION, endpoint_url=stores.target.address)
        metrics = boto3.client("cloudwatch", region_name=REGION)
    except (BotoCoreError, ClientError, ValueError) as error:
        raise StoreError(f"CloudWatch Logs: {' '.join(str(error).split())}") from None
    with closing(Answers("loki", stores.source)) as loki:
        yield LogsKit(stores, loki, (logs, metrics), account)
