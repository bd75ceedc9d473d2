"""What a second crawl, a retry, an old week or a restored vehicle does to what is already written."""

from dataclasses import dataclass

import pytest

from migration.dags.danawa_documents import DUPLICATE_KEY, IdentityError, identities, save

SITE = "https://danawa.example"


@dataclass
class UpdateOne:
    """The driver's own, as far as it is used."""

    wanted: dict
    update: dict
    upsert: bool


class BulkWriteError(Exception):
    def __init__(self, details):
        super().__init__("batch op errors occurred")
        self.details = details


class Collection:
    """A collection that knows the operators in use, and its own key."""

    name = "vehicles"

    def __init__(self, *documents, fails=(), rival=None):
        self.kept, self.batches = {each["_id"]: each for each in documents}, []
        self._fails, self._rival = list(fails), rival

    def bulk_write(self, batch, *, ordered):
        assert not ordered
        self.batches.append(len(batch))
        outcome = {"nMatched": 0, "nUpserted": 0, "writeErrors": list(self._fails)}
        for place, each in enumerate(batch):
            key, values, mark = each.wanted["_id"], each.update["$set"], next(k for k in each.wanted if k != "_id")
            if self._rival:
                # Another topic has inserted it between our look and our insertion.
                self.kept[key], self._rival = self._rival, None
            elif key not in self.kept:
                self.kept[key] = {"_id": key, **each.update["$setOnInsert"], **values}
                outcome["nUpserted"] += 1
                continue
            elif self.kept[key].get(mark, "") <= each.wanted[mark]["$not"]["$gt"]:
                self.kept[key] |= values
                outcome["nMatched"] += 1
                continue
            outcome["writeErrors"].append({"code": DUPLICATE_KEY, "index": place})
        if outcome["writeErrors"]:
            raise BulkWriteError(outcome)
        return type("Result", (), {"bulk_api_result": outcome})

    def find(self, wanted, _fields=None):
        ((name, condition),) = wanted.items()

        def holds(each):
            value = each.get(name)
            if not isinstance(condition, dict):
                return value == condition
            if "$ne" in condition:
                return value != condition["$ne"]
            return bool(set(value if isinstance(value, list) else [value]) & set(condition["$in"]))

        return [each for each in self.kept.values() if holds(each)]

    def find_one(self, wanted):
        return next(iter(self.find(wanted)), None)


def made(week, topic="specifications", price=1, pages=3):
    return [
        {"page": f"/{place}", "topic": topic, "week": week, "fields": {"priceWon": price}} for place in range(pages)
    ]


def test_writing_twice_changes_nothing_and_the_first_week_is_kept():
    collection = Collection()

    assert save(collection, made("2026-W46"), {}, UpdateOne) == 3
    first = {key: dict(value) for key, value in collection.kept.items()}
    assert save(collection, made("2026-W46"), {}, UpdateOne) == 3
    assert collection.kept == first
    assert save(collection, made("2026-W47", price=2), {}, UpdateOne) == 3
    assert list(collection.kept.values()) == [
        {
            "_id": f"danawa:/{place}",
            "firstSeen": "2026-W46",
            "priceWon": 2,
            "source": "danawa",
            "weeks.specifications": "2026-W47",
        }
        for place in range(3)
    ]


def test_an_older_week_that_comes_late_changes_nothing_of_its_topic_and_all_of_another():
    collection = Collection()
    save(collection, made("2027-W01", price=2), {}, UpdateOne)

    assert save(collection, made("2026-W53"), {}, UpdateOne) == 0
    assert {each["priceWon"] for each in collection.kept.values()} == {2}
    assert save(collection, made("2026-W53", topic="options"), {}, UpdateOne) == 3


def test_two_topics_that_insert_one_vehicle_at_once_both_stay():
    collection = Collection(rival={"_id": "danawa:/0", "weeks.options": "2026-W47", "options": ["x"]})

    assert save(collection, made("2026-W47", pages=1), {}, UpdateOne) == 1
    assert (collection.kept["danawa:/0"]["options"], collection.kept["danawa:/0"]["priceWon"]) == (["x"], 1)


def test_another_fault_is_not_swallowed():
    with pytest.raises(BulkWriteError):
        save(Collection(fails=[{"code": 50, "index": 0}]), made("2026-W47"), {}, UpdateOne)


def test_documents_are_written_in_batches():
    collection = Collection()
    save(collection, made("2026-W47"), {}, UpdateOne, size=2)

    assert collection.batches == [2, 1]


@pytest.mark.parametrize("value", ["/0", f"{SITE}/0", ["elsewhere", f"{SITE}/0"]])
def test_a_restored_vehicle_keeps_its_id_and_does_not_double(value):
    collection = Collection({"_id": 7, "url": value})
    known = identities(collection, ["/0", "/1"], f"{SITE}/", "url")

    assert known == {"/0": 7}
    assert save(collection, made("2026-W47", pages=2), known, UpdateOne) == 2
    assert sorted(collection.kept, key=str) == [7, "danawa:/1"]


def test_a_collection_of_its_own_wants_no_field():
    assert identities(Collection({"_id": "danawa:/0", "source": "danawa"}), ["/0"], SITE, None) == {}


@pytest.mark.parametrize(
    ("documents", "field", "told"),
    [
        ([{"_id": 7}], None, "vehicles holds documents that no crawl has written, such as _id 7: .*matchField"),
        ([{"_id": 7, "url": "/x"}], "url", "matchField: no document's url is a page of the crawl"),
        ([{"_id": 7, "url": "/0"}, {"_id": 8, "url": ["/0"]}], "url", "/0 is the url of two documents, 7 and 8"),
        ([{"_id": 7, "url": "/0"}, {"_id": "danawa:/0", "source": "danawa"}], "url", "danawa:/0 stands there twice"),
    ],
)
def test_where_a_vehicle_would_stand_there_twice_nothing_is_written(documents, field, told):
    with pytest.raises(IdentityError, match=told):
        identities(Collection(*documents), ["/0", "/1"], SITE, field)
