"""Tempo and X-Ray over one closed hour: the same traces of each service. Tempo counts spans, so traces are counted.

A trace belongs to the minute in which Tempo, or else X-Ray, says that it began: both clocks' edges are the same then.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from importlib import metadata
from itertools import pairwise
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
#: The window, how long before now it ended, and of what size it is read.
_WINDOW: Final = timedelta(hours=1)
_SETTLED: Final = timedelta(minutes=15)
_SLICE: Final = timedelta(minutes=5)
_MARGIN: Final = timedelta(minutes=1)
#: So many traces Tempo is asked for at once; where it has as many, the slice is halved.
_MOST: Final = 2000
#: What X-Ray takes as the name of a service (source: X-Ray developer guide, Segment documents).
_NAME: Final = re.compile(r"[\w\s.:/%&#=+\-@]{1,200}")


class TracesKit:
    """Both sides over the same hour."""

    def __init__(self, stores: Stores, tempo: Answers, xray: Any, account: str) -> None:
        self._tempo, self._xray = tempo, xray
        now = datetime.now(UTC).replace(second=0, microsecond=0)
        self._end = now - _SETTLED
        source, target = stores.source, stores.target
        told = tempo.ask("/api/status/buildinfo")
        self.sides: tuple[Side, Side] = (
            Side(
                system="Grafana Tempo",
                name=source.name,
                host=source.host,
                version=str(told.get("version") or "unknown"),
                identity=f"storage {configured(tempo, '/status/config', ('storage',))}",
            ),
            Side(
                system="AWS X-Ray",
                name=target.name,
                host=target.host,
                version="2016-04-12",
                identity=f"arn:aws:xray:{REGION}:{account}:group/{target.name}",
            ).model_copy(update={"stand_in": not target.is_aws}),
        )

    @property
    def tools(self) -> Mapping[str, str]:
        """The libraries that ask."""
        return {"urllib3": metadata.version("urllib3")}

    def requirements(self) -> Compared:
        """Tempo has traces, and X-Ray takes the name of each service."""
        names = {each["service"] for begin, end in self._slices() for each in self._searched(begin, end).values()}
        found: dict[str, int | str] = {f"name {name}": int(_NAME.fullmatch(name) is not None) for name in names}
        found["traces within the hour"] = int(bool(names))
        wanted: dict[str, int | str] = dict.fromkeys(found, 1)
        return by_item("requirements", wanted, found, differences=differing(wanted, found))

    def compare(self) -> Iterator[Compared]:
        """Traces by the service that they began in; then those services."""
        counts: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
        for begin, end in self._slices():
            source = self._searched(begin - _MARGIN, end + _MARGIN)
            target = self._summaries(begin - _MARGIN, end + _MARGIN)
            for each in source.values():
                if begin <= each["begun"] < end:
                    counts[0][each["service"]] += 1
            for trace, each in target.items():
                begun = source[trace]["begun"] if trace in source else each["begun"]
                if begin <= begun < end:
                    counts[1][each["service"]] += 1
        yield by_item("counts", counts[0], counts[1], differences=differing(counts[0], counts[1]))
        here, there = (dict.fromkeys(each, 1) for each in counts)
        yield by_item("services", here, there, differences=differing(here, there))

    def health(self) -> Compared:
        """Of each of the soak's days, whether X-Ray has a trace."""
        days = [self._end - timedelta(days=back) for back in range(PROOFS["traces"].soak_days)]
        ill: dict[str, int | str] = {f"{day:%Y-%m-%d}": int(not self._any(day)) for day in days}
        told = tuple(f"{day}: no trace" for day, state in ill.items() if state)
        return by_item("health", dict.fromkeys(ill, 0), ill, differences=told)

    def _any(self, day: datetime) -> bool:
        # X-Ray answers for six hours at most.
        edges = [day - timedelta(hours=hours) for hours in (24, 18, 12, 6, 0)]
        return any(page["TraceSummaries"] for begin, end in pairwise(edges) for page in self._pages(begin, end))

    def _slices(self) -> Iterator[tuple[datetime, datetime]]:
        begin = self._end - _WINDOW
        while begin < self._end:
            yield begin, begin + _SLICE
            begin += _SLICE

    def _searched(self, begin: datetime, end: datetime) -> dict[str, dict[str, Any]]:
        """Every trace that began then, by its id of 32 digits."""
        query: dict[str, str | int] = {
            "q": "{}",
            "start": int(begin.timestamp()),
            "end": int(end.timestamp()),
            "limit": _MOST,
        }
        found = self._tempo.ask("/api/search", query).get("traces") or []
        if len(found) >= _MOST:
            if end - begin <= timedelta(seconds=1):
                raise StoreError(f"tempo: has {_MOST} traces and more in a second, and tells of no more")
            middle = begin + timedelta(seconds=int((end - begin).total_seconds()) // 2)
            return self._searched(begin, middle) | self._searched(middle, end)
        return {
            each["traceID"].rjust(32, "0"): {
                "service": each.get("rootServiceName") or "unknown",
                "begun": datetime.fromtimestamp(int(each["startTimeUnixNano"]) / 1e9, UTC),
            }
            for each in found
        }

    def _summaries(self, begin: datetime, end: datetime) -> dict[str, dict[str, Any]]:
        return {
            each["Id"].removeprefix("1-").replace("-", ""): {
                "service": each.get("EntryPoint", {}).get("Name") or "unknown",
                "begun": each["StartTime"],
            }
            for page in self._pages(begin, end)
            for each in page["TraceSummaries"]
        }

    def _pages(self, begin: datetime, end: datetime) -> Iterator[dict[str, Any]]:
        from botocore.exceptions import BotoCoreError, ClientError

        asked = {"StartTime": begin, "EndTime": end, "TimeRangeType": "Event", "Sampling": False}
        try:
            yield from self._xray.get_paginator("get_trace_summaries").paginate(**asked)
        except (BotoCoreError, ClientError) as error:
            raise StoreError(f"X-Ray: {' '.join(str(error).split())}") from None


@contextmanager
def connect(stores: Stores, settings: Settings) -> Iterator[TracesKit]:
    """Tempo and X-Ray."""
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    del settings
    try:
        account = str(boto3.client("sts", region_name=REGION).get_caller_identity()["Account"])
        xray = boto3.client("xray", region_name=REGION, endpoint_url=stores.target.address)
    except (BotoCoreError, ClientError, ValueError) as error:
        raise StoreError(f"X-Ray: {' '.join(str(error).split())}") from None
    with closing(Answers("tempo", stores.source)) as tempo:
        yield TracesKit(stores, tempo, xray, account)
