"""What becomes of a page of each topic, and which week it is written for."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from migration.dags.danawa_topics import (
    TOPICS,
    CrawlError,
    crawl,
    document,
    failure_alert,
    from_lines,
    moment_of,
    number,
    request,
    resting_place,
    to_lines,
    week_of,
)

WEEK = "2026-W47"
PAGE = """<h1> 아반떼
  2026 </h1><h1>a banner</h1><table>
<tr><th>제조사</th><td>현대 <b>자동차</b></td></tr><tr><th>가격</th><td>2,034~2,717만원</td></tr>
<tr><th>배기량</th><td>1,598cc</td></tr><tr><th>복합연비</th><td>15.3km/l</td></tr>
<tr><th>승차정원</th><td>-</td></tr><tr><th>보증.기간</th><td>5년</td></tr></table>
<img src="/a.jpg"><img src="/b.jpg" alt=""><img src="/a.jpg"><img><article> 조용하다
 <p>정말</p></article><article></article>"""


def test_a_page_becomes_numbers_and_texts():
    assert document("/cars/1", "specifications", PAGE, WEEK) == {
        "page": "/cars/1",
        "topic": "specifications",
        "week": "2026-W47",
        "fields": {
            "name": "아반떼 2026",
            "maker": "현대 자동차",
            "priceWon": 20_340_000,
            "displacementCc": 1598,
            "kmPerLitre": 15.3,
            # What is no number where one is expected, and what nobody knows, is kept as it was written.
            "other": [{"label": "승차정원", "value": "-"}, {"label": "보증.기간", "value": "5년"}],
        },
    }


@pytest.mark.parametrize(
    ("topic", "fields"),
    [
        ("images", {"images": ["/a.jpg", "/b.jpg"]}),
        ("reviews", {"reviews": ["조용하다 정말"]}),
        ("options", {"options": [{"label": "선루프", "value": "50만원"}]}),
    ],
)
def test_every_topic_has_fields_of_its_own(topic, fields):
    html = "<h1>x</h1><th>선루프</th><td>50만원</td>" if topic == "options" else PAGE

    assert document("/cars/1", topic, html, WEEK)["fields"] == fields


def test_the_topics_are_those_of_the_cluster_that_is_left():
    assert [*TOPICS] == ["specifications", "options", "images", "reviews"]


def test_a_vehicle_may_have_no_review_yet():
    assert document("/cars/1", "reviews", "<h1>x</h1>", WEEK)["fields"] == {"reviews": []}


@pytest.mark.parametrize(
    ("topic", "html"),
    [
        ("specifications", ""),
        ("specifications", "<h1>name</h1>"),
        ("specifications", "<th>제조사</th><td>현대</td>"),
        ("options", "<h1>x</h1><td>no label</td>"),
        ("images", "<h1>x</h1><img>"),
        ("reviews", "<article>no vehicle</article>"),
    ],
)
def test_a_page_that_shows_no_vehicle_is_refused(topic, html):
    with pytest.raises(ValueError, match=f"no name, or nothing of {topic}"):
        document("/cars/1", topic, html, WEEK)


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
    pages = [f"/cars/{place}" for place in range(20)]
    rests = []

    found = crawl(reading({"/cars/3/options", "/cars/7/options"}), pages, "options", WEEK, lambda: rests.append(1))

    assert (len(found.documents), len(rests)) == (18, 20)
    assert found.faults == dict.fromkeys(("/cars/3/options", "/cars/7/options"), "OSError: no answer")


@pytest.mark.parametrize(
    ("paths", "lost"), [([], set()), (["a"], {"a"}), ([str(place) for place in range(20)], {"1", "2", "3"})]
)
def test_more_than_a_tenth_is_a_failure(paths, lost):
    with pytest.raises(CrawlError, match=f"specifications: {len(lost)} of {len(paths)} pages are lost"):
        crawl(reading(lost), paths, "specifications", WEEK, lambda: None)


@given(st.lists(st.dictionaries(st.text(), st.one_of(st.text(), st.integers(), st.lists(st.text())))))
@example([{"name": "two\u2028lines"}])
def test_lines_give_back_what_was_written_whatever_the_text_holds(documents):
    assert from_lines(to_lines(documents)) == documents


SUNDAY = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "week"),
    [
        # Two in the morning on Sunday in Seoul, the week's last day, and midnight after it.
        (SUNDAY, "2026-W47"),
        (datetime(2026, 11, 22, 15, 0, tzinfo=UTC), "2026-W48"),
        (datetime(2026, 11, 22, 14, 59, 59, tzinfo=UTC), "2026-W47"),
        # The first Sunday of 2027 belongs to the last week of 2026.
        (datetime(2027, 1, 2, 17, 0, tzinfo=UTC), "2026-W53"),
        (datetime(2027, 1, 9, 17, 0, tzinfo=UTC), "2027-W01"),
    ],
)
def test_a_week_is_seoul_s(moment, week):
    assert week_of(moment) == week


@pytest.mark.parametrize("given", ["data_interval_end", "logical_date", "run_after"])
def test_a_run_stands_for_what_it_knows_even_without_a_logical_date(given):
    later = SUNDAY.replace(day=25)
    names = ["data_interval_end", "logical_date", "run_after"]
    known = dict.fromkeys(names[: names.index(given)]) | dict.fromkeys(names[names.index(given) :], later)

    assert moment_of(SimpleNamespace(**{**known, given: SUNDAY})) == SUNDAY


def test_a_crawl_rests_where_a_retry_replaces_it():
    assert resting_place("s3://alphacar-workflow/logs", WEEK, "options") == (
        "alphacar-workflow",
        "crawls/danawa/2026-W47/options.jsonl",
    )


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

    assert alert["labels"] == {
        "alertname": "CrawlFailed",
        "severity": "warning",
        "namespace": "airflow",
        "dag": "danawa_crawler",
        "task": "save",
    }
    assert len(alert["annotations"]["description"]) == 500
    assert (alert["startsAt"], alert["endsAt"]) == ("2026-11-22T00:00:00+00:00", "2026-11-23T00:00:00+00:00")


def test_an_alert_of_a_run_names_no_task():
    (alert,) = failure_alert("danawa_crawler", "", "killed", "", datetime(2026, 11, 22, tzinfo=UTC))

    assert "task" not in alert["labels"]
    assert alert["annotations"]["summary"] == "danawa_crawler has not crawled this week"
