"""Writing what was crawled, so that writing twice changes nothing and a restored vehicle does not stand there twice.

One document holds all that is known of a vehicle. Each topic writes its own fields, and only over what is of the same
week or an older one (``weeks.TOPIC``). Nothing here imports a driver.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

DUPLICATE_KEY: Final = 11000
#: What tells a document that a crawl has written, or taken over, from one that was only restored.
OURS: Final = {"source": "danawa"}
FOREIGN: Final = {"source": {"$ne": "danawa"}}


class IdentityError(Exception):
    """A vehicle would stand there twice, or nobody can tell which of two documents it is."""


def own_id(page: str) -> str:
    """The ``_id`` of a vehicle that the crawl saw first."""
    return f"danawa:{page}"


def identities(collection: Any, pages: Sequence[str], site: str, match_field: str | None) -> dict[str, Any]:
    """The ``_id`` of every vehicle that stands there under another than the crawl's own, by its page.

    ``match_field`` of a restored document, a text or a list of them, holds the vehicle's page as path or whole address.
    Raises :class:`IdentityError` where writing would put a vehicle there twice, or would have to choose between two.
    """
    if match_field is None:
        if stranger := collection.find_one(FOREIGN):
            raise IdentityError(
                f"{collection.name} holds documents that no crawl has written, such as _id {stranger['_id']}: name the "
                "field with a vehicle's page in landing:workflow.crawl.matchField, or each would stand there twice"
            )
        return {}
    forms = {form: page for page in pages for form in (page, site.rstrip("/") + page)}
    found: dict[str, Any] = {}
    for each in collection.find({match_field: {"$in": list(forms)}}, {match_field: 1}):
        value = each[match_field]
        for page in {forms[form] for form in (value if isinstance(value, list) else [value]) if form in forms}:
            if found.setdefault(page, each["_id"]) != each["_id"]:
                raise IdentityError(f"{page} is the {match_field} of two documents, {found[page]} and {each['_id']}")
    if twice := collection.find_one({"_id": {"$in": [own_id(page) for page in found]}}):
        raise IdentityError(
            f"{twice['_id']} stands there twice: a crawl wrote it before it was restored; delete that one"
        )
    if not found and collection.find_one(FOREIGN) and not collection.find_one(OURS):
        raise IdentityError(f"landing:workflow.crawl.matchField: no document's {match_field} is a page of the crawl")
    return found


def upsert(made: Mapping[str, Any], identity: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Filter and update that write one topic of a vehicle unless a newer week already has."""
    mark = f"weeks.{made['topic']}"
    # Not $lte: a restored document has no week yet.
    wanted = {"_id": identity, mark: {"$not": {"$gt": made["week"]}}}
    return wanted, {"$set": {**made["fields"], **OURS, mark: made["week"]}, "$setOnInsert": {"firstSeen": made["week"]}}


def save(
    collection: Any,
    documents: Sequence[Mapping[str, Any]],
    known: Mapping[str, Any],
    update_one: Callable[..., Any],
    size: int = 500,
) -> int:
    """Writes the documents and says how many; ``update_one`` is the driver's ``UpdateOne``.

    ``known`` are the identities that are not the crawl's own. What a newer week has written does not match, and so its
    insertion meets its own key: that is not an error.
    """
    made = [update_one(*upsert(each, known.get(each["page"], own_id(each["page"]))), upsert=True) for each in documents]
    return sum(_written(collection, made[start : start + size]) for start in range(0, len(made), size))


def _written(collection: Any, batch: list[Any]) -> int:
    outcome, lost = _tried(collection, batch)
    # Two topics that see a vehicle first at the same moment both insert it, and one of them meets the other's key: the
    # second time there is something to match.
    again = _tried(collection, [batch[place] for place in lost])[0] if lost else {"nMatched": 0, "nUpserted": 0}
    return sum(each[count] for each in (outcome, again) for count in ("nMatched", "nUpserted"))


def _tried(collection: Any, batch: list[Any]) -> tuple[dict[str, int], list[int]]:
    """What the driver says of a batch, and the places of those that met a key."""
    try:
        return collection.bulk_write(batch, ordered=False).bulk_api_result, []
    except Exception as error:
        outcome = getattr(error, "details", None) or {}
        faults = list(outcome.get("writeErrors", ()))
        if {fault["code"] for fault in faults} != {DUPLICATE_KEY} or outcome.get("writeConcernErrors"):
            raise
        return outcome, list(_places(faults))


def _places(faults: Sequence[Mapping[str, Any]]) -> Iterator[int]:
    yield from (fault["index"] for fault in faults)
