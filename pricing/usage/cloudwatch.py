"""Bytes from CloudWatch: of each log group, each bucket and each NAT gateway, day by day, added up to months.

A log group's bytes are what a bill cannot tell apart: it has them for all groups together. Source: CloudWatch API,
GetMetricData; metrics of AWS/Logs (IncomingBytes), AWS/S3 (BucketSizeBytes, once a day) and AWS/NATGateway.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final, Literal

from pricing import aws_client
from pricing.usage.reading import GIB, Monthly, after

PERMISSION: Final = "cloudwatch:GetMetricData"
#: GetMetricData takes no more at once.
MOST_QUERIES: Final = 500
#: Hourly points are kept for 455 days, so months of a year ago are still there by the day.
DAY_SECONDS: Final = 86_400
#: What lies in a bucket, by class (source: S3 user guide, CloudWatch metrics: StorageType).
STORAGE_TYPES: Final = (
    *("StandardStorage", "StandardIAStorage", "OneZoneIAStorage", "ReducedRedundancyStorage"),
    *("IntelligentTieringFAStorage", "IntelligentTieringIAStorage", "IntelligentTieringAIAStorage"),
    *("GlacierInstantRetrievalStorage", "GlacierStorage", "DeepArchiveStorage"),
)
ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One metric of one thing; ``total`` adds its days up, ``average`` takes the mean of those there are."""

    figure: str
    namespace: str
    metric: str
    dimensions: tuple[tuple[str, str], ...]
    over: Literal["total", "average"]


@dataclass(kw_only=True)
class Metered:
    """Gigabytes by figure and month, what they were read of, and doubts by figure."""

    figures: dict[str, Monthly] = field(default_factory=dict)
    names: dict[str, set[str]] = field(default_factory=dict)
    doubts: dict[str, str] = field(default_factory=dict)


def log_group(figure: str, name: str) -> Series:
    """What comes into a log group."""
    return Series(
        figure=figure,
        namespace="AWS/Logs",
        metric="IncomingBytes",
        dimensions=(("LogGroupName", name),),
        over="total",
    )


def bucket(figure: str, name: str) -> list[Series]:
    """What lies in a bucket, in each class."""
    return [
        Series(
            figure=figure,
            namespace="AWS/S3",
            metric="BucketSizeBytes",
            dimensions=(("BucketName", name), ("StorageType", kind)),
            over="average",
        )
        for kind in STORAGE_TYPES
    ]


def nat_gateway(figure: str, name: str) -> list[Series]:
    """What a NAT gateway processes, to the internet and back (source: VPC user guide, NAT gateway metrics)."""
    return [
        Series(
            figure=figure,
            namespace="AWS/NATGateway",
            metric=metric,
            dimensions=(("NatGatewayId", name),),
            over="total",
        )
        for metric in ("BytesOutToDestination", "BytesInFromDestination")
    ]


def fetch_gateways(client: Any, environment: str, pause: aws_client.Pause = time.sleep) -> list[str]:
    """The NAT gateways of an environment, by its tag. Raises :class:`aws_client.AskingError`."""
    request = {"Filter": [{"Name": "tag:environment", "Values": [environment]}]}
    answers = aws_client.pages("NAT gateways", client.describe_nat_gateways, "NextToken", pause=pause, **request)
    return sorted(each["NatGatewayId"] for page in answers for each in page.get("NatGateways", ()))


def fetch_metered(
    client: Any, series: Sequence[Series], months: Sequence[date], *, pause: aws_client.Pause = time.sleep
) -> Metered:
    """Gigabytes in ``months``, first days in order. Raises :class:`aws_client.AskingError`.

    A month without a data point is not there: nothing says that it was zero.
    """
    found = Metered()
    for start in range(0, len(series), MOST_QUERIES):
        asked = dict(enumerate(series[start : start + MOST_QUERIES]))
        points: dict[int, dict[datetime, Decimal]] = {}
        for place, result in _results(client, asked, months, pause):
            told = result.get("StatusCode", "Complete")
            if told in ("InternalError", "Forbidden"):
                found.doubts[asked[place].figure] = f"CloudWatch has {told} for {asked[place].dimensions[0][1]}"
            for moment, value in zip(result.get("Timestamps", ()), result.get("Values", ()), strict=False):
                points.setdefault(place, {})[moment.astimezone(UTC)] = Decimal(str(value))
        for place, days in points.items():
            _add(found, asked[place], days, months)
    return found


def _results(
    client: Any, asked: dict[int, Series], months: Sequence[date], pause: aws_client.Pause
) -> Iterator[tuple[int, dict[str, Any]]]:
    request = {
        "MetricDataQueries": [_query(place, each) for place, each in asked.items()],
        "StartTime": datetime(months[0].year, months[0].month, 1, tzinfo=UTC),
        "EndTime": datetime(after(months[-1]).year, after(months[-1]).month, 1, tzinfo=UTC),
        "ScanBy": "TimestampAscending",
    }
    for page in aws_client.pages("CloudWatch", client.get_metric_data, "NextToken", pause=pause, **request):
        for result in page.get("MetricDataResults", ()):
            name = str(result.get("Id", ""))
            if name[1:].isdecimal() and int(name[1:]) in asked:
                yield int(name[1:]), result


def _query(place: int, series: Series) -> dict[str, Any]:
    return {
        "Id": f"q{place}",
        "MetricStat": {
            "Metric": {
                "Namespace": series.namespace,
                "MetricName": series.metric,
                "Dimensions": [{"Name": name, "Value": value} for name, value in series.dimensions],
            },
            "Period": DAY_SECONDS,
            "Stat": "Sum" if series.over == "total" else "Average",
        },
        "ReturnData": True,
    }


def _add(found: Metered, series: Series, days: dict[datetime, Decimal], months: Sequence[date]) -> None:
    for month in months:
        values = [value for moment, value in days.items() if moment.date().replace(day=1) == month]
        if not values:
            continue
        size = sum(values, ZERO) / (1 if series.over == "total" else len(values)) / GIB
        figure = found.figures.setdefault(series.figure, {})
        figure[month] = figure.get(month, ZERO) + size
        found.names.setdefault(series.figure, set()).add(series.dimensions[0][1])
