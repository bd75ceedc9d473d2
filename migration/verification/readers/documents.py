"""MongoDB's protocol: documents as raw BSON by ``_id``, and indexes and roles as both sides can be held to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from migration.verification.readers.merge import Item, ascending
from migration.verification.stores import StoreError

if TYPE_CHECKING:
    from pymongo.collection import Collection
    from pymongo.database import Database

#: What a server adds to an index by itself, and what says nothing of it: its version, its namespace, how it was built.
_OWN: Final = frozenset({"v", "ns", "background", "textIndexVersion", "2dsphereIndexVersion"})
#: So much of an ``_id`` is shown.
_SHOWN: Final = 60
_COMMAND_NOT_FOUND: Final = 59


def items(side: str, collection: Collection[Any]) -> Iterator[Item]:
    """Every document of ``collection``, in the order of its ``_id``."""
    from bson.codec_options import CodecOptions, DatetimeConversion
    from bson.raw_bson import RawBSONDocument

    # A date that Python has none for, and text that is no UTF-8, are documents as well.
    options: CodecOptions[Any] = CodecOptions(
        document_class=RawBSONDocument,
        datetime_conversion=DatetimeConversion.DATETIME_MS,
        unicode_decode_error_handler="surrogateescape",
    )
    found = collection.with_options(codec_options=options).find({}, sort=[("_id", 1)])
    name = f"{collection.database.name}.{collection.name}"
    return ascending(
        side,
        (Item(key=order(each["_id"]), name=f"{name} {_shown(each['_id'])}", content=each.raw) for each in found),
    )


def order(value: Any) -> tuple[Any, ...]:
    """Where ``value`` stands among all ``_id``s (source: MongoDB manual, Comparison/Sort Order).

    Numbers of different types are one line: 1 and 1.0 are the same ``_id``. Raises :class:`StoreError` for a type that
    can be none.
    """
    for kind, rank, place in _places():
        if isinstance(value, kind):
            return (rank, *place(value))
    raise StoreError(f"an _id is of type {type(value).__name__}, which cannot be ordered")


@cache
def _places() -> tuple[tuple[Any, int, Callable[[Any], tuple[Any, ...]]], ...]:
    """Each type that an ``_id`` may have, its rank, and what orders it among its like; bool before int, which it is."""
    from bson import Binary, DatetimeMS, Decimal128, MaxKey, MinKey, ObjectId, Timestamp

    return (
        (MinKey, 0, lambda _: ()),
        (type(None), 1, lambda _: ()),
        (bool, 8, lambda value: (value,)),
        ((int, float), 2, _number),
        (Decimal128, 2, lambda value: _number(value.to_decimal())),
        (str, 3, lambda value: (_encoded(value),)),
        (Mapping, 4, lambda value: tuple(_field(name, each) for name, each in value.items())),
        (Binary, 6, lambda value: (len(value), value.subtype, bytes(value))),
        (bytes, 6, lambda value: (len(value), 0, value)),
        (ObjectId, 7, lambda value: (value.binary,)),
        (DatetimeMS, 9, lambda value: (int(value),)),
        (Timestamp, 10, lambda value: (value.time, value.inc)),
        (MaxKey, 99, lambda _: ()),
    )


def _number(value: Any) -> tuple[bool, Any]:
    # NaN alone differs from itself, and stands before all others.
    is_number = bool(value == value)  # noqa: PLR0124
    return (is_number, value if is_number else 0)


def _field(name: str, value: Any) -> tuple[int, bytes, tuple[Any, ...]]:
    place = order(value)
    return (place[0], _encoded(name), place)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _shown(value: Any) -> str:
    text = f"{value}" if not isinstance(value, str | bytes | Mapping) else _plain(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _plain(value: str | bytes | Mapping[str, Any]) -> str:
    if isinstance(value, Mapping):
        # It may hold what is no id of anything: a digest finds it again.
        return f"sha256:{hashlib.sha256(repr(order(value)).encode()).hexdigest()[:16]}"
    return json.dumps(value) if isinstance(value, str) else bytes(value).hex()


def collections(database: Database[Any]) -> dict[str, Mapping[str, Any]]:
    """Each collection and view of ``database`` with what the server says of it, without the server's own."""
    return {each["name"]: each for each in database.list_collections() if not each["name"].startswith("system.")}


def indexes(collection: Collection[Any]) -> dict[str, Mapping[str, Any]]:
    """Each index by its name: keys in their order, and options, without what a server adds by itself."""
    found: dict[str, Mapping[str, Any]] = {}
    for each in collection.list_indexes():
        kept = {name: value for name, value in each.items() if name not in _OWN and name != "name"}
        # A false option is the default, written or not.
        found[each["name"]] = {name: value for name, value in kept.items() if value is not False}
    return found


def users(client: Any, databases: tuple[str, ...]) -> dict[str, list[tuple[str, str]]]:
    """Who has a role on one of ``databases``, with those roles. A server that knows no users has none.

    Administrators hold their roles on ``admin``, and are the platform's on both sides.
    """
    return {
        each["user"]: sorted((role["role"], role["db"]) for role in each["roles"] if role["db"] in databases)
        for each in _told(client, "usersInfo", "users", {"forAllDBs": True}, 1)
        if any(role["db"] in databases for role in each["roles"])
    }


def roles(client: Any, databases: tuple[str, ...]) -> frozenset[str]:
    """Roles that somebody made in ``databases``."""
    made = (client[name].command("rolesInfo", 1)["roles"] for name in databases)
    try:
        return frozenset(f"{each['db']}.{each['role']}" for found in made for each in found)
    except _failures() as error:
        if error.code == _COMMAND_NOT_FOUND:
            return frozenset()
        raise


def _told(client: Any, command: str, key: str, *asked: Any) -> list[Any]:
    """What the first of ``asked`` that the server understands brings: DocumentDB knows users of ``admin`` alone."""
    for each in asked:
        try:
            return list(client.admin.command(command, each)[key])
        except _failures() as error:
            if error.code == _COMMAND_NOT_FOUND:
                return []
            if each == asked[-1]:
                raise
    return []


def _failures() -> Any:
    from pymongo.errors import OperationFailure

    return OperationFailure


def plain(value: Any) -> str:
    """``value`` as one text: keys of a document in their order where that is meant, and 1.0 as 1, as a key's sign is.

    Both sides may write a number in another type where it is a direction or a duration.
    """
    return json.dumps(_neutral(value), separators=(",", ":"), ensure_ascii=True)


def _neutral(value: Any) -> Any:
    if isinstance(value, Mapping):
        return [[name, _neutral(each)] for name, each in value.items()]
    if isinstance(value, list | tuple):
        return [_neutral(each) for each in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str | int | float | type(None)):
        return value
    return [type(value).__name__, str(value)]


def digest_of(value: Any) -> str:
    """SHA-256 of :func:`plain`, as evidence writes it."""
    return f"sha256:{hashlib.sha256(plain(value).encode()).hexdigest()}"
