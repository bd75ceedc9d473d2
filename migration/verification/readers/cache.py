"""Redis' protocol: what a key holds, by its type and the same in every version, and when it expires.

A payload of DUMP is never equal across versions; what commands answer is.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from migration.verification.stores import StoreError

#: Keys that are asked for at once. What so many hold is what memory is taken for.
_BATCH: Final = 200
#: So much of a key is shown.
_SHOWN: Final = 60
_NONE: Final = b"none"
_LONGEST_ERROR: Final = 300


@contextmanager
def reading(side: str) -> Iterator[None]:
    """What a client raises, as a line that names the side."""
    from valkey.exceptions import ValkeyError

    try:
        yield
    except (ValkeyError, OSError) as error:
        text = " ".join(str(error).split())
        raise StoreError(f"{side}: {type(error).__name__}: {text[:_LONGEST_ERROR]}") from None


@dataclass(frozen=True, kw_only=True)
class Held:
    """What one key holds: a digest over its type and value, and when it expires, in milliseconds since 1970."""

    digest: bytes
    expires: int | None


@dataclass(frozen=True, kw_only=True)
class Database:
    """One database of one side. ``knows_moments`` is whether it tells when a key expires, as Redis does from 7.0.

    Every method raises :class:`StoreError`, which names the side.
    """

    side: str
    client: Any
    number: int
    knows_moments: bool

    def batches(self) -> Iterator[list[bytes]]:
        """Every key that is there from the first call to the last, some at a time.

        SCAN may bring a key twice where the server's table was made smaller meanwhile.
        """
        cursor = None
        while cursor != 0:
            with reading(self.side):
                cursor, keys = self.client.scan(cursor or 0, count=_BATCH)
            if keys:
                yield list(dict.fromkeys(keys))

    def now(self) -> int:
        """The server's own time, in milliseconds."""
        ((seconds, micros),) = self._ask([("TIME",)])
        return int(seconds) * 1000 + int(micros) // 1000

    def there(self, keys: Sequence[bytes]) -> list[bool]:
        """Whether each of ``keys`` is there."""
        return [bool(found) for found in self._ask(("EXISTS", key) for key in keys)]

    def held(self, keys: Sequence[bytes]) -> list[Held | None]:
        """What each of ``keys`` holds; ``None`` where there is none. Raises :class:`StoreError` for a module's type."""
        kinds = self._ask(("TYPE", key) for key in keys)
        expiry = self._expiry(keys)
        questions: list[tuple[Any, ...]] = []
        for key, kind in zip(keys, kinds, strict=True):
            if kind != _NONE and kind not in _KINDS:
                raise StoreError(
                    f"{self.side}: db{self.number} {shown(key)} is of type {kind.decode()}, which cannot be compared"
                )
            questions += [(command, key, *rest) for command, *rest in _KINDS.get(kind, _NOTHING).asked]
        answers = iter(self._ask(questions))
        found: list[Held | None] = []
        for kind, expires in zip(kinds, expiry, strict=True):
            reader = _KINDS.get(kind, _NOTHING)
            replies = [next(answers) for _ in reader.asked]
            if kind == _NONE or expires == _GONE:
                found.append(None)
                continue
            parts = [b"changed"] if any(isinstance(each, Exception) for each in replies) else reader.parts(*replies)
            found.append(Held(digest=_digest([kind, *parts]), expires=None if expires < 0 else expires))
        return found

    def _expiry(self, keys: Sequence[bytes]) -> list[int]:
        if self.knows_moments:
            return self._ask(("PEXPIRETIME", key) for key in keys)
        *left, (seconds, micros) = self._ask([*(("PTTL", key) for key in keys), ("TIME",)])
        now = int(seconds) * 1000 + int(micros) // 1000
        return [each if each < 0 else now + each for each in left]

    def _ask(self, questions: Iterable[tuple[Any, ...]]) -> list[Any]:
        """The answers of one round trip; an exception stands where a key became another type meanwhile."""
        from valkey.exceptions import ResponseError

        asked = self.client.pipeline(transaction=False)
        # The library would make mappings of what may hold a name twice, such as the fields of a stream's entry.
        asked.response_callbacks = {}
        for question in questions:
            asked.execute_command(*question)
        with reading(self.side):
            answers = asked.execute(raise_on_error=False)
            for answer in answers:
                became_another = isinstance(answer, ResponseError) and str(answer).startswith(("WRONGTYPE", "no such"))
                if isinstance(answer, Exception) and not became_another:
                    raise answer
        return list(answers)


#: What PEXPIRETIME and PTTL answer for a key that is not there.
_GONE: Final = -2


def _digest(parts: Iterable[bytes]) -> bytes:
    """SHA-256 of ``parts``, each behind its length: no two lists of them are the same bytes."""
    found = hashlib.sha256()
    for part in parts:
        found.update(len(part).to_bytes(8, "big") + part)
    return found.digest()


def entry(key: bytes, held: Held) -> int:
    """A key with its value as a number: the sum of many says the same in whatever order they were read."""
    return int.from_bytes(_digest([key, held.digest]), "big")


def total(number: int) -> str:
    """A sum of :func:`entry` as evidence writes a digest."""
    return f"sha256:{number % 2**256:064x}"


def shown(key: bytes) -> str:
    """A key for people, in one line."""
    text = json.dumps(key.decode("utf-8", "backslashreplace"))[1:-1]
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _score(score: Any) -> bytes:
    """Versions write the same number in different digits; minus zero is zero."""
    return struct.pack(">d", float(score) + 0.0)


def _pairs(flat: Sequence[Any]) -> list[tuple[Any, Any]]:
    return list(zip(flat[::2], flat[1::2], strict=True))


def _scored(reply: Sequence[bytes]) -> Iterator[bytes]:
    for member, score in _pairs(reply):
        yield from (member, _score(score))


def _stream(entries: Sequence[Any], stream: Sequence[Any], groups: Sequence[Any]) -> Iterator[bytes]:
    yield dict(_pairs(stream))[b"last-generated-id"]
    for each in sorted((dict(_pairs(group)) for group in groups), key=lambda group: group[b"name"]):
        yield from (each[b"name"], each[b"last-delivered-id"], b"%d" % each[b"pending"])
    for name, fields in entries:
        yield from (name, b"%d" % len(fields), *fields)


@dataclass(frozen=True, kw_only=True)
class _Reader:
    """How a type is read: the commands, each with what stands behind its key, and their answers in one order."""

    asked: tuple[tuple[Any, ...], ...]
    parts: Callable[..., Iterable[bytes]]


_NOTHING: Final = _Reader(asked=(), parts=lambda: ())
_KINDS: Final[Mapping[bytes, _Reader]] = {
    b"string": _Reader(asked=(("GET",),), parts=lambda value: (value or b"",)),
    b"list": _Reader(asked=(("LRANGE", 0, -1),), parts=lambda values: values),
    b"set": _Reader(asked=(("SMEMBERS",),), parts=sorted),
    b"hash": _Reader(
        asked=(("HGETALL",),), parts=lambda flat: (part for pair in sorted(_pairs(flat)) for part in pair)
    ),
    b"zset": _Reader(asked=(("ZRANGE", 0, -1, "WITHSCORES"),), parts=_scored),
    b"stream": _Reader(asked=(("XRANGE", "-", "+"), ("XINFO STREAM",), ("XINFO GROUPS",)), parts=_stream),
}
