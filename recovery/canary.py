"""The canary: records that are written before a backup, and the ledger that says what a restore must find of them.

The ledger lies in a bucket beside the backups. A backup that is stale, cut off or empty cannot bring it along.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from pydantic import Field

from policy.gates.drills import DrillEvidence
from policy.gates.evidence import Canonical, Digest, EvidenceError, Kind, Moment, Whole, digest, parse_record
from stacks.section import Text
from stacks.sections.drills import Drilled

#: Records of one canary: when some of what was written last is lost, so is one of them, or the digest differs.
RECORDS: Final = 64
#: Evidence and entries of the ledger are small; more than that is neither.
_MOST: Final = 1_000_000
Record = Mapping[str, Any]


class DrillError(Exception):
    """Why a drill is red: one line, and never a value."""


class BusyError(Exception):
    """Somebody restores at this moment, or what no drill made is in the way: a drill touches nothing of it."""


class Entry(Canonical):
    """One canary as the ledger keeps it; ``written`` is the moment at which all of it was there."""

    store: Drilled
    id: Text
    written: Moment
    digest: Digest
    counts: dict[Text, Whole] = Field(description="of the live store, at that moment")


def new_records(canary: str, began: datetime) -> list[dict[str, Any]]:
    """What is written into a store: random, so that no other backup holds the same."""
    return [
        {"_id": f"{canary}-{part:02}", "canary": canary, "began": began.isoformat(), "nonce": secrets.token_hex(16)}
        for part in range(RECORDS)
    ]


def new_id(now: datetime) -> str:
    """A name that sorts by time, and that no other canary has."""
    return f"{now:%Y%m%dt%H%M%Sz}-{secrets.token_hex(4)}"


def digest_of(records: Iterable[Record]) -> str | None:
    """One digest over all ``records``, in whatever order they were read; ``None`` where there are none."""
    texts = sorted(json.dumps(dict(each), sort_keys=True, separators=(",", ":"), default=str) for each in records)
    return digest("\n".join(texts).encode()) if texts else None


@contextmanager
def asking(what: str) -> Iterator[None]:
    """What boto3 raises, as the line that a red drill says: the code and AWS's words, never what was sent."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        told = error.response.get("Error", {})
        raise DrillError(
            f"{what}: {told.get('Code', 'refused')}: {' '.join(str(told.get('Message', '')).split())}"
        ) from None
    except BotoCoreError as error:
        raise DrillError(f"{what}: {' '.join(str(error).split())}") from None


class Ledger:
    """Entries and evidence in S3, a key each. Every method raises :class:`DrillError`."""

    def __init__(self, client: Any, bucket: str, prefix: str, store: Drilled) -> None:
        self._s3, self._bucket, self._store = client, bucket, store
        self._entries, self._evidence = f"{prefix}/{store}/canary/", f"{prefix}/{store}/evidence/"

    def keep(self, entry: Entry) -> None:
        """Write down what was just written into the store."""
        self._put(f"{self._entries}{entry.written:%Y-%m-%dT%H:%M:%S.%fZ}.json", entry.canonical())

    def keep_evidence(self, evidence: DrillEvidence) -> str:
        """Keep what a drill found; its key."""
        key = f"{self._evidence}{evidence.ended:%Y-%m-%dT%H:%M:%S.%fZ}.json"
        self._put(key, evidence.canonical())
        return key

    def newest_evidence(self) -> DrillEvidence:
        """What the last drill found."""
        keys = self._keys(self._evidence)
        if not keys:
            raise DrillError(f"the ledger holds no evidence of {self._store}")
        return self._read(keys[-1], DrillEvidence)

    def before(self, moment: datetime) -> Entry:
        """The newest canary that was written before ``moment``; keys are named after their moment."""
        for key in reversed(self._keys(self._entries)):
            entry = self._read(key, Entry)
            if entry.store != self._store:
                raise DrillError(f"the ledger's {key} is of {entry.store}, not of {self._store}")
            if entry.written <= moment:
                return entry
        raise DrillError(f"the ledger holds no canary from before {moment:%Y-%m-%dT%H:%M:%SZ}")

    def newest(self) -> datetime | None:
        """When the last canary was written, by the writer's clock."""
        keys = self._keys(self._entries)
        return self._read(keys[-1], Entry).written if keys else None

    def _keys(self, prefix: str) -> list[str]:
        with asking("ledger"):
            pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
            return sorted(each["Key"] for page in pages for each in page.get("Contents", ()))

    def _read(self, key: str, kind: type[Kind]) -> Kind:
        with asking("ledger"):
            content = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read(_MOST + 1)
        if len(content) > _MOST:
            raise DrillError(f"the ledger's {key} has more than {_MOST} bytes")
        try:
            return parse_record(content, kind)
        except EvidenceError as error:
            raise DrillError(f"the ledger's {key} {error}") from None

    def _put(self, key: str, content: bytes) -> None:
        with asking("ledger"):
            self._s3.put_object(Bucket=self._bucket, Key=key, Body=content, ContentType="application/json")
