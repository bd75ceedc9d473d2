"""From Danawa's pages to documents: parsing, normalising, and the week that each is written for.

Nothing here knows the scheduler, S3 or a driver. What a page looks like and where each topic's stands is assumed in one
place, :data:`TOPICS` and :class:`Page`, and nobody has held it against the site: a vehicle's name is the first ``h1``,
data and options are rows of a ``th`` and a ``td``, pictures are ``img``, and each review is an ``article``.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html.parser import HTMLParser
from typing import Any, Final
from urllib.request import Request
from zoneinfo import ZoneInfo

SEOUL: Final = ZoneInfo("Asia/Seoul")
#: What stood behind danawa-crawl- in the four topics (source: alphacar's public account of its Kafka cluster), and what
#: the path of a topic's page adds to that of the vehicle's.
TOPICS: Final = {"specifications": "", "options": "/options", "images": "/images", "reviews": "/reviews"}
#: Danawa's labels that we know, the field each becomes, and what its number is multiplied by; 0 keeps the text.
FIELDS: Final = {
    "제조사": ("maker", 0),
    "차종": ("category", 0),
    "연료": ("fuel", 0),
    "출시": ("released", 0),
    "가격": ("priceWon", 10_000),
    "배기량": ("displacementCc", 1),
    "최고출력": ("powerHp", 1),
    "최대토크": ("torqueKgM", 1),
    "복합연비": ("kmPerLitre", 1),
    "승차정원": ("seats", 1),
    "전장": ("lengthMm", 1),
    "전폭": ("widthMm", 1),
    "전고": ("heightMm", 1),
    "축거": ("wheelbaseMm", 1),
    "공차중량": ("weightKg", 1),
}


class CrawlError(Exception):
    """Too little came back: the site has changed, is away, or does not let us in."""


class Page(HTMLParser):
    """What a vehicle's page shows: its name, pairs of label and value, addresses of pictures, and reviews."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.name = ""
        self.pairs: list[tuple[str, str]] = []
        self.images: list[str] = []
        self.reviews: list[str] = []
        self._inside: str | None = None
        self._text = self._label = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begins to read a name, a label, a value or a review; keeps a picture's address, once."""
        source = dict(attrs).get("src") if tag == "img" else None
        if source and source not in self.images:
            self.images.append(source)
        if tag in ("h1", "th", "td", "article"):
            self._inside, self._text = tag, ""

    def handle_data(self, data: str) -> None:
        """Reads on."""
        self._text += data if self._inside else ""

    def handle_endtag(self, tag: str) -> None:
        """Keeps what was read."""
        if tag != self._inside:
            return
        text, self._inside = " ".join(self._text.split()), None
        if tag == "h1":
            self.name = self.name or text
        elif tag == "th":
            self._label = text
        elif tag == "article":
            self.reviews += [text] if text else []
        elif self._label:
            self.pairs.append((self._label, text))
            self._label = ""


@dataclass(frozen=True)
class Crawl:
    """What one run brought back, and what it could not read, by path."""

    documents: list[dict[str, Any]] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)


def crawl(read: Callable[[str], str], pages: Sequence[str], topic: str, week: str, rest: Callable[[], None]) -> Crawl:
    """Every vehicle's page of ``topic`` in turn, with a ``rest`` after each.

    Raises :class:`CrawlError` when more than a tenth is lost.
    """
    found = Crawl()
    for page in pages:
        path = page + TOPICS[topic]
        try:
            found.documents.append(document(page, topic, read(path), week))
        except (OSError, ValueError) as error:
            found.faults[path] = f"{type(error).__name__}: {error}"
        rest()
    if not found.documents or len(found.faults) * 10 > len(pages):
        first = next(iter(found.faults.items()), "no page was asked for")
        raise CrawlError(f"{topic}: {len(found.faults)} of {len(pages)} pages are lost; the first: {first}")
    return found


def document(page: str, topic: str, html: str, week: str) -> dict[str, Any]:
    """What one topic knows of the vehicle at ``page``: ``page``, ``topic``, ``week``, and the ``fields`` to write.

    Raises :class:`ValueError` for a page that shows no vehicle, or none of what the topic is about.
    """
    shown = Page(html)
    # A vehicle may have no review yet; one without data, options or pictures is a page that has changed.
    content: dict[str, Sequence[Any]] = {"images": shown.images, "reviews": [shown.name]}
    if not shown.name or not content.get(topic, shown.pairs):
        raise ValueError(f"the page has no name, or nothing of {topic}")
    return {"page": page, "topic": topic, "week": week, "fields": _fields(topic, shown)}


def _fields(topic: str, shown: Page) -> dict[str, Any]:
    if topic == "images":
        return {"images": shown.images}
    if topic == "reviews":
        return {"reviews": shown.reviews}
    if topic == "options":
        return {"options": _labelled(shown.pairs)}
    known: dict[str, Any] = {}
    other = []
    for label, value in shown.pairs:
        name, factor = FIELDS.get(label, ("", 0))
        kept = number(value, factor) if factor else value
        if name and kept not in (None, ""):
            known[name] = kept
        else:
            other.append((label, value))
    return {"name": shown.name, **known, "other": _labelled(other)}


def _labelled(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    """As pairs, because a label may hold a dot, and a field's name may not."""
    return [{"label": label, "value": value} for label, value in pairs if value]


def number(text: str, factor: int = 1) -> int | float | None:
    """The first number of ``1,598cc`` or ``2,500~3,100만원``; ``None`` where there is none."""
    match = re.search(r"\d[\d,]*(\.\d+)?", text)
    if match is None:
        return None
    value = float(match[0].replace(",", "")) * factor
    return int(value) if value.is_integer() else value


def to_lines(documents: Iterable[Mapping[str, Any]]) -> str:
    """Documents as JSON lines."""
    return "".join(f"{json.dumps(made, ensure_ascii=False, sort_keys=True)}\n" for made in documents)


def from_lines(text: str) -> list[dict[str, Any]]:
    """Documents from JSON lines."""
    # splitlines would also break at what JSON leaves as it is, such as U+2028.
    return [json.loads(line) for line in text.split("\n") if line]


def moment_of(run: Any) -> datetime:
    """The moment that a run stands for: the end of its data interval, else its logical date, else when it was due.

    Airflow 3 lets a run that a person or an asset starts have neither of the first two.
    """
    found: datetime = run.data_interval_end or run.logical_date or run.run_after
    return found


def week_of(moment: datetime) -> str:
    """The ISO week in Seoul, as ``2026-W48``; at two on Sunday morning in Seoul it is still Saturday in UTC."""
    year, week, _ = moment.astimezone(SEOUL).isocalendar()
    return f"{year}-W{week:02}"


def resting_place(log_folder: str, week: str, topic: str) -> tuple[str, str]:
    """Bucket and key of a topic's crawl, in the bucket that the workers may write and that forgets by itself."""
    bucket = log_folder.removeprefix("s3://").partition("/")[0]
    return bucket, f"crawls/danawa/{week}/{topic}.jsonl"


def request(host: str, path: str, login: str, password: str) -> Request:
    """A request that signs in. Raises :class:`ValueError` for anything but HTTPS."""
    if not host.startswith("https://"):
        raise ValueError(f"host must begin with https://, not {host.partition('/')[0]}")
    token = base64.b64encode(f"{login}:{password}".encode()).decode()
    return Request(f"{host.rstrip('/')}/{path.lstrip('/')}", headers={"Authorization": f"Basic {token}"})  # noqa: S310


def failure_alert(dag: str, task: str, error: str, address: str, now: datetime) -> list[dict[str, Any]]:
    """What Alertmanager is told of what has failed for good: a task, or without one a run. It rings for a day."""
    what = f"{dag}.{task} failed after its last retry" if task else f"{dag} has not crawled this week"
    return [
        {
            "labels": {
                "alertname": "CrawlFailed",
                "severity": "warning",
                "namespace": "airflow",
                "dag": dag,
                **({"task": task} if task else {}),
            },
            "annotations": {"summary": what, "description": error[:500]},
            "startsAt": now.isoformat(),
            "endsAt": (now + timedelta(days=1)).isoformat(),
            "generatorURL": address,
        }
    ]
