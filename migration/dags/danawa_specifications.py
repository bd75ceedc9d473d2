"""From Danawa's pages to documents: parsing, normalising, and writing so that writing twice changes nothing.

Nothing here knows the scheduler, S3 or a driver. What a page looks like is assumed in one place, :class:`Page`, and
nobody has held it against the site: one vehicle a page, its name in the first ``h1``, its data in rows of a ``th``
and a ``td``.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from html.parser import HTMLParser
from typing import Any, Final
from urllib.request import Request
from zoneinfo import ZoneInfo

SEOUL: Final = ZoneInfo("Asia/Seoul")
DUPLICATE_KEY: Final = 11000
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
    """A vehicle's name and the pairs of label and value that its page shows."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.name = ""
        self.pairs: list[tuple[str, str]] = []
        self._inside: str | None = None
        self._text = self._label = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the base's
        """Begins to read a name, a label or a value."""
        if tag in ("h1", "th", "td"):
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
        elif self._label:
            self.pairs.append((self._label, text))
            self._label = ""


@dataclass(frozen=True)
class Crawl:
    """What one run brought back, and what it could not read, by path."""

    documents: list[dict[str, Any]] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)


def crawl(read: Callable[[str], str], paths: Sequence[str], day: date, rest: Callable[[], None]) -> Crawl:
    """Every page in turn, with a ``rest`` after each. Raises :class:`CrawlError` when more than a tenth is lost."""
    found = Crawl()
    for path in paths:
        try:
            found.documents.append(document(path, read(path), day))
        except (OSError, ValueError) as error:
            found.faults[path] = f"{type(error).__name__}: {error}"
        rest()
    if not found.documents or len(found.faults) * 10 > len(paths):
        first = next(iter(found.faults.items()), "no page was asked for")
        raise CrawlError(f"{len(found.faults)} of {len(paths)} pages are lost; the first: {first}")
    return found


def document(path: str, html: str, day: date) -> dict[str, Any]:
    """The document of one page. Raises :class:`ValueError` for a page that shows no vehicle."""
    page = Page(html)
    if not page.name or not page.pairs:
        raise ValueError("the page has no name, or no row of label and value")
    known: dict[str, Any] = {}
    other = []
    for label, value in page.pairs:
        name, factor = FIELDS.get(label, ("", 0))
        kept = number(value, factor) if factor else value
        if name and kept not in (None, ""):
            known[name] = kept
        elif value:
            # As pairs, because a label may hold a dot, and a field's name may not.
            other.append({"label": label, "value": value})
    return {"_id": f"danawa:{path}", "name": page.name, **known, "other": other, "crawledOn": day.isoformat()}


def number(text: str, factor: int = 1) -> int | float | None:
    """The first number of ``1,598cc`` or ``2,500~3,100만원``; ``None`` where there is none."""
    match = re.search(r"\d[\d,]*(\.\d+)?", text)
    if match is None:
        return None
    value = float(match[0].replace(",", "")) * factor
    return int(value) if value.is_integer() else value


def upsert(made: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Filter and update that write a document unless a newer crawl already has."""
    values = {key: value for key, value in made.items() if key != "_id"}
    wanted = {"_id": made["_id"], "crawledOn": {"$lte": made["crawledOn"]}}
    return wanted, {"$set": values, "$setOnInsert": {"firstSeenOn": made["crawledOn"]}}


def save(
    collection: Any, documents: Sequence[Mapping[str, Any]], update_one: Callable[..., Any], size: int = 500
) -> int:
    """Writes the documents and says how many; ``update_one`` is the driver's ``UpdateOne``.

    A document of a newer crawl does not match, and so its insertion meets its own key: that is not an error.
    """
    written = 0
    for start in range(0, len(documents), size):
        batch = [update_one(*upsert(made), upsert=True) for made in documents[start : start + size]]
        try:
            outcome = collection.bulk_write(batch, ordered=False).bulk_api_result
        except Exception as error:
            outcome = getattr(error, "details", None) or {}
            codes = {fault["code"] for fault in outcome.get("writeErrors", ())}
            if codes != {DUPLICATE_KEY} or outcome.get("writeConcernErrors"):
                raise
        written += outcome["nMatched"] + outcome["nUpserted"]
    return written


def to_lines(documents: Iterable[Mapping[str, Any]]) -> str:
    """Documents as JSON lines."""
    return "".join(f"{json.dumps(made, ensure_ascii=False, sort_keys=True)}\n" for made in documents)


def from_lines(text: str) -> list[dict[str, Any]]:
    """Documents from JSON lines."""
    # splitlines would also break at what JSON leaves as it is, such as U+2028.
    return [json.loads(line) for line in text.split("\n") if line]


def day_of(moment: datetime) -> date:
    """The day in Seoul: at two in the morning it is still yesterday in UTC."""
    return moment.astimezone(SEOUL).date()


def resting_place(log_folder: str, day: date) -> tuple[str, str]:
    """Bucket and key of a crawl, in the bucket that the workers may write and that forgets by itself."""
    bucket = log_folder.removeprefix("s3://").partition("/")[0]
    return bucket, f"crawls/danawa/{day.isoformat()}.jsonl"


def request(host: str, path: str, login: str, password: str) -> Request:
    """A request that signs in. Raises :class:`ValueError` for anything but HTTPS."""
    if not host.startswith("https://"):
        raise ValueError(f"host must begin with https://, not {host.partition('/')[0]}")
    token = base64.b64encode(f"{login}:{password}".encode()).decode()
    return Request(f"{host.rstrip('/')}/{path.lstrip('/')}", headers={"Authorization": f"Basic {token}"})  # noqa: S310


def failure_alert(dag: str, task: str, error: str, address: str, now: datetime) -> list[dict[str, Any]]:
    """What Alertmanager is told of a task that has failed for good; it rings for a day."""
    return [
        {
            "labels": {
                "alertname": "CrawlFailed",
                "severity": "warning",
                "namespace": "airflow",
                "dag": dag,
                "task": task,
            },
            "annotations": {"summary": f"{dag}.{task} failed after its last retry", "description": error[:500]},
            "startsAt": now.isoformat(),
            "endsAt": (now + timedelta(days=1)).isoformat(),
            "generatorURL": address,
        }
    ]
