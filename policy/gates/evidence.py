"""Evidence that a step of a move did what it should: what was compared, by what, when, and who agreed.

A file a step, ``gates/<environment>/<capability>/<step>.json``. It names counts and digests, never a value.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import AfterValidator, Field, StringConstraints, ValidationError

from policy.ledger.moves import Proven
from stacks.messages import path as dotted
from stacks.section import Day, Name, Section, Text
from stacks.sections.moves import Moved

#: More than that is no evidence of ours.
MOST: Final = 1_000_000
Digest = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
Whole = Annotated[int, Field(ge=0, le=10**15)]


class EvidenceError(ValueError):
    """Evidence that cannot be read; its text says why, in one line."""


def _in_utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("names no time zone; allowed is UTC, such as 2026-11-20T01:00:00Z")
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("is no moment that UTC has") from None


def _somebody(value: str) -> str:
    if not any(letter.isalnum() for letter in value):
        raise ValueError("names nobody; allowed is a name with a letter in it")
    return value


Person = Annotated[Text, AfterValidator(_somebody)]
Moment = Annotated[datetime, AfterValidator(_in_utc)]


class Side(Section):
    """One of the two stores. ``name`` is what a stack calls it; ``identity`` is what no other store has."""

    system: Text
    name: Text
    host: Text
    version: Text
    identity: Text = Field(description="a UUID, ARN or fingerprint that the store itself told")
    stand_in: bool = Field(default=False, description="a rehearsal's program that speaks the store's protocol")


class Comparison(Section):
    """What one comparison found, item by item: counts, or digests. Of ``of`` things ``compared`` were looked at.

    ``sampling`` is ``all``, or the rule by which some were chosen.
    """

    name: Name
    source: dict[Text, Whole | Digest]
    target: dict[Text, Whole | Digest]
    of: Whole
    compared: Whole
    sampling: Text = "all"


class Approval(Section):
    """Who agreed to what: ``of`` is the digest of the evidence as it was shown to them."""

    by: Person
    ticket: Person
    on: Day
    of: Digest


class Signature(Section):
    """KMS's signature of everything but itself; ``key`` is the ARN of the key that made it."""

    algorithm: Literal["RSASSA_PKCS1_V1_5_SHA_256"]
    key: Text
    value: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]{300,1400}={0,2}$")]


class Canonical(Section):
    """What is signed: the same bytes for the same content, however its file is laid out."""

    def canonical(self, *, without: frozenset[str] = frozenset()) -> bytes:
        """All of it but ``without``."""
        content = self.model_dump(mode="json", by_alias=True, exclude=set(without))
        return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    @property
    def to_sign(self) -> bytes:
        """All but the signature; an approval as well."""
        return self.canonical(without=frozenset({"signature"}))


class Evidence(Canonical):
    """One step's evidence."""

    schema_version: Literal["1.0"]
    environment: Name
    account: Annotated[str, StringConstraints(pattern=r"^\d{12}$")]
    capability: Moved
    step: Proven
    source: Side
    target: Side
    inputs: Digest = Field(description="of what the move was planned for; python -m migration status shows it")
    tools: dict[str, Text]
    started: Moment
    ended: Moment
    comparisons: tuple[Comparison, ...]
    previous: Digest | None = Field(default=None, description="of the evidence of the step before, as it was approved")
    approval: Approval | None = None
    signature: Signature | None = None

    @property
    def to_approve(self) -> str:
        """The digest that an approval names, and the next step's evidence: whoever agrees later changes no chain."""
        return digest(self.canonical(without=frozenset({"approval", "signature"})))


def digest(content: bytes) -> str:
    """SHA-256, as evidence writes it."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def place(root: Path, environment: str, capability: str, step: str) -> Path:
    """Where a step's evidence lies."""
    return root / "gates" / environment / capability / f"{step}.json"


Kind = TypeVar("Kind", bound=Canonical)


def read_evidence(path: Path) -> Evidence:
    """The evidence at ``path``. Raises :class:`EvidenceError`."""
    return read_record(path, Evidence)


def read_record(path: Path, kind: type[Kind]) -> Kind:
    """The record of a ``kind`` at ``path``. Raises :class:`EvidenceError`."""
    try:
        if path.is_symlink() or (path.exists() and not path.is_file()):
            raise EvidenceError("is no plain file")
        if path.stat().st_size > MOST:
            raise EvidenceError(f"has more than {MOST} bytes")
        return parse_record(path.read_bytes(), kind)
    except OSError as error:
        raise EvidenceError(f"cannot be read ({error.strerror})") from None


def parse_record(content: bytes, kind: type[Kind]) -> Kind:
    """The record of a ``kind`` that ``content`` is. Raises :class:`EvidenceError`."""
    try:
        return kind.model_validate_json(_once(content.decode()))
    except ValidationError as error:
        raise EvidenceError(_told(error)) from None
    except (ValueError, RecursionError) as error:
        raise error if isinstance(error, EvidenceError) else EvidenceError("is not JSON") from None


def _once(text: str) -> str:
    """``text``, unless a key stands in it twice: readers would differ about which one counts."""

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        counted = Counter(name for name, _ in found)
        if twice := sorted(name for name, times in counted.items() if times > 1):
            raise EvidenceError(f"has the key {twice[0]} twice")
        return dict(found)

    json.loads(text, object_pairs_hook=pairs)
    return text


def _told(error: ValidationError) -> str:
    problem = error.errors(include_url=False, include_input=False)[0]
    text = str(problem["msg"]).removeprefix("Value error, ")
    return f"{dotted(problem['loc']) or 'the whole'}: {text[:1].lower()}{text[1:]}"
