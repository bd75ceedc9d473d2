"""What becomes of a page, and what a second crawl, a retry or an old one does to what is already written."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from migration.dags.danawa_specifications import (
    DUPLICATE_KEY,
    CrawlError,
    crawl,
    day_of,
    document,
    failure_alert,
    from_lines,
    number,
    request,
    resting_place,
    save,
    to_lines,
)

DAY = date(2026, 11, 22)
PAGE = """<h1> 아반떼
  2026 </h1><h1>a banner</h1><table>
<tr><th>제조사</th><td>현대 <b>자동차</b></td></tr><tr><th>가격</th><td>2,034~2,717만원</td></tr>
<tr><th>배기량</th><td>1,598cc</td></tr><tr><th>복합연비</th><td>15.3km/l</td></tr>
<tr><th>승차정원</th><td>-</td></tr><tr><th>보증.기간</th><td>5년</td></tr></table>"""


def test_a_page_becomes_a_document_of_numbers_and_texts():
    assert document("cars/1", PAGE, DAY) == {
        "_id": "danawa:cars/1",
        "name": "아반떼 2026",
        "maker": "현대 자동차",
        "priceWon": 20_340_000,
        "displacementCc": 1598,
        "kmPerLitre": 15.3,
        # What is no number where one is expected, and what nobody knows, is kept as it was written.
        "other": [{"label": "승차정원", "value": "-"}, {"label": "보증.기간", "value": "5년"}],
        "crawledOn": "2026-11-22",
    }


@pytest.mark.parametrize("html", ["", "<h1>name</h1>", "<th>제조사</th><td>현대</td>", "<h1>x</h1><td>no label</td>"])
def test_a_page_that_shows_no_vehicle_is_refused(html):
    with pytest.raises(ValueError, match="no name, or no row"):
        document("cars/1", html, DAY)


@pytest.mark.parametrize(
    ("text", "factor", "value"), [("1,598cc", 1, 1598), ("약 3.5", 10, 35), ("없음", 1, None), ("0만원", 10_000, 0)]
)
def test_the_first_number_counts(text, factor, value):
    assert number(text, factor) == value


def reading(lost):
    def read(path):
        if path in lost:
            raise OSError("no answer")
        return PAGE

    return read


def test_a_tenth_of_the_pages_may_be_lost_and_each_is_named():
    paths = [f"cars/{place}" for place in range(20)]
    rests = []

    found = crawl(reading({"cars/3", "cars/7"}), paths, DAY, lambda: rests.append(1))

    assert (len(found.documents), len(rests)) == (18, 20)
    assert found.faults == dict.fromkeys(("cars/3", "cars/7"), "OSError: no answer")


@pytest.mark.parametrize(
    ("paths", "lost"), [([], set()), (["a"], {"a"}), ([str(place) for place in range(20)], {"1", "2", "3"})]
)
def test_more_than_a_tenth_is_a_failure(paths, lost):
    with pytest.raises(CrawlError, match=f"{len(lost)} of {len(paths)} pages are lost"):
        crawl(reading(lost), paths, DAY, lambda: None)


@given(st.lists(st.dictionaries(st.text(), st.one_of(st.text(), st.integers(), st.lists(st.text())))))
@example([{"name": "two\u2028lines"}])
def test_lines_give_back_what_was_written_whatever_the_text_holds(documents):
    assert from_lines(to_lines(documents)) == documents


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
    """A collection that knows ``$lte``, ``$set`` and ``$setOnInsert``, and its own key."""

    def __init__(self, fails=None):
        self.kept, self.batches, self._fails = {}, [], fails

    def bulk_write(self, batch, *, ordered):
        assert not ordered
        self.batches.append(len(batch))
        outcome = {"nMatched": 0, "nUpserted": 0, "writeErrors": list(self._fails or ())}
        for each in batch:
            key, most = each.wanted["_id"], each.wanted["crawledOn"]["$lte"]
            if key not in self.kept:
                self.kept[key] = {"_id": key, **each.update["$setOnInsert"], **each.update["$set"]}
                outcome["nUpserted"] += 1
            elif self.kept[key]["crawledOn"] <= most:
                self.kept[key] |= each.update["$set"]
                outcome["nMatched"] += 1
            else:
                outcome["writeErrors"].append({"code": DUPLICATE_KEY})
        if outcome["writeErrors"]:
            raise BulkWriteError(outcome)
        return type("Result", (), {"bulk_api_result": outcome})


def made(day, price=1):
    return [{"_id": f"danawa:{place}", "crawledOn": day, "priceWon": price} for place in range(3)]


def test_writing_twice_changes_nothing_and_the_first_day_is_kept():
    collection = Collection()

    assert save(collection, made("2026-11-15"), UpdateOne) == 3
    first = {key: dict(value) for key, value in collection.kept.items()}
    assert save(collection, made("2026-11-15"), UpdateOne) == 3
    assert collection.kept == first
    assert save(collection, made("2026-11-22", price=2), UpdateOne) == 3
    assert {(each["firstSeenOn"], each["crawledOn"], each["priceWon"]) for each in collection.kept.values()} == {
        ("2026-11-15", "2026-11-22", 2)
    }


def test_an_older_crawl_that_comes_late_changes_nothing():
    collection = Collection()
    save(collection, made("2026-11-22", price=2), UpdateOne)

    assert save(collection, made("2026-11-15"), UpdateOne) == 0
    assert {each["priceWon"] for each in collection.kept.values()} == {2}


def test_another_fault_is_not_swallowed():
    with pytest.raises(BulkWriteError):
        save(Collection(fails=[{"code": 50}]), made("2026-11-15"), UpdateOne)


def test_documents_are_written_in_batches():
    collection = Collection()
    save(collection, made("2026-11-15"), UpdateOne, size=2)

    assert collection.batches == [2, 1]


def test_two_in_the_morning_in_seoul_is_that_day():
    assert day_of(datetime(2026, 11, 21, 17, 0, tzinfo=UTC)) == DAY


def test_a_crawl_rests_where_a_retry_replaces_it():
    assert resting_place("s3://alphacar-workflow/logs", DAY) == ("alphacar-workflow", "crawls/danawa/2026-11-22.jsonl")


@pytest.mark.parametrize("host", ["http://danawa.example", "ftp://danawa.example", "danawa.example"])
def test_a_password_is_never_sent_in_clear_text(host):
    with pytest.raises(ValueError, match="must begin with https://") as refused:
        request(host, "cars/1", "me", "hunter2")

    assert "hunter2" not in str(refused.value)


def test_a_request_signs_in():
    asked = request("https://danawa.example/", "/cars/1", "me", "pass")

    assert (asked.full_url, asked.get_header("Authorization")) == (
        "https://danawa.example/cars/1",
        "Basic bWU6cGFzcw==",
    )


def test_an_alert_names_the_task_and_rings_for_a_day():
    now = datetime(2026, 11, 22, tzinfo=UTC)
    (alert,) = failure_alert("danawa_crawler", "save", "x" * 1000, "https://airflow.example", now)

    assert (alert["labels"]["alertname"], alert["labels"]["task"]) == ("CrawlFailed", "save")
    assert len(alert["annotations"]["description"]) == 500
    assert (alert["startsAt"], alert["endsAt"]) == ("2026-11-22T00:00:00+00:00", "2026-11-23T00:00:00+00:00")
