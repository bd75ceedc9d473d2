"""Usage from a Prometheus over HTTP: increases of counters in windows of a day, added up to full months.

Source: Prometheus HTTP API v1, query_range; ``increase`` makes up for counters that begin anew. Metrics are those that
observability/exporters.yaml has, each with its own source there.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from http.client import HTTPException
from typing import Any, Final
from urllib.error import HTTPError
from urllib.parse import unquote, urlencode, urlsplit, urlunsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from pricing.usage.reading import GIB, LOGS, TRACES, VOLUMES, Monthly, Readings, after, measured, windows

#: Prometheus itself gives a query up after two minutes.
TIMEOUT_SECONDS: Final = 30.0
ATTEMPTS: Final = 3
FIRST_PAUSE_SECONDS: Final = 1.0
#: A month of days is a few kilobytes.
MOST_BYTES: Final = 4_000_000
DAY_SECONDS: Final = 86_400
#: A whole week: nights and a weekend are in it. A shorter part of a month is not made a month of.
LEAST_DAYS: Final = 7
#: Prometheus or what stands before it is busy.
PASSING: Final = frozenset({429, 502, 503, 504})
#: No other query would be answered either.
FINAL: Final = frozenset({301, 302, 303, 307, 308, 401, 403, 404})
STRANGE: Final = "answers with something else than Prometheus does"
ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """A query whose value at midnight is what the day before had; ``per`` of it make one of each of ``names``.

    ``what`` says what is counted. ``usual`` is false for what our own clusters do not export.
    """

    names: tuple[str, ...]
    query: str
    per: Decimal
    what: str
    usual: bool = True


EXPRESSIONS: Final = (
    # Fluent Bit counts records as it holds them; what CloudWatch bills is its own IncomingBytes.
    Expression(
        names=("applicationLogGb",),
        query='sum(increase(fluentbit_output_proc_bytes_total{name=~"cloudwatch_logs.*"}[1d]))',
        per=GIB,
        what="fluentbit_output_proc_bytes_total to CloudWatch",
    ),
    Expression(
        names=(LOGS,),
        query='sum(increase(fluentbit_output_proc_bytes_total{name=~"(cloudwatch_logs|loki).*"}[1d]))',
        per=GIB,
        what="fluentbit_output_proc_bytes_total",
    ),
    Expression(
        names=(TRACES,),
        query="sum(increase(tempo_ingester_traces_created_total[1d]))",
        per=Decimal(1),
        what="tempo_ingester_traces_created_total",
    ),
    Expression(
        names=("managedMetricMillionSamples",),
        query="sum(increase(prometheus_tsdb_head_samples_appended_total[1d]))",
        per=Decimal(10**6),
        what="prometheus_tsdb_head_samples_appended_total",
    ),
    # CRI-O counts what it pulls (source: cri-o/cri-o tutorials/metrics.md); containerd, which EKS runs, does not.
    Expression(
        names=("imagePullGb",),
        query='sum(increase({__name__=~"(container_runtime_)?crio_image_pulls_bytes_total"}[1d]))',
        per=GIB,
        what="crio_image_pulls_bytes_total",
        usual=False,
    ),
)
READ: Final = frozenset(name for expression in EXPRESSIONS for name in expression.names)
Pause = Callable[[float], None]


class PrometheusError(Exception):
    """No usable answer; the text is one line. ``everything`` says that no other query will fare better."""

    def __init__(self, text: str, *, everything: bool = False) -> None:
        super().__init__(text)
        self.everything = everything


class _NoRedirects(HTTPRedirectHandler):
    """A login page is no answer, and a password goes to no other host."""

    def redirect_request(self, *_arguments: Any, **_more: Any) -> None:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Server:
    """Where to ask, with which headers, and the URL as it may be shown: without who asks."""

    address: str
    headers: Mapping[str, str]
    shown: str
    pause: Pause
    timeout: float


def read_prometheus(
    url: str,
    asked: frozenset[str],
    months: Sequence[date],
    today: date,
    *,
    pause: Pause = time.sleep,
    timeout: float = TIMEOUT_SECONDS,
) -> Readings:
    """What the Prometheus at ``url`` has of ``asked`` in ``months``. Raises :class:`PrometheusError` for a bad URL."""
    server = _server(url, pause, timeout)
    found = Readings()
    dead = ""
    for expression in EXPRESSIONS:
        wanted = [name for name in expression.names if name in asked]
        if not wanted:
            continue
        if dead:
            found.unread |= dict.fromkeys(wanted, dead)
            continue
        try:
            days = dict(_days(_asked(server, expression.query, months), server.shown))
        except PrometheusError as error:
            dead = str(error) if error.everything else ""
            found.unread |= dict.fromkeys(wanted, str(error))
            continue
        whole, where, doubt = _whole(expression, days, months)
        if doubt:
            found.unread |= dict.fromkeys(wanted, doubt)
            continue
        partial = ", from part of the days" if any(" of " in text for text in where.values()) else ""
        for name in wanted:
            if name in VOLUMES:
                found.windows[name] = windows(whole, where, today)
            else:
                found.figures[name] = measured(whole, f"Prometheus, {expression.what}{partial}")
    return found


def _server(url: str, pause: Pause, timeout: float) -> _Server:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise PrometheusError("--url: is refused; allowed is the base of a Prometheus, such as http://localhost:9090")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    place = host if port is None else f"{host}:{port}"
    shown = urlunsplit((parts.scheme, place, parts.path.rstrip("/"), "", ""))
    headers = {"Accept": "application/json"}
    if parts.username is not None:
        user = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers["Authorization"] = f"Basic {base64.b64encode(user.encode()).decode()}"
    return _Server(address=f"{shown}/api/v1/query_range", headers=headers, shown=shown, pause=pause, timeout=timeout)


def _asked(server: _Server, query: str, months: Sequence[date]) -> Any:
    # A sample is about the day before it; a day more at both ends tells whether the first and the last are whole.
    first, end = months[0], after(months[-1]) + timedelta(days=1)
    form = urlencode({"query": query, "start": _seconds(first), "end": _seconds(end), "step": DAY_SECONDS})
    request = Request(f"{server.address}?{form}", headers=dict(server.headers))  # noqa: S310 - http and https alone
    opener = build_opener(_NoRedirects)
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with opener.open(request, timeout=server.timeout) as answer:
                return _decoded(answer.read(MOST_BYTES + 1), server)
        except HTTPError as error:
            line = f"{server.shown} answers with {error.code}{_told(error)}"
            if error.code not in PASSING:
                raise PrometheusError(line, everything=error.code in FINAL) from None
        except TimeoutError:
            line = f"{server.shown} did not answer within {server.timeout:g} seconds"
        except (OSError, HTTPException) as error:
            line = f"{server.shown} cannot be reached ({_one_line(getattr(error, 'reason', error))})"
        if attempt < ATTEMPTS:
            server.pause(FIRST_PAUSE_SECONDS * 2 ** (attempt - 1))
    raise PrometheusError(f"{line}; gave up after {ATTEMPTS} attempts", everything=True)


def _decoded(content: bytes, server: _Server) -> Any:
    try:
        if len(content) <= MOST_BYTES:
            return json.loads(content)
    except (ValueError, RecursionError):
        pass
    raise PrometheusError(f"{server.shown} {STRANGE}", everything=True)


def _seconds(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def _told(error: HTTPError) -> str:
    """What Prometheus says about its refusal."""
    try:
        answer = json.loads(error.read(10_000))
        return f" ({_one_line(answer['error'])})"
    except (OSError, HTTPException, ValueError, KeyError, TypeError, RecursionError):
        return ""


def _days(answer: Any, shown: str) -> Iterator[tuple[date, Decimal]]:
    """The day that each sample is about, and its value; what is no number is no sample."""
    for moment, value in _samples(answer, shown):
        if value.is_finite() and value >= 0:
            yield datetime.fromtimestamp(moment, tz=UTC).date() - timedelta(days=1), value


def _samples(answer: Any, shown: str) -> list[tuple[float, Decimal]]:
    try:
        if answer["status"] != "success":
            raise PrometheusError(f"{shown} refuses the query ({_one_line(answer.get('error', 'no reason'))})")
        series = answer["data"]["result"] if answer["data"]["resultType"] == "matrix" else None
        if series is not None and len(series) > 1:
            raise PrometheusError(f"{shown} answers a sum with {len(series)} series")
        if series is not None:
            return [(float(moment), Decimal(value)) for each in series for moment, value in each["values"]]
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError, InvalidOperation):
        pass
    raise PrometheusError(f"{shown} {STRANGE}", everything=True)


def _whole(
    expression: Expression, days: Mapping[date, Decimal], months: Sequence[date]
) -> tuple[Monthly, dict[date, str], str]:
    """Months of enough days, each brought to its whole length, what each was read of, and why there is none.

    A day beside a gap may be a part of a day: Prometheus began or ended in it. It does not count.
    """
    sure = {
        day: value for day, value in days.items() if {day - timedelta(days=1), day + timedelta(days=1)} <= days.keys()
    }
    whole: Monthly = {}
    where: dict[date, str] = {}
    most = 0
    for month in months:
        values = [value for day, value in sure.items() if day.replace(day=1) == month]
        length = (after(month) - month).days
        most = max(most, len(values))
        if len(values) >= LEAST_DAYS:
            whole[month] = sum(values, ZERO) * length / len(values) / expression.per
            part = f", from {len(values)} of {length} days" if len(values) < length else ""
            where[month] = f"Prometheus, {expression.what}{part}"
    if whole:
        return whole, where, ""
    if days:
        return whole, where, f"{expression.what} has {most} whole days of a month at most, and {LEAST_DAYS} are needed"
    return whole, where, f"no sample of {expression.what}"


def _one_line(text: object) -> str:
    return " ".join(str(text).split())[:200]
